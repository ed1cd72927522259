"""Documents: what the templates are told, and the Word files made of it, one for each unit where it is so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.compose import compose
from sanwu_cli.documents.kinds import find_kind, list_kinds
from sanwu_cli.documents.verify import verify_document
from sanwu_cli.documents.word import write_document
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import tell_apart
from sanwu_cli.jobs.award_papers import (
    describe_barring,
    describe_money,
    describe_naming,
    describe_orders,
    describe_year_list,
)
from sanwu_cli.jobs.circular import describe_circular
from sanwu_cli.jobs.contexts import describe_common
from sanwu_cli.jobs.corrections import KIND as CORRECTION
from sanwu_cli.jobs.corrections import describe_correction, describe_last_correction, find_corrections
from sanwu_cli.jobs.gate import guard_document
from sanwu_cli.jobs.meeting_papers import describe_invitation, describe_material, describe_minutes
from sanwu_cli.jobs.papers import Asked, Paper, name_span, tell_day
from sanwu_cli.jobs.roster_notices import KIND as MEDIATORS
from sanwu_cli.jobs.roster_notices import describe_mediators, has_mediators
from sanwu_cli.jobs.roster_tables import gap_reasons
from sanwu_cli.jobs.rostering import build_roster
from sanwu_cli.jobs.step_papers import describe_feedbacks, describe_reminders, describe_urgings
from sanwu_cli.jobs.work_papers import describe_annual_reports, describe_appraisals, describe_reports
from sanwu_cli.periods import Month
from sanwu_cli.roster.rows import roster_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import date

    from sanwu_cli.documents.blocks import Document
    from sanwu_cli.documents.kinds import DocumentKind
    from sanwu_cli.jobs.corrections import Correction
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding

# Of a unit's name in a file's.
_LONGEST_UNIT = 40
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
    """Write the one document of a kind for a month; raises SanwuError for a kind we cannot fill."""
    return next(render_documents(workspace, registers, kind_id, Asked(month), issued_on=issued_on))


def render_documents(
    workspace: Workspace,
    registers: RegisterReading,
    kind_id: str,
    asked: Asked,
    *,
    issued_on: date | None = None,
    unit: str = "",
) -> Iterator[Rendered]:
    """Write the documents of a kind one by one: one, or one for each unit, or those of `unit` alone.

    Raises SanwuError for a kind we cannot fill, where there is nothing to write, and with the status of a
    refusal for an order without a basis.
    """
    kind = find_kind(kind_id, workspace.template_folders)
    for paper, name in choose_papers(workspace, registers, kind, asked, unit=unit):
        yield _fill(workspace, kind, paper, name=name, issued_on=issued_on)


def choose_papers(
    workspace: Workspace, registers: RegisterReading, kind: DocumentKind, asked: Asked, *, unit: str = ""
) -> list[tuple[Paper, str]]:
    """Choose what there is to write of a kind, or of it what is `unit`'s; each with its file's name.

    Raises SanwuError as above.
    """
    papers = find_papers(workspace, registers, kind, asked)
    span = name_span(asked.month, kind.every)
    # Named among all of them, so that one asked for alone has the name it has among the others.
    names = tell_apart(
        f"{span}{kind.name}{f'（{paper.unit[:_LONGEST_UNIT]}）' if paper.unit else ''}" for paper in papers
    )
    chosen = [
        (paper, name) for paper, name in zip(papers, names, strict=True) if not unit or unit in paper.unit
    ]
    if not chosen:
        units = "、".join(paper.unit for paper in papers if paper.unit)
        raise SanwuError(
            f"{span}没有要写的“{kind.name}”" + (f"（{unit}）" if unit else ""),
            remedy=f"可以写的有：{units}" if units else kind.occasion or "请核对月份",
            status=ExitStatus.INPUT_MISSING,
        )
    return chosen


def find_papers(
    workspace: Workspace, registers: RegisterReading, kind: DocumentKind, asked: Asked
) -> tuple[Paper, ...]:
    """Find what there is to write of a kind; raises SanwuError for a kind or an order without its ground."""
    if kind.asks_basis and not (asked.basis.strip() or asked.document.strip()):
        raise SanwuError(
            f"“{kind.name}”没有写依据，不能生成",
            place=str(kind.path),
            remedy="部门不得直接向下级党委、政府发指示："
            "请用 --basis 写明经谁同意，或用 --document 写明批准文件的文号",
            status=ExitStatus.REFUSED,
        )
    begins = workspace.plan.duties.begins
    last = asked.quarter.last if kind.id in _PAPERS else asked.month
    if last.last_day < begins:
        raise SanwuError(
            f"方案从{Month.of(begins).label}起实施，{name_span(asked.month, kind.every)}没有要写的文件",
            remedy="请写以后的月份",
        )
    if kind.id in _PAPERS:
        return _PAPERS[kind.id](workspace, registers, asked)
    if kind.id not in _CONTEXTS:
        raise SanwuError(
            f"“{kind.name}”要用到的数据，本版还不能提供",
            place=str(kind.path),
            remedy=f"可以生成的有：{'、'.join((*_CONTEXTS, *_PAPERS))}",
        )
    context, findings = _CONTEXTS[kind.id](workspace, registers, asked.month)
    return (Paper(context, findings),)


def render_correction(
    workspace: Workspace, registers: RegisterReading, month: Month, corrections: Iterable[Correction]
) -> Rendered:
    """Write the notice of corrections that need not be published yet."""
    kind = find_kind(CORRECTION, workspace.template_folders)
    context = describe_correction(workspace, registers, month, corrections)
    name = f"{name_span(month, kind.every)}{kind.name}"
    return _fill(workspace, kind, Paper(context), name=name, issued_on=None)


def list_possible(workspace: Workspace, registers: RegisterReading, asked: Asked) -> tuple[str, ...]:
    """List the ids of the kinds a month gives rise to: those of every month, and the notices it has.

    Letters, and the papers of a quarter or a year, are asked for by name.
    """
    return tuple(
        kind.id
        for kind in document_kinds(workspace)
        if not kind.occasion or _is_given(workspace, registers, kind, asked)
    )


def _is_given(workspace: Workspace, registers: RegisterReading, kind: DocumentKind, asked: Asked) -> bool:
    if kind.id == CORRECTION:
        return bool(find_corrections(workspace, asked.month))
    if kind.id == MEDIATORS:
        return has_mediators(registers)
    return False


def _fill(
    workspace: Workspace,
    kind: DocumentKind,
    paper: Paper,
    *,
    name: str,
    issued_on: date | None,
) -> Rendered:
    document = compose_paper(workspace, kind, paper, issued_on=issued_on)
    guard_document(document)
    data = write_document(document, fonts=workspace.settings.fonts or None, issued_on=issued_on)
    verify_document(data, document)
    return Rendered(f"{name}.docx", data, paper.findings)


def compose_paper(
    workspace: Workspace, kind: DocumentKind, paper: Paper, *, issued_on: date | None
) -> Document:
    """Compose a paper; whoever writes it holds it against the privacy gate. Raises SanwuError."""
    told = {"label": tell_day(issued_on)} if issued_on else None
    return compose(kind.id, paper.context | {"issued_on": told}, workspace.template_folders)


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

# Kinds of which there may be none, or one for each unit.
_PAPERS: Mapping[str, Callable[[Workspace, RegisterReading, Asked], tuple[Paper, ...]]] = {
    "reminder_letter": describe_reminders,
    "feedback_letter": describe_feedbacks,
    "supervision_letter": describe_urgings,
    "rectification_notice": describe_orders,
    "meeting_invitation": describe_invitation,
    "meeting_material": describe_material,
    "meeting_minutes": describe_minutes,
    "staff_appraisal": describe_appraisals,
    "work_report": describe_reports,
    "annual_report": describe_annual_reports,
    "year_end_list": describe_year_list,
    "naming_decision": describe_naming,
    "award_notice": describe_money,
    "disqualification_decision": describe_barring,
}
