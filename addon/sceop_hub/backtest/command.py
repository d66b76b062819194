"""The commands `backtest` and `anomalies`: what the hub and the homes run, tried on a file of one's own."""

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..core.forecast.surroundings import Place
from ..domain.forecast.making import Skies
from ..domain.refusal import Refusal
from ..imports.hints import UNITS, Hints, refused
from ..settings import machine_zone
from .meters import Meters
from .place import place_of
from .published import about, degrees
from .reading import read
from .skies import read_skies
from .weatherfile import known_share

FAILED = 2
LONGEST_HORIZON = timedelta(days=7)
_HORIZON = re.compile(r"(\d{1,3}) ?(h|d)")


def add_to(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add both to the command line."""
    testing = commands.add_parser(
        "backtest", help="forecast the days of a CSV, Parquet or Green Button file, and compare with what came"
    )
    _add_file(testing, "write every forecast step by step into a file, for the notebook or a spreadsheet")
    testing.add_argument("--horizon", default="48h", help="how far each forecast looks: 48h, or 2d")
    testing.add_argument("--days", type=_count, default=28, help="at how many of the last midnights (28)")
    testing.add_argument("--group-size", type=_count, metavar="N", help="sum random groups of so many homes")
    testing.add_argument("--seed", type=int, default=0, help="the same seed draws the same groups (0)")
    testing.set_defaults(run=_told(_backtest))

    looking = commands.add_parser("anomalies", help="find what is not normal in the days of such a file")
    _add_file(looking, "write what was found into a file")
    looking.add_argument("--days", type=_count, default=28, help="how many of the last days (28)")
    looking.add_argument("--rated-w", type=_count, metavar="W", help="what the plant may make at most, by its label")
    looking.set_defaults(run=_told(_anomalies))


def _add_file(parser: argparse.ArgumentParser, out: str) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--weather", type=Path, metavar="FILE", help="CSV: time, temperature, cloud cover, wind speed")
    parser.add_argument("--out", type=Path, metavar="CSV", help=out)
    parser.add_argument("--zone", help="the time zone of its days, and of times that name none (this machine's)")
    parser.add_argument("--country", help="whose holidays are kept, such as NL")
    parser.add_argument("--subdivision", help="and in which part of it, such as BY")
    parser.add_argument("--latitude", type=float, help="where roofs stand, in degrees north")
    parser.add_argument("--longitude", type=float, help="and in degrees east")
    parser.add_argument("--unit", help=f"where the file names none: {', '.join(UNITS[:4])} …, W, kW")
    parser.add_argument("--channel", metavar="C", help="what a column is, or 'column=channel, column=channel'")


def _told(work: Callable[[argparse.Namespace], None]) -> Callable[[argparse.Namespace], int]:
    """Return a command whose refusals are sentences and exit code 2."""

    def run(flags: argparse.Namespace) -> int:
        try:
            work(flags)
        except Refusal as refusal:
            sys.stderr.write(f"sceop-hub: {refusal.sentence}\n")
            return FAILED
        return 0

    return run


def _backtest(flags: argparse.Namespace) -> None:
    from .run import Asked, run  # noqa: PLC0415 - other commands start faster without what forecasts need

    horizon = _horizon(flags.horizon)
    meters, place, skies = _read(flags)
    run(meters, Asked(flags.file.name, horizon, flags.days, flags.group_size, flags.seed, flags.out), place, skies)


def _anomalies(flags: argparse.Namespace) -> None:
    from .looking import look_through  # noqa: PLC0415 - as above

    meters, place, skies = _read(flags)
    look_through(meters, flags.file.name, place, skies, flags.rated_w, flags.days, flags.out)


def _read(flags: argparse.Namespace) -> tuple[Meters, Place, Skies]:
    for name, value in about(flags.file).items():
        if getattr(flags, name) is None:
            setattr(flags, name, degrees(value) if name in ("latitude", "longitude") else value)
    hints = Hints.of(vars(flags))
    zone = hints.clock() or machine_zone()
    place = place_of(zone, flags.country, flags.subdivision, flags.latitude, flags.longitude)
    if flags.out is not None and not flags.out.parent.is_dir():
        raise refused("There is no folder {folder} for the results. Make it first.", folder=flags.out.parent)
    meters = read(flags.file, hints, zone, datetime.now(UTC))
    skies = read_skies(flags.weather, zone)
    if flags.weather is not None:
        known = skies(datetime.now(UTC))
        end = meters.start + (len(meters) - 1) * meters.step
        share = 0 if known is None else known_share(known, meters.start, end)
        if not share:
            raise refused(
                "{weather} tells no weather of the time of {file}: without any, leave it out.",
                weather=flags.weather.name,
                file=flags.file.name,
            )
        note = f"{flags.weather.name} tells the weather of {share:.0%} of its hours."
        meters = replace(meters, notes=(*meters.notes, note))
    return meters, place, skies


def _horizon(text: str) -> timedelta:
    found = _HORIZON.fullmatch(text.strip().lower())
    horizon = None if found is None else timedelta(hours=int(found[1]) * (24 if found[2] == "d" else 1))
    if horizon is None or not timedelta(days=1) <= horizon <= LONGEST_HORIZON:
        raise refused("The horizon is 24h to 168h, such as 48h; “{text}” is none of them.", text=text)
    return horizon


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text[:9]):
        raise argparse.ArgumentTypeError(f"{text} is no number from 1 on")
    return int(text[:9])
