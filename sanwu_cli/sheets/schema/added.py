"""The sheets with the indicators an office added: a column of the month's count, a word of the nil report."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec.structs import replace

from sanwu_cli.sheets.schema.load import load_schemas
from sanwu_cli.sheets.schema.records import FieldSpec
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sanwu_cli.model import AddedIndicator
    from sanwu_cli.sheets.schema.records import SheetSchema


@cache
def load_office_schemas(added: tuple[AddedIndicator, ...]) -> Mapping[str, SheetSchema]:
    """Give every sheet, the added indicators in those that count and in those that report nothing."""
    schemas = load_schemas()
    if not added:
        return schemas
    make = {"count": _add_columns, "nil": _add_words}
    return MappingProxyType(
        {
            name: make[schema.record.kind](schema, added) if schema.record.kind in make else schema
            for name, schema in schemas.items()
        }
    )


def _add_columns(schema: SheetSchema, added: Sequence[AddedIndicator]) -> SheetSchema:
    fields = tuple(
        FieldSpec(
            one.indicator.value, one.indicator.label, type="count", aliases=one.headers, sum=True, weight=2
        )
        for one in added
    )
    names = tuple(spec.name for spec in fields)
    own = {indicator.value for indicator in Indicator}
    needs = tuple((*group, *names) if own & set(group) else group for group in schema.evidence.needs)
    return replace(
        schema,
        fields=(*schema.fields, *fields),
        form=(*schema.form, *names),
        evidence=replace(schema.evidence, needs=needs),
    )


def _add_words(schema: SheetSchema, added: Sequence[AddedIndicator]) -> SheetSchema:
    """Let a nil report name an added indicator; its word for all stands for the plan's three only."""
    words = {one.indicator.value: (one.indicator.label, *one.headers) for one in added}
    fields = tuple(
        replace(spec, choices={**words, **spec.choices}) if spec.type == "indicators" else spec
        for spec in schema.fields
    )
    return replace(schema, fields=fields)
