"""Words of the field on the command line: an indicator, a status, a reason, by identifier or label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.terms import Indicator, NotCounted, Term

Kind = Annotated[str | None, typer.Option("--indicator", metavar="指标", help="越级上访、行政诉讼或刑事案件")]

AnyTerm = TypeVar("AnyTerm", bound="Term | Indicator")


def find_term(kind: Iterable[AnyTerm], text: str | None, what: str) -> AnyTerm | None:
    """Find a word of the field by its identifier or its label; raises SanwuError with all there are."""
    if text is None:
        return None
    members = list(kind)
    found = next((member for member in members if text in (member.label, member.value)), None)
    if found is None:
        known = "、".join(f"{member.value}（{member.label}）" for member in members)
        hint = hint_near(text, [name for member in members for name in (member.label, member.value)])
        raise SanwuError(f"没有“{text}”这种{what}", remedy=f"{hint}可以写：{known}")
    return found


def find_indicator(text: str | None) -> Indicator | None:
    """Find an indicator."""
    from sanwu_cli.terms import Indicator

    return find_term(Indicator, text, "指标")


def find_status(text: str | None) -> str | None:
    """Find where a case stands."""
    from sanwu_cli.terms import IncidentStatus

    return find_term(IncidentStatus, text, "状态")


def find_reason(text: str | None) -> NotCounted | None:
    """Find a reason not to count."""
    from sanwu_cli.terms import NotCounted

    return find_term(NotCounted, text, "不计的原因")
