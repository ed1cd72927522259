"""How far an area is from the plan's lines: exact numbers of villages, at best and at worst; no forecast."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.plan.evaluate import STRICT
from sanwu_cli.plan.facts import FACTS
from sanwu_cli.terms import Answer, Term

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.model import Area
    from sanwu_cli.plan.facts import Case
    from sanwu_cli.plan.records import Plan, Rule
    from sanwu_cli.records import Incident
    from sanwu_cli.terms import Indicator


class Margin(Struct, frozen=True):
    """A township's distance from the two lines, in villages, each as (at worst, at best).

    `needed` villages must stay unbreached for the share of the naming condition, so `allowed` may be breached
    in all; `may_still` more may be, negative where that many are too many already. At `line` villages the
    township is barred; `to_line` more reach it, nought or less where they have.
    """

    area: Area
    village_count: int
    needed: int
    allowed: int
    may_still: tuple[int, int]
    reachable: Answer
    line: int
    to_line: tuple[int, int]


class Peril(Term):
    """Why a village is one step from losing something."""

    HELD_MAY_TIP = "held_may_tip", "有挂起或异议未决的案件，计入就突破"
    ONE_LEFT = "one_left", "只剩一项没有突破"
    AT_LIMIT = "at_limit", "已到限额，再有一件就突破"


class Warned(Struct, frozen=True):
    """A village one step from losing: why, by which indicators, and the cases it may hang on."""

    area: Area
    peril: Peril
    indicators: tuple[Indicator, ...]
    incidents: tuple[Incident, ...] = ()


def measure_margin(plan: Plan, case: Case, area: Area) -> Margin | None:
    """Measure a township's distance from both lines as the readings have them; None without villages."""
    count = len(case.book.villages_of(area.code))
    if not count:
        return None
    needed, low, high = _measure(case, plan.rule("township.unbreached_share"), area.code, count)
    line, known, possible = _measure(case, plan.rule("township.disqualified"), area.code, count)
    worst, best = low - needed, high - needed
    reachable = Answer.MET if worst >= 0 else Answer.NOT_MET if best < 0 else Answer.UNKNOWN
    return Margin(
        area,
        count,
        needed,
        count - needed,
        (worst, best),
        reachable,
        line,
        (line - possible, line - known),
    )


def _measure(case: Case, rule: Rule, township: str, count: int) -> tuple[int, int, int]:
    """Give the least number of villages that reaches a rule's share; how many there are at least, at most."""
    bound = Fraction(rule.bound_on(case.book.day).number) * count
    is_strict = any(case.readings.get(reading) == STRICT for reading in rule.readings)
    least = floor(bound) + 1 if is_strict else ceil(bound)
    share = FACTS[rule.fact or ""](case, township).interval
    high = count if share.high is None else int(share.high * count)
    return least, int(share.low * count), high


def list_perils(case: Case, villages: Iterable[Area]) -> tuple[Warned, ...]:
    """List the villages one step from losing; under a limit of nought a clean village alone is no news."""
    found: list[Warned] = []
    for area in villages:
        answers = {indicator: case.answer(area.code, indicator) for indicator in case.indicators}
        left = tuple(i for i, answer in answers.items() if answer is not Answer.NOT_MET)
        found += _warn_of_held(case, area, left)
        if len(left) == 1 < len(answers):
            found.append(Warned(area, Peril.ONE_LEFT, left))
        full = tuple(i for i in left if 0 < case.limit(area.code, i) == case.tally(area.code, i).interval.low)
        if full:
            found.append(Warned(area, Peril.AT_LIMIT, full))
    return tuple(found)


def _warn_of_held(case: Case, area: Area, left: tuple[Indicator, ...]) -> list[Warned]:
    tipping: dict[Indicator, tuple[Incident, ...]] = {}
    for indicator in left:
        tally = case.tally(area.code, indicator)
        weight = sum(incident.weight for incident in tally.held)
        if weight and tally.interval.low + weight > case.limit(area.code, indicator):
            tipping[indicator] = tally.held
    if not tipping:
        return []
    incidents = tuple(dict.fromkeys(i for held in tipping.values() for i in held))
    return [Warned(area, Peril.HELD_MAY_TIP, tuple(tipping), incidents)]
