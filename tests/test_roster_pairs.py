"""Pairs of person and place: what forests prove, what flows carry, what cuts forbid."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st
from roster_county import DEFAULT, JUDGE, UNITS, count_figures, draw_counties, list_rosters, rank_figures

from sanwu_cli.model import Leave, Person
from sanwu_cli.roster.exact import minimise
from sanwu_cli.roster.flow import Carrier, complete, find_optimum, price_face
from sanwu_cli.roster.forest import divide
from sanwu_cli.roster.pairs import find_fewest_pairs
from sanwu_cli.roster.problem import pose_problems
from sanwu_cli.roster.rules import RosterFacts
from sanwu_cli.roster.solve import Wishes, solve_problem
from sanwu_cli.roster.spans import list_pairs, measure_spans
from sanwu_cli.roster.visits import Visit

MANY = settings(max_examples=100, deadline=None)
FLOWS = ("fewest_unfilled", "even_load")


def list_best(problem, facts):
    """List the choices of the fewest unfilled visits and, of these, the least sum of squares."""
    found = []
    for roster in list_rosters(problem.visits, facts):
        figures = count_figures(roster, facts, set(problem.people))
        people = {id_: number for number, id_ in enumerate(problem.people)}
        choice = tuple(None if who is None else people[who.id] for who in roster.values())
        found.append((rank_figures(figures, FLOWS, {}), choice))
    least = min(figures for figures, _ in found)
    return least, [choice for figures, choice in found if figures == least]


@MANY
@given(draw_counties())
def test_the_face_holds_every_optimal_roster(county):
    visits, facts = county
    for problem in pose_problems(visits, facts):
        if not problem.people:
            continue
        optimum = find_optimum(problem)
        least, best = list_best(problem, facts)
        assert (optimum.unfilled, optimum.squares) == least
        assert optimum.choice in best
        spans = measure_spans(problem, optimum.face)
        for choice in best:
            loads = [choice.count(person) for person in range(len(problem.people))]
            assert all(low <= own <= high for own, (low, high) in zip(loads, spans.loads, strict=True))
            pairs = list_pairs(problem, choice)
            assert spans.must <= pairs <= set(spans.may)
            for index, person in enumerate(choice):
                assert person is not None or index not in spans.filled
                if person is not None:
                    assert index in spans.may[person, problem.place_of[index]]


def outside(problem, choice, pairs):
    """List what a choice does outside these pairs."""
    made = zip(range(len(choice)), choice, problem.place_of, strict=True)
    return {(v, person) for v, person, place in made if person is not None and (person, place) not in pairs}


@MANY
@given(draw_counties(), st.data())
def test_a_cut_never_forbids_pairs_that_carry(county, data):
    visits, facts = county
    for problem in pose_problems(visits, facts):
        if not problem.people:
            continue
        face = find_optimum(problem).face
        carrier = Carrier(problem, face)
        every = sorted(measure_spans(problem, face).may)
        _, best = list_best(problem, facts)
        carrying = [list_pairs(problem, choice) for choice in best]
        must = {(arc.visit, arc.person) for arc in face.arcs if arc.low and arc.visit is not None}
        for _ in range(4):
            pairs = data.draw(st.sets(st.sampled_from(every))) if every else set()
            choice = carrier.carry(pairs)
            assert (choice is not None) == any(outside(problem, one, pairs) <= must for one in best)
            if choice is not None:
                assert choice in best
                continue
            cuts = carrier.find_cuts()
            assert cuts
            for cut in cuts:
                assert sum(pair in pairs for pair in cut.pairs) < cut.least
                for own in carrying:
                    assert sum(pair in own for pair in cut.pairs) >= cut.least


@MANY
@given(draw_counties(), st.data())
def test_completing_pairs_goes_outside_them_as_seldom_as_possible(county, data):
    visits, facts = county
    for problem in pose_problems(visits, facts):
        if not problem.people:
            continue
        face = find_optimum(problem).face
        every = sorted(measure_spans(problem, face).may)
        pairs = data.draw(st.sets(st.sampled_from(every))) if every else set()
        prices = {pair: data.draw(st.integers(0, 9)) for pair in every}
        _, best = list_best(problem, facts)

        def cost(choice, price, problem=problem):
            return sum(
                price((person, place))
                for person, place in zip(choice, problem.place_of, strict=True)
                if person is not None
            )

        counts = {choice: len(outside(problem, choice, pairs)) for choice in best}
        assert counts[complete(problem, face, pairs)] == min(counts.values())
        choice, total = price_face(
            problem, face, lambda visit, person, p=problem, x=prices: x[person, p.place_of[visit]]
        )
        assert choice in best
        assert total == cost(choice, prices.get) == min(cost(one, prices.get) for one in best)


@MANY
@given(draw_counties())
def test_the_fewest_pairs_and_its_bound(county):
    visits, facts = county
    for problem in pose_problems(visits, facts):
        if not problem.people:
            continue
        optimum = find_optimum(problem)
        _, best = list_best(problem, facts)
        least = min(len(list_pairs(problem, choice) | problem.pairs_before) for choice in best)
        found = find_fewest_pairs(problem, optimum, effort=2.0)
        assert found.choice in best
        assert list_pairs(problem, found.choice) | problem.pairs_before == found.pairs
        assert found.bound <= least <= len(found.pairs)
        assert found.bound == len(found.pairs)
        for effort in (0.0, 1e-5):
            assert find_fewest_pairs(problem, optimum, effort=effort).bound <= least
        spans = measure_spans(problem, optimum.face)
        assert divide(spans.loads, spans.visits).bound <= least


def fewest_by_trying(people, places):
    """Find the fewest cells of a table of whole numbers whose rows and columns sum to within these spans."""
    cells = list(product(range(len(people)), range(len(places))))

    @cache
    def fits(chosen):
        """Say whether some numbers of at least 1 in the chosen cells keep all sums."""
        most = max((high for _, high in people), default=0)
        for numbers in product(range(1, most + 1), repeat=len(chosen)):
            rows, columns = [0] * len(people), [0] * len(places)
            for (row, column), number in zip(chosen, numbers, strict=True):
                rows[row] += number
                columns[column] += number
            if all(
                low <= own <= high
                for sums, spans in ((rows, people), (columns, places))
                for own, (low, high) in zip(sums, spans, strict=True)
            ):
                return True
        return False

    for number in range(len(cells) + 1):
        if any(fits(chosen) for chosen in combinations(cells, number)):
            return number
    return None


spans_of = st.integers(0, 3).flatmap(lambda low: st.tuples(st.just(low), st.integers(low, min(low + 1, 3))))


@settings(max_examples=80, deadline=None)
@given(st.lists(spans_of, min_size=1, max_size=3), st.lists(spans_of, min_size=1, max_size=2))
def test_a_division_never_promises_too_much(people, places):
    fewest = fewest_by_trying(tuple(people), tuple(places))
    if fewest is None:
        return
    blocks = divide(people, places)
    assert blocks.bound <= fewest
    if blocks.blocks:
        taken_people = sorted(person for own, _ in blocks.blocks for person in own)
        taken_places = sorted(place for _, own in blocks.blocks for place in own)
        assert taken_people == [index for index, (_, high) in enumerate(people) if high]
        assert taken_places == [index for index, (_, high) in enumerate(places) if high]
        for own, here in blocks.blocks:
            assert sum(people[one][0] for one in own) <= sum(places[one][1] for one in here)
            assert sum(places[one][0] for one in here) <= sum(people[one][1] for one in own)
        assert blocks.bound == fewest


@st.composite
def draw_years(draw):
    """Draw half a year of four places and a few people: too big to try, small enough for a model."""
    random = draw(st.randoms(use_true_random=False))
    places = [f"64099910{number}" for number in range(1, 5)]
    visits = [
        Visit(date(2026, month, random.randint(9, 12)), code, JUDGE)
        for month in range(1, 7)
        for code in places
    ]
    persons = tuple(
        Person(
            f"F{n}",
            f"某F{n}",
            JUDGE,
            UNITS[0],
            avoid=tuple(code for code in places if random.random() < 0.1),
            monthly_limit=random.choice([None, None, 3]),
        )
        for n in range(random.randint(2, 4))
    )
    leaves = tuple(
        Leave(who.id, date(2026, month, 9), date(2026, month, 10))
        for who in persons
        for month in range(1, 7)
        if random.random() < 0.2
    )
    before = {who.id: random.randint(0, 3) for who in persons if random.random() < 0.3}
    return visits, RosterFacts(persons, leaves, load_before=before)


@settings(max_examples=12, deadline=None)
@given(draw_years())
def test_flow_and_pairs_agree_with_the_model_of_everything(county):
    visits, facts = county
    for problem in pose_problems(visits, facts):
        solution = solve_problem(problem, Wishes())
        if not problem.people:
            continue
        order = DEFAULT[:4]
        _, levels = minimise(problem, order, find_optimum(problem).choice, fixed={}, weights={}, effort=20.0)
        for own, other in zip(solution.levels, levels, strict=False):
            assert own.bound <= other.value
            assert other.bound <= own.value
            if other.value == other.bound and own.value == own.bound:
                assert own == other
