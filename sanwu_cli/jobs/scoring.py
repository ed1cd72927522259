"""Judging: a year or a month opened as a case, every village and township judged, awards summed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.clashes import find_clashes
from sanwu_cli.jobs.intake import choices_of
from sanwu_cli.jobs.reading import detail_sheets
from sanwu_cli.jobs.scores import find_assessment, find_work, join_scores
from sanwu_cli.ledger.derive import derive_records
from sanwu_cli.nearest import find_near
from sanwu_cli.periods import MONTHS_A_YEAR, Month, Period
from sanwu_cli.plan.evaluate import (
    Reason,
    TownshipJudgement,
    VillageJudgement,
    explain_area,
    judge_township,
    judge_village,
)
from sanwu_cli.plan.facts import Case
from sanwu_cli.plan.tally import YearBook, find_current_code, open_year
from sanwu_cli.registers.limits import find_quotas
from sanwu_cli.sheets.values import fold
from sanwu_cli.terms import AreaLevel, Indicator, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sanwu_cli.assessment.scoring import Assessment
    from sanwu_cli.jobs.assessed_work import Work
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.ledger.entries import Contents
    from sanwu_cli.model import Area, Finding
    from sanwu_cli.plan.records import Reading, ReadingValue
    from sanwu_cli.records import YearRecords

FIRST_PLAN_YEAR_START = 6  # the first year ran from June (五(一)); only the reading T-11 asks for it
_CENTS = Decimal("0.01")


class Scoring(Struct, frozen=True):
    """A span opened for judging; `due` are the months that are over on the day of reference.

    `registers` and `contents` are what it was opened from, so that it can be opened under another reading;
    `assessment` is the year scored by the office's own items, where the ledger has any, `work` what that
    rests on.
    """

    workspace: Workspace
    case: Case
    year: int
    as_of: date
    due: frozenset[Month]
    findings: tuple[Finding, ...]
    registers: RegisterReading
    contents: Contents
    assessment: Assessment | None = None
    work: Work | None = None

    @property
    def is_fed(self) -> bool:
        """Say whether the ranking takes anything from the assessment: an example or a draft feeds nothing."""
        return self.assessment is not None and not self.assessment.is_example


class YearScore(Struct, frozen=True):
    """A year judged: every village and township that exists on the assessment day, and the awards."""

    scoring: Scoring
    villages: tuple[VillageJudgement, ...]
    townships: tuple[TownshipJudgement, ...]
    award_townships: int
    award_villages: int
    award_yuan: int


def open_scoring(
    workspace: Workspace,
    registers: RegisterReading,
    *,
    year: int,
    as_of: date | None = None,
    last_month: Month | None = None,
    is_month_only: bool = False,
    contents: Contents | None = None,
    records: YearRecords | None = None,
    before: Scoring | None = None,
) -> Scoring:
    """Open a year, or its months up to `last_month`, or that month alone, for judging.

    `as_of` defaults to the last day of the span, `contents` to what the ledger holds, `records` to what is
    derived from that. `before` is the same year under other readings: its work is not read again, nor an
    assessment scored again that feeds nothing. Raises SanwuError for a span before the plan.
    """
    period = find_period(workspace, year, last_month)
    if is_month_only:
        period = Period(period.last, period.last)
    day = period.last.last_day
    as_of = as_of or day
    if as_of < period.first.first_day:
        raise SanwuError(f"{as_of}时{year}年还没有开始", remedy="请改正 --as-of 或年份")
    if as_of < workspace.plan.issued_on:
        issued = workspace.plan.issued_on
        raise SanwuError(f"方案{issued}才印发，{as_of}没有可算的", remedy=f"--as-of 请写{issued}以后的日子")
    contents = workspace.ledger.read() if contents is None else contents
    records = records or derive_records(
        contents,
        year=year,
        areas=registers.registers.areas,
        choices=choices_of(workspace),
        detail_indicators=detail_sheets(),
    )
    assessed_on = as_of if workspace.settings.readings["T-13"] == "as_of" else day
    names = {fold(name) for name in workspace.settings.binding_names}
    if names:  # once the office has named the indicators, only these are attested
        records = replace(records, bindings=tuple(b for b in records.bindings if fold(b.name) in names))
    book = open_year(records, day=assessed_on, period=period, counts_contested=is_month_only)
    competing = frozenset(t.code for t in book.townships if t.competes)
    case = Case(
        book,
        workspace.settings.readings,
        workspace.settings.indicators,
        workspace.settings.limits,
        int(workspace.plan.value_on("binding_indicator.count", assessed_on)),
        competing,
        {},
        quotas=find_quotas(registers.registers.limits, book.villages, assessed_on),
    )
    assessment, work = (None, None) if before is None else (before.assessment, before.work)
    if before is None and last_month is None:  # the assessment is of a year; a month is not asked for it
        work = find_work(registers, contents, year=year, as_of=as_of)
    if before is None or before.is_fed:
        assessment = find_assessment(workspace, case, work)
    findings = join_scores(case, workspace, assessment, day=assessed_on)
    due = frozenset(month for month in period.months() if month.last_day <= as_of)
    told = (*registers.findings, *findings, *find_clashes(book))
    return Scoring(workspace, case, year, as_of, due, told, registers, contents, assessment, work)


def find_period(workspace: Workspace, year: int, last_month: Month | None) -> Period:
    """Give the span that is judged: the calendar year, or from June in the plan's first year (T-11)."""
    issued = workspace.plan.issued_on
    if year < issued.year:
        raise SanwuError(
            f"方案{issued.year}年才印发，{year}年没有可算的", remedy=f"请写{issued.year}年以后的年份"
        )
    if last_month is not None and last_month.last_day < issued:
        since = Month.of(issued).label
        raise SanwuError(f"方案{since}才印发，{last_month.label}没有可算的", remedy=f"请写{since}以后的月份")
    from_june = workspace.settings.readings["T-11"] == "from_june_2020" and year == issued.year
    first = Month(year, FIRST_PLAN_YEAR_START if from_june else 1)
    last = last_month or Month(year, MONTHS_A_YEAR)
    return Period(min(first, last), last)


def score_year(scoring: Scoring) -> YearScore:
    """Judge every area of the year and sum the awards (六(四); T-28)."""
    plan, case, book = scoring.workspace.plan, scoring.case, scoring.case.book
    villages = tuple(
        judge_village(plan, case, area, competes=village_competes(book, area), due=scoring.due)
        for area in book.villages
    )
    townships = tuple(
        judge_township(
            plan, case, area, competes=area.competes, confirmed=scoring.workspace.settings.confirmed
        )
        for area in book.townships
    )
    town_count = sum(1 for judged in townships if judged.verdict is Verdict.DESIGNATED)
    village_count = sum(1 for judged in villages if judged.verdict is Verdict.DESIGNATED)
    yuan = town_count * int(plan.value_on("award.township_yuan", book.day))
    yuan += village_count * int(plan.value_on("award.village_yuan", book.day))
    return YearScore(scoring, villages, townships, town_count, village_count, yuan)


def village_competes(book: YearBook, village: Area) -> bool:
    """A village competes unless the register says no, of it or of its township."""
    parents = [area for area in book.by_code.get(village.parent, ()) if area.exists_on(book.day)]
    return village.competes and all(parent.competes for parent in parents)


def find_area(book: YearBook, text: str) -> Area:
    """Find the area a person names by code or full name; raises SanwuError with what is close."""
    areas = (*book.townships, *book.villages)
    found = [a for a in areas if text in (a.code, a.name, *a.aliases) or text == a.code.ljust(12, "0")]
    if len(found) == 1:
        return found[0]
    if found:
        options = "、".join(f"{area.name}（{area.code}）" for area in found)
        raise SanwuError(f"叫“{text}”的不止一个：{options}", remedy="请写代码")
    ended = [a for a in book.records.areas if text in (a.code, a.name, *a.aliases) and a.valid_to]
    if ended:
        code = find_current_code(book.by_code, ended[-1].code, book.day)
        names = [area.name for area in areas if area.code == code]
        merged = f"，已并入{names[0]}（{code}）" if names else ""
        raise SanwuError(
            f"“{ended[-1].name}”到{ended[-1].valid_to}为止{merged}",
            remedy=f"请查看{names[0]}" if names else "请写登记表里现有的代码或全名",
            status=ExitStatus.INPUT_MISSING,
        )
    named = {area.name: area.code for area in reversed(areas)}
    near = [area.name for area in areas if text in area.name] or find_near(text, named)
    hint = "、".join(f"{name}（{named[name]}）" for name in near[:5])
    raise SanwuError(
        f"登记表里没有“{text}”",
        remedy=f"您是不是想找：{hint}" if hint else "请写登记表里的代码或全名",
        status=ExitStatus.INPUT_MISSING,
    )


def judge_area(scoring: Scoring, area: Area) -> Verdict:
    """Give one area's verdict."""
    plan, case = scoring.workspace.plan, scoring.case
    if area.level is AreaLevel.VILLAGE:
        competes = village_competes(case.book, area)
        return judge_village(plan, case, area, competes=competes, due=scoring.due).verdict
    confirmed = scoring.workspace.settings.confirmed
    return judge_township(plan, case, area, competes=area.competes, confirmed=confirmed).verdict


def explain(scoring: Scoring, area: Area) -> tuple[Reason, ...]:
    """Give the whole tree of reasons for an area."""
    return explain_area(scoring.workspace.plan, scoring.case, area)


def show_score(score: Decimal | None) -> str | None:
    """Write a score with two decimals, or with all it has: never rounded."""
    if score is None:
        return None
    exponent = score.as_tuple().exponent
    has_more = isinstance(exponent, int) and exponent < _CENTS.as_tuple().exponent  # type: ignore[operator]  # finite
    return str(score if has_more else score.quantize(_CENTS))


def show_reading(scoring: Scoring, readings: tuple[str, ...]) -> str:
    """Write the readings a rule rests on: id and the answer chosen."""
    return "；".join(f"{reading} {describe_choice(scoring.workspace, reading)}" for reading in readings)


def describe_choice(workspace: Workspace, reading_id: str) -> str:
    """Say in Chinese how a reading is answered in this workspace."""
    return describe_answer(workspace.plan.reading(reading_id), workspace.settings.readings[reading_id])


def describe_answer(reading: Reading, value: ReadingValue) -> str:
    """Say an answer to a reading in Chinese."""
    if isinstance(value, str):
        return reading.label_of(value)
    if isinstance(value, tuple):
        return "、".join(reading.label_of(item) for item in value)
    return "、".join(f"{reading.label_of(name)}{number}" for name, number in value.items())


def completeness(scoring: Scoring) -> tuple[tuple[Indicator, Mapping[Month, tuple[str, ...]]], ...]:
    """Say for each indicator which due months are missing, and for which townships (codes)."""
    book = scoring.case.book
    table = []
    for indicator in scoring.case.indicators:
        gaps: dict[Month, dict[str, None]] = {}
        for village in book.villages:
            for month in scoring.case.tally(village.code, indicator).missing:
                if month in scoring.due:
                    gaps.setdefault(month, {})[village.parent] = None
        table.append((indicator, {month: tuple(gaps[month]) for month in sorted(gaps)}))
    return tuple(table)
