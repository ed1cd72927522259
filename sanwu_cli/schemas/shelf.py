"""All documents by name, and their JSON Schemas (draft 2020-12), made of the records beside this module."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import msgspec

from sanwu_cli.schemas.parts import Part
from sanwu_cli.terms import Term

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_MODULES = (
    "machine",
    "sheets",
    "cases",
    "scores",
    "reasons",
    "rosters",
    "roster_reasons",
    "attendance",
    "grassroots",
    "assessments",
    "papers",
    "keeping",
    "plan",
)
_PREFIX = "sanwu/"
# What a JSON Schema says: names, texts, numbers, lists, and schemas in schemas.
Schema = dict[str, Any]


def load_documents() -> Mapping[str, type[Part]]:
    """Give the record of every document by its short name, such as score-year, in the order of names."""
    found: dict[str, type[Part]] = {}
    for module in _MODULES:
        for _, kind in inspect.getmembers(import_module(f"sanwu_cli.schemas.{module}"), inspect.isclass):
            if issubclass(kind, Part) and kind.__struct_config__.tag:
                found[_name_fully(kind).removeprefix(_PREFIX).partition("/")[0]] = kind
    return dict(sorted(found.items()))


def list_schemas() -> list[tuple[str, str]]:
    """List every document: its full name, and what it tells."""
    return [(_name_fully(kind), inspect.getdoc(kind) or "") for kind in load_documents().values()]


def shorten_name(name: str) -> str:
    """Give the short name of a document for either spelling: sanwu/due/1 or due.

    A version there is not stays in the name, so that nothing is found under it.
    """
    told = name.strip()
    return {_name_fully(kind): short for short, kind in load_documents().items()}.get(told, told)


def make_schema(name: str) -> Schema:
    """Make the JSON Schema of a document by its short name; raises KeyError for a name there is not.

    Objects are closed: what is not listed does not occur. The words of an enumeration are explained in the
    description. A later version may add keys to a document without a new number; it ships its own schema.
    """
    kind = load_documents()[name]
    full_name = _name_fully(kind)
    (reference,), parts = msgspec.json.schema_components([kind], ref_template="#/$defs/{name}")
    _explain_words(parts)
    document = parts.pop(reference["$ref"].rpartition("/")[2])
    return {
        "$schema": DIALECT,
        "$id": f"urn:{full_name}".replace("/", ":"),
        **document,
        "title": full_name,
        **({"$defs": parts} if parts else {}),
    }


def _name_fully(kind: type[Part]) -> str:
    """Give the full name of a document, such as sanwu/due/1."""
    return str(kind.__struct_config__.tag)


def _explain_words(parts: Mapping[str, Schema]) -> None:
    """Describe each enumeration by its words, as people read them."""
    known = {frozenset(word.value for word in kind): kind for kind in Term.__subclasses__()}
    for part in parts.values():
        words = part.get("enum")
        if not words:
            continue
        kind = known.get(frozenset(words))
        part.pop("description", None)
        if kind is not None:
            part["description"] = "；".join(f"{word.value} {word.label}" for word in kind)
