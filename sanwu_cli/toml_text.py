"""TOML read line by line where it is as plain as our own files; the standard library reads all other TOML."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Iterator

# Where the data files lie that are shipped inside the program.
PACKAGE = Path(__file__).parent
_TEXT = r'"[^"\\\x00-\x1f\x7f]*"'
_LINE = compile_later(
    rf"""(?:(?P<key>[A-Za-z0-9_-]+)|(?P<quoted>{_TEXT}))\ =\ (?:
        (?:(?P<text>{_TEXT})
            |\[(?P<texts>(?:{_TEXT}(?:,\ {_TEXT})*)?)\]
            |(?P<flag>true|false)
            |(?P<number>0|[1-9][0-9]{{0,17}})
        )(?:\ *\#[^\x00-\x1f\x7f]*)?
        |(?P<other>.+)
    )""",
    re.VERBOSE,
)
# Inside lists and inline tables.
_VALUE = compile_later(
    r'(?P<text>"(?:[^"\\\x00-\x1f\x7f]|\\["\\nt])*")|(?P<flag>true|false)'
    r"|(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})|(?P<number>0|[1-9][0-9]{0,17})"
)
_RUN = compile_later(rf"{_TEXT}(?:,[ \n]+{_TEXT})*")
_EACH = compile_later(r'"([^"]*)"')
_ESCAPE = compile_later(r"\\.")
_ESCAPED = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\t": "\t"}
_NAME = compile_later(r" *([A-Za-z0-9_-]+) *= *")
_SPACE = compile_later(r"[ \n]+")
_BLANKS = compile_later(r" +")
_HEAD = compile_later(r"(?P<each>\[)?\[(?P<path>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)?)\](?(each)\])")
_REMARK = compile_later(r"#[^\x00-\x1f\x7f]*")


class _NotPlainError(Exception):
    """The text is no TOML, or TOML of a kind our own files do not use."""


def load_toml(*path: str) -> dict[str, Any]:
    """Read a data file of the program, named by its folders and its stem. Raises OSError, ValueError."""
    return parse_toml(PACKAGE.joinpath(*path).with_suffix(".toml").read_text("utf-8"))


def parse_toml(text: str) -> dict[str, Any]:
    """Give exactly what `tomllib.loads` gives, in a quarter of its time for files such as ours.

    Raises ValueError (a `tomllib.TOMLDecodeError`) where the text is no TOML.
    """
    try:
        return _Reader().read(text)
    except _NotPlainError:
        return _parse_any(text)


def _parse_any(text: str) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - start-up: mostly not needed

    return tomllib.loads(text)


class _Reader:
    """One text on its way: the document, the table that lines go into, and what headers have made."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}
        self.table = self.document
        self.headed: set[int] = set()

    def read(self, text: str) -> dict[str, Any]:
        """Read every line; raises _NotPlainError."""
        lines = iter(text.split("\n"))
        for line in lines:
            if match := _LINE.fullmatch(line):
                name = match["key"]
                self._put(match["quoted"][1:-1] if name is None else name, self._read_value(match, lines))
            elif match := _HEAD.fullmatch(line):
                self._open(match["path"], is_each=match["each"] is not None)
            elif line and not _REMARK.fullmatch(line):
                raise _NotPlainError
        return self.document

    def _put(self, name: str, value: object) -> None:
        if name in self.table:
            raise _NotPlainError
        self.table[name] = value

    def _open(self, path: str, *, is_each: bool) -> None:
        """Begin the table of a header: [name], [[name]], or one inside the last table of its first name."""
        first, _, inner = path.partition(".")
        parent, name = (self._find(first), inner) if inner else (self.document, first)
        self.table = {}
        self.headed.add(id(self.table))
        if not is_each:
            if name in parent:
                raise _NotPlainError
            parent[name] = self.table
        elif name in parent:
            self._last_of(parent[name])
            parent[name].append(self.table)
        else:
            parent[name] = [self.table]

    def _find(self, name: str) -> dict[str, Any]:
        """Give the table another table is put into; raises _NotPlainError where no header made it."""
        found = self.document.get(name)
        return self._last_of(found) if isinstance(found, list) else self._made_by_header(found)

    def _last_of(self, tables: object) -> dict[str, Any]:
        if not isinstance(tables, list) or not tables:
            raise _NotPlainError
        return self._made_by_header(tables[-1])

    def _made_by_header(self, table: Any) -> dict[str, Any]:  # noqa: ANN401 - any TOML value
        if id(table) not in self.headed:
            raise _NotPlainError
        return table  # type: ignore[no-any-return]  # headers make tables

    def _read_value(self, match: re.Match[str], lines: Iterator[str]) -> object:
        kind = match.lastgroup or ""
        value = match[kind]
        if kind == "text":
            return value[1:-1]
        if kind == "texts":
            return value[1:-1].split('", "') if value else []
        if kind == "flag":
            return value == "true"
        if kind == "number":
            return int(value)
        return _read_whole(_gather(value, lines) if value[-1] == "[" else value)


def _gather(begun: str, lines: Iterator[str]) -> str:
    """Give a list over several lines as one text; no text of a plain file goes over the end of its line."""
    parts = [begun]
    for line in lines:
        parts.append(line)
        if line.startswith("]"):
            return "\n".join(parts)
    raise _NotPlainError


def _read_whole(text: str) -> object:
    value, end = _read_at(text, 0)
    if end != len(text):
        raise _NotPlainError
    return value


def _read_at(text: str, start: int) -> tuple[object, int]:
    """Read the value that begins here; give it and where it ends."""
    if match := _VALUE.match(text, start):
        return _make_value(match), match.end()
    if text.startswith("[", start):
        return _read_list(text, start + 1)
    if text.startswith("{", start):
        return _read_inline(text, start + 1)
    raise _NotPlainError


def _make_value(match: re.Match[str]) -> object:
    value = match[0]
    if match.lastgroup == "text":
        return _ESCAPE.sub(lambda sign: _ESCAPED[sign[0]], value[1:-1]) if "\\" in value else value[1:-1]
    if match.lastgroup == "flag":
        return value == "true"
    if match.lastgroup == "number":
        return int(value)
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _NotPlainError from None


def _read_list(text: str, start: int) -> tuple[list[object], int]:
    items: list[object] = []
    at = _skip(text, start, _SPACE)
    while not text.startswith("]", at):
        if run := _RUN.match(text, at):
            items += _EACH.findall(text, at, run.end())
            at = run.end()
        else:
            item, at = _read_at(text, at)
            items.append(item)
        at = _skip(text, at, _SPACE)
        if text.startswith(",", at):
            at = _skip(text, at + 1, _SPACE)
        elif not text.startswith("]", at):
            raise _NotPlainError
    return items, at + 1


def _read_inline(text: str, start: int) -> tuple[dict[str, object], int]:
    """Read `name = value, name = value }`, at least one, all on one line."""
    table: dict[str, object] = {}
    at, sign = start, ","
    while sign == ",":
        name = _NAME.match(text, at)
        if name is None or name[1] in table:
            raise _NotPlainError
        table[name[1]], at = _read_at(text, name.end())
        at = _skip(text, at, _BLANKS)
        sign, at = text[at : at + 1], at + 1
    if sign != "}":
        raise _NotPlainError
    return table, at


def _skip(text: str, start: int, what: re.Pattern[str]) -> int:
    match = what.match(text, start)
    return match.end() if match else start
