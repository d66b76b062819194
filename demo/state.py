"""What the demo remembers between two starts: its size, its ports and the login that it made."""

import json
import os
import secrets
import shutil
import socket
from dataclasses import asdict, dataclass, replace
from pathlib import Path

HOST = "127.0.0.1"
HUB_PORT = 8710
HOMEASSISTANT_ABOVE = 13
"""Home Assistant takes 8723 beside the hub's 8710: not 8123, which the user's own holds."""

LAST_PORT = 65535


class Refused(Exception):
    """A wish that the demo can not fulfil, with the sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in to the demo's Home Assistant."""

    user: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo: where it lives, how large its community is and which ports it takes."""

    folder: Path
    households: int
    days: int
    hub_port: int
    homeassistant_port: int

    @property
    def members(self) -> int:
        """How many take part: the street's homes, its office, and the home in Home Assistant."""
        return self.households + 2

    @property
    def hub_url(self) -> str:
        """The address of the hub."""
        return f"http://{HOST}:{self.hub_port}"

    @property
    def homeassistant_url(self) -> str:
        """The address of Home Assistant."""
        return f"http://{HOST}:{self.homeassistant_port}"

    @property
    def hub_data(self) -> Path:
        """Where the hub keeps its data."""
        return self.folder / "hub"

    @property
    def simulator_state(self) -> Path:
        """Where the simulated households keep their tokens, and what was acknowledged."""
        return self.folder / "simulator"

    @property
    def homeassistant_config(self) -> Path:
        """Home Assistant's configuration directory."""
        return self.folder / "homeassistant"


def open_demo(folder: Path, *, households: int | None, days: int | None, port: int | None) -> Demo:
    """Return the demo that lives in the folder, or a new one there, with ports that are free now."""
    known = remembered(folder)
    for name, wanted, kept in (
        ("households", households, known.households),
        ("days", days, known.days),
    ):
        if _file(folder).exists() and wanted not in {None, kept}:
            raise Refused(
                f"The demo in {folder} was made with --{name} {kept}. "
                f"Start it without --{name}, or add --reset to make a new one with {wanted}."
            )
    hub_port = port if port is not None else next_free(known.hub_port)
    if not is_free(hub_port):
        raise Refused(
            f"Port {hub_port} is taken by another program. "
            "Choose another with --port, or leave --port away and the demo finds a free one."
        )
    demo = replace(
        known,
        households=households or known.households,
        days=days or known.days,
        hub_port=hub_port,
        homeassistant_port=next_free(known.homeassistant_port or hub_port + HOMEASSISTANT_ABOVE, but=hub_port),
    )
    _file(folder).write_text(json.dumps({**asdict(demo), "folder": None}, indent=2), encoding="utf-8")
    return demo


def remembered(folder: Path) -> Demo:
    """Return the demo that the folder holds, or what a new one would be."""
    if _file(folder).exists():
        return Demo(**{**json.loads(_file(folder).read_text(encoding="utf-8")), "folder": folder})
    return Demo(folder, households=40, days=60, hub_port=HUB_PORT, homeassistant_port=0)


def forget(folder: Path) -> None:
    """Remove all that a demo left in its folder; its lock stays with the one who holds it."""
    for path in folder.iterdir():
        if path == check_folder(folder):
            continue
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path != lock(folder):
            path.unlink()


def check_folder(folder: Path) -> Path:
    """Return where the check of this demo lives, apart from it."""
    return folder / "check"


def lock(folder: Path) -> Path:
    """Return the file that a running demo holds."""
    return folder / "demo.lock"


def login(folder: Path) -> Login:
    """Return the login of the demo's Home Assistant, made at the first start and readable by this user alone."""
    path = folder / "login.json"
    if not path.exists():
        made = Login("demo", secrets.token_urlsafe(9))
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(asdict(made), file)
    return Login(**json.loads(path.read_text(encoding="utf-8")))


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def next_free(port: int, but: int | None = None) -> int:
    """Return this port, or the next one that is free."""
    for candidate in range(port, LAST_PORT + 1):
        if candidate != but and is_free(candidate):
            return candidate
    raise Refused(f"There is no free port from {port} upwards.")


def _file(folder: Path) -> Path:
    return folder / "demo.json"
