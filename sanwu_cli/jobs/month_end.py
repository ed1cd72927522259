"""The whole month end: sheets in, judged, next month's roster, documents and lists out; twice the same.

Everything is made before anything is written below out/, the record of the run last. A step that cannot be
done takes no other along.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError, gravest
from sanwu_cli.files import holds_bytes, write_file
from sanwu_cli.jobs.backups import make_backup
from sanwu_cli.jobs.intake import ImportResult, compare_files, import_files
from sanwu_cli.jobs.month_steps import Maker, Part, list_makers
from sanwu_cli.jobs.reading import read_files
from sanwu_cli.jobs.run_record import Failed, build_record, list_sources, place_of_record
from sanwu_cli.jobs.scoring import find_period
from sanwu_cli.terms import Intake, RowClass, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from sanwu_cli.jobs.reading import FileReading
    from sanwu_cli.jobs.run_log import RunLog
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month

# After these nothing else may be trusted, or nobody wants it any more.
_FATAL = {ExitStatus.LEDGER_DAMAGED, ExitStatus.INTERRUPTED, ExitStatus.CLOSED_PIPE}

_BACKUP = "备份"
# Two years of month ends.
_KEPT_BACKUPS = 24


class Step(Struct, frozen=True):
    """One step of the run: what it was, what came of it, the file it wrote, if any, how it ended."""

    title: str
    result: str
    path: Path | None = None
    status: ExitStatus = ExitStatus.CLEAN


class MonthEnd(Struct, frozen=True):
    """A month end done: its steps in order, all findings, the exit status; what was read and taken in."""

    month: Month
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    status: ExitStatus
    files: tuple[FileReading, ...] = ()
    imports: tuple[ImportResult, ...] = ()


def run_month_end(
    workspace: Workspace,
    registers: RegisterReading,
    month: Month,
    *,
    as_of: date,
    log: RunLog,
    explain: Callable[[Exception], SanwuError],
    track: Callable[[Sequence[Path], str], Iterable[Path]] | None = None,
) -> MonthEnd:
    """Run a month end; each step is what its own command does.

    Args:
        workspace: opened, and held for writing.
        registers: as read.
        month: which month's end.
        as_of: the day the imports are written down under.
        log: takes what happens.
        explain: says what an exception means; the step that raised it is told as failed.
        track: shows progress.

    Raises:
        SanwuError: when the sheets cannot be taken in, the ledger is damaged, the month is before the plan.
    """
    find_period(workspace, month.year, month)
    run = _Run(workspace=workspace, registers=registers, month=month, as_of=as_of, log=log, explain=explain)
    return run.run(track)


class _Run:
    """One month end on its way."""

    def __init__(
        self,
        *,
        workspace: Workspace,
        registers: RegisterReading,
        month: Month,
        as_of: date,
        log: RunLog,
        explain: Callable[[Exception], SanwuError],
    ) -> None:
        self.workspace = workspace
        self.registers = registers
        self.month = month
        self.as_of = as_of
        self.log = log
        self.explain = explain
        self.steps: list[Step] = []
        self.failed: list[Failed] = []
        self.findings: list[Finding] = []

    def run(self, track: Callable[[Sequence[Path], str], Iterable[Path]] | None) -> MonthEnd:
        with self.log.step("读表"):
            sources = list_sources(self.workspace)
            files = read_files(self.workspace, self.registers, [self.workspace.inbox], track=track)
        imports = tuple(self._import(files, intake) for intake in Intake if intake is not Intake.REGISTER)
        self._back_up()
        parts = [part for title, make in list_makers(self.month) for part in self._make(title, make)]
        made = tuple(self.findings)
        settled = self._settle(files, imports)
        with self.log.step("写出"):
            written = self._write(parts)
            self._record(sources, files, written, (*settled, *made))
        self.findings[:0] = [finding for result in imports for finding in result.findings]
        unique = tuple(dict.fromkeys(self.findings))
        self.log.tell_findings(unique)
        status = _find_status(unique, self.failed, [result.status for result in imports])
        return MonthEnd(self.month, tuple(self.steps), unique, status, files, imports)

    def _import(self, files: tuple[FileReading, ...], intake: Intake) -> ImportResult:
        title = f"导入（{intake.label}）"
        with self.log.step(title):
            result = import_files(
                self.workspace, self.registers, files, intake=intake, as_of=self.as_of.isoformat()
            )
        self.steps.append(Step(title, _sum_up(result)))
        return result

    def _back_up(self) -> None:
        """Keep a copy of what the imports left; a month end repeated finds it there already."""
        with self.log.step(_BACKUP):
            try:
                made = make_backup(self.workspace.path, on=self.as_of, cause="month-end", keep=_KEPT_BACKUPS)
            except SanwuError as error:
                self._fail(_BACKUP, error)
            else:
                result = "已备份并读回核对" if made.is_new else "没有变化，不用再备份"
                self.steps.append(Step(_BACKUP, result, made.path))

    def _settle(
        self, files: tuple[FileReading, ...], imports: tuple[ImportResult, ...]
    ) -> tuple[Finding, ...]:
        """Give what is to be said of the sheets once all of them stand in the ledger.

        The first run tells more (what changed, and from what); its record is the second's.
        """
        settled = imports
        if any(result.run is not None for result in imports):
            settled = tuple(
                compare_files(self.workspace, self.registers, files, intake=result.intake)
                for result in imports
            )
        return tuple(finding for result in settled for finding in result.findings)

    def _make(
        self,
        title: str,
        make: Maker,
    ) -> list[Part]:
        """Take one step; what it raises is told, and the next one taken."""
        with self.log.step(title):
            try:
                parts, findings = make(self.workspace, self.registers, self.month)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other steps are still worth taking
                self._fail(title, self.explain(error))
                return []
        self.findings += findings
        return parts

    def _fail(self, title: str, error: SanwuError) -> None:
        if error.status in _FATAL:
            raise error
        self.log.tell_failure(error, step=title)
        remedy = error.remedy or "请把这一条告诉维护人员"
        one = Failed(title, error.message, remedy, self._show(error.place), error.status)
        self.failed.append(one)
        self.findings.append(one.make_finding())
        self.steps.append(Step(title, f"没有办成：{error.message}", status=error.status))

    def _show(self, place: str) -> str:
        """Give a place as it is called in the workspace, wherever that lies: the record names it."""
        path = Path(place)
        return self.workspace.show(path) if path.is_absolute() else place

    def _write(self, parts: list[Part]) -> dict[str, bytes]:
        """Write the files that differ; give the bytes of all that now stand, by their place."""
        written: dict[str, bytes] = {}
        record = place_of_record(self.workspace, self.month)
        is_vouched = True
        for part in parts:
            path = self.workspace.out / part.place if part.place else None
            if path is None:
                self.steps.append(Step(part.title, part.result))
                continue
            try:
                if is_vouched and not holds_bytes(path, part.data):
                    record.unlink(missing_ok=True)
                    is_vouched = False
                write_file(path, part.data)
            except (SanwuError, OSError) as error:
                self._fail(part.title, self.explain(error))
            else:
                written[self.workspace.show(path)] = part.data
                self.steps.append(Step(part.title, part.result, path))
        return written

    def _record(
        self,
        sources: dict[str, tuple[str, str]],
        files: tuple[FileReading, ...],
        written: dict[str, bytes],
        findings: tuple[Finding, ...],
    ) -> None:
        """Write down what the run rests on and what it wrote."""
        unreadable = [file.file for file in files if not file.is_readable]
        unique = tuple(dict.fromkeys((*findings, *(one.make_finding() for one in self.failed))))
        path = place_of_record(self.workspace, self.month)
        data = build_record(
            self.workspace,
            self.month,
            as_of=self.as_of.isoformat(),
            sources=sources,
            unreadable=unreadable,
            contents=self.workspace.ledger.read(),
            outputs=written,
            findings=unique,
            failed=self.failed,
            status=_find_status(unique, self.failed, [ExitStatus.PARTIAL] if unreadable else []),
        )
        try:
            write_file(path, data)
        except SanwuError as error:
            self._fail("运行记录", error)
        else:
            self.steps.append(Step("运行记录", "已写", path))


def _find_status(
    findings: Iterable[Finding], failed: Iterable[Failed], others: Iterable[ExitStatus]
) -> ExitStatus:
    has_errors = any(finding.severity is Severity.ERROR for finding in findings)
    return gravest(
        *others, *(one.status for one in failed), ExitStatus.FINDINGS if has_errors else ExitStatus.CLEAN
    )


def _sum_up(result: ImportResult) -> str:
    counts = {c: sum(d.count(c) for d in result.differences) for c in RowClass}
    total = sum(counts.values())
    return f"{total}行：" + "，".join(f"{row_class.label}{number}" for row_class, number in counts.items())
