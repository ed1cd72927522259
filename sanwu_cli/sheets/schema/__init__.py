"""What a sheet looks like: its TOML file as a SheetSchema, its headers, and why a row does not count."""

from __future__ import annotations

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
    bare_key,
    header_key,
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
    "load_schemas",
    "parse_schema",
]
