"""What the plan's data must keep: one small check each, every mistake with its file and entry."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.plan.choices import normalise_choice
from sanwu_cli.plan.records import CoverageKind, ReadingKind
from sanwu_cli.plan.task_checks import check_tasks
from sanwu_cli.terms import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sanwu_cli.plan.records import Bound, Plan, PlanValue, Reading, Rule

_RULES = "rules.toml"
_READINGS = "readings.toml"
_OBLIGATIONS = "obligations.toml"
_COVERAGE = "coverage.toml"
_STATUSES = ("assumed", "confirmed")


class Expected(Struct, frozen=True):
    """What the data is held against: names of facts, what coverage may aim at, how many entries there are."""

    facts: frozenset[str]
    targets: Mapping[str, tuple[str, ...]]
    readings: int
    obligations: int


def _check_ids(plan: Plan, _: Expected) -> Iterator[str]:
    yield from _repeats("clauses.toml", (clause.id for clause in plan.clauses))
    yield from _repeats(_RULES, [rule.id for rule in plan.rules] + [value.id for value in plan.values])
    yield from _repeats(_READINGS, (reading.id for reading in plan.readings))
    yield from _repeats(_OBLIGATIONS, (obligation.id for obligation in plan.obligations))


def _check_sequences(plan: Plan, expected: Expected) -> Iterator[str]:
    yield from _gaps(_READINGS, "T", expected.readings, {reading.id for reading in plan.readings})
    yield from _gaps(_OBLIGATIONS, "O", expected.obligations, {each.id for each in plan.obligations})


def _check_document(plan: Plan, _: Expected) -> Iterator[str]:
    if plan.last_checked < plan.issued_on:
        yield "clauses.toml: plan: last checked before it was issued"
    for clause in plan.clauses:
        if clause.valid_from < plan.issued_on:
            yield f"clauses.toml: {clause.id}: older than the plan"
        if not clause.units:
            yield f"clauses.toml: {clause.id}: nobody is asked (units)"


def _check_clauses(plan: Plan, _: Expected) -> Iterator[str]:
    known = {clause.id for clause in plan.clauses}
    for file, entry, clause in _cited_clauses(plan):
        if clause not in known:
            yield f"{file}: {entry}: unknown clause {clause}"
    for obligation in plan.obligations:
        if not obligation.clauses:
            yield f"{_OBLIGATIONS}: {obligation.id}: no clause"


def _check_rule_shapes(plan: Plan, _: Expected) -> Iterator[str]:
    for rule in plan.rules:
        if (rule.fact is None) == (not rule.all_of):
            yield f"{_RULES}: {rule.id}: needs either a fact or all_of"
        elif rule.fact is not None and (rule.test is None or not rule.bounds):
            yield f"{_RULES}: {rule.id}: a fact needs a test and a bound"
        elif rule.all_of and (rule.test is not None or rule.bounds):
            yield f"{_RULES}: {rule.id}: all_of takes neither test nor bound"
        if rule.verdict not in (None, Verdict.DESIGNATED, Verdict.DISQUALIFIED):
            yield f"{_RULES}: {rule.id}: no rule says {rule.verdict}"
    for value in plan.values:
        if not value.bounds:
            yield f"{_RULES}: {value.id}: no bound"


def _check_facts(plan: Plan, expected: Expected) -> Iterator[str]:
    used = {rule.fact for rule in plan.rules}
    for rule in plan.rules:
        if rule.fact is not None and rule.fact not in expected.facts:
            yield f"{_RULES}: {rule.id}: unknown fact {rule.fact}"
    for fact in sorted(expected.facts - used):
        yield f"{_RULES}: {fact}: fact used by no rule"


def _check_joined_rules(plan: Plan, _: Expected) -> Iterator[str]:
    """Joined rules stand earlier in the file and on the same level, so no rule can rest on itself."""
    levels = {rule.id: rule.level for rule in plan.rules}
    seen: set[str] = set()
    for rule in plan.rules:
        for part in rule.all_of:
            if part not in levels:
                yield f"{_RULES}: {rule.id}: unknown rule {part}"
            elif part not in seen:
                yield f"{_RULES}: {rule.id}: stands before {part}, which it joins"
            elif levels[part] is not rule.level:
                yield f"{_RULES}: {rule.id}: {part} is of another level"
        seen.add(rule.id)


def _check_bounds(plan: Plan, _: Expected) -> Iterator[str]:
    begins = {clause.id: clause.valid_from for clause in plan.clauses}
    for entry, bounds in _dated(plan):
        for bound in bounds:
            if bound.valid_from < begins[bound.clause]:
                yield f"{_RULES}: {entry}: bound of {bound.valid_from} is older than clause {bound.clause}"
            if bound.valid_to is not None and bound.valid_to < bound.valid_from:
                yield f"{_RULES}: {entry}: bound of {bound.valid_from} ends before it begins"


def _check_bound_order(plan: Plan, _: Expected) -> Iterator[str]:
    for entry, bounds in _dated(plan):
        for earlier, later in pairwise(bounds):
            if later.valid_from == earlier.valid_from:
                yield f"{_RULES}: {entry}: bound of {later.valid_from} is repeated"
            elif later.valid_from < earlier.valid_from:
                yield f"{_RULES}: {entry}: bound of {later.valid_from} is out of order"
            elif earlier.valid_to is not None and later.valid_from <= earlier.valid_to:
                yield f"{_RULES}: {entry}: bounds of {earlier.valid_from} and {later.valid_from} overlap"


def _check_cited_readings(plan: Plan, _: Expected) -> Iterator[str]:
    known = {reading.id for reading in plan.readings}
    cited = list(_cited_readings(plan))
    for file, entry, reading in cited:
        if reading not in known:
            yield f"{file}: {entry}: unknown reading {reading}"
    for reading in sorted(known - {reading for _, _, reading in cited}):
        yield f"{_READINGS}: {reading}: nothing rests on it"


def _check_choices(plan: Plan, _: Expected) -> Iterator[str]:
    for reading in plan.readings:
        yield from _repeats(f"{_READINGS}: {reading.id}", (choice.value for choice in reading.choices))
        if not _is_default_sound(reading):
            yield f"{_READINGS}: {reading.id}: the default is not among the choices"
        if reading.status not in _STATUSES:
            yield f"{_READINGS}: {reading.id}: unknown status {reading.status}"


def _check_every_clause_is_covered(plan: Plan, _: Expected) -> Iterator[str]:
    covered = {entry.clause for entry in plan.coverage}
    for clause in plan.clauses:
        if clause.id not in covered:
            yield f"{_COVERAGE}: {clause.id}: clause is not covered"


def _check_targets(plan: Plan, expected: Expected) -> Iterator[str]:
    known: dict[str, Iterable[str]] = {
        **expected.targets,
        CoverageKind.RULE: [rule.id for rule in plan.rules] + [value.id for value in plan.values],
        CoverageKind.OBLIGATION: [obligation.id for obligation in plan.obligations],
        CoverageKind.PEOPLE: [""],
    }
    yield from _repeats(_COVERAGE, (f"{entry.clause} {entry.kind} {entry.target}" for entry in plan.coverage))
    for entry in plan.coverage:
        if entry.target not in known[entry.kind]:
            yield f"{_COVERAGE}: {entry.clause}: unknown {entry.kind} {entry.target or '(no target)'}"


def _check_all_is_covered_where_it_stands(plan: Plan, _: Expected) -> Iterator[str]:
    """A rule, value or obligation stands in the coverage of each clause it comes from."""
    covered = {(entry.clause, entry.target) for entry in plan.coverage}
    standing = [(rule.clause, rule.id) for rule in plan.rules]
    standing += [(value.clause, value.id) for value in plan.values]
    standing += [(clause, obligation.id) for obligation in plan.obligations for clause in obligation.clauses]
    for clause, target in standing:
        if (clause, target) not in covered:
            yield f"{_COVERAGE}: {clause}: {target} comes from this clause and is not in its coverage"


# In this order: a later check may rely on what an earlier one has made sure of.
CHECKS = (
    _check_ids,
    _check_sequences,
    _check_document,
    _check_clauses,
    _check_rule_shapes,
    _check_facts,
    _check_joined_rules,
    _check_bounds,
    _check_bound_order,
    _check_cited_readings,
    _check_choices,
    _check_every_clause_is_covered,
    _check_targets,
    _check_all_is_covered_where_it_stands,
    check_tasks,
)


def _repeats(place: str, ids: Iterable[str]) -> Iterator[str]:
    for repeated, count in Counter(ids).items():
        if count > 1:
            yield f"{place}: {repeated} stands {count} times"


def _gaps(file: str, letter: str, count: int, ids: set[str]) -> Iterator[str]:
    wanted = {f"{letter}-{number:02d}" for number in range(1, count + 1)}
    for missing in sorted(wanted - ids):
        yield f"{file}: {missing}: missing in the sequence"
    for strange in sorted(ids - wanted):
        yield f"{file}: {strange}: beyond the sequence"


def _numbered(plan: Plan) -> tuple[Rule | PlanValue, ...]:
    rules: tuple[Rule | PlanValue, ...] = plan.rules
    return rules + plan.values


def _is_default_sound(reading: Reading) -> bool:
    """Say whether the default is one of the choices; limits must give every number."""
    if normalise_choice(reading, reading.default) is None or not reading.choices:
        return False
    return reading.kind is not ReadingKind.LIMITS or len(tuple(reading.default)) == len(reading.choices)


def _dated(plan: Plan) -> Iterator[tuple[str, tuple[Bound, ...]]]:
    for each in _numbered(plan):
        yield each.id, each.bounds


def _cited_clauses(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Run over every clause named anywhere: file, entry, clause."""
    for each in _numbered(plan):
        yield _RULES, each.id, each.clause
        yield from ((_RULES, each.id, bound.clause) for bound in each.bounds)
    yield from ((_READINGS, reading.id, reading.clause) for reading in plan.readings)
    for obligation in plan.obligations:
        yield from ((_OBLIGATIONS, obligation.id, clause) for clause in obligation.clauses)
    yield from ((_COVERAGE, entry.clause, entry.clause) for entry in plan.coverage)


def _cited_readings(plan: Plan) -> Iterator[tuple[str, str, str]]:
    """Run over every reading something rests on: file, entry, reading."""
    for each in _numbered(plan):
        yield from ((_RULES, each.id, reading) for reading in each.readings)
    for obligation in plan.obligations:
        yield from ((_OBLIGATIONS, obligation.id, reading) for reading in obligation.readings)
