"""The fields a form can print: what each kind is told, what it is called in Chinese, an example."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIST = "[]"


class Field(Struct, frozen=True):
    """A field: its path and the same in Chinese ([] for each of a list), what it says, an example.

    `shortcut` is the one word it may be printed by, where there is one; `is_list` asks for a loop.
    """

    path: str
    chinese: str
    meaning: str
    example: str
    shortcut: str = ""
    is_list: bool = False


def list_fields(kind_id: str) -> tuple[Field, ...]:
    """List the fields of a kind, those of all kinds first; a kind of the office's own has these alone."""
    told = _load()
    shortcuts = {path: word for word, path in told["shortcuts"].items()}
    paths = {**told["common"], **told["kinds"].get(kind_id, {})}
    return tuple(_make_field(path, example, shortcuts, told) for path, example in paths.items())


def write_loop(field: Field) -> str:
    """Write how a form goes through a list, with a word for one of its lines."""
    return f"{{% for 项 in {field.chinese.removesuffix(_LIST)} %}}" if field.is_list else ""


def add_names(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Give the facts with every name in Chinese beside its own, and the shortcuts on top."""
    told = _load()
    named: dict[str, Any] = _add_aliases(facts, told["names"])
    for word, path in told["shortcuts"].items():
        value: Any = facts
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            named[word] = value
    return named


def _make_field(
    path: str, example: str, shortcuts: Mapping[str, str], told: Mapping[str, Mapping[str, str]]
) -> Field:
    plain = path.removesuffix(_LIST)
    chinese = ".".join(
        told["names"].get(key.removesuffix(_LIST), key.removesuffix(_LIST)) + (_LIST if _LIST in key else "")
        for key in path.split(".")
    )
    shortcut = shortcuts.get(plain, "")
    meaning = told["meanings"].get(plain, chinese.rpartition(".")[2].removesuffix(_LIST))
    return Field(path, chinese, meaning, example, shortcut, is_list=path.endswith(_LIST))


def _add_aliases(value: Any, names: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON data of any shape
    if isinstance(value, dict):
        own = {key: _add_aliases(one, names) for key, one in value.items()}
        return own | {names[key]: one for key, one in own.items() if key in names}
    if isinstance(value, (list, tuple)):
        return [_add_aliases(one, names) for one in value]
    return value


@cache
def _load() -> dict[str, Any]:
    return load_toml("documents", "forms", "fields")
