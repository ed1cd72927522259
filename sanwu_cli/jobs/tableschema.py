"""A sheet as a Table Schema of the Data Package standard (version 2), for tools that are not ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sanwu_cli.jobs.forms import canonical_fields
from sanwu_cli.sheets.cells import make_parser
from sanwu_cli.sheets.values import load_words

if TYPE_CHECKING:
    from sanwu_cli.sheets.schema import FieldSpec, SheetSchema

PROFILE = "https://datapackage.org/profiles/2.0/tableschema.json"
# Everything else is a string: a text, a name, a number that is no number (案号), a list in one cell.
_TYPES = {
    "date": "date",
    "month": "yearmonth",
    "count": "integer",
    "decimal": "number",
    "percent": "number",
    "yes_no": "boolean",
}
_PATTERNS = {
    "area_code": "([0-9]{6}|[0-9]{9}|[0-9]{12})",
    "clock": "[0-9]{1,2}:[0-9]{2}",
    "days": "[0-9]{1,2}日(、[0-9]{1,2}日)*",
}


def make_table_schema(schema: SheetSchema) -> dict[str, object]:
    """Describe the blank form of a sheet; the names of fields are its headers, as they stand in the data.

    What the standard has no word for stands under the one key `sanwu`: our identifiers, other spellings of
    the headers, and the columns that are recognised beside the form (those that are personal are marked).
    """
    fields = canonical_fields(schema)
    document: dict[str, object] = {
        "$schema": PROFILE,
        "fields": [_describe_field(spec) for spec in fields],
        "missingValues": [""],
    }
    key = [schema.by_name[name] for name in schema.record.key]
    if key and all(spec.required and spec in fields for spec in key):
        document["primaryKey"] = [spec.header for spec in key]
    document["sanwu"] = {
        "id": schema.id,
        "title": schema.title,
        "sender": schema.sender,
        "command": schema.intake.label,
        "version": schema.version,
        "clause": schema.clause,
        "note": schema.note,
        "other_columns": [_describe_other(spec) for spec in schema.fields if spec not in fields],
    }
    return document


def _describe_field(spec: FieldSpec) -> dict[str, object]:
    described: dict[str, object] = {
        "name": spec.header,
        "title": spec.header,
        "type": _TYPES.get(spec.type, "string"),
    }
    if spec.note:
        described["description"] = spec.note
    if spec.type == "percent":
        described["bareNumber"] = False
    if spec.type == "yes_no":
        words = load_words()["values"]
        described["trueValues"] = list(dict.fromkeys([*words["yes"], *spec.yes]))
        described["falseValues"] = list(dict.fromkeys([*words["no"], *spec.no]))
    if blanks := _list_blanks(spec):
        described["missingValues"] = ["", *blanks]
    choices = [words[0] for words in spec.choices.values() if words]
    if spec.type == "choice":
        described["categories"] = choices
    if constraints := _list_constraints(spec, choices):
        described["constraints"] = constraints
    described["sanwu"] = {
        "name": spec.name,
        "type": spec.type,
        "stored": spec.is_read,
        "aliases": list(spec.aliases),
        **({"choices": {value: list(words) for value, words in spec.choices.items()}} if choices else {}),
    }
    return described


def _list_constraints(spec: FieldSpec, choices: list[str]) -> dict[str, object]:
    constraints: dict[str, object] = {"required": True} if spec.required else {}
    if spec.type == "count":
        constraints["minimum"] = 0
    if spec.type == "decimal":
        bounds = (("minimum", spec.minimum), ("maximum", spec.maximum))
        constraints |= {name: bound for name, bound in bounds if bound is not None}
    if spec.type in _PATTERNS:
        constraints["pattern"] = _PATTERNS[spec.type]
    if spec.type == "choice":
        constraints["enum"] = choices
    if spec.type == "indicators":
        one = f"({'|'.join(map(re.escape, choices))})"
        constraints["pattern"] = f"{one}(、{one})*"
    return constraints


def _list_blanks(spec: FieldSpec) -> list[str]:
    """List the signs, such as a dash, that leave this field empty."""
    if spec.type in {"yes_no", "text", "rule_text", "count"}:
        return []
    parser = make_parser(spec)
    return [word for word in load_words()["values"]["zero"] if parser(word) is None]


def _describe_other(spec: FieldSpec) -> dict[str, object]:
    return {
        "name": spec.name,
        "header": spec.header,
        "type": spec.type,
        "stored": spec.is_read,
        "personal": spec.personal,
        "aliases": list(spec.aliases),
    }
