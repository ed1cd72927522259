"""The ledger's entries and what they say together: claims, corrections, withdrawals; all pure.

A claim is what one row of one sheet says of one subject. Claims of the same subject (same key) are
versions: the one from the latest reported month is in force, of equals one from a file that says it
replaces another, of equals the one taken in last. A correction overrides fields until it is itself
undone, a withdrawal takes the subject out of force.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.json import Encoder as JsonEncoder

from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import RowClass

if TYPE_CHECKING:
    from sanwu_cli.model import Source

# Begins the key of a row that has no number of its own.
UNNUMBERED = "无编号-"
# Begins the key of a row whose number another row of its sheet has for another case.
DOUBLED = "重号-"

# Such a key does not outlive the bytes it was read from.
_PASSING = (UNNUMBERED, DOUBLED)

# What people write into the name of a file that replaces another.
_REPLACING = ("更正", "修正", "订正", "修改", "更新", "重报", "最新", "终稿")

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


class EntryKind(StrEnum):
    """What an entry does to its subject."""

    CLAIM = "claim"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class Claim(Struct, frozen=True):
    """What a row says: `content` is canonical JSON without anything personal.

    `nature` is HELD when the row cannot be placed or read, IGNORED when its own content says that it
    does not count, NEW otherwise; `why` says in words why it is held or ignored.
    """

    schema_id: str
    key: str
    content: str
    source: Source
    nature: RowClass = RowClass.NEW
    why: str = ""


class SheetClaims(Struct, frozen=True):
    """A sheet with a schema, its span and coverage, and the claims of all its rows."""

    source: Source
    schema_id: str
    header_row: int
    period: Period | None
    coverage: str | None
    fields: tuple[str, ...]
    claims: tuple[Claim, ...]


class Entry(Struct, frozen=True):
    """One line of the ledger; `number` and `run` order the lines, `sheet` is the receipt it came with."""

    number: int
    run: int
    kind: EntryKind
    schema_id: str
    key: str
    content: str
    source: Source | None = None
    period: Period | None = None
    sheet: int | None = None
    reason: str = ""
    document_number: str = ""


class Receipt(Struct, frozen=True):
    """A sheet taken in: which, in which run, for which span, covering what."""

    number: int
    run: int
    source: Source
    schema_id: str
    header_row: int
    period: Period | None
    coverage: str | None
    fields: tuple[str, ...]
    row_count: int


class Run(Struct, frozen=True):
    """One command that wrote to the ledger; `undoes` names the run it takes back."""

    number: int
    command: str
    as_of: str
    program: str
    undoes: int | None = None


class Contents(Struct, frozen=True):
    """Everything the ledger holds, in order, undone runs included."""

    runs: tuple[Run, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    entries: tuple[Entry, ...] = ()


def _keep_place(ruling: Entry, claims: Sequence[Entry]) -> str:
    """Keep the place an earlier month named when the version in force names none that is known.

    A cumulative sheet may drop the column or misspell the village; a corrected copy of the same month
    means what it says.
    """
    current = json.loads(ruling.content)
    places = current.get("places")
    if not places or any(place["area"] for place in places):
        return ruling.content
    for claim in sorted(claims, key=order_of, reverse=True):
        earlier = json.loads(claim.content).get("places", [])
        if order_of(claim)[0] < order_of(ruling)[0] and any(place["area"] for place in earlier):
            return canonical_json({**current, "places": earlier})
    return ruling.content


class Subject(Struct, frozen=True):
    """A subject as it stands: content in force, all its entries, whether it is withdrawn or corrected.

    `said` is what its sheets say, before corrections.
    """

    schema_id: str
    key: str
    content: str
    entries: tuple[Entry, ...]
    is_withdrawn: bool = False
    is_corrected: bool = False
    note: str = ""
    said: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every row that spoke of the subject, the one in force first."""
        if len(self.entries) == 1:
            source = self.entries[0].source
            return () if source is None else (source,)
        rows = [e for e in self.entries if e.kind is EntryKind.CLAIM and e.source is not None]
        rows.sort(key=order_of, reverse=True)
        return tuple(dict.fromkeys(entry.source for entry in rows if entry.source is not None))


def _make_plain(value: object) -> str:
    """Write an indicator as its identifier; anything else has no place in a content."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"not for the ledger: {type(value).__name__}")


_DECODER = json.JSONDecoder()
# The form is that of the standard library, byte for byte (no content holds a float or itself).
_ENCODER = JsonEncoder(order="deterministic", enc_hook=_make_plain)
_STANDARD = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)


def read_json(text: str) -> dict[str, Any]:
    """Read back what `canonical_json` wrote of a mapping."""
    content: dict[str, Any] = _DECODER.raw_decode(text)[0]
    return content


def canonical_json(value: Json) -> str:
    """Write JSON in the one form in which equal contents are equal texts."""
    try:
        return _ENCODER.encode(value).decode()
    except UnicodeEncodeError:  # half a character, which no UTF-8 can hold
        return _STANDARD.encode(value)


Order = tuple[Month, bool]


@lru_cache(maxsize=1024)
def is_replacing(file: str) -> bool:
    """Say whether a file's name says that it replaces another."""
    return any(word in file for word in _REPLACING)


def list_replacing_words() -> tuple[str, ...]:
    """List the words by which a file's name says that it replaces another."""
    return _REPLACING


def rank(source: Source | None, period: Period | None) -> Order:
    """Rank what a sheet says: by month; of one month a file that replaces another goes before the others."""
    return period.last if period else Month(1, 1), source is not None and is_replacing(source.file)


def order_of(entry: Entry) -> tuple[Month, bool, int, int]:
    """Order versions: the latest reported month, then what replaces, then the run, then the line."""
    return (*rank(entry.source, entry.period), entry.run, entry.number)


def drop_undone(contents: Contents) -> Contents:
    """Leave out what later runs have undone; an undo that was itself undone takes nothing back."""
    undone: set[int] = set()
    for run in reversed(contents.runs):
        if run.undoes is not None and run.number not in undone:
            undone.add(run.undoes)
    if not undone:
        return contents
    return Contents(
        tuple(run for run in contents.runs if run.number not in undone),
        tuple(receipt for receipt in contents.receipts if receipt.run not in undone),
        tuple(entry for entry in contents.entries if entry.run not in undone),
    )


# What was settled last: a run asks many times of the very same contents.
_settled: list[tuple[Contents, Mapping[tuple[str, str], Subject]]] = []


def settle(contents: Contents) -> Mapping[tuple[str, str], Subject]:
    """Say of every subject what is in force, by (schema, key) in order of first mention."""
    if not _settled or _settled[0][0] is not contents:
        _settled[:] = [(contents, MappingProxyType(_settle(contents)))]
    return _settled[0][1]


def _settle(contents: Contents) -> dict[tuple[str, str], Subject]:
    grouped: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in _drop_replaced(_drop_reread(drop_undone(contents).entries)):
        grouped[entry.schema_id, entry.key].append(entry)
    settled = {key: _settle_one(entries) for key, entries in grouped.items()}
    return {key: subject for key, subject in settled.items() if subject is not None}


def _drop_reread(entries: Sequence[Entry]) -> list[Entry]:
    """Leave out what an earlier reading of a row said, once the same bytes were read anew.

    Registers grow and readers learn: the last reading of a row is what the row says.
    """
    runs: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    slots: dict[int | None, set[int]] = {}
    for entry in entries:
        if entry.source is not None and (entry.sheet is None or entry.sheet not in slots):
            slot = runs[entry.source.sha256, entry.source.sheet, str(entry.period)]
            slot.add(entry.run)
            slots[entry.sheet] = slot
    if all(len(slot) == 1 for slot in runs.values()):  # no sheet was read twice
        return list(entries)
    latest: dict[tuple[str, str, int | None, str], int] = {}
    for entry in entries:
        if entry.source is not None:
            mark = _row_mark(entry.source, entry.period)
            latest[mark] = max(latest.get(mark, 0), entry.run)
    return [e for e in entries if e.source is None or e.run == latest[_row_mark(e.source, e.period)]]


def drop_reread_receipts(receipts: Sequence[Receipt]) -> list[Receipt]:
    """Leave out receipts of bytes that were taken in anew: the last span and coverage given are meant."""
    latest = {_sheet_mark(receipt): receipt.run for receipt in receipts}
    return [receipt for receipt in receipts if receipt.run == latest[_sheet_mark(receipt)]]


def _sheet_mark(receipt: Receipt) -> tuple[str, str, str, str]:
    source = receipt.source
    return source.file, source.sha256, source.sheet, receipt.schema_id


def _drop_replaced(entries: list[Entry]) -> list[Entry]:
    """Leave out rows without a number of their own once the same file was sent anew with other content.

    Such a row cannot be followed from one version to the next: the new version says it all again.
    """
    if not any(entry.key.startswith(_PASSING) for entry in entries):
        return entries
    latest: dict[tuple[str, str, str], tuple[int, str]] = {}
    seen: set[int] = set()
    for entry in entries:
        if entry.source is not None and (entry.sheet is None or entry.sheet not in seen):
            slot = (entry.source.file, entry.source.sheet, str(entry.period))
            latest[slot] = max(latest.get(slot, (0, "")), (entry.run, entry.source.sha256))
            seen.add(entry.sheet or 0)
    return [
        entry
        for entry in entries
        if entry.source is None
        or not entry.key.startswith(_PASSING)
        or latest[entry.source.file, entry.source.sheet, str(entry.period)][1] == entry.source.sha256
    ]


def _row_mark(source: Source, period: Period | None) -> tuple[str, str, int | None, str]:
    return source.sha256, source.sheet, source.row, str(period)


def _settle_one(entries: list[Entry]) -> Subject | None:
    first = entries[0]
    if len(entries) == 1 and first.kind is EntryKind.CLAIM:
        return Subject(first.schema_id, first.key, first.content, (first,), said=first.content)
    claims = [entry for entry in entries if entry.kind is EntryKind.CLAIM]
    if not claims:  # a correction whose claim was undone speaks of nothing
        return None
    ruling = max(claims, key=order_of)
    content = said = _keep_place(ruling, claims)
    corrections = [entry for entry in entries if entry.kind is EntryKind.CORRECTION]
    for correction in corrections:
        content = _override(content, correction.content)
    withdrawals = [entry for entry in entries if entry.kind is EntryKind.WITHDRAWAL]
    notes = [
        show_grounds(entry.reason, entry.document_number)
        for entry in (*corrections, *withdrawals)
        if entry.reason or entry.document_number
    ]
    return Subject(
        ruling.schema_id,
        ruling.key,
        content,
        tuple(entries),
        is_withdrawn=bool(withdrawals),
        is_corrected=bool(corrections),
        note="；".join(notes),
        said=said,
    )


def _override(content: str, correction: str) -> str:
    """Put a correction's fields over a content; of the values only those it names, the others stay told."""
    said, decided = read_json(content), read_json(correction)
    if "values" in decided:
        decided["values"] = {**said.get("values", {}), **decided["values"]}
    return canonical_json({**said, **decided})


def show_grounds(reason: str, document_number: str) -> str:
    """Write why something was decided, and on which paper, as far as they are known."""
    return reason + (f"（{document_number}）" if document_number else "")
