"""The verdict: an interval that holds zero is no saving, however large its middle."""

from .values import Call, Why


def called(low: float, high: float, why: Why | None = None) -> tuple[Call, Why | None]:
    """Return what can be said of an interval, and why not more; `why` is what forbids to say anything."""
    if why is not None:
        return "none", why
    if low > 0:
        return "saved", None
    return ("more", None) if high < 0 else ("none", "uncertain")
