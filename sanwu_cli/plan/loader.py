"""The plan read from its data files: clauses, rules, readings, obligations, coverage, cross-checked."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sanwu_cli.errors import PlanError
from sanwu_cli.plan.checks import CHECKS, Expected
from sanwu_cli.plan.choices import check_choice, resolve_choices
from sanwu_cli.plan.entry import Entry, read_entry
from sanwu_cli.plan.facts import FACT_NAMES
from sanwu_cli.plan.records import (
    Bound,
    BoundNumber,
    Choice,
    Clause,
    Comparison,
    Coverage,
    CoverageKind,
    Obligation,
    ObligationKind,
    Plan,
    PlanValue,
    Reading,
    ReadingKind,
    ReadingValue,
    Rule,
)
from sanwu_cli.plan.switches import read_readings
from sanwu_cli.plan.task_entry import read_duty_book, read_tasks
from sanwu_cli.terms import AreaLevel, Verdict
from sanwu_cli.toml_text import PACKAGE

if TYPE_CHECKING:
    from datetime import date
    from importlib.resources.abc import Traversable
    from pathlib import Path

__all__ = [
    "Bound",
    "BoundNumber",
    "Choice",
    "Clause",
    "Comparison",
    "Coverage",
    "CoverageKind",
    "Obligation",
    "ObligationKind",
    "Plan",
    "PlanValue",
    "Reading",
    "ReadingKind",
    "ReadingValue",
    "Rule",
    "check_choice",
    "load_plan",
    "resolve_choices",
]


def load_plan(folder: Traversable | Path | None = None, fact_names: frozenset[str] | None = None) -> Plan:
    """Read and cross-check the plan's data files; those shipped with the program are read once.

    Args:
        folder: where clauses.toml, rules.toml, readings.toml, obligations.toml and coverage.toml lie;
            without it the shipped ones.
        fact_names: the facts a rule may rest on; without it those of `facts.FACT_NAMES`.

    Raises:
        PlanError: the data contradicts itself; the message names the file and the entry.
    """
    names = FACT_NAMES if fact_names is None else fact_names
    return _load_shipped(names) if folder is None else _load(folder, names)


@cache
def _load_shipped(fact_names: frozenset[str]) -> Plan:
    return _load(PACKAGE / "plan", fact_names)


def _load(folder: Traversable | Path, fact_names: frozenset[str]) -> Plan:
    sources = {name: read_entry(folder, f"{name}.toml") for name in _FILES}
    targets = sources["coverage"].entry("targets")
    expected = Expected(
        facts=fact_names,
        targets={kind: targets.texts(kind) for kind in ("sheet", "document", "roster", "later")},
        readings=sources["readings"].whole("count"),
        obligations=sources["obligations"].whole("count"),
    )
    targets.close()
    plan = _read_plan(sources)
    for source in sources.values():
        source.close()
    for check in CHECKS:
        for mistake in check(plan, expected):
            raise PlanError(mistake)
    return plan


_FILES = ("clauses", "rules", "readings", "obligations", "coverage")


def _read_plan(sources: dict[str, Entry]) -> Plan:
    document = sources["clauses"].entry("plan")
    duties = read_duty_book(sources["obligations"])
    plan = Plan(
        title=document.text("title"),
        number=document.text("number"),
        index=document.text("index"),
        issued_on=document.day("issued_on"),
        last_checked=document.day("last_checked"),
        clauses=tuple(_read_clause(entry) for entry in sources["clauses"].entries("clause")),
        rules=tuple(_read_rule(entry) for entry in sources["rules"].entries("rule")),
        values=tuple(_read_value(entry) for entry in sources["rules"].entries("value")),
        readings=read_readings(sources["readings"]),
        obligations=tuple(
            _read_obligation(entry, duties.begins) for entry in sources["obligations"].entries("obligation")
        ),
        coverage=tuple(
            covered
            for entry in sources["coverage"].entries("coverage", name="clause")
            for covered in _read_coverage(entry)
        ),
        duties=duties,
    )
    document.close()
    return plan


def _read_clause(entry: Entry) -> Clause:
    clause = Clause(
        id=entry.text("id"),
        title=entry.text("title"),
        asks=entry.text("asks"),
        units=entry.texts("units"),
        valid_from=entry.day("valid_from"),
    )
    entry.close()
    return clause


def _read_rule(entry: Entry) -> Rule:
    rule = Rule(
        id=entry.text("id"),
        title=entry.text("title"),
        clause=entry.text("clause"),
        level=entry.term("level", AreaLevel),
        fact=entry.maybe_text("fact"),
        test=entry.maybe_term("test", Comparison),
        bounds=_read_bounds(entry),
        all_of=entry.texts("all_of"),
        readings=entry.texts("readings"),
        verdict=entry.maybe_term("verdict", Verdict),
    )
    entry.close()
    return rule


def _read_value(entry: Entry) -> PlanValue:
    value = PlanValue(
        id=entry.text("id"),
        title=entry.text("title"),
        clause=entry.text("clause"),
        unit=entry.text("unit"),
        bounds=_read_bounds(entry),
        readings=entry.texts("readings"),
    )
    entry.close()
    return value


def _read_bounds(entry: Entry) -> tuple[Bound, ...]:
    return tuple(_read_bound(bound) for bound in entry.entries("bound", name="from"))


def _read_bound(entry: Entry) -> Bound:
    bound = Bound(
        valid_from=entry.day("from"),
        number=entry.number("is"),
        clause=entry.text("clause"),
        valid_to=entry.maybe_day("until"),
    )
    entry.close()
    return bound


def _read_obligation(entry: Entry, begins: date) -> Obligation:
    what = entry.text("what")
    is_proposed = entry.flag("proposed", default=False)
    obligation = Obligation(
        id=entry.text("id"),
        clauses=entry.texts("clauses"),
        who=entry.texts("who"),
        what=what,
        kind=entry.term("kind", ObligationKind),
        frequency=entry.text("frequency"),
        due=entry.text("due", ""),
        proposed=is_proposed,
        evidence=entry.text("evidence", ""),
        consequence=entry.text("consequence", ""),
        readings=entry.texts("readings"),
        tasks=read_tasks(entry, what=what, is_soft=is_proposed, begins=begins),
    )
    entry.close()
    return obligation


def _read_coverage(entry: Entry) -> tuple[Coverage, ...]:
    clause = entry.text("clause")
    covered = tuple(_read_covered(clause, part) for part in entry.entries("entry", name="target"))
    entry.close()
    return covered


def _read_covered(clause: str, entry: Entry) -> Coverage:
    covered = Coverage(
        clause=clause,
        kind=entry.term("kind", CoverageKind),
        target=entry.text("target", ""),
        why=entry.text("why"),
    )
    entry.close()
    return covered
