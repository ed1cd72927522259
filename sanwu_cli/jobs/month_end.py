"""The whole month end: sheets in, judged, next month's roster, documents and lists out; twice the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.errors import ExitStatus, SanwuError, gravest
from sanwu_cli.files import write_file
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.early_warning import warn_early, write_warnings
from sanwu_cli.jobs.intake import ImportResult, import_files
from sanwu_cli.jobs.ledger_view import export_ledger
from sanwu_cli.jobs.month_work import make_attendance, make_dues, make_grassroots
from sanwu_cli.jobs.reading import read_files
from sanwu_cli.jobs.reporting import render_document
from sanwu_cli.jobs.roster_tables import name_book, write_roster
from sanwu_cli.jobs.rostering import list_groups, make_rosters
from sanwu_cli.jobs.scoring import open_scoring, score_year
from sanwu_cli.jobs.year_end import close_year
from sanwu_cli.jobs.year_end_view import year_end_sheets
from sanwu_cli.jobs.year_list import write_month_list, write_year_list
from sanwu_cli.ledger.entries import drop_undone
from sanwu_cli.periods import MONTHS_A_YEAR
from sanwu_cli.terms import Intake, RosterGroup, RowClass, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month


class Step(Struct, frozen=True):
    """One step of the run: what it was, what came of it, and the file it wrote, if any."""

    title: str
    result: str
    path: Path | None = None


class MonthEnd(Struct, frozen=True):
    """A month end done: its steps in order, all findings, the exit status."""

    month: Month
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    status: ExitStatus


def run_month_end(
    workspace: Workspace,
    registers: RegisterReading,
    month: Month,
    *,
    as_of: date,
    track: Callable[[Sequence[Path], str], Iterable[Path]] | None = None,
) -> MonthEnd:
    """Run a month end; each step is what its own command does. Raises SanwuError when one cannot go on."""
    steps: list[Step] = []
    findings: list[Finding] = []
    statuses: list[ExitStatus] = []
    files = read_files(workspace, registers, [workspace.inbox], track=track)
    for intake in (Intake.INCIDENTS, Intake.RECORDS):
        result = import_files(workspace, registers, files, intake=intake, as_of=as_of.isoformat())
        steps.append(Step(f"导入（{intake.label}）", _sum_up(result)))
        findings += result.findings
        statuses.append(result.status)
    makers = [_make_circular, _make_ledger, _make_roster]
    makers.append(_make_work)
    makers.append(_make_year_list if month.number == MONTHS_A_YEAR else _make_warnings)
    for make in makers:
        made, problems = make(workspace, registers, month)
        steps += made
        findings += problems
    unique = tuple(dict.fromkeys(findings))
    if any(finding.severity is Severity.ERROR for finding in unique):
        statuses.append(ExitStatus.FINDINGS)
    steps.append(_write_receipt(workspace, month))
    return MonthEnd(month, tuple(steps), unique, gravest(*statuses))


def _sum_up(result: ImportResult) -> str:
    counts = {c: sum(d.count(c) for d in result.differences) for c in RowClass}
    total = sum(counts.values())
    return f"{total}行：" + "，".join(f"{row_class.label}{number}" for row_class, number in counts.items())


def _write(workspace: Workspace, folder: str, name: str, data: bytes) -> Path:
    path = workspace.out / folder / name
    write_file(path, data)
    return path


_WORK = (make_attendance, make_grassroots, make_dues)
_Made = tuple[list[Step], tuple["Finding", ...]]


def _make_circular(workspace: Workspace, registers: RegisterReading, month: Month) -> _Made:
    made = render_document(workspace, registers, "monthly_circular", month=month, issued_on=None)
    path = _write(workspace, str(month), made.name, made.data)
    return [Step("月度通报", "已写", path)], made.findings


def _make_ledger(workspace: Workspace, registers: RegisterReading, month: Month) -> _Made:
    path = _write(workspace, str(month), "三无台账.xlsx", export_ledger(workspace, registers))
    scoring = open_scoring(workspace, registers, year=month.year, last_month=month)
    score = score_year(scoring)
    status = _write(workspace, str(month), f"三无情况（截至{month.label}）.xlsx", write_month_list(score))
    return [Step("台账导出", "已写", path), Step("各村各乡镇情况", "已写", status)], ()


def _make_roster(workspace: Workspace, registers: RegisterReading, month: Month) -> _Made:
    """Write next month's rosters and their notice; without staff in the register this step is left out."""
    following = month.plus(1)
    try:
        made = make_rosters(workspace, registers, [following], groups=list_groups(registers))
    except SanwuError as error:
        if error.status is not ExitStatus.INPUT_MISSING:
            raise
        return [Step("值班表", f"没有排：{error.message}")], (
            make_finding("ROSTER-SKIPPED", why=error.message),
        )
    steps = []
    for group, rosters in made.groups.items():
        data = write_roster(workspace, registers, group, rosters)
        path = _write(workspace, str(following), name_book(group, following.label), data)
        duties, gaps = (
            sum(len(part) for part in parts)
            for parts in zip(*((r.duties, r.unfilled) for r in rosters), strict=True)
        )
        title = f"{following.label}{'' if group is RosterGroup.TOWNSHIP else group.label}值班表"
        steps.append(Step(title, f"{duties}人次，缺{gaps}", path))
    if RosterGroup.TOWNSHIP in made.groups:
        notice = render_document(workspace, registers, "duty_roster_notice", month=following, issued_on=None)
        steps.append(Step("值班表通知", "已写", _write(workspace, str(following), notice.name, notice.data)))
    return steps, made.findings


def _make_work(workspace: Workspace, registers: RegisterReading, month: Month) -> _Made:
    """Write attendance, the grass roots and what is due."""
    made = [one for make in _WORK for one in make(workspace, registers, month)]
    steps = [
        Step(one.title, one.result, _write(workspace, str(month), one.name, one.data) if one.name else None)
        for one in made
    ]
    return steps, tuple(finding for one in made for finding in one.findings)


def _make_warnings(workspace: Workspace, registers: RegisterReading, month: Month) -> _Made:
    warnings = warn_early(open_scoring(workspace, registers, year=month.year, last_month=month))
    data = write_warnings(warnings, dated=month.last_day)
    path = _write(workspace, str(month), f"预警（截至{month.label}）.xlsx", data)
    return [Step("预警清单", f"只差一步的村(社区)有{len(warnings.villages)}条", path)], ()


def _make_year_list(workspace: Workspace, registers: RegisterReading, month: Month) -> _Made:
    end = close_year(open_scoring(workspace, registers, year=month.year))
    score, data = end.score, write_year_list(end.score, year_end_sheets(end))
    path = _write(workspace, str(month.year), f"{month.year}年三无名单（核算）.xlsx", data)
    result = f"符合条件：乡镇(街道){score.award_townships}个，村(社区){score.award_villages}个"
    return [
        Step(f"{month.year}年终核算", f"{result}，奖励测算{score.award_yuan}元", path)
    ], score.scoring.findings


def _write_receipt(workspace: Workspace, month: Month) -> Step:
    """Write down what the run rests on: every sheet with its hash, the readings, the versions."""
    receipts = drop_undone(workspace.ledger.read()).receipts
    document = {
        "schema": "sanwu/run/1",
        "month": str(month),
        "program": __version__,
        "plan": workspace.plan.number,
        "readings": dict(workspace.settings.readings.items()),
        "inputs": sorted({(r.source.file, r.source.sha256) for r in receipts}),
    }
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    return Step("运行记录", "已写", _write(workspace, str(month), "run.json", text.encode()))
