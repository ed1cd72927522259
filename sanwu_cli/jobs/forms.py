"""The sheets the toolkit knows: listed, shown, and as blank forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near
from sanwu_cli.sheets.schema import FieldSpec, SheetSchema, load_schemas
from sanwu_cli.terms import Intake

if TYPE_CHECKING:
    from sanwu_cli.workbook.form import FormColumn

_KINDS = {"date": "date", "count": "count", "case_number": "code", "code": "code", "area_code": "code"}
_YES_NO = ("是", "否")
# Left blank in a form's title, for the sender to fill in: without a year no month can be told.
_SPANS = {"month": "（　　　　年　　月）", "year": "（　　　　年度）"}


def find_schema(sheet_id: str) -> SheetSchema:
    """Find a sheet by id or Chinese title; raises SanwuError with what is close."""
    schemas = load_schemas()
    for schema in schemas.values():
        if sheet_id in (schema.id, schema.title):
            return schema
    hint = hint_near(sheet_id, [*schemas, *(s.title for s in schemas.values())])
    raise SanwuError(f"没有“{sheet_id}”这种表", remedy=f"{hint}全部表式用 sanwu sheet list 查看")


def list_schemas() -> tuple[SheetSchema, ...]:
    """List the sheets, department sheets first."""
    order = list(Intake)
    return tuple(sorted(load_schemas().values(), key=lambda s: (order.index(s.intake), s.id)))


def canonical_fields(schema: SheetSchema) -> tuple[FieldSpec, ...]:
    """List the fields of the blank form in order; nothing personal is asked for."""
    return tuple(schema.by_name[name] for name in schema.form)


def schema_as_json(schema: SheetSchema) -> dict[str, object]:
    """Give one sheet as an element of sanwu/sheets/1."""
    return {
        "id": schema.id,
        "title": schema.title,
        "sender": schema.sender,
        "command": schema.intake.label,
        "version": schema.version,
        "clause": schema.clause,
        "fields": [
            {
                "name": spec.name,
                "header": spec.header,
                "type": spec.type,
                "required": spec.required,
                "personal": spec.personal,
                "stored": spec.is_read,
                "aliases": list(spec.aliases),
                "choices": {value: list(words) for value, words in spec.choices.items()},
                "note": spec.note,
            }
            for spec in schema.fields
        ],
    }


def make_form(schema: SheetSchema) -> bytes:
    """Write the blank form of a sheet, with drop-downs, notes and the mark it is recognised by."""
    from sanwu_cli.workbook.form import FormSpec, write_form  # noqa: PLC0415 - start-up: finding a sheet needs no form

    is_register = schema.intake is Intake.REGISTER
    return write_form(
        FormSpec(
            sheet_id=schema.id,
            version=schema.version,
            title="" if is_register else schema.title + _SPANS.get(schema.record.period, ""),
            unit_line="" if is_register else "填报单位：　　　　　　　　　　填报时间：　　　年　　月　　日",
            columns=tuple(column_of(spec) for spec in canonical_fields(schema)),
            notes=(schema.note,) if schema.note else (),
        )
    )


def column_of(spec: FieldSpec) -> FormColumn:
    """Make the column of a form from a field."""
    from sanwu_cli.workbook.form import FormColumn  # noqa: PLC0415 - as above

    choices = (
        _YES_NO if spec.type == "yes_no" else tuple(words[0] for words in spec.choices.values() if words)
    )
    return FormColumn(
        header=spec.header,
        note=spec.note,
        choices=choices,
        kind=_KINDS.get(spec.type, "text"),  # type: ignore[arg-type]  # the table holds the kinds of FormColumn
        required=spec.required,
    )
