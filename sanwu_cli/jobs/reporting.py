"""Documents: what the templates are told, and the Word files made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.compose import compose
from sanwu_cli.documents.kinds import find_kind, list_kinds
from sanwu_cli.documents.verify import verify_document
from sanwu_cli.documents.word import write_document
from sanwu_cli.errors import SanwuError
from sanwu_cli.jobs.circular import describe_circular
from sanwu_cli.jobs.contexts import describe_common
from sanwu_cli.jobs.corrections import KIND as CORRECTION
from sanwu_cli.jobs.corrections import describe_correction, describe_last_correction, find_corrections
from sanwu_cli.jobs.gate import guard_document
from sanwu_cli.jobs.roster_notices import KIND as MEDIATORS
from sanwu_cli.jobs.roster_notices import describe_mediators, has_mediators
from sanwu_cli.jobs.roster_tables import gap_reasons
from sanwu_cli.jobs.rostering import build_roster
from sanwu_cli.roster.rows import roster_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from sanwu_cli.documents.kinds import DocumentKind
    from sanwu_cli.jobs.corrections import Correction
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month

_ROSTER_READINGS = ("T-23", "T-25")


class Rendered(Struct, frozen=True):
    """A document made: its file name, its bytes, what was found on the way."""

    name: str
    data: bytes
    findings: tuple[Finding, ...]


def document_kinds(workspace: Workspace) -> tuple[DocumentKind, ...]:
    """List the kinds of documents, the office's own templates included."""
    return list_kinds(workspace.template_folders)


def render_document(
    workspace: Workspace, registers: RegisterReading, kind_id: str, *, month: Month, issued_on: date | None
) -> Rendered:
    """Write one document for a month; raises SanwuError for a kind we cannot fill."""
    kind = find_kind(kind_id, workspace.template_folders)
    if kind.id not in _CONTEXTS:
        raise SanwuError(
            f"“{kind.name}”要用到的数据，本版还不能提供",
            place=str(kind.path),
            remedy=f"可以生成的有：{'、'.join(_CONTEXTS)}",
        )
    context, findings = _CONTEXTS[kind.id](workspace, registers, month)
    return _fill(workspace, kind, context, findings, month=month, issued_on=issued_on)


def render_correction(
    workspace: Workspace, registers: RegisterReading, month: Month, corrections: Iterable[Correction]
) -> Rendered:
    """Write the notice of corrections that need not be published yet."""
    kind = find_kind(CORRECTION, workspace.template_folders)
    context = describe_correction(workspace, registers, month, corrections)
    return _fill(workspace, kind, context, (), month=month, issued_on=None)


def list_possible(workspace: Workspace, registers: RegisterReading, month: Month) -> tuple[str, ...]:
    """List the ids of the kinds a month gives rise to: without a correction no notice of one."""
    given = {CORRECTION} if find_corrections(workspace, month) else set()
    if has_mediators(registers):
        given.add(MEDIATORS)
    return tuple(kind.id for kind in document_kinds(workspace) if not kind.occasion or kind.id in given)


def _fill(
    workspace: Workspace,
    kind: DocumentKind,
    context: dict[str, object],
    findings: tuple[Finding, ...],
    *,
    month: Month,
    issued_on: date | None,
) -> Rendered:
    context["issued_on"] = {"label": _day_label(issued_on)} if issued_on else None
    document = compose(kind.id, context, workspace.template_folders)
    guard_document(document)
    data = write_document(document, fonts=workspace.settings.fonts or None, issued_on=issued_on)
    verify_document(data, document)
    return Rendered(f"{month.label}{kind.name}.docx", data, findings)


def _day_label(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _roster_context(
    workspace: Workspace, registers: RegisterReading, month: Month
) -> tuple[dict[str, object], tuple[Finding, ...]]:
    roster, findings = build_roster(workspace, registers, month)
    names = {area.code: area.name for area in registers.registers.areas}
    rows = roster_rows(roster, registers.registers.areas)
    unknowns = [f"{names.get(g.area_code, g.area_code)}的{g.role.label}没有人可派" for g in roster.unfilled]
    if roster.draft_reason:
        unknowns.append(roster.draft_reason)
    context = describe_common(workspace, month, _ROSTER_READINGS)
    name = workspace.settings.name
    context |= {
        "recipients": list(workspace.settings.recipients)
        or ["各乡镇（街道）", f"{name}人民法院", f"{name}人民检察院", f"{name}司法局"],
        "roster": {
            "rows": [
                {
                    "township": row.township,
                    "day_label": f"{row.date.month}月{row.date.day}日" if row.date else "",
                    "weekday": row.weekday,
                    "judge": row.judge,
                    "prosecutor": row.prosecutor,
                    "lawyer": row.lawyer,
                    "place": row.place,
                    "hours": row.hours,
                    "note": row.note,
                }
                for row in rows
            ],
            "unfilled": [
                {
                    "township": names.get(gap.area_code, gap.area_code),
                    "role": gap.role.label,
                    "reasons": gap_reasons(gap),
                }
                for gap in roster.unfilled
            ],
            "draft_reason": roster.draft_reason,
        },
        "fixed_days_a_month": int(workspace.plan.value_on("duty_day.per_month", month.last_day)),
        "clauses": {"roster": workspace.plan.value("duty_day.per_month").clause},
        "unknowns": unknowns,
    }
    return context, findings


_CONTEXTS: Mapping[
    str, Callable[[Workspace, RegisterReading, Month], tuple[dict[str, object], tuple[Finding, ...]]]
] = {
    "monthly_circular": describe_circular,
    "duty_roster_notice": _roster_context,
    CORRECTION: describe_last_correction,
    MEDIATORS: describe_mediators,
}
