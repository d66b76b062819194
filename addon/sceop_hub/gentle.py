"""Long work that others hardly notice: it takes the time that is left."""

import os
import threading
import time

NICENESS = 15

_gentle = False


def be_gentle() -> None:
    """Let this process take the machine's idle time only; the hub calls it in processes of long work."""
    global _gentle  # noqa: PLW0603 - a property of the process, like its priority
    os.nice(NICENESS)
    _gentle = True


def be_gentle_in_thread() -> None:
    """Let this thread alone take the machine's idle time only.

    Who writes keeps its priority: whoever holds the books and is not let on holds everybody up.
    """
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


def gently(worked_seconds: float) -> None:
    """Rest for as long as was worked, in a process that is to be gentle."""
    if _gentle:
        time.sleep(min(worked_seconds, 0.5))
