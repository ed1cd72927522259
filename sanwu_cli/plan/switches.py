"""What an office may choose, read without the rest of the plan: its number and its readings."""

from __future__ import annotations

from functools import cache

from msgspec import Struct

from sanwu_cli.plan.entry import Entry, read_entry
from sanwu_cli.plan.records import Choice, Reading, ReadingKind
from sanwu_cli.toml_text import PACKAGE


class Switches(Struct, frozen=True):
    """The plan's number, and its readings in the order of readings.toml: a part of `Plan`."""

    number: str
    readings: tuple[Reading, ...]


@cache
def load_switches() -> Switches:
    """Read the shipped clauses.toml and readings.toml, as `load_plan` does but without its cross-checks.

    Settings need no more, and a run that judges nothing is spared the rest. Raises PlanError.
    """
    folder = PACKAGE / "plan"
    document = read_entry(folder, "clauses.toml").entry("plan")
    return Switches(document.text("number"), read_readings(read_entry(folder, "readings.toml")))


def read_readings(source: Entry) -> tuple[Reading, ...]:
    """Read the readings of readings.toml; raises PlanError."""
    return tuple(_read_reading(entry) for entry in source.entries("reading"))


def _read_reading(entry: Entry) -> Reading:
    default = entry.raw("default")
    reading = Reading(
        id=entry.text("id"),
        title=entry.text("title"),
        question=entry.text("question"),
        clause=entry.text("clause"),
        kind=entry.maybe_term("kind", ReadingKind) or ReadingKind.CHOICE,
        # Its shape is held against the kind by a check, where the choices are known.
        default=tuple(default) if isinstance(default, list) else default,  # type: ignore[arg-type]
        choices=tuple(_read_choice(choice) for choice in entry.entries("choice", name="value")),
        why=entry.text("why"),
        status=entry.text("status"),
        in_use=entry.flag("in_use", default=True),
    )
    entry.close()
    return reading


def _read_choice(entry: Entry) -> Choice:
    choice = Choice(value=entry.text("value"), label=entry.text("label"), least=entry.whole("least", 0))
    entry.close()
    return choice
