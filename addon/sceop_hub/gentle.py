"""Long work that others hardly notice: it takes the time that is left, in a process of its own."""

import os
import time

_gentle = False


def be_gentle() -> None:
    """Let this process take the machine's idle time only; the hub calls it in processes of long work."""
    global _gentle  # noqa: PLW0603 - a property of the process, like its priority
    os.nice(15)
    _gentle = True


def gently(worked_seconds: float) -> None:
    """Rest for as long as was worked, in a process that is to be gentle."""
    if _gentle:
        time.sleep(min(worked_seconds, 0.5))
