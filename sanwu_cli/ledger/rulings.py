"""What people decide about a case: rulings taken in as sheets or by command; all pure.

A ruling is a claim of its own, so that it may come before or after its case, is undone with its run, and
stands against every later sheet. `decisions.py` applies what is decided.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.ledger.decisions import Decided, Decision, apply_decisions, codes_of, make_change
from sanwu_cli.ledger.entries import Claim, EntryKind, canonical_json, order_of
from sanwu_cli.records import Change, Waiting
from sanwu_cli.terms import Matter, RowClass

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.ledger.entries import Entry, Json, Run, Subject
    from sanwu_cli.model import Place, Row
    from sanwu_cli.places import Places

# Begins the key of a line nobody has answered yet: it never replaces an answer, nor is it missed later.
UNANSWERED = "未答复-"
# Begins the number by which a ruling names a counted number.
COUNTED = "月报数-"
# What decides whether a case counts needs its grounds on paper.
_NEED_GROUNDS = (Matter.REMOVE, Matter.COUNT)
# What may be said of a case again on another day.
_REPEATED = (Matter.OBJECT, Matter.UPHOLD, Matter.SUSPEND)
# What can be said of a counted number: it stands, it does not, it is doubted.
OF_COUNTS = (Matter.REMOVE, *_REPEATED)

Content = dict[str, Any]


class Said(Struct, frozen=True):
    """What one ruling says: of a line of a sheet, or of a command. `indicator` is None where not told."""

    indicator: str | None
    case_number: str
    matter: Matter | None
    places: tuple[Place, ...] = ()
    reason: str = ""
    document_number: str = ""
    decided_on: date | None = None
    unit: str = ""
    ruling_number: str = ""


def match_key(text: str) -> str:
    """Fold a case's key or number so that a ruling finds it."""
    return text.upper()


def name_count(key: str) -> str:
    """Give the number by which rulings name a counted number, from its subject's key."""
    return COUNTED + "-".join(key.split("|")[:2])


def make_content(said: Said) -> dict[str, Json]:
    """Give the content of a ruling's claim; who objects stands in it where it is told."""
    content: dict[str, Json] = {
        "kind": "ruling",
        "indicator": said.indicator,
        "case_number": said.case_number,
        "matter": said.matter.value if said.matter else None,
        "places": [_place_json(place) for place in said.places],
        "reason": said.reason,
        "document_number": said.document_number,
        "decided_on": said.decided_on.isoformat() if said.decided_on else None,
    }
    return content | ({"unit": said.unit} if said.unit else {})


def make_ruling_key(said: Said) -> str:
    """Key a ruling by its case, its matter and its paper; without paper what may be said again by its day.

    Objections of two units are two.
    """
    matter = said.matter.value if said.matter else ""
    paper = said.document_number or said.ruling_number
    parts = [said.indicator or "", said.case_number, matter, paper]
    if said.matter is Matter.OBJECT and said.unit:
        parts.append(said.unit)
    if said.matter in _REPEATED and not paper and said.decided_on:
        parts.append(said.decided_on.isoformat())
    return "|".join(parts)


def claim_ruling(row: Row, schema_id: str, places: Places | None) -> Claim:
    """Make the claim of one line of a sheet of rulings; a name is looked up on the day of the decision."""
    values = row.values
    matter = Matter(str(values["matter"])) if values.get("matter") else None
    day, target = values.get("decided_on"), values.get("target")
    decided_on = day if isinstance(day, date) else None
    names = list(target) if isinstance(target, tuple) else []
    found = _resolve(names, places, decided_on)
    said = Said(
        _text(values.get("indicator")) or None,
        _text(values.get("case_number")),
        matter,
        tuple(place for place in found if place is not None),
        _text(values.get("reason")),
        _text(values.get("document_number")),
        decided_on,
        _text(values.get("unit")),
        _text(values.get("ruling_number")),
    )
    nature, why = _class_ruling(row, matter, names, found)
    content, key = make_content(said), make_ruling_key(said)
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
        """Collect the rulings, and which indicators have a case, or a counted number, of a key."""
        days = {run.number: run.as_of for run in runs}
        by_case: dict[str, list[tuple[str | None, Decision]]] = {}
        indicators: dict[str, set[str]] = {}
        known = list(subjects)
        for subject, content in known:
            if content["kind"] == "ruling" and content["matter"]:
                pair = (content["indicator"], _read_ruling(subject, content, days))
                by_case.setdefault(match_key(content["case_number"]), []).append(pair)
        for subject, content in known if by_case else ():
            if content["kind"] in ("incident", "count"):
                key = subject.key if content["kind"] == "incident" else name_count(subject.key)
                indicators.setdefault(match_key(key), set()).add(content["indicator"])
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

    def list_waiting(self) -> tuple[Waiting, ...]:
        """List the rulings that no case takes: unknown, or known under several indicators."""
        return tuple(
            Waiting(key, named or "", _show_waiting(decision))
            for key, pairs in sorted(self.by_case.items())
            for named, decision in pairs
            if not (
                named in self.indicators.get(key, ())
                or (named is None and len(self.indicators.get(key, ())) == 1)
            )
        )


def _show_waiting(decision: Decision) -> Change:
    is_object = decision.matter is Matter.OBJECT
    return Change(
        decision.matter,
        decision.day,
        (),
        codes_of(decision.change) if "places" in decision.change else (),
        decision.reason,
        decision.document_number,
        decision.source,
        decision.unit,
        codes_of({"places": decision.asked}) if is_object else (),
        run=decision.run,
        is_dated=decision.is_dated,
        leaves_open=True,
    )


def _read_ruling(subject: Subject, content: Content, days: Mapping[int, str]) -> Decision:
    entry = max((e for e in subject.entries if e.kind is EntryKind.CLAIM), key=order_of)
    matter = Matter(content["matter"])
    return Decision(
        content["decided_on"] or days.get(entry.run, ""),
        entry.run,
        entry.number,
        matter,
        make_change(matter, content["places"]),
        content["reason"],
        content["document_number"],
        subject.sources[0] if subject.sources else None,
        content.get("unit", ""),
        tuple(content["places"]) if matter is Matter.OBJECT else (),
        bool(content["decided_on"]),
    )


def decide(said: Content, subject: Subject, rulings: Rulings) -> Decided:
    """Apply every decision about a case to what its sheets say, in the order in which they hold."""
    decisions = rulings.list_for(subject.key, said["indicator"])
    if subject.is_corrected or subject.is_withdrawn:
        decisions += _read_corrections(subject.entries, rulings.days)
    return apply_decisions(said, decisions)


def decide_count(said: Content, key: str, rulings: Rulings) -> Decided:
    """Apply the decisions about a counted number: whether it stands, and whether that is open."""
    decisions = rulings.list_for(name_count(key), said["indicator"])
    content = {**said, "places": [said["place"]]}
    return apply_decisions(content, [one for one in decisions if one.matter in OF_COUNTS])


_COMMANDS = {EntryKind.CORRECTION: Matter.CORRECTION, EntryKind.WITHDRAWAL: Matter.WITHDRAWAL}


def _read_corrections(entries: Iterable[Entry], days: Mapping[int, str]) -> list[Decision]:
    """Read corrections and withdrawals; a later one never counts as decided before an earlier one."""
    found: list[Decision] = []
    for entry in entries:
        if entry.kind in _COMMANDS:
            day = max(days.get(entry.run, ""), found[-1].day if found else "")
            change = json.loads(entry.content)
            grounds = (entry.reason, entry.document_number)
            matter = _COMMANDS[entry.kind]
            found.append(Decision(day, entry.run, entry.number, matter, change, *grounds, None))
    return found
