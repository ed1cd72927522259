"""Sheets held against the ledger: which row is new, same, changed, held or ignored; all pure."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.ledger.entries import (
    Contents,
    Entry,
    EntryKind,
    Receipt,
    Run,
    drop_undone,
    order_of,
    rank,
    settle,
)
from sanwu_cli.ledger.rulings import UNANSWERED
from sanwu_cli.terms import RowClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sanwu_cli.ledger.entries import Claim, Order, SheetClaims
    from sanwu_cli.model import Source
    from sanwu_cli.periods import Month

# Of the claims of one row (a row of counts makes one an indicator), the first of these is the row's class.
_WEIGHT = (RowClass.CHANGED, RowClass.NEW, RowClass.HELD, RowClass.SAME, RowClass.IGNORED)


class RowResult(Struct, frozen=True):
    """What an import does with one row, and why when it is not plainly new.

    Of a changed row, `before` and `after` are the contents, `earlier` the row that said it before; `rival` is
    the file that said otherwise for the same month, in this very run or as a correction; `is_adopted` says
    whether this row goes before that one. Of a row that was taken in before, `newer` is the row of the same
    month that has replaced it since.
    """

    row: int
    row_class: RowClass
    key: str
    why: str = ""
    before: str = ""
    after: str = ""
    rival: str = ""
    is_adopted: bool = True
    earlier: Source | None = None
    newer: Source | None = None


class SheetDifference(Struct, frozen=True):
    """What an import does with one sheet; `is_known` when this very sheet was taken in before.

    `gone` names the subjects of an earlier copy of the sheet that this one no longer has.
    """

    claims: SheetClaims
    rows: tuple[RowResult, ...]
    added: tuple[Claim, ...]
    is_known: bool
    gone: tuple[str, ...] = ()

    def count(self, row_class: RowClass) -> int:
        """Count the rows of a class."""
        return sum(1 for row in self.rows if row.row_class is row_class)


# The day of a run that is only foreseen: after everything decided so far.
_LAST_DAY = "9999-12-31"

# What was read where: bytes, sheet, row, the span it was taken for, key and content.
_Sighting = tuple[str, str, int | None, str, str, str]


class _Known(Struct):
    """What is known while sheets are merged one after the other."""

    subjects: dict[tuple[str, str], str] = field(default_factory=dict)
    orders: dict[tuple[str, str], Order] = field(default_factory=dict)
    sightings: set[_Sighting] = field(default_factory=set)
    receipts: set[tuple[str, str, str, str, str]] = field(default_factory=set)
    fresh: dict[tuple[str, str], tuple[Order, str]] = field(default_factory=dict)
    sources: dict[tuple[str, str], Source | None] = field(default_factory=dict)
    # The bytes last taken in from a file and sheet for a span: earlier ones put back there are meant.
    latest: dict[tuple[str, str, str, str], str] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    copies: dict[tuple[str, str, str], dict[tuple[str, str], set[str]]] = field(default_factory=dict)


def merge(contents: Contents, sheets: Sequence[SheetClaims]) -> tuple[SheetDifference, ...]:
    """Hold sheets against the ledger; nothing is written. Sheets are taken by month, file and name."""
    known = _remember(contents)
    known.present = frozenset(sheet.source.sha256 for sheet in sheets)
    ordered = sorted(sheets, key=_sheet_order)
    return tuple(_merge_sheet(known, sheet) for sheet in ordered)


def _sheet_order(sheet: SheetClaims) -> tuple[Month, bool, str, str]:
    """Order sheets by month; of one month, a file that says it corrects comes after the others."""
    return (*rank(sheet.source, sheet.period), sheet.source.file, sheet.source.sheet)


def _remember(contents: Contents) -> _Known:
    known = _Known()
    spans = {receipt.number: str(receipt.period) for receipt in contents.receipts}
    for key, subject in settle(contents).items():
        claims = [entry for entry in subject.entries if entry.kind is EntryKind.CLAIM]
        # A correction does not make the same row a changed one.
        ruling = claims[0] if len(claims) == 1 else max(claims, key=order_of)
        known.subjects[key], known.orders[key] = ruling.content, rank(ruling.source, ruling.period)
        known.sources[key] = ruling.source
        known.sightings.update(
            _sighting(entry.source, spans[entry.sheet], entry.key, entry.content)
            for entry in claims
            if entry.source is not None and entry.sheet is not None
        )
    standing = drop_undone(contents)
    known.receipts = {_receipt_mark(receipt) for receipt in standing.receipts}
    keys: dict[int | None, set[str]] = defaultdict(set)
    for entry in standing.entries:
        keys[entry.sheet].add(entry.key)
    for receipt in standing.receipts:
        known.latest[_file_slot(receipt)] = receipt.source.sha256
        _note_copy(known, receipt, keys[receipt.number])
    return known


def _note_copy(known: _Known, sheet: SheetClaims | Receipt, keys: set[str]) -> None:
    """Remember which subjects a sheet has, under the span and area it is for."""
    sheets = known.copies.setdefault(_slot_of(sheet), {})
    sheets.setdefault((sheet.source.sha256, sheet.source.sheet), set()).update(keys)


def _slot_of(sheet: SheetClaims | Receipt) -> tuple[str, str, str]:
    return sheet.schema_id, str(sheet.period), str(sheet.coverage)


def _file_slot(sheet: SheetClaims | Receipt) -> tuple[str, str, str, str]:
    return sheet.source.file, sheet.source.sheet, sheet.schema_id, str(sheet.period)


def _find_gone(known: _Known, sheet: SheetClaims) -> tuple[str, ...]:
    """List what earlier copies have and this sheet has not; a copy shares at least half of its subjects."""
    own = {claim.key for claim in sheet.claims}
    gone: set[str] = set()
    for mark, keys in known.copies.get(_slot_of(sheet), {}).items():
        is_other = mark != (sheet.source.sha256, sheet.source.sheet)
        if is_other and keys and 2 * len(keys & own) >= len(keys):
            gone |= keys - own
    # A question is gone once it is answered.
    return tuple(sorted(key for key in gone if not key.startswith(UNANSWERED)))


def _receipt_mark(sheet: SheetClaims | Receipt) -> tuple[str, str, str, str, str]:
    source = sheet.source
    return source.sha256, source.sheet, sheet.schema_id, str(sheet.period), str(sheet.coverage)


def _sighting(source: Source, span: str, key: str, content: str) -> _Sighting:
    return source.sha256, source.sheet, source.row, span, key, content


def _merge_sheet(known: _Known, sheet: SheetClaims) -> SheetDifference:
    rows: list[RowResult] = []
    added: list[Claim] = []
    mark, span = _receipt_mark(sheet), str(sheet.period)
    is_back = known.latest.get(_file_slot(sheet), sheet.source.sha256) != sheet.source.sha256
    for claims in _group_rows(sheet.claims):
        marks = [_sighting(c.source, span, c.key, c.content) for c in claims]
        is_seen = known.sightings.issuperset(marks)
        is_meant = not is_seen or (is_back and any(_differs(known, claim) for claim in claims))
        results = [_classify(known, sheet, c, is_seen=not is_meant) for c in claims]
        rows.append(min(results, key=lambda r: _WEIGHT.index(r.row_class)))
        if is_meant:  # a row read anew speaks as a whole
            added += claims
            known.sightings.update(marks)
        for claim in claims:
            _take_in(known, sheet, claim, is_meant=is_meant)
    is_known = mark in known.receipts and not is_back
    known.latest[_file_slot(sheet)] = sheet.source.sha256
    gone = () if is_known else _find_gone(known, sheet)
    known.receipts.add(mark)
    _note_copy(known, sheet, {claim.key for claim in sheet.claims})
    return SheetDifference(sheet, tuple(rows), tuple(added), is_known, gone)


def _group_rows(claims: Sequence[Claim]) -> Iterable[list[Claim]]:
    grouped: dict[int | None, list[Claim]] = defaultdict(list)
    for claim in claims:
        grouped[claim.source.row].append(claim)
    return grouped.values()


def _differs(known: _Known, claim: Claim) -> bool:
    """Say whether something else is in force than what the claim says."""
    return known.subjects.get((claim.schema_id, claim.key)) != claim.content


def _take_in(known: _Known, sheet: SheetClaims, claim: Claim, *, is_meant: bool) -> None:
    """Remember what is in force once this claim is in; one taken in before changes nothing."""
    if not is_meant and (claim.schema_id, claim.key) in known.subjects:
        return
    key = (claim.schema_id, claim.key)
    order = rank(sheet.source, sheet.period)
    known.fresh.setdefault(key, (order, sheet.source.file))
    if key not in known.subjects or order >= known.orders[key]:
        known.subjects[key], known.orders[key] = claim.content, order
        known.sources[key] = claim.source


def _classify(known: _Known, sheet: SheetClaims, claim: Claim, *, is_seen: bool) -> RowResult:
    """Class a claim: held and ignored ones stay so unless they change something that was counted."""
    row = claim.source.row or 0
    slot = (claim.schema_id, claim.key)
    before, earlier = known.subjects.get(slot), known.sources.get(slot)
    order = rank(sheet.source, sheet.period)
    if not is_seen and before not in (None, claim.content):
        why = claim.why or "与台账已有内容不同"
        rival, is_adopted = _find_rival(known, sheet, slot, order)
        return RowResult(
            row,
            RowClass.CHANGED,
            claim.key,
            why,
            before or "",
            claim.content,
            rival,
            is_adopted=is_adopted,
            earlier=earlier,
        )
    newer = None
    if is_seen and before != claim.content and earlier is not None and known.orders[slot][0] == order[0]:
        newer = None if earlier.sha256 in known.present else earlier
    if before is None or claim.nature is not RowClass.NEW:
        return RowResult(row, claim.nature, claim.key, claim.why, newer=newer)
    return RowResult(row, RowClass.SAME, claim.key, claim.why, newer=newer)


def _find_rival(known: _Known, sheet: SheetClaims, slot: tuple[str, str], order: Order) -> tuple[str, bool]:
    """Find the file that says otherwise for the same month, neither being a correction of the other.

    Gives whether this sheet is the one that is in force: not where a file named a correction came before.
    """
    earlier = known.sources.get(slot)
    if earlier is not None and known.orders[slot] > order and known.orders[slot][0] == order[0]:
        return earlier.file, False
    held, file = known.fresh.get(slot, (None, ""))
    return (file if held == order and file != sheet.source.file else ""), True


def foresee(contents: Contents, differences: Sequence[SheetDifference]) -> Contents:
    """Give what the ledger would hold once the differences were written."""
    run = max((run.number for run in contents.runs), default=0) + 1
    receipts, entries = list(contents.receipts), list(contents.entries)
    for difference in differences:
        sheet = difference.claims
        number = len(receipts) + 1
        if difference.added or not difference.is_known:
            receipts.append(make_receipt(number, run, sheet))
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
                number,
            )
            for step, claim in enumerate(difference.added, start=1)
        ]
    return Contents((*contents.runs, Run(run, "", _LAST_DAY, "")), tuple(receipts), tuple(entries))


def make_receipt(number: int, run: int, sheet: SheetClaims) -> Receipt:
    """Make the receipt of a sheet."""
    return Receipt(
        number,
        run,
        sheet.source,
        sheet.schema_id,
        sheet.header_row,
        sheet.period,
        sheet.coverage,
        sheet.fields,
        len({claim.source.row for claim in sheet.claims}),
    )
