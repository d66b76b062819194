"""The command line."""

import argparse
import asyncio
import os
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from . import __version__, doctor, logs, settings
from .backtest import command as backtest
from .backup import command as backups
from .core.wire import PORT
from .domain.invites import DEFAULT_LIFE, make_code
from .imports import command as imports
from .lake import command as lake
from .secrets import choose
from .store import audit, database, invites
from .store.writer import StorageError
from .values import SettingsError

FAILED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a mistake of the user's is a sentence and exit code 2."""
    os.umask(0o077)  # what households send is for the hub's owner alone
    flags = _parser().parse_args(arguments)
    try:
        code: int = flags.run(flags)
    except (SettingsError, database.NewerDatabaseError, database.TakenError, CommandError) as error:
        sys.stderr.write(f"sceop-hub: {error}\n")
        return FAILED
    return code


class CommandError(Exception):
    """A command that can not go on, with the sentence for the person who gave it."""


def serve(flags: argparse.Namespace) -> int:
    """Run the hub."""
    from .server import ListenError, serve as run  # noqa: PLC0415 - the other commands start faster without a server

    told = settings.load(vars(flags))
    logs.start(told.log_level, told.log_format)
    try:
        asyncio.run(run(told))
    except ListenError as error:
        raise CommandError(str(error)) from error
    except (sqlite3.Error, OSError, StorageError) as error:
        raise CommandError(f"The data in {told.data} can not be used: {error}") from error
    return 0


def invite(flags: argparse.Namespace) -> int:
    """Make an invite; it works while the hub runs."""
    from .app import utc_now  # noqa: PLC0415 - as above

    told = settings.load(vars(flags))
    if not (told.data / database.FILE).exists():
        raise CommandError(f"No hub keeps its data in {told.data}. Name the folder that `sceop-hub serve` was given.")
    new = invites.NewInvite(make_code(choose), flags.uses, timedelta(days=flags.days), by="command-line")
    try:
        with closing(database.open_for_writing(told.data)) as connection:
            now = utc_now()
            connection.execute("BEGIN IMMEDIATE")
            made = invites.add(connection, new, now)
            audit.note(connection, now, new.by, "invite.make", f"invite:{made}", uses=flags.uses, days=flags.days)
            connection.execute("COMMIT")
    except (sqlite3.Error, OSError) as error:
        raise CommandError(f"The data in {told.data} can not be used: {error}") from error
    sys.stdout.write(f"{new.code}\n")
    sys.stderr.write(f"For {new.uses} household(s), valid for {flags.days} days.\n")
    return 0


def simulate(flags: argparse.Namespace) -> int:
    """Let a simulated community join a hub and live through its wire."""
    from .simulate.command import Plan, SimulationError, run  # noqa: PLC0415 - numpy is for this command only

    plan = Plan(
        flags.hub,
        flags.state,
        flags.invite,
        flags.households,
        flags.days,
        flags.seed,
        live=not flags.no_live,
        frozen_meter=flags.frozen_meter,
    )
    try:
        asyncio.run(run(plan))
    except SimulationError as error:
        raise CommandError(str(error)) from error
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("sceop-hub", description="The hub of a smart energy community.")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    serving = commands.add_parser("serve", help="run the hub")
    serving.add_argument("--data", help="the folder that holds everything the hub keeps")
    serving.add_argument("--host", help=f"the address to listen on ({settings.DEFAULT_HOST})")
    serving.add_argument("--port", help=f"the port to listen on ({PORT})")
    serving.add_argument("--options", help="a JSON file with options, as the app has it")
    serving.add_argument("--community", help="the community's name")
    serving.add_argument("--time-zone", help="where the community lives, as the IANA list writes it")
    serving.add_argument("--log-level", help=", ".join(settings.LOG_LEVELS))
    serving.add_argument("--log-format", help=", ".join(settings.LOG_FORMATS))
    serving.add_argument("--ingress-from", action="append", help="the address whose ingress headers are believed")
    serving.add_argument("--ingress-port", help="a second port without TLS, for Home Assistant on this machine only")
    serving.add_argument("--tls-certificate", metavar="FILE", help="the certificate and its chain, in PEM form")
    serving.add_argument("--tls-key", metavar="FILE", help="its key")
    serving.add_argument("--proxy-from", action="append", help="a reverse proxy that tells visitors' addresses")
    serving.add_argument("--backup-passphrase-file", metavar="FILE", help="encrypt the nightly backups")
    serving.add_argument(
        "--no-announce", dest="announce", action="store_const", const="no", help="do not be found in the network"
    )
    serving.add_argument(
        "--local-owner",
        action="store_const",
        const="yes",
        help="whoever sits at this machine is an owner; to try it out",
    )
    serving.set_defaults(run=serve)

    inviting = commands.add_parser("invite", help="make an invite code")
    inviting.add_argument("--data", help="the hub's data folder")
    inviting.add_argument("--uses", type=_up_to(10_000), default=1, help="how many households may use it (1)")
    inviting.add_argument("--days", type=_up_to(366), default=DEFAULT_LIFE.days, help="how long it lasts (30)")
    inviting.set_defaults(run=invite)

    backups.add_to(commands)
    imports.add_to(commands)
    lake.add_to(commands)
    doctor.add_to(commands)
    backtest.add_to(commands)

    simulating = commands.add_parser("simulate", help="let a simulated community live through a hub's wire")
    simulating.add_argument("--hub", required=True, help="the hub's address")
    simulating.add_argument("--state", required=True, type=Path, help="the folder that remembers who joined")
    simulating.add_argument("--invite", help="an invite code for all of them; needed the first time")
    simulating.add_argument(
        "--households", type=_up_to(1000), default=40, help="how many homes, beside one office (40)"
    )
    simulating.add_argument("--days", type=_up_to(400), default=60, help="how much history to send (60)")
    simulating.add_argument("--seed", type=int, default=2, help="the same seed gives the same Wh (2)")
    simulating.add_argument(
        "--frozen-meter", action="store_true", help="the last home's meter has told the same for three days"
    )
    simulating.add_argument("--no-live", action="store_true", help="send the history and stop")
    simulating.set_defaults(run=simulate)
    return parser


def _up_to(most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {most}")
        return int(text)

    return number


if __name__ == "__main__":
    sys.exit(main())
