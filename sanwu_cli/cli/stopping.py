"""Being asked to end by the system: `systemctl stop`, `timeout`, a shutdown, a terminal that is closed."""

from __future__ import annotations

import signal
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator

# What the system sends; SIGBREAK is Windows closing the console.
_NAMES = ("SIGTERM", "SIGHUP", "SIGBREAK")


@contextmanager
def heed_requests_to_end() -> Iterator[None]:
    """Take such a request like Ctrl-C while the block runs; a second one ends the process at once.

    Requests that whoever started us wants ignored (nohup) stay ignored, and outside the main thread nothing
    is changed.
    """
    changed = []
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with suppress(ValueError):  # not the main thread
                signal.signal(number, _stop)
                changed.append(number)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _stop(number: int, _frame: object) -> NoReturn:
    signal.signal(number, signal.SIG_DFL)
    raise KeyboardInterrupt
