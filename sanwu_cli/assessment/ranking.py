"""Ranks of totals that are not all known (T-08): the best and the worst place each may still take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.model import Interval
from sanwu_cli.terms import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sanwu_cli.model import Number


def rank_totals(
    totals: Mapping[str, Interval], out: Mapping[str, Answer], *, how: str
) -> dict[str, Interval | None]:
    """Give every township's place as an interval: 1, 2, 2, 4; None where it is out of the ranking.

    Args:
        totals: what is known of each total.
        out: whether a veto takes a township out of the ranking; one not named is in.
        how: the choice of T-08: competition, dense (1, 2, 2, 3) or strict (ties take the worse place).
    """
    ranked = {code: total for code, total in totals.items() if out.get(code) is not Answer.MET}
    surely = {code for code in ranked if out.get(code, Answer.NOT_MET) is Answer.NOT_MET}
    return {code: _rank(code, ranked, surely, how=how) if code in ranked else None for code in totals}


def _rank(code: str, ranked: Mapping[str, Interval], surely: set[str], *, how: str) -> Interval:
    mine = ranked[code]
    others = [(name in surely, total) for name, total in ranked.items() if name != code]
    ties = how == "strict"
    above = [
        t for is_in, t in others if is_in and mine.high is not None and _beats(t.low, mine.high, ties=ties)
    ]
    maybe = [t for _, t in others if t.high is None or _beats(t.high, mine.low, ties=ties)]
    if how == "dense":
        return _open_end(1 + _count_apart(above), 1 + _count_different(maybe), is_open=code not in surely)
    return _open_end(1 + len(above), 1 + len(maybe), is_open=code not in surely)


def _beats(other: Number, mine: Number, *, ties: bool) -> bool:
    return other > mine or (ties and other == mine)


def _open_end(best: int, worst: int, *, is_open: bool) -> Interval:
    """A township that may yet be out of the ranking has no worst place."""
    return Interval(best, None if is_open else max(best, worst))


def _count_apart(totals: Iterable[Interval]) -> int:
    """Count how many different values these must have at least: the fewest points that touch them all."""
    count, touched = 0, None
    for total in sorted(totals, key=lambda one: (one.high is None, one.high or 0)):
        if touched is None or total.low > touched:
            count += 1
            touched = total.high
            if touched is None:
                break
    return count


def _count_different(totals: Iterable[Interval]) -> int:
    """Count how many different values these may have at most: exact ones that are equal are one."""
    kept = list(totals)
    exact = {total.low for total in kept if total.is_exact}
    return len(exact) + sum(1 for total in kept if not total.is_exact)
