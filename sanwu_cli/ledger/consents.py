"""Consents in the ledger: who agreed that the mobile number stands in the office's own roster, until when."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.ledger.entries import Entry, EntryKind, canonical_json, drop_undone, read_json

if TYPE_CHECKING:
    from sanwu_cli.ledger.entries import Contents

CONSENT_SCHEMA = "mobile_consent"


class Consent(Struct, frozen=True):
    """What was recorded last of a person: `until` None where it was taken back; `note` says on what."""

    person_id: str
    until: date | None
    note: str
    since: date
    run: int

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.until is not None and self.since <= day <= self.until

    def tell_state(self, day: date) -> str:
        """Say in a word how it stands on a day."""
        if self.until is None:
            return "已收回"
        return "有效" if self.holds_on(day) else "已过期" if day > self.until else "还没开始"


def write_consent(person_id: str, until: date | None, note: str) -> Entry:
    """Make the entry; the number itself never stands in it."""
    content = canonical_json({"kind": "consent", "until": until.isoformat() if until else None})
    # Number and run are given by the ledger.
    return Entry(0, 0, EntryKind.CLAIM, CONSENT_SCHEMA, person_id, content, reason=note)


def read_consents(contents: Contents) -> dict[str, Consent]:
    """Give by person's number what was recorded last; what was undone was never recorded."""
    known = drop_undone(contents)
    days = {run.number: date.fromisoformat(run.as_of) for run in known.runs}
    found = {}
    for entry in known.entries:
        if entry.schema_id == CONSENT_SCHEMA:
            until = read_json(entry.content)["until"]
            day = date.fromisoformat(until) if until else None
            found[entry.key] = Consent(entry.key, day, entry.reason, days[entry.run], entry.run)
    return dict(sorted(found.items()))
