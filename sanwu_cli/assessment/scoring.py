"""From items, measures and what people gave to every township's points, halves, total and rank."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.assessment.given import gather_given
from sanwu_cli.assessment.items import (
    EXAMPLE_MARK,
    FULL_POINTS,
    Item,
    Part,
    check_sums,
    show_points,
    tell_example,
)
from sanwu_cli.assessment.ranking import rank_totals
from sanwu_cli.assessment.ways import Bonus, Effect, Manual, Measured, Veto, judge_veto, score_way
from sanwu_cli.findings import make_finding
from sanwu_cli.model import Interval
from sanwu_cli.terms import Answer, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.activities import ItemScore
    from sanwu_cli.assessment.given import Given
    from sanwu_cli.assessment.measures import Measures
    from sanwu_cli.model import Area, Finding


class Origin(Term):
    """Where an item's points come from."""

    PERSON_POINTS = "person_points", "人给的分"
    PERSON_NUMBER = "person_number", "人填的数"
    MEASURE = "measure", "程序取数"
    NOTHING = "nothing", "还没有"
    FAULT = "fault", "细则这一项要改"


class ItemPoints(Struct, frozen=True):
    """An item's points for one township; of a veto `veto` says whether it is drawn, the points are 0.

    `points` None: the item cannot be scored as it is written.
    """

    item: Item
    points: Interval | None
    origin: Origin
    known: Measured = Measured()
    veto: Answer | None = None


class TownshipScore(Struct, frozen=True):
    """A township's assessment: its items, halves of 0 … 100, total; `unranked` met: out of the ranking."""

    area: Area
    items: tuple[ItemPoints, ...]
    halves: Mapping[Part, Interval]
    total: Interval
    unranked: Answer
    rank: Interval | None = None

    @property
    def shown_total(self) -> str:
        """The total as known, in words."""
        return show_interval(self.total)


class Assessment(Struct, frozen=True):
    """A year assessed; `is_example`: the rules are an example or a draft, and so is all of this."""

    year: int
    items: tuple[Item, ...]
    townships: tuple[TownshipScore, ...]
    findings: tuple[Finding, ...]
    is_example: bool

    @property
    def mark(self) -> str:
        """What every result of an example says; empty of rules that are in force."""
        return EXAMPLE_MARK if self.is_example else ""

    @property
    def exact_totals(self) -> dict[str, Fraction]:
        """The totals that are known exactly, by township code."""
        return {one.area.code: Fraction(one.total.low) for one in self.townships if one.total.is_exact}


def assess(
    items: Sequence[Item],
    townships: Sequence[Area],
    measures: Measures,
    scores: Iterable[ItemScore],
    *,
    year: int,
    share: Fraction,
    tie: str,
) -> Assessment:
    """Score the townships that compete by the year's items.

    Args:
        items: the office's items as understood.
        townships: those that are ranked.
        measures: what the toolkit itself knows, by measure and township code.
        scores: what people gave for the year.
        year: the year.
        share: what 一中心两所六进驻 is of the whole (六(四)).
        tie: the choice of T-08.
    """
    given, remarks = gather_given(scores, items, townships)
    whole, sums = check_sums(items, townships)
    findings = [*(fault for item in items for fault in item.faults), *sums, *remarks]
    scored = []
    for township in townships:
        own = [item for item in items if item.applies_to(township)]
        points = [_score_item(item, township, measures, given) for item in own]
        findings += [f for one in points if (f := _tell_difference(one, township, measures, given))]
        scored.append(_sum_township(township, points, whole, share))
    totals = {one.area.code: one.total for one in scored}
    ranks = rank_totals(totals, {one.area.code: one.unranked for one in scored}, how=tie)
    example = tell_example((item.told for item in items), year)
    ranked = tuple(_with_rank(one, ranks[one.area.code]) for one in scored)
    return Assessment(year, tuple(items), ranked, (*findings, *example), bool(example))


def _with_rank(score: TownshipScore, rank: Interval | None) -> TownshipScore:
    return TownshipScore(score.area, score.items, score.halves, score.total, score.unranked, rank)


def _score_item(
    item: Item, township: Area, measures: Measures, given: Mapping[tuple[str, str], Given]
) -> ItemPoints:
    """Score one item: a person's points first, then a person's numbers, then the toolkit's own."""
    if item.way is None:
        return ItemPoints(item, None, Origin.FAULT)
    told = given.get((item.number, township.code))
    if told is not None and told.points is not None:
        known = Measured(evidence=told.evidence)
        return ItemPoints(item, Interval(told.points, told.points), Origin.PERSON_POINTS, known)
    measured = measures.get((item.measure.id, township.code)) if item.measure else None
    if told is not None and told.amount is not None:
        known, origin = told.as_measured(measured), Origin.PERSON_NUMBER
    elif measured is not None:
        known, origin = (told.add_classes(measured) if told else measured), Origin.MEASURE
    else:
        known, origin = Measured(gaps=(_what_to_do(item),)), Origin.NOTHING
    if isinstance(item.way, Veto):
        return ItemPoints(item, Interval(0, 0), origin, known, judge_veto(item.way, known))
    return ItemPoints(item, score_way(item.way, item.points, known), origin, known)


def _what_to_do(item: Item) -> str:
    by_points = isinstance(item.way, Manual) or (isinstance(item.way, Bonus) and item.way.per is None)
    return f"请在考核分项得分表里{'给分' if by_points else '填实际数'}"


def _sum_township(
    township: Area, points: list[ItemPoints], whole: Mapping[tuple[str, Part], bool], share: Fraction
) -> TownshipScore:
    halves = {
        part: _sum_half([one for one in points if one.item.part is part], is_whole=whole[township.code, part])
        for part in Part
    }
    if any(one.item.part is None for one in points):  # nobody knows which half it would change
        halves = {part: Interval(Fraction(0), Fraction(FULL_POINTS)) for part in Part}
    centre, other = halves[Part.ONE_CENTRE], halves[Part.OTHER]
    total = _apply(_vetoes(points, Effect.TOTAL), _weigh(centre, other, share))
    return TownshipScore(township, tuple(points), halves, total, _vetoes(points, Effect.UNRANKED))


def _sum_half(points: list[ItemPoints], *, is_whole: bool) -> Interval:
    """Add up a part between 0 and 100; unknown where an item is faulty or the points are no hundred."""
    full = Fraction(FULL_POINTS)
    known = [one.points for one in points if one.points is not None]
    if not is_whole or len(known) < len(points):
        return _apply(_vetoes(points, Effect.HALF), Interval(Fraction(0), full))
    low = sum((Fraction(one.low) for one in known), Fraction(0))
    high = sum((Fraction(one.high or 0) for one in known), Fraction(0))
    bounds = Interval(min(full, max(Fraction(0), low)), min(full, max(Fraction(0), high)))
    return _apply(_vetoes(points, Effect.HALF), bounds)


def _weigh(centre: Interval, other: Interval, share: Fraction) -> Interval:
    low = share * Fraction(centre.low) + (1 - share) * Fraction(other.low)
    return Interval(low, share * Fraction(centre.high or 0) + (1 - share) * Fraction(other.high or 0))


def _vetoes(points: Iterable[ItemPoints], effect: Effect) -> Answer:
    """Say whether a veto of this effect is drawn: one is enough, one unknown leaves it open."""
    seen = {one.veto for one in points if isinstance(one.item.way, Veto) and one.item.way.effect is effect}
    if Answer.MET in seen:
        return Answer.MET
    return Answer.UNKNOWN if Answer.UNKNOWN in seen else Answer.NOT_MET


def _apply(veto: Answer, bounds: Interval) -> Interval:
    zero = Fraction(0)
    if veto is Answer.MET:
        return Interval(zero, zero)
    return Interval(zero, bounds.high) if veto is Answer.UNKNOWN else bounds


def _tell_difference(
    scored: ItemPoints, township: Area, measures: Measures, given: Mapping[tuple[str, str], Given]
) -> Finding | None:
    """Say where a person's points or number cannot be what the toolkit counted."""
    item = scored.item
    measured = measures.get((item.measure.id, township.code)) if item.measure else None
    told = given.get((item.number, township.code))
    if measured is None or told is None or item.way is None or scored.points is None:
        return None
    computed = score_way(item.way, item.points, told.add_classes(measured))
    taken = scored.points
    if (
        taken.high is None
        or computed.high is None
        or (taken.low <= computed.high and computed.low <= taken.high)
    ):
        return None
    source = told.evidence[0].source
    return make_finding(
        "ASSESS-DIFFERS",
        file=source.file,
        sheet=source.sheet,
        cell=f"第{source.row}行",
        name=township.name,
        number=item.number,
        taken=show_interval(taken),
        computed=show_interval(computed),
        measure=item.measure.label if item.measure else "",
    )


def show_interval(points: Interval | None) -> str:
    """Write points as known: 8.50, or 6.00～10.00, or 待定."""
    if points is None:
        return Answer.UNKNOWN.label
    low = show_points(Fraction(points.low))
    if points.is_exact:
        return low
    return f"{low}～{show_points(Fraction(points.high))}" if points.high is not None else f"{low}以上"
