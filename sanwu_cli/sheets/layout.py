"""Where a sheet's header lies and which schema claims it, found by evidence in the first rows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.sheets.dated import cut_spans, drop_split, has_spans
from sanwu_cli.sheets.followers import TOLD_RANK, assign_followers, drop_lone_totals
from sanwu_cli.sheets.heading import (
    FIRST_ROWS,
    MORE_ROWS,
    MOST_COLUMNS,
    MOST_LEVELS,
    join_headers,
    list_starts,
)
from sanwu_cli.sheets.lexicon import build_lexicon, list_forms, list_keys
from sanwu_cli.sheets.schema import header_key
from sanwu_cli.sheets.strangers import find_stranger, stranger_words
from sanwu_cli.sheets.titles import is_column_numbers, read_titles
from sanwu_cli.sheets.told import IGNORED, is_guarded, told_of
from sanwu_cli.sheets.values import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.grid import Grid
    from sanwu_cli.sheets.followers import Matched
    from sanwu_cli.sheets.lexicon import Lexicon
    from sanwu_cli.sheets.schema import FieldSpec, SheetSchema
    from sanwu_cli.sheets.strangers import Stranger

__all__ = ["Column", "Layout", "Misfit", "identify", "is_column_numbers", "join_headers"]

# The folded titles above a header, and its labels with what they say.
_Above = tuple[tuple[str, ...], tuple[tuple[str, str], ...]]

_FEWEST_FIELDS = 2
_TITLE_WEIGHT = 4
_CLEAR_LEAD = 2
_NUMBERS = frozenset({"count", "decimal"})
# A field found only by its joined or last level stands behind one found whole.
_LEVEL_STEP = 100
# One found only without the months it is headed with stands behind all others.
_SPAN_STEP = 10_000


class Column(Struct, frozen=True):
    """A column: its 0-based index, the header joined from its levels, its field if any, what was told."""

    index: int
    header: str
    field: FieldSpec | None
    told: str = ""


class Layout(Struct, frozen=True):
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


class Misfit(Struct, frozen=True):
    """Why no schema claims a sheet: the finding to make, the nearest schemas, the headers they miss.

    A `stranger` is a kind of sheet that is known and never read.
    """

    code: str
    nearest: tuple[SheetSchema, ...] = ()
    missing: tuple[str, ...] = ()
    matched: int = 0
    stranger: Stranger | None = None


class _Candidate(Struct, frozen=True):
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


class _Try(Struct, frozen=True):
    """A header that may be a description's: `keys` are all its folded forms, `known` counts its columns."""

    schema: SheetSchema | None
    top: int
    levels: int
    headers: list[tuple[int, tuple[str, ...]]]
    keys: frozenset[str]
    known: int
    may_claim: bool


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
    marked = schemas.get(mark.partition("/")[0])
    if marked is not None:
        names = (*names, marked.title)
    lexicon = build_lexicon(tuple(schemas.values()) if marked is None else (marked,))
    words = lexicon.words.union(given) if given else lexicon.words
    if header_row:
        return _identify_by(grid, [header_row - 1], lexicon, names, given, is_marked=marked is not None)
    starts = list_starts(grid, words)
    found = _identify_by(grid, starts, lexicon, names, given, is_marked=marked is not None)
    if isinstance(found, Misfit) and found.code == "SHEET-UNKNOWN" and len(grid.rows) > FIRST_ROWS:
        more = list_starts(grid, words, looked_at=MORE_ROWS)
        if more != starts:
            second = _identify_by(grid, more, lexicon, names, given, is_marked=marked is not None)
            return found if isinstance(second, Misfit) and not second.nearest else second
    return found


def _identify_by(
    grid: Grid,
    starts: Sequence[int],
    lexicon: Lexicon,
    names: Sequence[str],
    given: Mapping[str, str],
    *,
    is_marked: bool,
) -> Layout | Misfit:
    """Find the description that claims a sheet by a header that begins in one of these rows."""
    lowest = max(starts, default=0) + MOST_LEVELS
    grid = replace(grid, merges=tuple(merge for merge in grid.merges if merge.top < lowest))
    tries = _list_tries(grid, starts, lexicon, given)
    above = {top: _read_above(grid, top) for top in dict.fromkeys(one.top for one in tries)}
    contexts = {top: _join_context(titles, names) for top, (titles, _) in above.items()}
    if not is_marked and (stranger := _find_stranger(tries, contexts, first=True)):
        return Misfit(stranger.code, stranger=stranger)
    ranked = _rank(grid, _choose_tries(tries), contexts, given)
    if all(candidate.missing for candidate in ranked):
        if not is_marked and (stranger := _find_stranger(tries, contexts, first=False)):
            return Misfit(stranger.code, stranger=stranger)
        ranked = _rank(grid, tries, contexts, given)
    return _decide(ranked, above, contexts)


def _list_tries(grid: Grid, starts: Iterable[int], lexicon: Lexicon, given: Mapping[str, str]) -> list[_Try]:
    """List the headers there may be, each with every description that knows two of its columns."""
    tries = []
    texts: dict[int, list[str]] = {}
    for top in starts:
        for levels in range(1, MOST_LEVELS + 1):
            headers = join_headers(grid, top, levels, texts)
            if not headers:
                break
            spoken = [parts for _, parts in headers]
            keys = frozenset().union(*map(list_keys, spoken))
            counts = lexicon.count(spoken, given)
            near = [
                (schema, counts[position])
                for position, schema in enumerate(lexicon.schemas)
                if counts[position] >= _FEWEST_FIELDS
            ]
            tries += [
                _Try(schema, top, levels, headers, keys, count, bool(given) or _has_needed(schema, keys))
                for schema, count in near
            ]
            if not near and not keys.isdisjoint(stranger_words()):
                tries.append(_Try(None, top, levels, headers, keys, 0, may_claim=False))
    return tries


def _choose_tries(tries: Sequence[_Try]) -> list[_Try]:
    """Choose what is worth a close look: all that may claim the sheet, and the nearest of the others."""
    others = [one for one in tries if one.schema is not None and not one.may_claim]
    nearest = max(others, key=lambda one: one.known, default=None)
    return [one for one in tries if one.may_claim or one is nearest]


def _has_needed(schema: SheetSchema, keys: frozenset[str]) -> bool:
    """Say whether a header may hold a column of every group a description needs."""
    return not any(group is not None and group.isdisjoint(keys) for group in schema.need_keys)


def _find_stranger(tries: Iterable[_Try], contexts: Mapping[int, str], *, first: bool) -> Stranger | None:
    seen = dict.fromkeys((one.top, one.keys) for one in tries)
    found = (find_stranger(keys, contexts[top], first=first) for top, keys in seen)
    return next((stranger for stranger in found if stranger is not None), None)


def _rank(
    grid: Grid, tries: Iterable[_Try], contexts: Mapping[int, str], given: Mapping[str, str]
) -> list[_Candidate]:
    """Hold a sheet against descriptions: the best header of each, the best description first."""
    best: dict[str, _Candidate] = {}
    for one in tries:
        if one.schema is None:
            continue
        candidate = _judge(grid, one.schema, one.top, one.levels, one.headers, contexts[one.top], given)
        if candidate.columns and (
            candidate.schema.id not in best or candidate.order > best[candidate.schema.id].order
        ):
            best[candidate.schema.id] = candidate
    return sorted(best.values(), key=lambda one: one.order, reverse=True)


def _decide(
    ranked: Sequence[_Candidate], above: Mapping[int, _Above], contexts: Mapping[int, str]
) -> Layout | Misfit:
    claims = [candidate for candidate in ranked if not candidate.missing]
    if not claims:
        return _explain_unknown(ranked)
    if len(claims) > 1 and claims[0].score - claims[1].score < _CLEAR_LEAD:
        return Misfit("SHEET-AMBIGUOUS", tuple(candidate.schema for candidate in claims[:2]))
    first = claims[0]
    titles, labels = above[first.top]
    return Layout(
        first.schema, first.top, first.top + first.levels - 1, first.columns, titles, labels,
        contexts[first.top], first.doubled,
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


def _judge(  # noqa: PLR0917 (one call, one candidate)
    grid: Grid,
    schema: SheetSchema,
    top: int,
    levels: int,
    headers: Iterable[tuple[int, tuple[str, ...]]],
    context: str,
    given: Mapping[str, str],
) -> _Candidate:
    bottom = top + levels - 1
    matched = [(column, parts, _match_levels(schema, parts, context, given)) for column, parts in headers]
    matched = assign_followers(schema, matched, grid, bottom)
    matched = drop_lone_totals(schema, matched, grid, bottom)
    whole, matched = matched, drop_split(schema, matched, grid, bottom)
    owners = _choose_columns(schema, matched)
    columns = tuple(
        Column(
            column, "/".join(parts),
            schema.by_name[hit[0]] if hit and column in owners[hit[0]] else None,
            told_of(parts, given) if parts else "",
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
    crossed = any(
        merge.top < top <= merge.bottom or top <= merge.top <= bottom < merge.bottom for merge in grid.merges
    )
    crossed = crossed or matched != whole
    if len(owners) < _FEWEST_FIELDS:
        columns = ()
    return _Candidate(
        schema, top, levels, columns, score, missing, crossed, _find_doubled(matched, owners, schema)
    )


def _match_levels(
    schema: SheetSchema, parts: tuple[str, ...], context: str, given: Mapping[str, str]
) -> tuple[str, int] | None:
    """Give the field a header names and the rank of its spelling; what somebody said of it goes first."""
    told = told_of(parts, given)
    if told == IGNORED:
        return None
    whole = "/".join(parts)
    if told and (spec := schema.find_field(told)) is not None and not is_guarded(schema, whole, told):
        return spec.name, TOLD_RANK
    return _match_known(schema, parts, context if schema.knows_context else "")


@lru_cache(maxsize=1 << 13)
def _match_known(schema: SheetSchema, parts: tuple[str, ...], context: str) -> tuple[str, int] | None:
    """Match the joined header first, then its shorter forms, the lowest level last.

    What a spelling means in the company of the title only, it means of a whole header; a lower level alone
    needs that company right above it: 批次 under 到市 is not every visit.
    """
    whole = "/".join(parts)
    if any(fold(word).lower() in whole.lower() for word in schema.evidence.not_headers):
        return None
    rest, spans = cut_spans(parts) if has_spans(schema) else (parts, ())
    if spans and (hit := _match_known(schema, rest, context)) and schema.by_name[hit[0]].type in _NUMBERS:
        return hit[0], hit[1] + _SPAN_STEP
    for step, text in enumerate(list_forms(parts)):
        if hit := schema.match_header(text, context=parts[-2].lower() if step else context):
            return hit[0], hit[1] + step * _LEVEL_STEP
    return None


def _choose_columns(schema: SheetSchema, matched: Sequence[Matched]) -> dict[str, set[int]]:
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
    matched: Sequence[Matched], owners: Mapping[str, set[int]], schema: SheetSchema
) -> tuple[str, ...]:
    """Headers of columns that lost to another column headed exactly alike."""
    kept = {hit: parts for column, parts, hit in matched if hit and column in owners[hit[0]]}
    return tuple(
        "/".join(parts)
        for column, parts, hit in matched
        if hit and column not in owners[hit[0]] and kept.get(hit) == parts and schema.by_name[hit[0]].is_read
    )


def _read_above(grid: Grid, top: int) -> _Above:
    return read_titles(cells[:MOST_COLUMNS] for cells in grid.rows[:top])


def _join_context(titles: Iterable[str], names: Iterable[str]) -> str:
    return "\n".join([*titles, *(fold(name) for name in names)]).lower()
