"""The contracts of what programs read: a JSON Schema for every document that `--format json` gives."""

from sanwu_cli.schemas.shelf import list_schemas, load_documents, make_schema, shorten_name

__all__ = ["list_schemas", "load_documents", "make_schema", "shorten_name"]
