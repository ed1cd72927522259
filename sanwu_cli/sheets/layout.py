"""Where a sheet's header lies and which schema claims it, found by evidence in the first rows."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.told import IGNORED, is_guarded, told_of
from sanwu_cli.sheets.values import fold, is_blank, load_words
from sanwu_cli.sheets.values.text import plain_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.grid import CellValue, Grid, Merge
    from sanwu_cli.sheets.schema import FieldSpec, SheetSchema

_FIRST_ROWS = 20
_MOST_COLUMNS = 300
_MOST_LEVELS = 3
_FEWEST_FIELDS = 2
_TITLE_WEIGHT = 4
_CLEAR_LEAD = 2
_FEWEST_NUMBERS = 3
# A field found only by its joined or last level stands behind one found whole.
_LEVEL_STEP = 100
_BEFORE_NUMBERS = frozenset("甲乙丙丁abAB")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its 0-based index, the header joined from its levels, its field if any, what was told."""

    index: int
    header: str
    field: FieldSpec | None
    told: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """A claimed sheet: the schema, header rows (0-based, both included), columns, and what stands above.

    `titles` are folded title texts; `labels` are (group, folded value) of lines such as 填报单位 (group
    unit, filed, period or other); `context` is everything titles, sheet name and file name say.
    """

    schema: SheetSchema
    top: int
    bottom: int
    columns: tuple[Column, ...]
    titles: tuple[str, ...]
    labels: tuple[tuple[str, str], ...]
    context: str
    doubled: tuple[str, ...] = ()
    rival: Misfit | None = None

    @property
    def fields(self) -> Mapping[str, Column]:
        """The column of each field that is read."""
        return {column.field.name: column for column in self.columns if column.field and column.field.is_read}


@dataclass(frozen=True, slots=True)
class Misfit:
    """Why no schema claims a sheet: the finding to make, the nearest schemas, the headers they miss."""

    code: str
    nearest: tuple[SheetSchema, ...] = ()
    missing: tuple[str, ...] = ()
    matched: int = 0


@dataclass(frozen=True, slots=True)
class _Candidate:
    schema: SheetSchema
    top: int
    levels: int
    columns: tuple[Column, ...]
    score: int
    missing: tuple[tuple[str, ...], ...]
    crossed: bool
    doubled: tuple[str, ...]

    @property
    def order(self) -> tuple[bool, int, bool, int, int]:
        return not self.missing, self.score, not self.crossed, -self.levels, -self.top


def identify(
    grid: Grid,
    schemas: Mapping[str, SheetSchema],
    *,
    names: Sequence[str] = (),
    mark: str = "",
    header_row: int | None = None,
    mapping: Mapping[str, str] | None = None,
) -> Layout | Misfit:
    """Find the one schema that claims a sheet, and its header.

    Args:
        grid: the sheet.
        schemas: the sheets it may be, by id.
        names: sheet name and file name, whose words break ties.
        mark: the form mark of the workbook, such as petition/1; it decides at once.
        header_row: 1-based first header row, if somebody says so.
        mapping: field names by raw header, if somebody says so.
    """
    given = {header_key(raw): name for raw, name in (mapping or {}).items()}
    vocabulary = frozenset(given).union(*(schema.vocabulary for schema in schemas.values()))
    starts = [header_row - 1] if header_row else _likely_starts(grid, vocabulary)
    lowest = max(starts, default=0) + _MOST_LEVELS
    grid = replace(grid, merges=tuple(merge for merge in grid.merges if merge.top < lowest))
    marked = schemas.get(mark.partition("/")[0])
    tried = list(schemas.values())
    if marked is not None:
        tried, names = [marked], (*names, marked.title)
    found: list[_Candidate] = []
    for top in starts:
        context = ""
        for levels in range(1, _MOST_LEVELS + 1):
            headers = join_headers(grid, top, levels)
            spoken = [_list_keys(parts) for _, parts in headers]
            near = [schema for schema in tried if _count_known(spoken, schema, given) >= _FEWEST_FIELDS]
            if near:
                context = context or _read_context(grid, top, names)
                found += [_judge(grid, schema, top, levels, headers, context, given) for schema in near]
    best: dict[str, _Candidate] = {}
    for candidate in found:
        if candidate.columns and (
            candidate.schema.id not in best or candidate.order > best[candidate.schema.id].order
        ):
            best[candidate.schema.id] = candidate
    return _decide(grid, sorted(best.values(), key=lambda one: one.order, reverse=True), names)


def _count_known(spoken: Iterable[frozenset[str]], schema: SheetSchema, given: Mapping[str, str]) -> int:
    """Count the columns that may name a field of the schema; `spoken` has each column's possible keys."""
    known = schema.vocabulary
    return sum(1 for keys in spoken if not known.isdisjoint(keys) or (given and not keys.isdisjoint(given)))


@lru_cache(maxsize=4096)
def _list_keys(parts: tuple[str, ...]) -> frozenset[str]:
    """List the folded forms of a header, with and without their bracketed parts."""
    keys = [header_key(form) for form in _list_forms(parts)]
    return frozenset((*keys, *map(bare_key, keys)))


def _list_forms(parts: tuple[str, ...]) -> Iterable[str]:
    """The joined header first, then its shorter forms, the lowest level last."""
    if len(parts) == 1:
        return parts
    return dict.fromkeys(("/".join(parts), "/".join(parts[-2:]), "/".join((parts[0], parts[-1])), parts[-1]))


def _decide(grid: Grid, ranked: Sequence[_Candidate], names: Sequence[str]) -> Layout | Misfit:
    claims = [candidate for candidate in ranked if not candidate.missing]
    if not claims:
        return _explain_unknown(ranked)
    if len(claims) > 1 and claims[0].score - claims[1].score < _CLEAR_LEAD:
        return Misfit("SHEET-AMBIGUOUS", tuple(candidate.schema for candidate in claims[:2]))
    first = claims[0]
    titles, labels = _read_title_rows(grid, first.top)
    return Layout(
        first.schema, first.top, first.top + first.levels - 1, first.columns, titles, labels,
        _read_context(grid, first.top, names), first.doubled,
        _explain_unknown([one for one in ranked if one is not first]),
    )  # fmt: skip


def _explain_unknown(ranked: Sequence[_Candidate]) -> Misfit:
    near = [candidate for candidate in ranked if _count_fields(candidate) >= _FEWEST_FIELDS]
    if not near:
        return Misfit("SHEET-UNKNOWN")
    closest = near[0]
    fields = closest.schema.by_name
    missing = tuple(
        "或".join(f"“{fields[name].header}”" for name in group if name in fields) for group in closest.missing
    )
    return Misfit("SHEET-UNKNOWN", (closest.schema,), missing, _count_fields(closest))


def _count_fields(candidate: _Candidate) -> int:
    return sum(1 for column in candidate.columns if column.field)


def _likely_starts(grid: Grid, vocabulary: frozenset[str]) -> list[int]:
    """Rows among the first that may be the top of a header: two known words, or one above a row of two."""
    known: list[tuple[int, int]] = []
    for row, cells in enumerate(grid.rows):
        filled = [cell for cell in cells[:_MOST_COLUMNS] if not is_blank(cell)]
        words = {header_key(cell) for cell in filled if isinstance(cell, str)}
        if filled:
            known.append(
                (row, sum(1 for word in words if word in vocabulary or bare_key(word) in vocabulary))
            )
        if len(known) >= _FIRST_ROWS:
            break
    following = [count for _, count in known[1:]] + [0]
    return [
        row
        for (row, count), below in zip(known, following, strict=False)
        if count >= _FEWEST_FIELDS or (count and below >= _FEWEST_FIELDS)
    ]


def _covering(grid: Grid, row: int, column: int) -> Merge | None:
    return next(
        (
            merge
            for merge in grid.merges
            if merge.top <= row <= merge.bottom and merge.left <= column <= merge.right
        ),
        None,
    )


def _header_text(grid: Grid, row: int, column: int) -> str:
    cell = grid.at(row, column)
    if is_blank(cell) and (merge := _covering(grid, row, column)) is not None:
        cell = grid.at(merge.top, merge.left)
    return fold(plain_text(cell)) if isinstance(cell, (str, int, float)) else ""


def join_headers(grid: Grid, top: int, levels: int) -> list[tuple[int, tuple[str, ...]]]:
    """Levels of each column's header, repeats from merges dropped; empty when a lower row is no header."""
    if top + levels > len(grid.rows):
        return []
    lower = (grid.rows[top + step] for step in range(1, levels))
    if any(not all(cell is None or isinstance(cell, str) for cell in cells) for cells in lower):
        return []
    width = min(_MOST_COLUMNS, max(len(grid.rows[top + step]) for step in range(levels)))
    headers = []
    for column in range(width):
        parts: list[str] = []
        for step in range(levels):
            text = _header_text(grid, top + step, column)
            if text and (not parts or parts[-1] != text):
                parts.append(text)
        if parts:
            headers.append((column, tuple(parts)))
    return headers


def _judge(  # noqa: PLR0917 (one call, one candidate)
    grid: Grid,
    schema: SheetSchema,
    top: int,
    levels: int,
    headers: Iterable[tuple[int, tuple[str, ...]]],
    context: str,
    given: Mapping[str, str],
) -> _Candidate:
    matched = [(column, parts, _match_levels(schema, parts, context, given)) for column, parts in headers]
    owners = _choose_columns(schema, matched)
    columns = tuple(
        Column(
            column, "/".join(parts),
            schema.by_name[hit[0]] if hit and column in owners[hit[0]] else None,
            told_of(parts, given),
        )
        for column, parts, hit in matched
    )  # fmt: skip
    has_title = schema.has_title_word(context)
    missing = tuple(
        group
        for group in schema.needs
        if not any(name in owners or (name == "title" and has_title) for name in group)
    )
    against = any(fold(word).lower() in context for word in schema.evidence.not_title)
    score = sum(schema.by_name[name].weight for name in owners) + _TITLE_WEIGHT * (has_title - against)
    bottom = top + levels - 1
    crossed = any(
        merge.top < top <= merge.bottom or top <= merge.top <= bottom < merge.bottom for merge in grid.merges
    )
    if len(owners) < _FEWEST_FIELDS:
        columns = ()
    return _Candidate(
        schema, top, levels, columns, score, missing, crossed, _find_doubled(matched, owners, schema)
    )


_Matched = tuple[int, tuple[str, ...], tuple[str, int] | None]


def _match_levels(
    schema: SheetSchema, parts: tuple[str, ...], context: str, given: Mapping[str, str]
) -> tuple[str, int] | None:
    """Match the joined header first, then its shorter forms, the lowest level last."""
    told = told_of(parts, given)
    if told == IGNORED:
        return None
    whole = "/".join(parts)
    if told and (spec := schema.find_field(told)) is not None and not is_guarded(schema, whole, told):
        return spec.name, -1
    if any(fold(word).lower() in whole.lower() for word in schema.evidence.not_headers):
        return None
    for step, text in enumerate(_list_forms(parts)):
        if hit := schema.match_header(text, context=context):
            return hit[0], hit[1] + step * _LEVEL_STEP
    return None


def _choose_columns(schema: SheetSchema, matched: Sequence[_Matched]) -> dict[str, set[int]]:
    """Columns of each field: the best spelled, leftmost one; a column that is not kept may repeat."""
    chosen: dict[str, set[int]] = {}
    for column, _, hit in sorted(matched, key=lambda one: (one[2][1] if one[2] else 0, one[0])):
        if hit is None:
            continue
        columns = chosen.setdefault(hit[0], set())
        if not columns or not schema.by_name[hit[0]].is_read:
            columns.add(column)
    return chosen


def _find_doubled(
    matched: Sequence[_Matched], owners: Mapping[str, set[int]], schema: SheetSchema
) -> tuple[str, ...]:
    """Headers of columns that lost to another column headed exactly alike."""
    kept = {hit: parts for column, parts, hit in matched if hit and column in owners[hit[0]]}
    return tuple(
        "/".join(parts)
        for column, parts, hit in matched
        if hit and column not in owners[hit[0]] and kept.get(hit) == parts and schema.by_name[hit[0]].is_read
    )


def _read_context(grid: Grid, top: int, names: Sequence[str]) -> str:
    titles, _ = _read_title_rows(grid, top)
    return "\n".join([*titles, *(fold(name) for name in names)]).lower()


def _read_title_rows(grid: Grid, top: int) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Read what stands above the header: title texts, and labelled values such as 填报单位."""
    titles: list[str] = []
    labels: list[tuple[str, str]] = []
    for cells in grid.rows[:top]:
        texts = [fold(plain_text(cell)) for cell in cells[:_MOST_COLUMNS] if not is_blank(cell)]
        if is_column_numbers(cells):
            continue
        for position, text in enumerate(texts):
            following = texts[position + 1] if position + 1 < len(texts) else ""
            title, found = _split_labels(text, following)
            labels += found
            before = texts[position - 1] if position else ""
            if title and not _is_bare_label(before):
                titles.append(title)
    return tuple(titles), tuple(labels)


@cache
def _label_groups() -> tuple[Mapping[str, str], re.Pattern[str]]:
    groups = {
        fold(label): group
        for group, labels in reversed(list(load_words()["title"].items()))
        for label in labels
    }
    longest_first = sorted(groups, key=len, reverse=True)
    return groups, re.compile(rf"({'|'.join(map(re.escape, longest_first))})(?:\([^()]*\))?:")


def _is_bare_label(text: str) -> bool:
    """Say whether a cell is only a label, its value standing in the next cell."""
    groups, pattern = _label_groups()
    return bare_key(text.rstrip(":")) in groups or text in groups or pattern.fullmatch(text) is not None


def _split_labels(text: str, following: str) -> tuple[str, list[tuple[str, str]]]:
    groups, pattern = _label_groups()
    if _is_bare_label(text):
        label = text.rstrip(":")
        group = groups.get(label) or groups[bare_key(label)]
        value = "" if _is_bare_label(following) else following
        return "", [(group, value)]
    matches = list(pattern.finditer(text))
    if not matches:
        return text, []
    ends = [match.start() for match in matches[1:]] + [len(text)]
    found = [(groups[match[1]], text[match.end() : end]) for match, end in zip(matches, ends, strict=True)]
    return text[: matches[0].start()], found


def is_column_numbers(cells: Sequence[CellValue]) -> bool:
    """Say whether a row holds nothing but the column numbers 1…n (甲, 乙 may stand before them)."""
    first = next((cell for cell in cells if not is_blank(cell)), None)
    if fold(plain_text(first)).strip("()") not in _BEFORE_NUMBERS | {"1"}:
        return False
    texts = [fold(plain_text(cell)).strip("()") for cell in cells if not is_blank(cell)]
    while texts and texts[0] in _BEFORE_NUMBERS:
        texts = texts[1:]
    return len(texts) >= _FEWEST_NUMBERS and texts == [str(n) for n in range(1, len(texts) + 1)]
