"""The ledger's entries and what they say together: claims, merge, correction, withdrawal; all pure.

A claim is what one row of one sheet says of one subject. Claims of the same subject (same key) are
versions: the one from the latest reported month is in force, of equals the one taken in last. A
correction overrides fields until it is itself undone, a withdrawal takes the subject out of force.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import RowClass

if TYPE_CHECKING:
    from sanwu_cli.model import Source

Json = str | int | float | bool | None | Sequence["Json"] | Mapping[str, "Json"]


class EntryKind(StrEnum):
    """What an entry does to its subject."""

    CLAIM = "claim"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class Claim:
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


@dataclass(frozen=True, slots=True)
class SheetClaims:
    """A sheet with a schema, its span and coverage, and the claims of all its rows."""

    source: Source
    schema_id: str
    header_row: int
    period: Period | None
    coverage: str | None
    fields: tuple[str, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Entry:
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


@dataclass(frozen=True, slots=True)
class Receipt:
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


@dataclass(frozen=True, slots=True)
class Run:
    """One command that wrote to the ledger; `undoes` names the run it takes back."""

    number: int
    command: str
    as_of: str
    program: str
    undoes: int | None = None


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything the ledger holds, in order, undone runs included."""

    runs: tuple[Run, ...] = ()
    receipts: tuple[Receipt, ...] = ()
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject as it stands: content in force, all its entries, whether it is withdrawn or corrected."""

    schema_id: str
    key: str
    content: str
    entries: tuple[Entry, ...]
    is_withdrawn: bool = False
    is_corrected: bool = False
    note: str = ""

    @property
    def sources(self) -> tuple[Source, ...]:
        """Every row that spoke of the subject, the one in force first."""
        rows = [e for e in self.entries if e.kind is EntryKind.CLAIM and e.source is not None]
        rows.sort(key=order_of, reverse=True)
        return tuple(dict.fromkeys(entry.source for entry in rows if entry.source is not None))


def canonical_json(value: Json) -> str:
    """Write JSON in the one form in which equal contents are equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def order_of(entry: Entry) -> tuple[Month, int, int]:
    """Order versions: the latest reported month, then the run, then the line."""
    last = entry.period.last if entry.period else Month(1, 1)
    return last, entry.run, entry.number


def drop_undone(contents: Contents) -> Contents:
    """Leave out what later runs have undone."""
    undone = {run.undoes for run in contents.runs if run.undoes is not None}
    undone -= {run.undoes for run in contents.runs if run.number in undone and run.undoes is not None}
    return Contents(
        tuple(run for run in contents.runs if run.number not in undone),
        tuple(receipt for receipt in contents.receipts if receipt.run not in undone),
        tuple(entry for entry in contents.entries if entry.run not in undone),
    )


def settle(contents: Contents) -> dict[tuple[str, str], Subject]:
    """Say of every subject what is in force, by (schema, key) in order of first mention."""
    grouped: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in drop_undone(contents).entries:
        grouped[entry.schema_id, entry.key].append(entry)
    settled = {key: _settle_one(entries) for key, entries in grouped.items()}
    return {key: subject for key, subject in settled.items() if subject is not None}


def _settle_one(entries: list[Entry]) -> Subject | None:
    claims = [entry for entry in entries if entry.kind is EntryKind.CLAIM]
    if not claims:  # a correction whose claim was undone speaks of nothing
        return None
    ruling = max(claims, key=order_of)
    content = ruling.content
    corrections = [entry for entry in entries if entry.kind is EntryKind.CORRECTION]
    for correction in corrections:
        content = canonical_json({**json.loads(content), **json.loads(correction.content)})
    withdrawals = [entry for entry in entries if entry.kind is EntryKind.WITHDRAWAL]
    notes = [f"{entry.reason}（{entry.document_number}）" for entry in (*corrections, *withdrawals)]
    return Subject(
        ruling.schema_id,
        ruling.key,
        content,
        tuple(entries),
        is_withdrawn=bool(withdrawals),
        is_corrected=bool(corrections),
        note="；".join(notes),
    )


@dataclass(frozen=True, slots=True)
class RowResult:
    """What an import does with one row, and why when it is not plainly new."""

    row: int
    row_class: RowClass
    key: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class SheetDifference:
    """What an import does with one sheet; `is_known` when this very sheet was taken in before."""

    claims: SheetClaims
    rows: tuple[RowResult, ...]
    added: tuple[Claim, ...]
    is_known: bool

    def count(self, row_class: RowClass) -> int:
        """Count the rows of a class."""
        return sum(1 for row in self.rows if row.row_class is row_class)


@dataclass(slots=True)
class _Known:
    """What is known while sheets are merged one after the other."""

    subjects: dict[tuple[str, str], str] = field(default_factory=dict)
    orders: dict[tuple[str, str], Month] = field(default_factory=dict)
    sightings: set[tuple[str, str, str, str]] = field(default_factory=set)
    receipts: set[tuple[str, str, str, str, str]] = field(default_factory=set)


def merge(contents: Contents, sheets: Sequence[SheetClaims]) -> tuple[SheetDifference, ...]:
    """Hold sheets against the ledger; nothing is written. Sheets are taken by month, file and name."""
    known = _remember(contents)
    ordered = sorted(sheets, key=_sheet_order)
    return tuple(_merge_sheet(known, sheet) for sheet in ordered)


def _sheet_order(sheet: SheetClaims) -> tuple[Month, str, str]:
    last = sheet.period.last if sheet.period else Month(1, 1)
    return last, sheet.source.file, sheet.source.sheet


def _remember(contents: Contents) -> _Known:
    known = _Known()
    for key, subject in settle(contents).items():
        claims = [entry for entry in subject.entries if entry.kind is EntryKind.CLAIM]
        ruling = max(claims, key=order_of)  # a correction does not make the same row a changed one
        known.subjects[key], known.orders[key] = ruling.content, order_of(ruling)[0]
        for entry in claims:
            if entry.source is not None:
                known.sightings.add((entry.source.sha256, entry.source.sheet, entry.key, entry.content))
    known.receipts = {_receipt_mark(receipt) for receipt in drop_undone(contents).receipts}
    return known


def _receipt_mark(sheet: SheetClaims | Receipt) -> tuple[str, str, str, str, str]:
    source = sheet.source
    return source.sha256, source.sheet, sheet.schema_id, str(sheet.period), str(sheet.coverage)


def _merge_sheet(known: _Known, sheet: SheetClaims) -> SheetDifference:
    last = sheet.period.last if sheet.period else Month(1, 1)
    rows, added = [], []
    for claim in sheet.claims:
        key = (claim.schema_id, claim.key)
        rows.append(_classify(known, claim))
        sighting = (claim.source.sha256, claim.source.sheet, claim.key, claim.content)
        if sighting not in known.sightings:
            known.sightings.add(sighting)
            added.append(claim)
        if key not in known.subjects or last >= known.orders[key]:
            known.subjects[key], known.orders[key] = claim.content, last
    mark = _receipt_mark(sheet)
    is_known = mark in known.receipts
    known.receipts.add(mark)
    return SheetDifference(sheet, tuple(rows), tuple(added), is_known)


def _classify(known: _Known, claim: Claim) -> RowResult:
    """Class a row: held and ignored rows stay so unless they change something that was counted."""
    row = claim.source.row or 0
    before = known.subjects.get((claim.schema_id, claim.key))
    sighting = (claim.source.sha256, claim.source.sheet, claim.key, claim.content)
    is_same = before in (None, claim.content) or sighting in known.sightings
    if not is_same:
        return RowResult(row, RowClass.CHANGED, claim.key, claim.why or "与台账已有内容不同")
    if before is None or claim.nature is not RowClass.NEW:
        return RowResult(row, claim.nature, claim.key, claim.why)
    return RowResult(row, RowClass.SAME, claim.key, claim.why)


def foresee(contents: Contents, differences: Sequence[SheetDifference]) -> Contents:
    """Give what the ledger would hold once the differences were written."""
    run = max((run.number for run in contents.runs), default=0) + 1
    receipts, entries = list(contents.receipts), list(contents.entries)
    for difference in differences:
        sheet = difference.claims
        number = len(receipts) + 1
        if not difference.is_known:
            receipts.append(
                Receipt(
                    number,
                    run,
                    sheet.source,
                    sheet.schema_id,
                    sheet.header_row,
                    sheet.period,
                    sheet.coverage,
                    sheet.fields,
                    len(sheet.claims),
                )
            )
        entries += [
            Entry(
                len(entries) + step,
                run,
                EntryKind.CLAIM,
                claim.schema_id,
                claim.key,
                claim.content,
                claim.source,
                sheet.period,
            )
            for step, claim in enumerate(difference.added, start=1)
        ]
    return Contents((*contents.runs, Run(run, "", "", "")), tuple(receipts), tuple(entries))
