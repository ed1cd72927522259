"""A month end in a letter's length: a subject and at most fifteen lines that may be mailed as they stand."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.records import ItemState
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.comparing import compare_months
from sanwu_cli.jobs.dues import open_dues
from sanwu_cli.jobs.early_warning import Silent, warn_early
from sanwu_cli.jobs.held import list_held
from sanwu_cli.jobs.ledger_view import Filter
from sanwu_cli.jobs.scoring import open_scoring
from sanwu_cli.jobs.year_list import STATUS_LABELS
from sanwu_cli.terms import RowClass, Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from sanwu_cli.jobs.month_end import MonthEnd
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.periods import Month

MOST_LINES = 15
_MOST_SENDERS = 4
_MOST_NAMES = 3
_WORDS = {
    ExitStatus.CLEAN: "办完，没有问题",
    ExitStatus.FINDINGS: "办完，有错误级问题",
    ExitStatus.PARTIAL: "办完，有的文件读不了",
}


class Summary(Struct, frozen=True):
    """What to mail: the subject and the lines below it."""

    subject: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole as a text file: subject, blank line, lines."""
        return "\n".join((self.subject, "", *self.lines)) + "\n"


def summarise_failure(name: str, month: Month, error: SanwuError) -> Summary:
    """Say in a letter's length that a month end could not be done at all."""
    place = f"（{error.place}）" if error.place else ""
    lines = [f"{error.message}{place}", *([f"怎么办：{error.remedy}"] if error.remedy else [])]
    return Summary(
        f"{name}{month.label}三无月末：没有办成", (*lines, f"退出状态：{int(error.status)}；结果没有更新")
    )


def summarise_month_end(workspace: Workspace, registers: RegisterReading, done: MonthEnd) -> Summary:
    """Put a month end into a letter: what came, whom to chase, what changed, what is wrong, where it lies.

    A part that cannot be told is left out: its step says why.
    """
    word = _WORDS.get(done.status, "有的没有办成")
    lines = [f"状态：{word}（退出状态{int(done.status)}）", *_tell_failures(done), *_tell_arrivals(done)]
    for tell in (_tell_silent, _tell_held, _tell_overdue, _tell_changes):
        lines += _try(tell, workspace, registers, done.month)
    lines += [*_tell_findings(done), f"结果：{workspace.out}"]
    return Summary(f"{workspace.settings.name}{done.month.label}三无月末：{word}", tuple(lines[:MOST_LINES]))


def _try(
    tell: Callable[[Workspace, RegisterReading, Month], list[str]],
    workspace: Workspace,
    registers: RegisterReading,
    month: Month,
) -> list[str]:
    try:
        return tell(workspace, registers, month)
    except SanwuError:
        return []


def _tell_failures(done: MonthEnd) -> list[str]:
    failed = [step.title for step in done.steps if step.status is not ExitStatus.CLEAN]
    return [f"没有办成：{_join(failed)}"] if failed else []


def _tell_arrivals(done: MonthEnd) -> list[str]:
    """Say how many files were read, which could not be, and what that changed in the ledger."""
    unreadable = [file.file for file in done.files if not file.is_readable]
    counts: Counter[RowClass] = Counter()
    for result in done.imports:
        if result.run is not None:
            counts.update(row.row_class for difference in result.differences for row in difference.rows)
    told = "，".join(f"{one.label}{counts[one]}行" for one in (RowClass.NEW, RowClass.CHANGED) if counts[one])
    lines = [f"收到：inbox里{len(done.files)}个文件；台账{told or '没有变化'}"]
    return [*lines, f"读不了：{_join(unreadable)}"] if unreadable else lines


def _tell_silent(workspace: Workspace, registers: RegisterReading, month: Month) -> list[str]:
    """Say who has not reported what: one line a sender."""
    scoring = open_scoring(workspace, registers, year=month.year, last_month=month)
    names = {area.code: area.name for area in scoring.case.book.townships}
    by_sender: dict[str, list[Silent]] = {}
    for one in warn_early(scoring).silent:
        by_sender.setdefault(one.sender, []).append(one)
    lines = [f"还没有报：{sender} {_tell_gaps(gaps, names)}" for sender, gaps in by_sender.items()]
    rest = len(lines) - _MOST_SENDERS
    return lines if rest <= 0 else [*lines[:_MOST_SENDERS], f"还没有报的另有{rest}个单位，见预警清单"]


def _tell_gaps(gaps: Sequence[Silent], names: dict[str, str]) -> str:
    """Put one sender's gaps together: months silent in the same places by the same indicator."""
    months: dict[tuple[str, str], list[str]] = {}
    for one in gaps:
        where = "" if one.is_county else f"（{_join([names.get(code, code) for code in one.townships])}）"
        months.setdefault((one.indicator.label, where), []).append(f"{one.month.number}月")
    told = [f"{label}{'、'.join(dict.fromkeys(listed))}{where}" for (label, where), listed in months.items()]
    return _join(told, "；")


def _tell_held(workspace: Workspace, registers: RegisterReading, month: Month) -> list[str]:
    """Say how many cases wait for somebody to say where they belong."""
    cases = [
        case
        for case in list_held(workspace, registers, Filter())
        if case.incident.filed_on is None or case.incident.filed_on.year == month.year
    ]
    return [f"挂起{len(cases)}件，等认定归属或日期：sanwu incidents held"] if cases else []


def _tell_overdue(workspace: Workspace, registers: RegisterReading, month: Month) -> list[str]:
    """Say how many of the plan's items are overdue, and whose most are."""
    dues = open_dues(workspace, registers, as_of=month.last_day).keep(state=ItemState.OVERDUE)
    if not dues.items:
        return []
    units = Counter(item.party.unit.name for item in dues.items)
    return [f"逾期事项{len(dues.items)}项：{_join([f'{name}{n}项' for name, n in units.most_common()])}"]


def _tell_changes(workspace: Workspace, registers: RegisterReading, month: Month) -> list[str]:
    """Say which villages stand differently from the month before, of the same year."""
    before = month.plus(-1)
    if before.year != month.year:
        return []
    compared = compare_months(workspace, registers, (before, month), as_of=None)
    changed = [one for one in compared.villages if one.statuses[0] != one.statuses[1]]
    if not changed:
        return [f"结论：和{before.label}比，没有村(社区)变化"]
    kinds: dict[str, list[str]] = {}
    for one in changed:
        kind = " → ".join(STATUS_LABELS[status] if status else "不在册" for status in one.statuses)
        kinds.setdefault(kind, []).append(one.area.name)
    told = [f"{kind}{len(names)}个（{_join(names)}）" for kind, names in sorted(kinds.items())]
    return [f"结论：和{before.label}比，{'；'.join(told)}"]


def _tell_findings(done: MonthEnd) -> list[str]:
    counts = Counter(finding.severity for finding in done.findings)
    told = "，".join(f"{severity.label}{counts[severity]}处" for severity in Severity if counts[severity])
    return [f"问题：{told or '没有'}"]


def _join(names: Iterable[str], sign: str = "、") -> str:
    """Name the first few, and say how many there are."""
    listed = list(names)
    told = sign.join(listed[:_MOST_NAMES])
    return told if len(listed) <= _MOST_NAMES else f"{told}等{len(listed)}{'项' if sign == '；' else '个'}"
