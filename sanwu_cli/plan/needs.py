"""What an open verdict lacks: the smallest list of answers after which it is decided, whatever they say.

Of an open indicator every gap is needed: as long as one is left, that one may be the case that breaches.
What is already decided asks for nothing.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.plan.evaluate import explain_rule
from sanwu_cli.plan.facts import answer_all_breached, answer_village
from sanwu_cli.plan.tally import find_current_code
from sanwu_cli.terms import Answer, AreaLevel, Term, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.model import Area
    from sanwu_cli.periods import Month, Period
    from sanwu_cli.plan.facts import Case
    from sanwu_cli.plan.records import Plan
    from sanwu_cli.plan.tally import Tally
    from sanwu_cli.records import Count, Incident
    from sanwu_cli.terms import Indicator


class NeedKind(Term):
    """What kind of answer is missing."""

    REPORT = "report", "补报"
    HELD = "held", "归属待定"
    OBJECTION = "objection", "异议未决"
    CLASH = "clash", "明细与月报数不一致"
    SPLIT = "split", "只有合计，要分到村(社区)"
    BINDING = "binding", "约束性指标认定"
    SCORE = "score", "综合得分"
    NO_VILLAGES = "no_villages", "辖区没有村(社区)"
    OTHER = "other", "待核"


class Question(Term):
    """What of an area is open."""

    NAMING = "naming", "能否命名"
    BARRING = "barring", "是否取消评优"


class Need(Struct, frozen=True):
    """One answer that is missing; what does not apply is empty.

    `township` is who must be spoken for (a report, an attestation, a score), `area` the village or township
    the doubt stands at, `incident` the held or contested case, `name` the binding indicator.
    """

    kind: NeedKind
    indicator: Indicator | None = None
    month: Month | None = None
    township: str = ""
    area: str = ""
    period: Period | None = None
    incident: Incident | None = None
    name: str = ""


class OpenArea(Struct, frozen=True):
    """An area with something open: which question, and everything that is needed to answer it."""

    area: Area
    question: Question
    needs: tuple[Need, ...]


def list_village_needs(case: Case, village: str) -> tuple[Need, ...]:
    """List the gaps of every indicator of a village that is open."""
    found: list[Need] = []
    for indicator in case.indicators:
        if case.answer(village, indicator) is Answer.UNKNOWN:
            found += _list_gaps(case, village, indicator, case.tally(village, indicator))
    return tuple(dict.fromkeys(found))


def _list_gaps(case: Case, village: str, indicator: Indicator, tally: Tally) -> list[Need]:
    gaps = [
        Need(NeedKind.REPORT, indicator, month, town)
        for month in tally.missing
        for town in _find_silent(case, village, month, tally)
    ]
    gaps += [
        Need(
            NeedKind.OBJECTION if held.is_contested and not held.widens else NeedKind.HELD,
            indicator,
            incident=held,
        )
        for held in tally.held
    ]
    gaps += [Need(NeedKind.CLASH, indicator, area=village, period=span) for span in tally.disagreeing]
    codes = case.book.lineages.get(village, (village,))
    gaps += [
        Need(NeedKind.SPLIT, indicator, area=count.area_code, period=count.period)
        for count in tally.counts
        if count.area_code not in codes and _is_loose(count, tally)
    ]
    return gaps or [Need(NeedKind.OTHER, indicator, area=village)]


def _find_silent(case: Case, village: str, month: Month, tally: Tally) -> Iterable[str]:
    """Find the townships nobody spoke for in a month: of the village and of those it continues."""
    book = case.book
    spoken = {report.township_code for report in tally.reports if month in report.period}
    silent: dict[str, None] = {}
    for code in book.lineages.get(village, (village,)):
        for life in book.by_code.get(code, ()):
            begun = life.valid_from is None or life.valid_from <= month.last_day
            if begun and (life.valid_to is None or life.valid_to >= month.first_day):
                stands = find_current_code(book.by_code, life.parent, month.last_day)
                if not {life.parent, stands} & spoken:
                    silent[stands] = None
    return silent or (village[:9],)


def _is_loose(count: Count, tally: Tally) -> bool:
    """Say whether a township's sum leaves open which of its villages had the cases."""
    months = count.period.months()
    return count.count > 0 and not all(any(m in r.period for r in tally.reports) for m in months)


def list_open(
    plan: Plan, case: Case, verdicts: Iterable[tuple[Area, Verdict]], names: tuple[str, ...]
) -> tuple[OpenArea, ...]:
    """List what is open of these areas; `names` are the binding indicators the office has named."""
    found: list[OpenArea] = []
    for area, verdict in verdicts:
        question = _find_question(plan, case, area, verdict)
        if question is None:
            continue
        if area.level is AreaLevel.VILLAGE:
            needs = list_village_needs(case, area.code)
        else:
            needs = _list_township_needs(plan, case, area.code, question, names)
        found.append(OpenArea(area, question, needs))
    return tuple(found)


def _find_question(plan: Plan, case: Case, area: Area, verdict: Verdict) -> Question | None:
    if verdict is Verdict.UNKNOWN:
        return Question.NAMING
    if verdict is not Verdict.NOT_DESIGNATED:
        return None
    barring = plan.rule(f"{area.level.value}.disqualified")
    is_open = explain_rule(plan, case, barring, area.code).answer is Answer.UNKNOWN
    return Question.BARRING if is_open else None


def _list_township_needs(
    plan: Plan, case: Case, township: str, question: Question, names: tuple[str, ...]
) -> tuple[Need, ...]:
    """List what a township's open conditions lack; of the shares, what their open villages lack."""
    found: list[Need] = []
    if question is Question.NAMING:
        reason = explain_rule(plan, case, plan.rule("township.designated"), township)
        is_open = {child.rule: child.answer is Answer.UNKNOWN for child in reason.children}
        if is_open.get("township.binding_indicators"):
            found += _list_bindings(case, township, names)
        if is_open.get("township.safety_rank"):
            ranked = sorted(code for code in case.competing if case.scores.get(code) is None)
            found += [Need(NeedKind.SCORE, township=code) for code in ranked]
        if is_open.get("township.unbreached_share"):
            found += _list_share_needs(plan, case, township, is_barring=False)
    barring = explain_rule(plan, case, plan.rule("township.disqualified"), township)
    if barring.answer is Answer.UNKNOWN:
        found += _list_share_needs(plan, case, township, is_barring=True)
    return tuple(dict.fromkeys(found))


def _list_bindings(case: Case, township: str, names: tuple[str, ...]) -> list[Need]:
    rows = [b for b in case.book.records.bindings if b.township_code == township]
    attested = {_fold(row.name) for row in rows if row.is_breached is not None}
    missing = [name for name in names if _fold(name) not in attested]
    if not missing:  # the office has not named them: only their number is known
        missing = [""]
    return [Need(NeedKind.BINDING, township=township, name=name) for name in missing]


def _fold(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())


def _list_share_needs(plan: Plan, case: Case, township: str, *, is_barring: bool) -> list[Need]:
    villages = case.book.villages_of(township)
    if not villages:
        return [Need(NeedKind.NO_VILLAGES, township=township)]
    chosen = case.readings.get("T-05" if is_barring else "T-04")
    if is_barring and chosen == "each_indicator_half":
        case = _leave_open_indicators(plan, case, township)
        return [need for village in villages for need in list_village_needs(case, village.code)]
    answer = answer_all_breached if chosen in ("each_village_all", "not_all") else answer_village
    return [
        need
        for village in villages
        if answer(case, village.code) is Answer.UNKNOWN
        for need in list_village_needs(case, village.code)
    ]


def _leave_open_indicators(plan: Plan, case: Case, township: str) -> Case:
    """Leave the indicators whose own half is open; a reached half asks for nothing more (T-05)."""
    rule = plan.rule("township.disqualified")
    alone = {i: replace(case, indicators=(i,)) for i in case.indicators}
    left = [i for i, one in alone.items() if explain_rule(plan, one, rule, township).answer is Answer.UNKNOWN]
    return replace(case, indicators=tuple(left))
