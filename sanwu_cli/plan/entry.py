"""One table of a data file, read key by key: what is missing, of a wrong type or left over is our mistake."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, TypeVar

from sanwu_cli.errors import PlanError
from sanwu_cli.toml_text import parse_toml

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

    from sanwu_cli.plan.records import BoundNumber
    from sanwu_cli.terms import Term

_Term = TypeVar("_Term", bound="Term")
_Type = TypeVar("_Type", str, int, bool, date)


def read_entry(folder: Traversable | Path, file: str) -> Entry:
    """Read a TOML file of the folder as one entry; raises PlanError when it is absent or no TOML."""
    try:
        return Entry(file, "", parse_toml((folder / file).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise PlanError(f"{file}: {error}") from error


class Entry:
    """A table under way of being read; every getter takes its key out and raises PlanError with the place."""

    def __init__(self, file: str, name: str, table: dict[str, object]) -> None:
        self._file = file
        self._name = name
        self._left = dict(table)

    def text(self, key: str, default: str | None = None) -> str:
        """Take a text that is not empty; without a default it must be there."""
        if default is not None and key not in self._left:
            return default
        text = self._take(key, str)
        if not text.strip():
            raise self._mistake(f"{key} is empty")
        return text

    def maybe_text(self, key: str) -> str | None:
        """Take a text, or None when it is not given."""
        return self.text(key) if key in self._left else None

    def texts(self, key: str) -> tuple[str, ...]:
        """Take a list of texts, empty when it is not given."""
        items = self._take_list(key)
        if any(not isinstance(item, str) for item in items):
            raise self._mistake(f"{key} is not a list of texts")
        return tuple(str(item) for item in items)

    def day(self, key: str) -> date:
        """Take a date."""
        return self._take(key, date)

    def maybe_day(self, key: str) -> date | None:
        """Take a date, or None when it is not given."""
        return self.day(key) if key in self._left else None

    def whole(self, key: str, default: int | None = None) -> int:
        """Take a whole number."""
        return default if default is not None and key not in self._left else self._take(key, int)

    def flag(self, key: str, *, default: bool) -> bool:
        """Take true or false."""
        return self._take(key, bool) if key in self._left else default

    def number(self, key: str) -> BoundNumber:
        """Take a whole number, or a fraction written as "7/10"."""
        raw = self._left.get(key)
        if isinstance(raw, str) and re.fullmatch(r"\d+/[1-9]\d*", raw):
            return Fraction(self._take(key, str))
        return self._take(key, int)

    def term(self, key: str, kind: type[_Term]) -> _Term:
        """Take a word of the field by its identifier."""
        word = self.text(key)
        try:
            return kind(word)
        except ValueError:
            raise self._mistake(f"unknown {key} {word}") from None

    def maybe_term(self, key: str, kind: type[_Term]) -> _Term | None:
        """Take a word of the field, or None when it is not given."""
        return self.term(key, kind) if key in self._left else None

    def raw(self, key: str) -> object:
        """Take whatever stands there; None when nothing does."""
        return self._left.pop(key, None)

    def entry(self, key: str) -> Entry:
        """Take a table."""
        table = self._left.pop(key, None)
        if not isinstance(table, dict):
            raise self._mistake(f"{key} is missing or no table")
        return Entry(self._file, key, table)

    def entries(self, key: str, *, name: str = "id") -> tuple[Entry, ...]:
        """Take a list of tables; each is called by what stands under `name` in it."""
        tables = self._take_list(key)
        found = []
        for position, table in enumerate(tables, start=1):
            if not isinstance(table, dict):
                raise self._mistake(f"{key} is not a list of tables")
            own = f"{table.get(name, f'{key} no. {position}')}"
            found.append(Entry(self._file, f"{self._name} {own}".strip(), table))
        return tuple(found)

    def close(self) -> None:
        """Say that all is read; raises PlanError when a key is left over."""
        if self._left:
            raise self._mistake(f"unknown key {', '.join(sorted(self._left))}")

    def _take_list(self, key: str) -> list[object]:
        items = self._left.pop(key, [])
        if not isinstance(items, list):
            raise self._mistake(f"{key} is not a list")
        return items

    def _take(self, key: str, kind: type[_Type]) -> _Type:
        if key not in self._left:
            raise self._mistake(f"{key} is missing")
        found = self._left.pop(key)
        # A moment is a date to Python, and true is a whole number; neither is meant.
        if type(found) is not kind:
            raise self._mistake(f"{key} is no {kind.__name__}")
        return found

    def _mistake(self, message: str) -> PlanError:
        return PlanError(
            f"{self._file}: {self._name}: {message}" if self._name else f"{self._file}: {message}"
        )
