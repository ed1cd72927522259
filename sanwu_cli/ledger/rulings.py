"""What people decide about a case: rulings taken in as sheets, and corrections by command; all pure.

A ruling is a claim of its own, so that it may come before or after its case, is undone with its run, and
stands against every later sheet. The decisions about a case hold in the order of their days; an objection is
open until another decision follows it.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.ledger.entries import Claim, EntryKind, canonical_json, order_of
from sanwu_cli.records import Change
from sanwu_cli.terms import Matter, NotCounted, RowClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.ledger.entries import Entry, Json, Run, Subject
    from sanwu_cli.model import Place, Row, Source
    from sanwu_cli.places import Places

# Begins the key of a line nobody has answered yet: it never replaces an answer, nor is it missed later.
UNANSWERED = "未答复-"
# What decides whether a case counts needs its grounds on paper.
_NEED_GROUNDS = (Matter.REMOVE, Matter.COUNT)

Content = dict[str, Any]


class Decision(Struct, frozen=True):
    """One decision about a case: when, what it is, and the parts of the case's content it replaces."""

    day: str
    run: int
    number: int
    matter: Matter
    change: Mapping[str, Any]
    reason: str
    document_number: str
    source: Source | None

    @property
    def order(self) -> tuple[str, bool, int, int]:
        """Order decisions by day; of one day an objection comes before what settles it."""
        return self.day, self.matter is not Matter.OBJECT, self.run, self.number


class Decided(Struct, frozen=True):
    """A case's content with every decision in it, the trace of each, and whether an objection is open."""

    content: Content
    changes: tuple[Change, ...] = ()
    is_contested: bool = False

    @property
    def is_placed(self) -> bool:
        """Say whether people said where the case belongs."""
        return any(change.after for change in self.changes)


def match_key(text: str) -> str:
    """Fold a case's key or number so that a ruling finds it."""
    return text.upper()


def claim_ruling(row: Row, schema_id: str, places: Places | None) -> Claim:
    """Make the claim of one line of a sheet of rulings; a name is looked up on the day of the decision."""
    values = row.values
    matter = Matter(str(values["matter"])) if values.get("matter") else None
    number, day = values.get("case_number"), values.get("decided_on")
    target = values.get("target")
    names = list(target) if isinstance(target, tuple) else []
    found = _resolve(names, places, day if isinstance(day, date) else None)
    content: dict[str, Json] = {
        "kind": "ruling",
        "indicator": _text(values.get("indicator")) or None,
        "case_number": _text(number),
        "matter": matter.value if matter else None,
        "places": [_place_json(place) for place in found if place is not None],
        "reason": _text(values.get("reason")),
        "document_number": _text(values.get("document_number")),
        "decided_on": day.isoformat() if isinstance(day, date) else None,
    }
    nature, why = _class_ruling(row, matter, names, found)
    parts = (content["indicator"] or "", content["case_number"], content["matter"] or "")
    paper = content["document_number"] or _text(values.get("ruling_number"))
    key = "|".join((*map(str, parts), str(paper)))
    if nature is not RowClass.NEW:
        content["matter"] = None  # says nothing until it is completed
        key = UNANSWERED + key
    return Claim(schema_id, key, canonical_json(content), row.source, nature, why)


def _class_ruling(
    row: Row, matter: Matter | None, names: Sequence[str], found: Sequence[Place | None]
) -> tuple[RowClass, str]:
    values = row.values
    if row.unreadable or matter is None or values.get("case_number") is None:
        return RowClass.HELD, "有没读出来的格子，先不采用"
    if matter is Matter.MOVE and not names:
        return RowClass.IGNORED, "改归区域代码空着，当作还没有答复"
    if None in found:
        unknown = "、".join(name for name, place in zip(names, found, strict=True) if place is None)
        return RowClass.HELD, f"改归的“{unknown}”在区划登记表里定不下来"
    if matter in _NEED_GROUNDS and not (values.get("reason") and values.get("document_number")):
        return RowClass.HELD, f"{matter.label}要写明理由和文号，先不采用"
    return RowClass.NEW, ""


def _resolve(names: Sequence[str], places: Places | None, on: date | None) -> list[Place | None]:
    if places is None:
        return [None for _ in names]
    answers = [places.find_target(name, on=on)[0] for name in names]
    return [place if place.area_code is not None else None for place in answers]


def _place_json(place: Place) -> dict[str, Json]:
    return {"area": place.area_code, "township": place.township_code, "candidates": []}


def _text(value: object) -> str:
    return "" if value is None else str(value)


class Rulings(Struct, frozen=True):
    """The rulings in force by the case they name, and the days of the runs that wrote them."""

    by_case: Mapping[str, tuple[tuple[str | None, Decision], ...]]
    days: Mapping[int, str]
    indicators: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, subjects: Iterable[tuple[Subject, Content]], runs: Iterable[Run]) -> Rulings:
        """Collect the rulings, and which indicators have a case of a key."""
        days = {run.number: run.as_of for run in runs}
        by_case: dict[str, list[tuple[str | None, Decision]]] = {}
        indicators: dict[str, set[str]] = {}
        known = list(subjects)
        for subject, content in known:
            if content["kind"] == "ruling" and content["matter"]:
                pair = (content["indicator"], _read_ruling(subject, content, days))
                by_case.setdefault(match_key(content["case_number"]), []).append(pair)
        for subject, content in known if by_case else ():
            if content["kind"] == "incident":
                indicators.setdefault(match_key(subject.key), set()).add(content["indicator"])
        return cls(
            {key: tuple(found) for key, found in by_case.items()},
            days,
            {key: frozenset(found) for key, found in indicators.items()},
        )

    def list_for(self, key: str, indicator: str) -> list[Decision]:
        """List the rulings about a case; one without an indicator speaks only where no other has the key."""
        mark = match_key(key)
        return [
            decision
            for named, decision in self.by_case.get(mark, ())
            if named == indicator or (named is None and len(self.indicators.get(mark, ())) == 1)
        ]


def _read_ruling(subject: Subject, content: Content, days: Mapping[int, str]) -> Decision:
    entry = max((e for e in subject.entries if e.kind is EntryKind.CLAIM), key=order_of)
    matter = Matter(content["matter"])
    return Decision(
        content["decided_on"] or days.get(entry.run, ""),
        entry.run,
        entry.number,
        matter,
        _make_change(matter, content["places"]),
        content["reason"],
        content["document_number"],
        subject.sources[0] if subject.sources else None,
    )


def _make_change(matter: Matter, places: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if matter is Matter.REMOVE:
        return {"not_counted": NotCounted.BY_RULING.value}
    moves = bool(places) and matter in (Matter.MOVE, Matter.COUNT)
    change: dict[str, Any] = {"places": list(places)} if moves else {}
    return change | ({"not_counted": None, "unclear": None} if matter is Matter.COUNT else {})


def decide(said: Content, subject: Subject, rulings: Rulings) -> Decided:
    """Apply every decision about a case to what its sheets say, in the order in which they hold."""
    decisions = rulings.list_for(subject.key, said["indicator"])
    if subject.is_corrected:
        decisions += _read_corrections(subject.entries, rulings.days)
    decided = Decided(said)
    for decision in sorted(decisions, key=lambda one: one.order):
        decided = _apply(decided, decision)
    return decided


def _read_corrections(entries: Iterable[Entry], days: Mapping[int, str]) -> list[Decision]:
    """Read the corrections; a later one never counts as decided before an earlier one."""
    found: list[Decision] = []
    for entry in entries:
        if entry.kind is EntryKind.CORRECTION:
            day = max(days.get(entry.run, ""), found[-1].day if found else "")
            change = json.loads(entry.content)
            grounds = (entry.reason, entry.document_number)
            found.append(Decision(day, entry.run, entry.number, Matter.CORRECTION, change, *grounds, None))
    return found


def _apply(decided: Decided, decision: Decision) -> Decided:
    content: Content = {**decided.content, **decision.change}
    if "not_counted" in decision.change:
        # 计入 stands against the lists of what does not count, too.
        content["is_ruled_in"] = decision.change["not_counted"] is None
    change = Change(
        decision.matter,
        decision.day,
        _codes_of(decided.content),
        _codes_of(content) if "places" in decision.change else (),
        decision.reason,
        decision.document_number,
        decision.source,
    )
    return replace(
        decided,
        content=content,
        changes=(*decided.changes, change),
        is_contested=_stays_open(decision, is_open=decided.is_contested),
    )


def _stays_open(decision: Decision, *, is_open: bool) -> bool:
    """Say whether an objection is open after the decision; a corrected date alone settles nothing."""
    if decision.matter is Matter.CORRECTION and not {"places", "not_counted"} & set(decision.change):
        return is_open
    return decision.matter is Matter.OBJECT


def _codes_of(content: Content) -> tuple[str, ...]:
    return tuple(code for place in content["places"] if (code := place["area"]))
