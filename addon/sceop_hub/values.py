"""What settings may say: each reader makes a value of what was written, or a sentence of a mistake."""

import sys
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SHORTEST_PASSPHRASE = 12

type Networks = tuple[IPv4Network | IPv6Network, ...]


class SettingsError(Exception):
    """A setting that can not be used, with the sentence that says what to change."""


def port(value: object, default: int = 0) -> int:
    """Read a port."""
    try:
        number = default if value is None else int(str(value))
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:  # noqa: PLR2004 - the last TCP port
        raise SettingsError(f"A port is a number from 0 to 65535, not {value!r}.")
    return number


def community(value: object) -> str | None:
    """Read a community's name."""
    if value is None:
        return None
    name = str(value).strip()
    if not 1 <= len(name) <= 80:  # noqa: PLR2004 - what a page's header has room for
        raise SettingsError("The community's name has 1 to 80 characters.")
    return name


def zone(value: object) -> ZoneInfo | None:
    """Read a time zone of the IANA list."""
    if value is None:
        return None
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise SettingsError(f"{value!r} is no time zone; write one such as Europe/Amsterdam.") from error


def one_of(choices: tuple[str, ...], what: str, value: object, default: str) -> str:
    """Read a word of a few."""
    chosen = default if value is None else str(value).lower()
    if chosen not in choices:
        raise SettingsError(f"{what} is one of {', '.join(choices)}, not {value!r}.")
    return chosen


def yes(name: str, value: object, *, default: bool) -> bool:
    """Read a yes or a no."""
    match str(value).lower():
        case "none" | "":
            return default
        case "true" | "yes" | "on" | "1":
            return True
        case "false" | "no" | "off" | "0":
            return False
    raise SettingsError(f"{name} is yes or no, not {value!r}.")


def _parts(value: object) -> list[str]:
    """Take apart what was given one by one or with commas between."""
    parts = value if isinstance(value, list) else str(value or "").split(",")
    return [str(part).strip() for part in parts if str(part).strip()]


def addresses(value: object) -> frozenset[str]:
    """Read addresses whose ingress headers are believed."""
    try:
        return frozenset(str(ip_address(part)) for part in _parts(value))
    except ValueError as error:
        raise SettingsError(f"--ingress-from takes IP addresses: {error}.") from error


def networks(value: object) -> Networks:
    """Read the addresses and networks of reverse proxies."""
    try:
        found = tuple(ip_network(part) for part in _parts(value))
    except ValueError as error:
        raise SettingsError(
            f"--proxy-from takes the IP addresses or networks of reverse proxies, such as 192.168.1.5: {error}."
        ) from error
    if any(network.prefixlen == 0 for network in found):
        raise SettingsError("--proxy-from names your own reverse proxies; it can not be everybody.")
    return found


def passphrase(file: object, told: object) -> str | None:
    """Return the passphrase of backups; a command line, which every user of a machine can read, holds its file only."""
    words = told if file is None else read_passphrase(Path(str(file)))
    return None if words is None else checked_passphrase(str(words))


def read_passphrase(file: Path) -> str:
    """Return the first line of a file, or of what comes in when the file is called `-`."""
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"The file {file} with the passphrase cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"The file {file} with the passphrase is no text.") from error
    return text.split("\n", 1)[0].rstrip("\r")


def checked_passphrase(words: str) -> str:
    """Return a passphrase that is long enough to keep a backup shut."""
    if len(words) < SHORTEST_PASSPHRASE:
        raise SettingsError(
            f"A passphrase for backups has at least {SHORTEST_PASSPHRASE} characters; four words are easy to keep."
        )
    return words
