"""Child processes that never outlive us, even when we are killed."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def dies_with_parent(with_signal: signal.Signals = signal.SIGTERM) -> Callable[[], None] | None:
    """A `preexec_fn` by which Linux sends the child `with_signal` when we die, or the thread that started it ends.

    Elsewhere a stop cleans up; a kill -9 does not, and the next start does.
    """
    if _libc is None:
        return None
    libc, parent = _libc, os.getpid()

    def ask() -> None:
        libc.prctl(PR_SET_PDEATHSIG, with_signal)
        if os.getppid() != parent:  # we died before the request was made
            os._exit(1)

    return ask


def pidfd(pid: int) -> int | None:
    """A descriptor that can be read once the process has ended; None where the kernel has none, or has no such process.

    Whoever asks closes it.
    """
    if not hasattr(os, "pidfd_open"):
        return None
    try:
        return os.pidfd_open(pid)
    except OSError:
        return None
