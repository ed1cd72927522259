"""Facts held against rules: answers with the tree of their reasons, verdicts and flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import PlanError
from sanwu_cli.plan.facts import (
    FACTS,
    Case,
    Evidence,
    Known,
    answer_all_breached,
    answer_village,
    combine_all,
    find_fact,
    hold_at_least,
    hold_at_most,
)
from sanwu_cli.plan.records import Comparison
from sanwu_cli.terms import Answer, AreaLevel, Flag, Indicator, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from fractions import Fraction

    from sanwu_cli.model import Area, Interval, Number
    from sanwu_cli.periods import Month
    from sanwu_cli.plan.records import Plan, Rule

STRICT = "more_than"
# Readings under which a township's verdict is tried again, to see whether it hangs on them.
TRIED_READINGS = ("T-03", "T-04", "T-05", "T-06", "T-08")


class Reason(Struct, frozen=True):
    """One node of the tree: the rule, what it asks, what was seen, and what that rests on."""

    rule: str
    title: str
    clause: str
    answer: Answer
    seen: str = ""
    bound: str = ""
    readings: tuple[str, ...] = ()
    children: tuple[Reason, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[str, ...] = ()


class IndicatorState(Struct, frozen=True):
    """One indicator of one village: the interval, the limit it is held against, the answer."""

    interval: Interval
    limit: int
    answer: Answer


class VillageJudgement(Struct, frozen=True):
    """A village's year; `missing` lists the unreported months that are over, per indicator."""

    area: Area
    competes: bool
    indicators: Mapping[Indicator, IndicatorState]
    verdict: Verdict
    flags: tuple[Flag, ...]
    missing: tuple[tuple[Indicator, Month], ...]


class TownshipJudgement(Struct, frozen=True):
    """A township's year; unbreached and all_breached count villages as (at least, at most)."""

    area: Area
    competes: bool
    village_count: int
    unbreached: tuple[int, int]
    all_breached: tuple[int, int]
    conditions: Mapping[str, Answer]
    rank: int | None
    verdict: Verdict
    flags: tuple[Flag, ...]


def explain_rule(plan: Plan, case: Case, rule: Rule, area: str) -> Reason:
    """Hold one rule against one area, with the reasons beneath it. Raises PlanError for a bad rule."""
    if rule.all_of:
        chosen = [plan.rule(inner) for inner in rule.all_of if _is_judged(case, inner)]
        children = tuple(explain_rule(plan, case, inner, area) for inner in chosen)
        answer = combine_all(child.answer for child in children)
        gaps: tuple[str, ...] = ()
        if rule.level is AreaLevel.VILLAGE and answer is not Answer.NOT_MET:
            gaps = _find_shortage(case, area)
            answer = Answer.NOT_MET if gaps else answer
        return Reason(
            rule.id, rule.title, rule.clause, answer, readings=rule.readings, children=children, gaps=gaps
        )
    if rule.fact is None:
        raise PlanError(f"rule {rule.id} has neither fact nor all_of")
    known = find_fact(case, rule.fact)(case, area)
    bound = _find_bound(case, rule, area)
    return Reason(
        rule.id,
        rule.title,
        rule.clause,
        _hold(case, rule, known.interval, bound),
        seen=known.shown or show_interval(known.interval),
        bound=_show_bound(case, rule, bound) + _cite_quota(case, rule, area),
        readings=rule.readings,
        evidence=known.evidence,
        gaps=known.gaps,
    )


def _is_judged(case: Case, rule_id: str) -> bool:
    """Leave out an indicator the office does not judge (T-01)."""
    name = rule_id.partition(".")[2]
    return name not in set(Indicator) or name in case.indicators


def _find_bound(case: Case, rule: Rule, area: str) -> Fraction | int:
    name = (rule.fact or "").partition(".")[2]
    if name in case.indicators:  # the office's own limit (T-02); the rule's bound is its default
        return case.limit(area, Indicator(name))
    return rule.bound_on(case.book.day).number


def _cite_quota(case: Case, rule: Rule, area: str) -> str:
    """Name the paper of a limit registered for the area."""
    quota = case.quotas.get((area, Indicator((rule.fact or "").partition(".")[2]))) if case.quotas else None
    return f"（{quota.document_number}）" if quota is not None and quota.document_number else ""


def _is_strict(case: Case, rule: Rule) -> bool:
    return any(case.readings.get(reading) == STRICT for reading in rule.readings)


def _hold(case: Case, rule: Rule, interval: Interval, bound: Fraction | int) -> Answer:
    if rule.test is Comparison.AT_MOST:
        return hold_at_most(interval, bound)
    return hold_at_least(interval, bound, strictly=_is_strict(case, rule))


def _show_bound(case: Case, rule: Rule, bound: Fraction | int) -> str:
    sign = "≤" if rule.test is Comparison.AT_MOST else (">" if _is_strict(case, rule) else "≥")
    return f"{sign} {bound}"


def show_interval(interval: Interval) -> str:
    """Show an interval: 2, 0…3, or ≥1 when nothing bounds it."""
    if interval.high is None:
        return f"≥{show_number(interval.low)}"
    if interval.is_exact:
        return show_number(interval.low)
    return f"{show_number(interval.low)}…{show_number(interval.high)}"


def show_number(number: Number) -> str:
    """Show a number as it is, never rounded."""
    return str(number)


def judge_village(
    plan: Plan, case: Case, area: Area, *, competes: bool, due: frozenset[Month]
) -> VillageJudgement:
    """Judge a village's year (六(四)); `due` are the months that are over."""
    states = {
        indicator: IndicatorState(
            case.tally(area.code, indicator).interval,
            case.limit(area.code, indicator),
            case.answer(area.code, indicator),
        )
        for indicator in case.indicators
    }
    missing = tuple(
        (indicator, month)
        for indicator in case.indicators
        for month in case.tally(area.code, indicator).missing
        if month in due
    )
    verdict = decide_village(plan, case, area) if competes else Verdict.NOT_APPLICABLE
    flags = _flag_village(case, area, verdict)
    return VillageJudgement(area, competes, states, verdict, flags, missing)


def decide_village(plan: Plan, case: Case, area: Area) -> Verdict:
    """Give the verdict of a village that competes (六(四))."""
    if explain_rule(plan, case, plan.rule("village.disqualified"), area.code).answer is Answer.MET:
        return Verdict.DISQUALIFIED
    answer = explain_rule(plan, case, plan.rule("village.designated"), area.code).answer
    return {Answer.MET: Verdict.DESIGNATED, Answer.NOT_MET: Verdict.NOT_DESIGNATED}.get(
        answer, Verdict.UNKNOWN
    )


def _find_shortage(case: Case, village: str) -> tuple[str, ...]:
    """Say by how much a village is younger than the office asks for (T-16); empty when it is not."""
    least = case.readings.get("T-16")
    asked = int(least["min_months"]) if isinstance(least, dict) else 0
    months = _count_months(case, village) if asked else 0
    return (f"年内成立只有{months}个月，要求满{asked}个月（T-16）",) if months < asked else ()


def _count_months(case: Case, village: str) -> int:
    """Count the whole months of the period in which the village, or one it continues, exists."""
    codes = case.book.lineages.get(village, (village,))
    lives = [life for code in codes for life in case.book.by_code.get(code, ())]
    return sum(
        1
        for month in case.book.period.months()
        if all(any(life.exists_on(day) for life in lives) for day in (month.first_day, month.last_day))
    )


def _flag_village(case: Case, area: Area, verdict: Verdict) -> tuple[Flag, ...]:
    flags = _flag_change(case, area)
    answers = [case.answer(area.code, indicator) for indicator in case.indicators]
    if verdict is Verdict.NOT_DESIGNATED and Answer.MET not in answers and Answer.UNKNOWN in answers:
        flags.append(Flag.MAY_BE_DISQUALIFIED)
    incidents = [i for indicator in case.indicators for i in case.tally(area.code, indicator).incidents]
    if any(len({place.area_code for place in incident.places}) > 1 for incident in incidents):
        flags.append(Flag.SHARED_CASE)
    if _is_contested(case, area.code):
        flags.append(Flag.OBJECTION_PENDING)
    return tuple(flags)


def _is_contested(case: Case, code: str) -> bool:
    """Say whether an objection, or a question put off, touches an area: a case of it, or a number."""
    tallies = [case.tally(code, indicator) for indicator in case.indicators]
    incidents = [incident for tally in tallies for incident in (*tally.incidents, *tally.held)]
    counts = [count for tally in tallies for count in tally.counts]
    return any(i.is_contested for i in incidents) or any(count.is_contested for count in counts)


def _flag_change(case: Case, area: Area) -> list[Flag]:
    """Flag an area that is new, or takes in others, within the year."""
    flags = []
    first, last = case.book.period.first.first_day, case.book.period.last.last_day
    codes = [code for code in case.book.lineages.get(area.code, ()) if code != area.code]
    ended = [a.valid_to for code in codes for a in case.book.by_code[code] if a.valid_to]
    if any(first <= day <= last for day in ended):
        flags.append(Flag.MERGED)
    elif area.valid_from and first < area.valid_from <= last and not codes:
        earlier = [
            life for life in case.book.by_code[area.code] if life.exists_on(first) or life.valid_from is None
        ]
        begun = [life.valid_from for life in case.book.by_code[area.code] if life.valid_from]
        if not earlier and min(begun) > first:  # another name or township is not another village
            flags.append(Flag.NEW_THIS_YEAR)
    return flags


def judge_township(
    plan: Plan, case: Case, area: Area, *, competes: bool, confirmed: frozenset[str]
) -> TownshipJudgement:
    """Judge a township's year by the three conditions and the disqualification (六(四))."""
    villages = [village.code for village in case.book.villages_of(area.code)]
    unbreached = [answer_village(case, code) for code in villages]
    breached = [answer_all_breached(case, code) for code in villages]
    reason = explain_rule(plan, case, plan.rule("township.designated"), area.code)
    verdict = decide_township(plan, case, area.code) if competes else Verdict.NOT_APPLICABLE
    return TownshipJudgement(
        area,
        competes,
        len(villages),
        _bounds(unbreached),
        _bounds(breached),
        {child.rule.partition(".")[2]: child.answer for child in reason.children},
        _rank_exactly(case, area.code) if competes else None,
        verdict,
        _flag_township(plan, case, area, verdict, confirmed) if competes else tuple(_flag_change(case, area)),
    )


def _bounds(answers: list[Answer]) -> tuple[int, int]:
    low = answers.count(Answer.MET)
    return low, low + answers.count(Answer.UNKNOWN)


def _rank_exactly(case: Case, township: str) -> int | None:
    interval = FACTS["township.safety_rank"](case, township).interval
    return int(interval.low) if interval.is_exact else None


def decide_township(plan: Plan, case: Case, township: str) -> Verdict:
    """Give the verdict of a township that competes; it is not named while it may yet be barred (六(四))."""
    barred = explain_rule(plan, case, plan.rule("township.disqualified"), township).answer
    if barred is Answer.MET:
        return Verdict.DISQUALIFIED
    answer = explain_rule(plan, case, plan.rule("township.designated"), township).answer
    if answer is Answer.MET and barred is Answer.UNKNOWN:  # 70 % and 50 % read apart (T-04, T-05)
        return Verdict.UNKNOWN
    return {Answer.MET: Verdict.DESIGNATED, Answer.NOT_MET: Verdict.NOT_DESIGNATED}.get(
        answer, Verdict.UNKNOWN
    )


def _flag_township(
    plan: Plan, case: Case, area: Area, verdict: Verdict, confirmed: frozenset[str]
) -> tuple[Flag, ...]:
    flags = _flag_change(case, area)
    mine = case.scores.get(area.code)
    if mine is not None and any(case.scores.get(code) == mine for code in case.competing - {area.code}):
        flags.append(Flag.TIED_RANK)
    rule = plan.rule("township.disqualified")
    share = FACTS["township.all_breached_share"](case, area.code).interval
    if share.is_exact and share.low == rule.bound_on(case.book.day).number:
        flags.append(Flag.EXACTLY_HALF)
    if any(
        _is_contested(case, code) for code in (area.code, *(v.code for v in case.book.villages_of(area.code)))
    ):
        flags.append(Flag.OBJECTION_PENDING)
    if any(other is not verdict for other in _try_other_readings(plan, case, area.code, confirmed)):
        flags.append(Flag.READING_ASSUMED)
    return tuple(flags)


def _try_other_readings(
    plan: Plan, case: Case, township: str, confirmed: frozenset[str]
) -> Iterable[Verdict]:
    """Judge again under every other choice of each reading nobody has confirmed."""
    for reading in TRIED_READINGS:
        if reading in confirmed:
            continue
        for choice in plan.reading(reading).choices:
            if choice.value != case.readings.get(reading):
                other = replace(case, readings={**case.readings, reading: choice.value})
                yield decide_township(plan, other, township)


def explain_area(plan: Plan, case: Case, area: Area) -> tuple[Reason, ...]:
    """Give the whole tree for an area: both of its verdict rules, and for a township its villages."""
    if area.level is AreaLevel.VILLAGE:
        rules = ("village.designated", "village.disqualified")
        return tuple(explain_rule(plan, case, plan.rule(rule), area.code) for rule in rules)
    designated = explain_rule(plan, case, plan.rule("township.designated"), area.code)
    villages = tuple(
        replace(reason, title=f"{village.name}：{reason.title}")
        for village in case.book.villages_of(area.code)
        for reason in [explain_rule(plan, case, plan.rule("village.designated"), village.code)]
    )
    children = tuple(
        replace(child, children=villages) if child.rule == "township.unbreached_share" else child
        for child in designated.children
    )
    disqualified = explain_rule(plan, case, plan.rule("township.disqualified"), area.code)
    return replace(designated, children=children), disqualified


__all__ = ["Case", "Known", "Reason", "TownshipJudgement", "VillageJudgement"]
