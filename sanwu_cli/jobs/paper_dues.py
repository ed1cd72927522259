"""Which document kinds are due of whom and when, as far as the plan's due items know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.due.groups import group_items
from sanwu_cli.due.records import ItemState
from sanwu_cli.jobs.dues import open_dues
from sanwu_cli.jobs.papers import Asked
from sanwu_cli.jobs.reporting import document_kinds
from sanwu_cli.periods import Period

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from sanwu_cli.documents.kinds import DocumentKind
    from sanwu_cli.due.records import Item
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.periods import Month


class PaperDue(Struct, frozen=True):
    """A kind of document and who is to write it by when; `state` None where no due item tells."""

    kind: DocumentKind
    who: str
    what: str
    due_on: date | None
    is_soft: bool
    state: ItemState | None


def list_paper_dues(
    workspace: Workspace, registers: RegisterReading, month: Month, *, as_of: date
) -> tuple[PaperDue, ...]:
    """List by kind the due items of the spans a month lies in; raises SanwuError before the plan."""
    asked = Asked(month)
    spans = {
        "month": Period(month, month),
        "quarter": asked.quarter,
        "year": Period.of_year(month.year),
    }
    kinds = document_kinds(workspace)
    opened = {
        every: open_dues(workspace, registers, as_of=as_of, period=spans[every])
        for every in dict.fromkeys(kind.every for kind in kinds if kind.obligations)
    }
    found: list[PaperDue] = []
    for kind in kinds:
        items = opened[kind.every].items if kind.obligations else ()
        own = [item for item in items if _is_meant(kind, item)]
        nobody = PaperDue(kind, kind.sender, "", due_on=None, is_soft=False, state=None)
        found += _tell_items(kind, own) or [nobody]
    return tuple(found)


def _is_meant(kind: DocumentKind, item: Item) -> bool:
    is_of_kind = item.obligation.id in kind.obligations and item.what.startswith(kind.about)
    return is_of_kind and item.state is not ItemState.NOT_APPLICABLE


def _tell_items(kind: DocumentKind, items: Iterable[Item]) -> list[PaperDue]:
    """Give a line for everybody bound by one task who stands alike, the open ones first."""
    groups = sorted(group_items(items), key=lambda one: tuple(ItemState).index(one.first.state))
    return [
        PaperDue(
            kind,
            f"{one.first.party.name}：{one.first.what}" if one.first.person else one.who,
            one.first.what,
            due_on=one.due_on,
            is_soft=one.first.is_soft,
            state=one.first.state,
        )
        for one in groups
    ]
