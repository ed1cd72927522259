"""What a sheet looks like: its TOML file as a SheetSchema, its headers, and why a row does not count."""

from __future__ import annotations

from sanwu_cli.sheets.schema.added import load_office_schemas
from sanwu_cli.sheets.schema.keys import bare_key, header_key
from sanwu_cli.sheets.schema.load import TYPES, load_schemas, parse_schema
from sanwu_cli.sheets.schema.records import (
    SERIAL,
    Condition,
    Derivation,
    Evidence,
    FieldSpec,
    NotCountedRule,
    RecordSpec,
    SheetSchema,
    UnclearRule,
)

__all__ = [
    "SERIAL",
    "TYPES",
    "Condition",
    "Derivation",
    "Evidence",
    "FieldSpec",
    "NotCountedRule",
    "RecordSpec",
    "SheetSchema",
    "UnclearRule",
    "bare_key",
    "header_key",
    "load_office_schemas",
    "load_schemas",
    "parse_schema",
]
