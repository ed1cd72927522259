"""What the optimal rosters of a problem have in common, and what they leave open, in numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from sanwu_cli.roster.flow import Network
    from sanwu_cli.roster.problem import Choice, Problem

Pair = tuple[int, int]  # a person's and a place's index


class Spans(Struct, frozen=True):
    """What optimal rosters leave open: loads by person, visits filled by place, visits a pair may make."""

    loads: tuple[tuple[int, int], ...]
    visits: tuple[tuple[int, int], ...]
    may: dict[Pair, tuple[int, ...]]
    must: frozenset[Pair]
    filled: frozenset[int]


def measure_spans(problem: Problem, face: Network) -> Spans:
    """Read off the face what every optimal roster keeps."""
    loads = [[0, 0] for _ in problem.people]
    gaps = [[0, 0] for _ in problem.visits]
    may: dict[Pair, list[int]] = {}
    must = set()
    for arc in face.arcs:
        if arc.visit is not None and arc.person is not None:
            pair = (arc.person, problem.place_of[arc.visit])
            may.setdefault(pair, []).append(arc.visit)
            if arc.low:
                must.add(pair)
        elif arc.person is not None:
            loads[arc.person][0] += arc.low
            loads[arc.person][1] += arc.high
        elif arc.visit is not None:
            gaps[arc.visit][0] += arc.low
            gaps[arc.visit][1] += arc.high
    visits = tuple(
        (sum(1 - gaps[v][1] for v in own), sum(1 - gaps[v][0] for v in own)) for own in problem.by_place
    )
    return Spans(
        tuple((low, high) for low, high in loads),
        visits,
        {pair: tuple(own) for pair, own in sorted(may.items())},
        frozenset(must),
        frozenset(v for v in range(len(problem.visits)) if not gaps[v][1]),
    )


def keep_filled(problem: Problem, spans: Spans, choice: Choice) -> Spans:
    """Keep the visits that a choice fills, so that each place has a number of them."""
    filled = {visit for visit, person in enumerate(choice) if person is not None}
    counts = [len(filled.intersection(own)) for own in problem.by_place]
    may = {pair: tuple(v for v in own if v in filled) for pair, own in spans.may.items()}
    return replace(spans, visits=tuple((count, count) for count in counts), may=may)


def list_pairs(problem: Problem, choice: Choice) -> frozenset[Pair]:
    """List the pairs of a choice."""
    return frozenset(
        (person, place) for person, place in zip(choice, problem.place_of, strict=True) if person is not None
    )
