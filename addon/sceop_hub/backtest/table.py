"""Tables: what a terminal shows of a trial."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from statistics import fmean

from ..core.forecast.surroundings import Place
from ..domain.forecast.kept import Score
from .groups import Group
from .meters import Meters

_MIB = 1024**2

_ERRORS = (("nMAE", "nmae"), ("nRMSE", "nrmse"))
_PEAKS = (("peak error", "peak_error"), ("hit in 1 h", "peak_hit"))
_BAND = (("P10-P90", "coverage"),)
_SHARES = frozenset(("peak_hit", "coverage"))


def heading(
    meters: Meters,
    file: str,
    place: Place,
    drawn: Sequence[Group],
    seed: int,
    at: Sequence[datetime],
    horizon: timedelta,
) -> list[str]:
    """Say what is tried on what."""
    last = meters.start + (len(meters) - 1) * meters.step
    whose = "the published sums of a community" if meters.published else counted(len(meters.homes), "home")
    span = f"{_day(meters.start, place)} to {_day(last, place)} ({place.zone.key})"
    lines = [f"{file}: {whose}, {span}, steps of {meters.step // timedelta(minutes=1)} min.", *meters.notes]
    if len(drawn) > 1:
        size = counted(len(drawn[0].homes), "home")
        lines.append(f"{len(drawn)} groups of {size}, drawn with seed {seed}; figures are the means over them.")
    elif len(meters.homes) > 1:
        lines.append("All of them together; --group-size N sums random groups.")
    lines.append(
        f"{counted(len(at), 'midnight')}, {_day(at[0], place)} to {_day(at[-1], place)}; each forecast looks"
        f" {horizon // timedelta(hours=1)} h ahead and knows nothing of what came after it was made."
    )
    return [*lines, ""]


def table(title: str, methods: Mapping[str, Sequence[Score]], *, peaks: bool = True) -> list[str]:
    """Return the methods beside each other: the means over groups, of what is known of each."""
    columns = (*_ERRORS, *(_PEAKS if peaks else ()), *_BAND)
    head = "".join(f"{name:>12}" for name, _ in columns)
    rows = [
        f"  {name.replace('_', ' '):<12}" + "".join(_cell(found, of) for _, of in columns)
        for name, found in methods.items()
    ]
    return [title, f"  {'':<12}{head}", *rows, ""]


def memory(most: int) -> str:
    """Say how much memory the whole process took."""
    return f"All of it took {most / _MIB:.0f} MiB of memory at most, the file included."


def _cell(found: Sequence[Score], of: str) -> str:
    known = [value for one in found if (value := getattr(one, of)) is not None]
    if not known:
        return f"{'-':>12}"
    return f"{fmean(known):>12.1%}" if of in _SHARES else f"{fmean(known):>12.4f}"


def counted(number: int, what: str) -> str:
    """Write a number of things, one or several."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _day(instant: datetime, place: Place) -> str:
    return f"{instant.astimezone(place.zone):%Y-%m-%d}"
