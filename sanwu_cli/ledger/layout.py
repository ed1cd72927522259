"""The ledger's file as SQL: its tables, and the guards that keep it append-only."""

from __future__ import annotations

FORMAT = 1
APPLICATION_ID = 0x53414E57
# The columns of each table after `number`; `digest` ties every line to the line before it.
COLUMNS = {
    "run": ("command", "as_of", "program", "undoes"),
    "receipt": (
        "run",
        "file",
        "sha256",
        "sheet",
        "schema_id",
        "header_row",
        "first_month",
        "last_month",
        "coverage",
        "fields",
        "row_count",
    ),
    "entry": (
        "run",
        "kind",
        "schema_id",
        "key",
        "content",
        "receipt",
        "row",
        "reason",
        "document_number",
    ),
}
SCHEMA = """
CREATE TABLE run (
  number INTEGER PRIMARY KEY, command TEXT NOT NULL, as_of TEXT NOT NULL, program TEXT NOT NULL,
  undoes INTEGER REFERENCES run(number), digest TEXT NOT NULL
);
CREATE TABLE receipt (
  number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(number),
  file TEXT NOT NULL, sha256 TEXT NOT NULL, sheet TEXT NOT NULL, schema_id TEXT NOT NULL,
  header_row INTEGER NOT NULL, first_month TEXT, last_month TEXT, coverage TEXT,
  fields TEXT NOT NULL, row_count INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE TABLE entry (
  number INTEGER PRIMARY KEY, run INTEGER NOT NULL REFERENCES run(number),
  kind TEXT NOT NULL, schema_id TEXT NOT NULL, key TEXT NOT NULL, content TEXT NOT NULL,
  receipt INTEGER REFERENCES receipt(number), row INTEGER,
  reason TEXT NOT NULL, document_number TEXT NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX entry_subject ON entry (schema_id, key);
"""
# What is written stays as written: an entry is answered by a later entry, never edited.
# The third guard stops INSERT OR REPLACE, which deletes without saying so.
_ABORT = " BEGIN SELECT RAISE(ABORT, 'append-only'); END"
GUARDS = (
    "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}" + _ABORT,
    "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table}" + _ABORT,
    "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table}"  # noqa: S608 - our own table names
    " WHEN EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number)" + _ABORT,
)
