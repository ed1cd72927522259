"""Every record the ledger holds beside the cases, as it stands: its values, its place, whether it is held."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.ledger.entries import read_json, settle
from sanwu_cli.model import Place
from sanwu_cli.periods import Period
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import RecordStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from sanwu_cli.ledger.entries import Contents, Subject
    from sanwu_cli.model import Source


class LedgerRecord(Struct, frozen=True):
    """A record in force or withdrawn: `values` by field name as JSON holds them, corrections applied.

    `year` is None when nobody said which; `period` only where its sheet is told month by month; `place` None
    where it names none. `why` says in words what holds it, `note` on what grounds it was changed.
    """

    schema_id: str
    id: str
    year: int | None
    period: Period | None
    place: Place | None
    values: Mapping[str, Any]
    status: RecordStatus
    why: str
    note: str
    is_corrected: bool
    sources: tuple[Source, ...]

    @property
    def is_unplaced(self) -> bool:
        """Say whether neither its village nor its township is known, though it belongs somewhere."""
        return self.place is not None and not (self.place.area_code or self.place.township_code)


def list_records(contents: Contents) -> tuple[LedgerRecord, ...]:
    """List all records, no cases and no rulings, in order of first mention."""
    kinds = {schema.id: schema.record.kind for schema in load_schemas().values()}
    own = (
        subject for subject in settle(contents).values() if kinds.get(subject.schema_id) in ("record", None)
    )
    pairs = ((subject, read_json(subject.content)) for subject in own)
    return tuple(_make_record(subject, content) for subject, content in pairs if content["kind"] == "record")


def _make_record(subject: Subject, content: Mapping[str, Any]) -> LedgerRecord:
    place = content["place"]
    is_placed = place["area"] or place["township"] or place["candidates"]
    found = Place(place["area"], place["township"], tuple(place["candidates"])) if is_placed else None
    why = _why_held(content["year"], found)
    status = RecordStatus.HELD if why else RecordStatus.COUNTED
    return LedgerRecord(
        subject.schema_id,
        subject.key,
        content["year"],
        Period.of_text(content["period"]) if content.get("period") else None,
        found,
        content["values"],
        RecordStatus.WITHDRAWN if subject.is_withdrawn else status,
        why,
        subject.note,
        subject.is_corrected,
        subject.sources,
    )


def _why_held(year: int | None, place: Place | None) -> str:
    reasons = []
    if place is not None and not (place.area_code or place.township_code):
        reasons.append("归属的乡镇(街道)没有确定")
    if year is None:
        reasons.append("不知道是哪一年的")
    return "，".join(reasons)
