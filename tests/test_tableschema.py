"""Every sheet as a Table Schema keeps the rules of the standard, and says what our own reader says."""

from __future__ import annotations

import csv
import json
import re
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus
from sanwu_cli.sheets.cells import make_parser
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.sheets.values import Unreadable

if TYPE_CHECKING:
    from pathlib import Path

IDS = sorted(load_schemas())
SHOWN = {"sanwu"}  # the one key of our own, in a schema and in a field

# The rules of the standard, written down from its text: what may stand in a field of which type.
BOUNDS = {"required", "enum", "unique", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"}
CONSTRAINTS = {
    "string": {"required", "enum", "unique", "minLength", "maxLength", "pattern"},
    "integer": BOUNDS,
    "number": BOUNDS,
    "boolean": {"required", "enum"},
    "date": BOUNDS,
    "yearmonth": BOUNDS,
}
PROPERTIES = {
    "name",
    "title",
    "description",
    "example",
    "type",
    "format",
    "missingValues",
    "constraints",
    "rdfType",
}
OF_TYPE = {
    "string": {"categories", "categoriesOrdered"},
    "integer": {"categories", "categoriesOrdered", "groupChar", "bareNumber"},
    "number": {"decimalChar", "groupChar", "bareNumber"},
    "boolean": {"trueValues", "falseValues"},
    "date": set(),
    "yearmonth": set(),
}
OF_SCHEMA = {"$schema", "fields", "fieldsMatch", "missingValues", "primaryKey", "uniqueKeys", "foreignKeys"}
GOOD = {
    "date": ("2026-03-09", "2026-03-10"),
    "yearmonth": ("2026-03", "2026-04"),
    "integer": ("0", "3"),
    "number": ("96.50", "88"),
    "boolean": ("是", "否"),
    "string": ("甲1", "乙2"),
}
# Strings that mean something to our reader.
OURS = {
    "area_code": ("649901101", "649901101201"),
    "indicators": ("越级上访", "越级上访、刑事案件"),
    "clock": ("9:30", "14:05"),
    "days": ("9日", "1日、17日"),
    "period": ("2026年1—3月", "2026年4月"),
}


def show(capsys: Any, sheet_id: str) -> dict[str, Any]:
    capsys.readouterr()
    assert run(["sheet", "show", sheet_id, "--format", "tableschema"]) == ExitStatus.CLEAN
    return json.loads(capsys.readouterr().out)


def make_value(field: dict[str, Any], position: int) -> str:
    constraints = field.get("constraints", {})
    choices = constraints.get("enum") or GOOD[field["type"]]
    choices = OURS.get(field["sanwu"]["type"], choices)
    return choices[position % len(choices)]


@pytest.mark.parametrize("sheet_id", IDS)
def test_the_schema_keeps_the_rules_of_the_standard(sheet_id: str, capsys: Any) -> None:
    schema = show(capsys, sheet_id)
    assert set(schema) <= OF_SCHEMA | SHOWN
    assert schema["$schema"] == "https://datapackage.org/profiles/2.0/tableschema.json"
    names = [field["name"] for field in schema["fields"]]
    assert names
    assert len(set(names)) == len(names)
    assert set(schema.get("primaryKey", [])) <= set(names)
    for field in schema["fields"]:
        kind = field["type"]
        assert set(field) <= PROPERTIES | OF_TYPE[kind] | SHOWN, field["name"]
        constraints = field.get("constraints", {})
        assert set(constraints) <= CONSTRAINTS[kind], field["name"]
        assert all(isinstance(word, str) for word in field.get("missingValues", []))
        if "categories" in field:
            assert set(field["categories"]) == set(constraints["enum"])
        if kind == "boolean":
            assert not set(field["trueValues"]) & set(field["falseValues"])
        if "pattern" in constraints:
            re.compile(constraints["pattern"])


@pytest.mark.parametrize("sheet_id", IDS)
def test_the_fields_are_those_of_the_blank_form_and_the_rest_is_named(sheet_id: str, capsys: Any) -> None:
    schema, ours = show(capsys, sheet_id), load_schemas()[sheet_id]
    assert [field["sanwu"]["name"] for field in schema["fields"]] == list(ours.form)
    assert all(field["name"] == ours.by_name[field["sanwu"]["name"]].header for field in schema["fields"])
    others = {one["name"]: one["personal"] for one in schema["sanwu"]["other_columns"]}
    assert others == {spec.name: spec.personal for spec in ours.fields if spec.name not in ours.form}
    for field in schema["fields"]:
        required = field.get("constraints", {}).get("required", False)
        assert required is ours.by_name[field["sanwu"]["name"]].required


@pytest.mark.parametrize("sheet_id", IDS)
def test_what_the_schema_allows_our_reader_reads(sheet_id: str, capsys: Any) -> None:
    for field in show(capsys, sheet_id)["fields"]:
        pattern = field.get("constraints", {}).get("pattern", ".*")
        assert all(re.fullmatch(pattern, make_value(field, position)) for position in (0, 1))
        parser = make_parser(load_schemas()[sheet_id].by_name[field["sanwu"]["name"]])
        for blank in field.get("missingValues", [""]):
            assert parser(blank) is None, (field["name"], blank)
        words = [*field.get("categories", ()), *field.get("trueValues", ()), *field.get("falseValues", ())]
        for word in [*words, *(make_value(field, position) for position in (0, 1))]:
            value = parser(word)
            assert value is not None, (field["name"], word)
            assert not isinstance(value, Unreadable), (field["name"], word)
        for word in field.get("trueValues", ()):
            assert parser(word) is True


@pytest.mark.parametrize(
    "arguments", [["check"], ["sheet", "list"], ["sheet", "form", "crime", "-o", "x.xlsx"]]
)
def test_the_format_is_of_one_command(arguments: list[str], capsys: Any) -> None:
    assert run([*arguments, "--format", "tableschema"]) == ExitStatus.USAGE
    assert "sanwu sheet show" in capsys.readouterr().err


@pytest.mark.parametrize("sheet_id", IDS)
def test_the_public_tool_accepts_it_and_a_form_filled_in(sheet_id: str, tmp_path: Path, capsys: Any) -> None:
    frictionless = pytest.importorskip("frictionless")
    schema = show(capsys, sheet_id)
    (tmp_path / "schema.json").write_text(json.dumps(schema), "utf-8")
    assert frictionless.validate(str(tmp_path / "schema.json"), type="schema").valid
    assert run(["sheet", "form", sheet_id, "-o", str(tmp_path / "form.xlsx")]) == ExitStatus.CLEAN
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx").worksheets[0]
    names = [field["name"] for field in schema["fields"]]
    lines = [list(row[: len(names)]) for row in sheet.iter_rows(values_only=True)]
    assert names in lines
    filled = [[make_value(field, position) for field in schema["fields"]] for position in (0, 1)]
    with (tmp_path / "form.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([names, *filled])
    checked = frictionless.Resource(
        path="form.csv", basepath=str(tmp_path), schema=frictionless.Schema.from_descriptor(schema)
    )
    report = frictionless.validate(checked)
    assert report.valid, report.flatten(["message"])
