"""The sheets' TOML files read into schemas; a mistake of ours is refused when they are loaded."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sanwu_cli.errors import PlanError
from sanwu_cli.sheets.schema.keys import header_key
from sanwu_cli.sheets.schema.records import (
    Condition,
    Derivation,
    Evidence,
    FieldSpec,
    NotCountedRule,
    RecordSpec,
    SheetSchema,
    UnclearRule,
)
from sanwu_cli.terms import Indicator, Intake, NotCounted
from sanwu_cli.toml_text import PACKAGE, parse_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

TYPES = frozenset({
    "text", "case_number", "code", "date", "month", "period", "township", "village", "area_code", "areas",
    "unit", "count", "decimal", "percent", "yes_no", "choice", "indicators", "list", "rule_text",
    "person", "days", "clock",
})  # fmt: skip
KINDS = frozenset({"incident", "count", "nil", "record", "ruling", "register"})
PERIODS = frozenset({"month", "year", "row", "none"})
BLANK_VILLAGE = frozenset({"hold", "township"})
_ENTRIES = frozenset({
    "id", "title", "sender", "intake", "version", "clause", "note", "form", "record", "identify", "field",
    "derive", "not_counted", "unclear",
})  # fmt: skip


@cache
def load_schemas() -> Mapping[str, SheetSchema]:
    """Read every sheets/*.toml, by id in order of file name; raises PlanError on a mistake of ours."""
    folder = PACKAGE / "sheets"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".toml"))
    schemas = [
        parse_schema((folder / name).read_text("utf-8"), name=name)
        for name in names
        if not name.startswith("_")
    ]
    by_id = {schema.id: schema for schema in schemas}
    if len(by_id) != len(schemas):
        raise PlanError("two sheets have one id")
    return MappingProxyType(by_id)


def parse_schema(text: str, *, name: str) -> SheetSchema:
    """Read one sheet description; `name` is the file's, for messages. Raises PlanError."""
    try:
        table = parse_toml(text)
        schema = _build_schema(table)
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"sheets/{name}: {type(error).__name__}: {error}") from error
    for problem in _find_mistakes(schema):
        raise PlanError(f"sheets/{name}: {problem}")
    return schema


def _build_schema(table: dict[str, Any]) -> SheetSchema:
    if unknown := sorted(set(table) - _ENTRIES):
        raise ValueError(f"unknown entry {unknown[0]}")
    record = _freeze(table["record"])
    indicator = record.pop("indicator", None)
    return SheetSchema(
        id=table["id"],
        title=table["title"],
        sender=table["sender"],
        intake=Intake(table["intake"]),
        version=table.get("version", 1),
        clause=table.get("clause", ""),
        record=RecordSpec(indicator=Indicator(indicator) if indicator else None, **record),
        evidence=Evidence(**_freeze(table.get("identify", {}))),
        fields=tuple(FieldSpec(**_freeze(entry)) for entry in table["field"]),
        not_counted=tuple(_build_rule(_freeze(entry)) for entry in table.get("not_counted", [])),
        derived=tuple(
            Derivation(entry["field"], entry["from"], entry["words"])
            for entry in map(_freeze, table.get("derive", []))
        ),
        note=table.get("note", ""),
        form=tuple(table.get("form", ())),
        unclear=tuple(_build_unclear(_freeze(entry)) for entry in table.get("unclear", [])),
    )


def _build_unclear(entry: dict[str, Any]) -> UnclearRule:
    also = entry.pop("also", ())
    why = entry.pop("why")
    return UnclearRule(entry["field"], why, (Condition(**entry), *(Condition(**extra) for extra in also)))


def _build_rule(entry: dict[str, Any]) -> NotCountedRule:
    also = entry.pop("also", ())
    reason = NotCounted(entry.pop("reason"))
    return NotCountedRule(reason, (Condition(**entry), *(Condition(**extra) for extra in also)))


def _freeze(value: Any) -> Any:  # noqa: ANN401 (a TOML value)
    if isinstance(value, dict):
        return {key: inner if inner.__class__ is str else _freeze(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple([inner if inner.__class__ is str else _freeze(inner) for inner in value])
    return value


def _find_mistakes(schema: SheetSchema) -> list[str]:
    """List what is wrong with a sheet description."""
    names = [spec.name for spec in schema.fields]
    record = schema.record
    mentioned = [
        *schema.form,
        *record.key,
        *([record.date] if record.date else []),
        *(name for group in schema.evidence.needs for name in group if name != "title"),
        *(
            name
            for spec in schema.fields
            for name in (
                *spec.missing_ok_columns,
                *spec.assumed_columns,
                *spec.adds_to,
                *([spec.follows] if spec.follows else ()),
            )
        ),
        *(condition.field for rule in schema.not_counted for condition in rule.conditions),
        *(name for derived in schema.derived for name in (derived.field, derived.source) if name != "title"),
    ]
    problems = [f"field {name} stands twice" for name in sorted(set(names)) if names.count(name) > 1]
    problems += [f"no field {name}" for name in mentioned if name not in names]
    problems += [f"unknown type {spec.type}" for spec in schema.fields if spec.type not in TYPES]
    problems += [
        f"{spec.name} has no choices"
        for spec in schema.fields
        if spec.type in {"choice", "indicators"} and not spec.choices
    ]
    problems += [
        f"{what} {value!r}"
        for what, value, allowed in (
            ("unknown kind", record.kind, KINDS),
            ("unknown period", record.period, PERIODS),
            ("unknown blank_village", record.blank_village, BLANK_VILLAGE),
        )
        if value not in allowed
    ]
    if (record.kind == "incident") != (record.indicator is not None):
        problems.append("an incident has an indicator, nothing else has")
    return problems + _find_double_spellings(schema)


def _find_double_spellings(schema: SheetSchema) -> list[str]:
    owners: dict[str, str] = {}
    problems = []
    for spec in schema.fields:
        for spelling in spec.spellings:
            key = header_key(spelling)
            other = owners.setdefault(key, spec.name)
            if other != spec.name:
                problems.append(f"{spelling} is claimed by {other} and {spec.name}")
    return problems
