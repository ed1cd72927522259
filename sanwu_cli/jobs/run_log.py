"""What a run did, as lines of JSON for machines: one event a line, times from the clock that is handed in."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.sheets.values import hide_personal_numbers
from sanwu_cli.terms import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sanwu_cli.files import LineFile
    from sanwu_cli.model import Finding

_LONGEST = 500
_SEVERITIES = {ExitStatus.CLEAN: Severity.INFO, ExitStatus.FINDINGS: Severity.WARNING}


class RunLog:
    """The events of one run; without a file nothing is kept.

    A file that can no longer be written ends the log, not the run: `trouble` says so.
    """

    def __init__(self, run_id: str, clock: Callable[[], datetime], file: LineFile | None = None) -> None:
        self.run_id = run_id
        self.trouble: SanwuError | None = None
        self._clock = clock
        self._file = file

    def tell(self, event: str, severity: Severity = Severity.INFO, **facts: object) -> None:
        """Write one event; texts are cut, and a person's number in them is hidden."""
        if self._file is None or self.trouble is not None:
            return
        known = {
            "time": self._clock().isoformat(timespec="milliseconds"),
            "run": self.run_id,
            "event": event,
            "severity": severity.value,
        }
        told = {key: _clean(value) for key, value in facts.items() if value not in (None, "")}
        try:
            self._file.add(json.dumps({**known, **told}, ensure_ascii=False))
        except SanwuError as error:
            self.trouble = error

    def tell_findings(self, findings: Iterable[Finding]) -> None:
        """Write the errors and warnings, one event each; what is only for the record is not told."""
        for finding in findings:
            if finding.severity is not Severity.INFO:
                self.tell(
                    "finding",
                    finding.severity,
                    code=finding.code,
                    file=finding.file,
                    sheet=finding.sheet,
                    cell=finding.cell,
                    message=finding.message,
                )

    def tell_failure(self, error: SanwuError, *, step: str = "") -> None:
        """Write that something could not be done."""
        self.tell(
            "failure",
            Severity.ERROR,
            code="RUN-STEP-FAILED" if step else "",
            step=step,
            exit=int(error.status),
            file=error.place,
            message=error.message,
            remedy=error.remedy,
        )

    def tell_end(self, status: ExitStatus, seconds: float, counts: dict[str, int] | None = None) -> None:
        """Write how the run ended."""
        severity = _SEVERITIES.get(status, Severity.ERROR)
        self.tell("run-end", severity, exit=int(status), seconds=seconds, findings=counts)

    def start_watch(self) -> Callable[[], float]:
        """Start to measure; the function given back says how many seconds have passed."""
        begun = self._clock()
        return lambda: round(max((self._clock() - begun).total_seconds(), 0.0), 3)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Write that a step starts, and that it ends, with how long it took."""
        watch = self.start_watch()
        self.tell("step-start", step=title)
        try:
            yield
        finally:
            self.tell("step-end", step=title, seconds=watch())


def _clean(value: object) -> object:
    if not isinstance(value, str):
        return value
    text = hide_personal_numbers(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
