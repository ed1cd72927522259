"""What people's decisions make of a case: applied in the order in which they hold; all pure.

The decisions about a case hold in the order of their days; an objection is open until another decision
follows it, a decision that puts the question off leaves it open. The order of arrival does not matter.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.ledger.entries import canonical_json
from sanwu_cli.model import Place
from sanwu_cli.records import Change
from sanwu_cli.terms import Matter, NotCounted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sanwu_cli.model import Source

Content = dict[str, Any]

# Of one day and one paper, what leaves a question open comes last.
_MATTERS = tuple(Matter)
_BY_COMMAND = (Matter.CORRECTION, Matter.WITHDRAWAL)
_DIGITS = re.compile(r"(\d+)")


class Decision(Struct, frozen=True):
    """One decision about a case: when, what it is, and the parts of the case's content it replaces.

    `asked` are the places an objection names, as JSON. `day` is that of the run when not `is_dated`.
    """

    day: str
    run: int
    number: int
    matter: Matter
    change: Mapping[str, Any]
    reason: str
    document_number: str
    source: Source | None
    unit: str = ""
    asked: tuple[Mapping[str, Any], ...] = ()
    is_dated: bool = True


class Decided(Struct, frozen=True):
    """A case's content with every decision in it, the trace of each, and whether a question is open.

    `seen` are all places it was charged to or that objections name.
    """

    content: Content
    changes: tuple[Change, ...] = ()
    is_contested: bool = False
    is_suspended: bool = False
    seen: tuple[Mapping[str, Any], ...] = ()

    @property
    def is_placed(self) -> bool:
        """Say whether people said where the case belongs."""
        return any(change.after for change in self.changes)

    @property
    def rivals(self) -> tuple[Place, ...]:
        """Give the other places the case may belong to while the question is open."""
        if not self.is_contested:
            return ()
        own = set(codes_of(self.content))
        others = {place["area"]: place for place in self.seen if place["area"] and place["area"] not in own}
        return tuple(Place(code, others[code]["township"]) for code in sorted(others))


def apply_decisions(said: Content, decisions: Iterable[Decision]) -> Decided:
    """Apply every decision about a case to what its sheets say, in the order in which they hold."""
    decided = Decided(said, seen=tuple(said["places"]))
    for decision in _sort(list(decisions)):
        decided = _apply(decided, decision)
    return decided


def _sort(decisions: Sequence[Decision]) -> list[Decision]:
    """Sort decisions by day, leaving out what is told twice; of one day an objection comes first.

    Of one day the later paper holds, whichever came first. Commands have no other order than that of their
    runs, so it is theirs that counts on a day on which somebody corrected the case.
    """
    by_run = {decision.day for decision in decisions if decision.matter in _BY_COMMAND}
    ordered = sorted(decisions, key=lambda one: _order_of(one, is_by_run=one.day in by_run))
    told: dict[tuple[object, ...], Decision] = {}
    for decision in ordered:
        told.setdefault(_tell(decision), decision)
    return list(told.values())


def _order_of(decision: Decision, *, is_by_run: bool) -> tuple[Any, ...]:
    paper = [int(part) if part.isdecimal() else part for part in _DIGITS.split(decision.document_number)]
    return (
        decision.day,
        decision.matter is not Matter.OBJECT,
        decision.run if is_by_run else 0,
        paper,
        _MATTERS.index(decision.matter),
        canonical_json(dict(decision.change)),
        decision.unit,
        decision.reason,
        decision.run,
        decision.number,
    )


def _tell(decision: Decision) -> tuple[object, ...]:
    """Give what a decision says; a correction is never told twice."""
    own = (decision.run, decision.number) if decision.matter in _BY_COMMAND else ()
    change, asked = canonical_json(dict(decision.change)), canonical_json([dict(p) for p in decision.asked])
    paper = decision.document_number
    return (decision.day, decision.matter, change, asked, decision.reason, paper, decision.unit, own)


def _apply(decided: Decided, decision: Decision) -> Decided:
    old = decided.content
    content: Content = {**old, **decision.change}
    if "not_counted" in decision.change:
        # 计入 stands against the lists of what does not count, too.
        content["is_ruled_in"] = decision.change["not_counted"] is None
    is_open = _stays_open(decision, is_open=decided.is_contested)
    is_suspended = decision.matter is Matter.SUSPEND or (decided.is_suspended and is_open)
    return replace(
        decided,
        content=content,
        changes=(*decided.changes, _trace(old, content, decision, leaves_open=is_open)),
        is_contested=is_open,
        is_suspended=is_suspended,
        seen=(*decided.seen, *content["places"], *decision.asked),
    )


def _trace(old: Content, new: Content, decision: Decision, *, leaves_open: bool) -> Change:
    dates = (old.get("date") or "", new.get("date") or "")
    return Change(
        decision.matter,
        decision.day,
        codes_of(old),
        codes_of(new) if "places" in decision.change else (),
        decision.reason,
        decision.document_number,
        decision.source,
        decision.unit,
        tuple(place["area"] for place in decision.asked if place["area"]),
        not old.get("not_counted"),
        not new.get("not_counted") and decision.matter is not Matter.WITHDRAWAL,
        dates if "date" in decision.change else (),
        decision.run,
        decision.is_dated,
        leaves_open,
    )


def _stays_open(decision: Decision, *, is_open: bool) -> bool:
    """Say whether a question is open after the decision; a corrected date alone settles nothing."""
    if decision.matter is Matter.CORRECTION and not {"places", "not_counted"} & set(decision.change):
        return is_open
    return decision.matter in (Matter.OBJECT, Matter.SUSPEND)


def codes_of(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the codes of the areas a case is charged to."""
    return tuple(code for place in content["places"] if (code := place["area"]))


def make_change(matter: Matter, places: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Give the parts of a case's content that a ruling replaces."""
    if matter is Matter.REMOVE:
        return {"not_counted": NotCounted.BY_RULING.value}
    moves = bool(places) and matter in (Matter.MOVE, Matter.COUNT)
    change: dict[str, Any] = {"places": list(places)} if moves else {}
    return change | ({"not_counted": None, "unclear": None} if matter is Matter.COUNT else {})
