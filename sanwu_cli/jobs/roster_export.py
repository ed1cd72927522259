"""`roster export`: rosters as workbooks and Word documents, by place, by person, by office."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import tell_apart
from sanwu_cli.jobs.gate import INTERNAL_MARK, write_agreed, write_named
from sanwu_cli.jobs.mobiles import find_contacts
from sanwu_cli.jobs.reporting import render_document
from sanwu_cli.jobs.roster_book import (
    GroupBook,
    lay_out_figures,
    lay_out_levels,
    lay_out_person_year,
    lay_out_persons,
    lay_out_record,
    lay_out_year,
)
from sanwu_cli.jobs.roster_calendars import export_calendars
from sanwu_cli.jobs.roster_tables import lay_out_month, name_book
from sanwu_cli.jobs.rostering import list_groups, make_rosters
from sanwu_cli.ledger.rosters import read_published
from sanwu_cli.roster.offices import find_offices
from sanwu_cli.terms import RosterGroup, StationedRole, Term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sanwu_cli.jobs.mobiles import Contacts
    from sanwu_cli.jobs.rostering import Rosters
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding
    from sanwu_cli.periods import Month
    from sanwu_cli.workbook.write import TableSheet

_TOWNSHIP_DIGITS = 9
_LONGEST_OFFICE = 40
_NOTICES: Mapping[RosterGroup, str] = {
    RosterGroup.TOWNSHIP: "duty_roster_notice",
    RosterGroup.MEDIATOR: "mediator_roster_notice",
}


class ExportView(Term):
    """By what a roster is laid out."""

    PLACE = "place", "按地方"
    PERSON = "person", "按人"
    OFFICE = "office", "按司法所"


class ExportForm(Term):
    """The forms a roster can be exported in."""

    XLSX = "xlsx", "Excel"
    DOCX = "docx", "Word"
    ICS = "ics", "日历"


class ExportOrder(Struct, frozen=True):
    """What was asked for: months, a role, one view or all of them, the form; `span` as people write it.

    `mobiles_on`: the office's own version, with the mobile numbers of those who agree on that day.
    """

    months: tuple[Month, ...]
    span: str
    role: StationedRole | None = None
    view: ExportView | None = None
    form: ExportForm = ExportForm.XLSX
    mobiles_on: date | None = None


class Exported(Struct, frozen=True):
    """The files made, by name, and what was found on the way."""

    files: tuple[tuple[str, bytes], ...]
    findings: tuple[Finding, ...]


def export_rosters(workspace: Workspace, registers: RegisterReading, order: ExportOrder) -> Exported:
    """Make the files: published months as published, the rest as built and marked so.

    Raises SanwuError where there is nobody to send, and for a view or form that the rosters have not.
    """
    if order.mobiles_on is not None and (
        order.form is not ExportForm.XLSX or order.view is ExportView.OFFICE
    ):
        raise SanwuError(
            "带手机号的值班表只有内部用的 Excel；Word 的通知、日历和各司法所的表是公布、转发的，不带手机号",
            remedy="请去掉 --with-mobile，或者用 --form xlsx、--by place、--by person",
        )
    if order.form is ExportForm.DOCX:
        return _export_notices(workspace, registers, order)
    if order.form is ExportForm.ICS:
        return _export_calendars(workspace, registers, order)
    made = make_rosters(
        workspace, registers, order.months, groups=list_groups(registers, order.role), role=order.role
    )
    contacts = find_contacts(workspace, registers, order.mobiles_on) if order.mobiles_on else None
    books = _open_books(workspace, registers, made, order.span, contacts)
    files: list[tuple[str, bytes]] = []
    for book in books:
        name = name_book(book.group, order.span)
        if order.view is ExportView.OFFICE:
            files += _write_offices(workspace, book) if book.group is not RosterGroup.TOWNSHIP else []
            continue
        stem = name if order.view is not ExportView.PERSON else name.replace("值班表", "值班表（按人）")
        if book.contacts is not None:
            stem = stem.replace(".xlsx", f"（{INTERNAL_MARK}）.xlsx")
        files.append((stem, _write(_list_sheets(workspace, book, order.view), book)))
    if not files:
        raise SanwuError(
            "按司法所分的，是人民调解员等到村(社区)的值班表，这里没有",
            remedy="请登记人民调解员和村(社区)的值班日，或者用 --by place、--by person",
            status=ExitStatus.INPUT_MISSING,
        )
    return Exported(tuple(files), made.findings)


def _export_calendars(workspace: Workspace, registers: RegisterReading, order: ExportOrder) -> Exported:
    if order.view is ExportView.OFFICE:
        raise SanwuError("日历按人、按地方各写一个文件", remedy="请用 --by person、--by place，或者去掉 --by")
    files = export_calendars(
        workspace,
        registers,
        order.months,
        list_groups(registers, order.role),
        span=order.span,
        role=order.role,
        by_person=order.view is not ExportView.PLACE,
        by_place=order.view is not ExportView.PERSON,
    )
    return Exported(files, registers.findings)


def _open_books(
    workspace: Workspace,
    registers: RegisterReading,
    made: Rosters,
    span: str,
    contacts: Contacts | None = None,
) -> list[GroupBook]:
    published = read_published(workspace.ledger.read())
    return [
        GroupBook(
            group,
            rosters,
            registers,
            {month: one for (month, own), one in published.items() if own is group},
            span,
            workspace.settings.name,
            contacts,
        )
        for group, rosters in made.groups.items()
    ]


def _list_sheets(workspace: Workspace, book: GroupBook, view: ExportView | None) -> list[TableSheet]:
    """List the sheets of a view; without one those of both and everything that is told beside them."""
    is_year = len(book.rosters) > 1
    sheets: list[TableSheet] = []
    if view is not ExportView.PERSON:
        sheets += [
            lay_out_month(
                workspace,
                book.registers,
                book.group,
                roster,
                mark=book.mark(roster.month),
                contacts=book.contacts.shown if book.contacts else None,
            )
            for roster in book.rosters
        ]
        sheets += [lay_out_year(book)] if is_year else []
    if view is not ExportView.PLACE:
        sheets += [lay_out_persons(book), *([lay_out_person_year(book)] if is_year else [])]
    if view is None:
        sheets += [*lay_out_figures(book), lay_out_levels(book), lay_out_record(book)]
    return sheets


def _write_offices(workspace: Workspace, book: GroupBook) -> list[tuple[str, bytes]]:
    """Write a village group's tables by office: of a month one workbook, of a year one an office."""
    offices = _name_offices(book)
    parts = {
        office: [
            lay_out_month(
                workspace,
                book.registers,
                book.group,
                replace(
                    roster,
                    duties=tuple(
                        d for d in roster.duties if offices[d.area_code[:_TOWNSHIP_DIGITS]] == office
                    ),
                    unfilled=tuple(
                        g for g in roster.unfilled if offices[g.area_code[:_TOWNSHIP_DIGITS]] == office
                    ),
                ),
                part=office,
                mark=book.mark(roster.month),
            )
            for roster in book.rosters
        ]
        for office in dict.fromkeys(offices.values())
    }
    if len(book.rosters) == 1:
        name = name_book(book.group, book.span).replace("值班表", "值班表（按司法所）")
        return [(name, _write([sheet for sheets in parts.values() for sheet in sheets], book))]
    # A unit's name comes from a register: it may hold what a path is made of.
    names = tell_apart(office[:_LONGEST_OFFICE] for office in parts)
    return [
        (name_book(book.group, f"{book.span}{name}"), _write(sheets, book))
        for name, sheets in zip(names, parts.values(), strict=True)
    ]


def _name_offices(book: GroupBook) -> dict[str, str]:
    """Name for each township whose table its villages stand in: its judicial office, else the township."""
    known = book.registers.registers
    areas = [duty.area_code for roster in book.rosters for duty in roster.duties]
    areas += [gap.area_code for roster in book.rosters for gap in roster.unfilled]
    offices = find_offices(known.persons, known.areas)
    units = {person.id: person.unit for person in known.persons}
    found = {}
    for code in sorted({area[:_TOWNSHIP_DIGITS] for area in areas}):
        own = sorted({units[id_] for id_, townships in offices.items() if code in townships})
        is_theirs = book.group is RosterGroup.MEDIATOR and len(own) == 1
        found[code] = own[0] if is_theirs else book.names.get(code, code)
    return found


def _write(sheets: Sequence[TableSheet], book: GroupBook) -> bytes:
    name, day = f"{book.span}{book.group.table_title}", book.rosters[0].month.first_day
    if book.contacts is not None:
        return write_agreed(name, sheets, agreed=book.contacts.mobiles.values(), dated=day)
    return write_named(name, sheets, dated=day)


def _export_notices(workspace: Workspace, registers: RegisterReading, order: ExportOrder) -> Exported:
    """Write the notices on the months' rosters, one a month and group that has one."""
    if order.view is not None:
        raise SanwuError("Word 的值班表通知只有一种样子", remedy="请去掉 --by，或者用 --form xlsx")
    kinds = [_NOTICES[group] for group in list_groups(registers, order.role) if group in _NOTICES]
    if not kinds:
        raise SanwuError(
            "这种人员没有值班表通知", remedy=f"有通知的：{'、'.join(group.label for group in _NOTICES)}"
        )
    files: list[tuple[str, bytes]] = []
    findings: list[Finding] = []
    for kind in kinds:
        for month in order.months:
            made = render_document(workspace, registers, kind, month=month, issued_on=None)
            files.append((made.name, made.data))
            findings += made.findings
    return Exported(tuple(files), tuple(dict.fromkeys(findings)))
