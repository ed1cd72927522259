"""Exit statuses, and the two errors that end a run: the user can act, or our own data is wrong."""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """What the process answers to the shell; the numbers are part of the contract."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    PARTIAL = 3
    LEDGER_DAMAGED = 65
    INPUT_MISSING = 66
    BUG = 70
    IO_FAILED = 74
    BUSY = 75
    REFUSED = 77
    INTERRUPTED = 130
    CLOSED_PIPE = 141


# From the mildest to the gravest; of several statuses the gravest is the answer.
_GRAVITY = (
    ExitStatus.CLEAN,
    ExitStatus.FINDINGS,
    ExitStatus.PARTIAL,
    ExitStatus.USAGE,
    ExitStatus.INPUT_MISSING,
    ExitStatus.REFUSED,
    ExitStatus.BUSY,
    ExitStatus.IO_FAILED,
    ExitStatus.LEDGER_DAMAGED,
    ExitStatus.BUG,
    ExitStatus.CLOSED_PIPE,
    ExitStatus.INTERRUPTED,
)


def gravest(*statuses: ExitStatus) -> ExitStatus:
    """Pick the gravest of the statuses; clean when there is none."""
    return max(statuses, key=_GRAVITY.index, default=ExitStatus.CLEAN)


class SanwuError(Exception):
    """The run cannot go on and the user can act: what happened, where, what to do, and the exit status."""

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        place: str = "",
        status: ExitStatus = ExitStatus.USAGE,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.place = place
        self.status = status


class PlanError(Exception):
    """The data shipped with the program contradicts itself: a bug of ours, never the user's."""
