"""Ways of scoring an item: what is known of a number in, what is known of the points out; all exact.

Every way is monotone: what is known less exactly only widens the points, never moves them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.model import Interval
from sanwu_cli.terms import Answer, Term

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.plan.facts import Evidence


class Shape(Term):
    """What kind of number a measure gives."""

    OCCURRENCES = "occurrences", "次数，越少越好"
    DEEDS = "deeds", "次数，越多越好"
    SHARE = "share", "实际数和应有数"


class Effect(Term):
    """What a veto does."""

    HALF = "half", "本部分记0分"
    TOTAL = "total", "总分记0分"
    UNRANKED = "unranked", "不参加排名"


class Measured(Struct, frozen=True):
    """What is known of an item's number for one township: `amount`, of a share also `out_of`.

    `classes` are those among the occurrences that may weigh more. An amount of 0 … unbounded says that
    nothing is known.
    """

    amount: Interval = Interval(0, None)
    out_of: Interval | None = None
    classes: Mapping[str, Interval] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    gaps: tuple[str, ...] = ()

    @property
    def share(self) -> Interval:
        """Give amount ÷ out_of between 0 and 1; of nothing due nobody can say a share (T-17)."""
        low, high = Fraction(0), Fraction(1)
        whole = self.out_of
        if whole is None:
            return Interval(low, high)
        if whole.high:
            low = min(high, Fraction(self.amount.low) / Fraction(whole.high))
        if self.amount.high is not None and whole.low > 0:
            high = min(high, Fraction(self.amount.high) / Fraction(whole.low))
        return Interval(low, max(low, high))

    @property
    def missing(self) -> Interval:
        """Give what is missing of out_of, never below zero."""
        whole = self.out_of or Interval(0, None)
        fewest, most = Fraction(whole.low), None if whole.high is None else Fraction(whole.high)
        low = Fraction(0)
        if self.amount.high is not None:
            low = max(low, fewest - Fraction(self.amount.high))
        return Interval(low, None if most is None else max(low, most - Fraction(self.amount.low)))


class Deduct(Struct, frozen=True):
    """So many points off for each occurrence, or for each one missing, down to a floor (扣完为止).

    `most` is what may be lost at most, None the item's points; `weights` say how many times an occurrence
    of a class counts.
    """

    per: Fraction
    most: Fraction | None = None
    is_missing: bool = False
    weights: tuple[tuple[str, Fraction], ...] = ()


class Ratio(Struct, frozen=True):
    """The item's points × share; all of them from `full_at` on, none below `zero_below`."""

    full_at: Fraction = Fraction(1)
    zero_below: Fraction = Fraction(0)


class Tiers(Struct, frozen=True):
    """Points by thresholds, the best first: at least (`is_ceiling`: at most) the bound; else `rest`."""

    steps: tuple[tuple[Fraction, Fraction], ...]
    rest: Fraction
    is_ceiling: bool = False
    is_share: bool = False


class Manual(Struct, frozen=True):
    """A person gives the points."""


class Bonus(Struct, frozen=True):
    """So many points more for each, up to `most`; `per` None: a person gives them."""

    most: Fraction
    per: Fraction | None = None


class Veto(Struct, frozen=True):
    """More than `over` occurrences take the half, the total or the rank away (一票否决)."""

    effect: Effect
    over: int = 0


Way = Deduct | Ratio | Tiers | Manual | Bonus | Veto


def shapes_for(way: Way) -> frozenset[Shape]:  # noqa: PLR0911 - one return a way
    """Say which numbers a way can be used with, so that nobody gains by what is bad."""
    match way:
        case Deduct(is_missing=missing):
            return frozenset({Shape.SHARE if missing else Shape.OCCURRENCES})
        case Ratio():
            return frozenset({Shape.SHARE})
        case Tiers(is_share=True):
            return frozenset({Shape.SHARE})
        case Tiers(is_ceiling=is_ceiling):
            return frozenset({Shape.OCCURRENCES if is_ceiling else Shape.DEEDS})
        case Bonus(per=Fraction()):
            return frozenset({Shape.DEEDS})
        case Veto():
            return frozenset({Shape.OCCURRENCES})
    return frozenset()


def range_of(way: Way, points: Fraction) -> Interval:
    """Give the fewest and the most points an item of so many points can bring."""
    match way:
        case Deduct(most=most):
            return Interval(points - (points if most is None else most), points)
        case Bonus(most=most):
            return Interval(Fraction(0), most)
        case Veto():
            return Interval(Fraction(0), Fraction(0))
    return Interval(Fraction(0), points)


def score_way(way: Way, points: Fraction, known: Measured) -> Interval:
    """Give what is known of an item's points; where nothing is known, everything it can bring."""
    match way:
        case Deduct():
            return _deduct(way, points, known)
        case Ratio():
            share = known.share
            high = Fraction(1) if share.high is None else Fraction(share.high)
            return Interval(_take_share(way, points, Fraction(share.low)), _take_share(way, points, high))
        case Tiers():
            return _find_tiers(way, known)
        case Bonus(most=most, per=Fraction() as per):
            done = known.amount
            best = most if done.high is None else min(most, per * Fraction(done.high))
            return Interval(min(most, per * Fraction(done.low)), best)
    return range_of(way, points)


def judge_veto(way: Veto, known: Measured) -> Answer:
    """Say whether a veto is drawn: met, not met, or not known."""
    if known.amount.low > way.over:
        return Answer.MET
    is_safe = known.amount.high is not None and known.amount.high <= way.over
    return Answer.NOT_MET if is_safe else Answer.UNKNOWN


def _deduct(way: Deduct, points: Fraction, known: Measured) -> Interval:
    most = points if way.most is None else way.most
    counted = known.missing if way.is_missing else known.amount
    fewest, top = Fraction(counted.low), None if counted.high is None else Fraction(counted.high)
    low, high = fewest, top
    for name, factor in way.weights:  # what nobody told of a class is some of the occurrences, or none
        told = known.classes.get(name, Interval(0, counted.high))
        low += (factor - 1) * min(Fraction(told.low), fewest)
        if high is not None and top is not None:
            high += (factor - 1) * (top if told.high is None else min(Fraction(told.high), top))
    worst = most if high is None else min(most, way.per * high)
    return Interval(points - worst, points - min(most, way.per * low))


def _take_share(way: Ratio, points: Fraction, share: Fraction) -> Fraction:
    if share >= way.full_at:
        return points
    return Fraction(0) if share < way.zero_below else points * share


def _find_tiers(way: Tiers, known: Measured) -> Interval:
    amount = known.share if way.is_share else known.amount
    high = None if amount.high is None else Fraction(amount.high)
    ends = (_find_tier(way, Fraction(amount.low)), _find_tier(way, high))
    return Interval(min(ends), max(ends))


def _find_tier(way: Tiers, amount: Fraction | None) -> Fraction:
    """Find the points of an amount; None is as much as can be."""
    for bound, points in way.steps:
        if way.is_ceiling and amount is not None and amount <= bound:
            return points
        if not way.is_ceiling and (amount is None or amount >= bound):
            return points
    return way.rest
