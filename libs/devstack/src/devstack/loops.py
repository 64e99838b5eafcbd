"""The loop of the tests."""

import gc
import warnings

import uvloop


class ClosingLoop(uvloop.Loop):
    """The loop that services run on, and it closes whatever a test left open.

    Where warnings are errors, uvloop stops in the middle of closing at the first connection that nobody closed: it
    fails with EBUSY, and each test after it finds a closed loop.
    """

    def close(self) -> None:
        with warnings.catch_warnings(record=True) as left:
            warnings.simplefilter("always", ResourceWarning)
            super().close()
        if not left:
            return
        gc.collect()  # what only garbage refers to is the fault of the test that is over, not of the next
        with warnings.catch_warnings():
            warnings.simplefilter("always", ResourceWarning)
            for each in left:
                warnings.warn(each.message, stacklevel=2)
