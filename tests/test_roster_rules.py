"""The roster's rules: the table, an example kept and an example broken of each, and their edges."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

import sanwu_cli
from sanwu_cli.errors import PlanError
from sanwu_cli.model import Leave, Person
from sanwu_cli.roster import rules as rules_module
from sanwu_cli.roster.rules import HARD_RULES, SOFT_RULES, RosterFacts, find_broken, load_rules
from sanwu_cli.roster.visits import Visit
from sanwu_cli.terms import StationedRole

JUDGE, LAWYER = StationedRole.JUDGE, StationedRole.LAWYER
EAST, WEST = "640999101", "640999102"


def person(id_, role=JUDGE, unit="某单位", **more):
    return Person(id_, f"某{id_}", role, unit, **more)


def visit(day, code=EAST, role=JUDGE):
    return Visit(date(2026, 3, day), code, role)


def test_table_and_functions_match():
    path = Path(sanwu_cli.__file__).parent / "roster" / "rules.toml"
    entries = tomllib.loads(path.read_text("utf-8"))["rule"]
    ids = [entry["id"] for entry in entries]
    assert len(set(ids)) == len(ids)
    assert {entry["id"] for entry in entries if entry["kind"] == "hard"} == set(HARD_RULES)
    assert {entry["id"] for entry in entries if entry["kind"] == "soft"} == set(SOFT_RULES)
    assert all(entry["title"] and "clause" in entry for entry in entries)
    assert all(rule.phrase for rule in load_rules() if rule.is_hard)
    soft = [rule for rule in load_rules() if not rule.is_hard]
    assert all(rule.level and rule.figure for rule in soft)
    assert len({rule.level for rule in soft}) == len(soft)


def test_a_rule_without_its_function_is_our_own_mistake(monkeypatch):
    missing = {name: rule for name, rule in HARD_RULES.items() if name != "on_leave"}
    monkeypatch.setattr(rules_module, "HARD_RULES", missing)
    with pytest.raises(PlanError, match="on_leave"):
        load_rules.__wrapped__()


NO_FACTS = RosterFacts()
LEAVE = RosterFacts(leaves=(Leave("J1", date(2026, 3, 9), date(2026, 3, 10)),))
TEN, NINE, ELEVEN = visit(10), visit(9), visit(11)

HARD_EXAMPLES = {
    "own_role": (person("J1"), [TEN], [visit(10, role=LAWYER)], NO_FACTS),
    "in_service": (
        person("J1", valid_from=date(2026, 3, 10), valid_to=date(2026, 3, 10)),
        [TEN],
        [ELEVEN],
        NO_FACTS,
    ),
    "avoided_area": (person("J1", avoid=(WEST,)), [TEN], [visit(10, WEST)], NO_FACTS),
    "own_office": (person("J1"), [TEN], [visit(10, WEST)], RosterFacts(offices={"J1": (EAST,)})),
    "served_areas": (person("J1", areas=(EAST,)), [TEN], [visit(10, WEST)], NO_FACTS),
    "on_leave": (person("J1"), [ELEVEN], [TEN], LEAVE),
    "one_place_a_day": (person("J1"), [TEN, ELEVEN], [TEN, visit(10, WEST)], NO_FACTS),
    "monthly_limit": (person("J1", monthly_limit=1), [TEN], [NINE, TEN], NO_FACTS),
}


@pytest.mark.parametrize("rule", HARD_RULES)
def test_each_hard_rule_alone_is_kept_and_broken(rule):
    who, keeping, breaking, facts = HARD_EXAMPLES[rule]
    assert find_broken(who, keeping, facts) == ()
    assert [broken.id for broken in find_broken(who, breaking, facts)] == [rule]


def test_hard_rules_at_their_edges():
    assert HARD_RULES["on_leave"](person("J1"), [NINE, TEN, ELEVEN], LEAVE) == (NINE, TEN)
    assert HARD_RULES["on_leave"](person("J2"), [NINE, TEN], LEAVE) == ()
    assert HARD_RULES["monthly_limit"](person("J1", monthly_limit=0), [TEN], NO_FACTS) == (TEN,)
    april = Visit(date(2026, 4, 9), EAST, JUDGE)
    assert HARD_RULES["monthly_limit"](person("J1", monthly_limit=1), [TEN, april], NO_FACTS) == ()


def test_listed_areas_hold_what_lies_in_them():
    village = Visit(date(2026, 3, 10), EAST + "201", StationedRole.MEDIATOR)
    assert HARD_RULES["served_areas"](person("M1", areas=(EAST,)), [village], NO_FACTS) == ()
    assert HARD_RULES["avoided_area"](person("M1", avoid=(EAST,)), [village], NO_FACTS) == (village,)
    assert HARD_RULES["avoided_area"](person("M1", avoid=(EAST + "201",)), [TEN], NO_FACTS) == ()


NEIGHBOUR, FURTHER = visit(10, WEST), visit(12, WEST)
ONE, TWO, THREE = person("J1", areas=(EAST,)), person("J2"), person("J3", unit="另一单位")
SOFT_FACTS = RosterFacts(
    persons=(ONE, TWO, THREE),
    load_before={"J1": 2},
    pairs_before=frozenset({("J2", EAST)}),
    days_before=frozenset({("J1", date(2026, 3, 9))}),
    distances={("某单位", EAST): 12, ("另一单位", EAST): 30},
    unable=frozenset({"J3"}),
)
# The better roster and its figure, the worse one and its figure.
SOFT_EXAMPLES = {
    "fewest_unfilled": ({TEN: ONE}, 0, {TEN: None}, 1),
    "load_range": ({TEN: TWO}, 1, {TEN: ONE}, 3),
    "even_load": ({TEN: TWO}, 5, {TEN: ONE}, 9),
    "same_person_same_place": ({TEN: TWO}, 1, {TEN: ONE}, 2),
    "listed_areas_first": ({TEN: ONE}, 0, {TEN: TWO}, 1),
    "short_travel": ({TEN: TWO}, 12, {TEN: THREE}, 30),
    "few_double_days": ({TEN: TWO, FURTHER: TWO}, 0, {TEN: ONE, ELEVEN: ONE}, 2),
}


@pytest.mark.parametrize("rule", SOFT_RULES)
def test_each_soft_rule_prefers_its_better_example(rule):
    better, low, worse, high = SOFT_EXAMPLES[rule]
    assert SOFT_RULES[rule](better, SOFT_FACTS) == low
    assert SOFT_RULES[rule](worse, SOFT_FACTS) == high


def test_the_range_is_counted_unit_by_unit():
    facts = RosterFacts(persons=(ONE, TWO, THREE), load_before={"J1": 1, "J2": 1, "J3": 9})
    assert SOFT_RULES["load_range"]({}, facts) == 0
    two_rows = (THREE, person("J3", unit="某单位", valid_from=date(2026, 7, 1)))
    for persons in ((ONE, *two_rows), (*reversed(two_rows), ONE)):
        # Of two units the first by name, in whatever order the register stands.
        own = RosterFacts(persons=persons, load_before={"J1": 1, "J3": 9})
        assert SOFT_RULES["load_range"]({}, own) == 0


def test_unknown_kilometres_count_as_none():
    assert SOFT_RULES["short_travel"]({NEIGHBOUR: ONE, TEN: None}, SOFT_FACTS) == 0


def test_the_office_a_mediator_belongs_to_binds_with_its_villages():
    facts = RosterFacts(offices={"M1": (EAST,)})
    home, away = (Visit(date(2026, 3, 10), code + "201", StationedRole.MEDIATOR) for code in (EAST, WEST))
    assert HARD_RULES["own_office"](person("M1"), [home, away], facts) == (away,)
    assert HARD_RULES["own_office"](person("M2"), [home, away], facts) == ()
