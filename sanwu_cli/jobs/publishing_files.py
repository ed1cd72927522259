"""Publishing rosters that stand in files: read, checked, frozen as they are; a broken rule needs a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.publishing import announce_all
from sanwu_cli.jobs.roster_checking import check_rosters
from sanwu_cli.roster.lines import make_roster
from sanwu_cli.terms import RosterGroup, Severity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sanwu_cli.jobs.publishing import Publishing
    from sanwu_cli.jobs.roster_checking import RosterCheck
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month
    from sanwu_cli.roster.review import Sheet
    from sanwu_cli.terms import StationedRole

# What is no broken rule and yet would freeze a roster that lacks whole parts.
_AS_GRAVE = frozenset({"ROSTER-PART-MISSING"})


class Given(Struct, frozen=True):
    """What was given to publish: files for months, whether broken rules are accepted, and the reason."""

    paths: Sequence[Path]
    months: Sequence[Month]
    role: StationedRole | None = None
    is_accepted: bool = False
    replace: bool = False
    reason: str = ""


class FilePublishing(Struct, frozen=True):
    """What came of it: the publishing, or None and why it was refused; all findings of the check."""

    publishing: Publishing | None
    refusal: str
    remedy: str
    findings: tuple[Finding, ...]


def publish_files(
    workspace: Workspace, registers: RegisterReading, given: Given, *, as_of: str
) -> FilePublishing:
    """Freeze the rosters that files hold for these months, in one run of the ledger, all of them or none.

    A line that could not be read refuses always, a broken rule or a part that is missing unless it is
    accepted with a reason. Raises SanwuError for a draft, and for a roster that differs from what is
    published when `replace` does not say that it is meant.
    """
    groups = tuple(RosterGroup) if given.role is None else (RosterGroup.of_role(given.role),)
    month = given.months[0] if len(given.months) == 1 else None
    check = check_rosters(workspace, registers, given.paths, month=month, groups=groups, is_weighed=False)
    sheets = [s for s in check.reading.sheets if s.group in groups and s.month in given.months]
    if not check.reading.is_readable or not check.reading.is_whole:
        return _refuse(
            check,
            "文件里有没读懂的地方，没有公布",
            "请按下面的提示改好文件，再公布一遍；这一项不能用 --accept 放行",
        )
    filled = [(s, make_roster(s.month, s.entries)) for s in sheets]
    filled = [(sheet, roster) for sheet, roster in filled if roster.duties]
    if not filled:
        raise SanwuError(
            f"文件里没有{given.months[0].label if month else f'{given.months[0].year}年'}的值班表",
            remedy="请核对文件和月份；表里没写月份的，用 --month 指明",
            status=ExitStatus.INPUT_MISSING,
        )
    _check_drafts([sheet for sheet, _ in filled], check)
    broken = [f for f in check.findings if f.severity is Severity.ERROR or f.code in _AS_GRAVE]
    if broken and not given.is_accepted:
        return _refuse(
            check,
            f"值班表里有{len(broken)}处不合规则，没有公布",
            "请改好再公布；确实要照这样公布的，加 --accept 和 --reason 理由，理由留在台账里",
        )
    done = announce_all(
        workspace,
        registers,
        [(sheet.group, roster) for sheet, roster in filled],
        as_of=as_of,
        replace=given.replace,
        reason=given.reason,
        findings=check.findings,
    )
    return FilePublishing(done, "", "", check.findings)


def _refuse(check: RosterCheck, why: str, remedy: str) -> FilePublishing:
    return FilePublishing(None, why, remedy, check.findings)


def _check_drafts(sheets: Sequence[Sheet], check: RosterCheck) -> None:
    """Refuse months whose holidays are not published yet."""
    for sheet in sheets:
        if not check.reading.staffing.calendar.is_published(sheet.month):
            raise SanwuError(
                f"{sheet.month.year}年节假日安排尚未公布，{sheet.month.label}的值班表还是草案，不能公布",
                remedy="等放假安排公布以后再公布；本地已经知道的，先填进 registers/节假日.xlsx",
                status=ExitStatus.REFUSED,
            )
