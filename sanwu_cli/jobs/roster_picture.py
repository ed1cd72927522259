"""The month's roster as pictures: what they show, the font they are drawn in, the files they become."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.errors import SanwuError
from sanwu_cli.jobs.gate import guard_texts
from sanwu_cli.jobs.rostering import list_groups, make_rosters
from sanwu_cli.model import Duty
from sanwu_cli.pictures.fonts import choose_face
from sanwu_cli.pictures.phone import draw_phone_pages
from sanwu_cli.pictures.poster import Paper, draw_poster, save_poster_pdf, save_poster_png
from sanwu_cli.pictures.qr import holds
from sanwu_cli.pictures.records import Post, Posting, RosterSheet
from sanwu_cli.roster.days import weekday_label
from sanwu_cli.roster.rows import name_area, note_move
from sanwu_cli.terms import RosterGroup, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sanwu_cli.jobs.workspace import RegisterReading, Workspace
    from sanwu_cli.model import Finding, Person, Roster, Unfilled
    from sanwu_cli.periods import Month

# Words the pictures write besides what the roster says.
_OWN_WORDS = (
    "（草案）标“缺”的班暂时没有人。第0123456789张页，共公布单位：公布日期：年月日日期未定扫一扫，看文字"
    "乡镇(街道)村(社区)地点、时间"
)
_GAP = "缺"


class Pictures(Struct, frozen=True):
    """Pictures made: by file name, of how many rosters; what was found; whether all of it is published.

    `without_code`: the rosters whose own text is too long for the QR code asked for.
    """

    files: tuple[tuple[str, bytes], ...]
    roster_count: int
    findings: tuple[Finding, ...]
    is_published: bool
    without_code: tuple[str, ...] = ()


def make_pictures(
    workspace: Workspace,
    registers: RegisterReading,
    month: Month,
    *,
    role: StationedRole | None = None,
    poster: Paper | None = None,
    suffix: str = "",
    code: str | None = None,
) -> Pictures:
    """Draw the month's rosters, each group by itself.

    `suffix` chooses .png or .pdf; a poster is a PDF by default. `code` puts a QR code below the table: of
    this text, or where it is empty of the roster's own. Raises SanwuError where nobody can be sent, where
    there is nothing to draw, where no font has the characters, and for a text too long for a code.
    """
    is_pdf = _check_suffix(suffix, poster)
    made = make_rosters(workspace, registers, (month,), groups=list_groups(registers, role), role=role)
    files: list[tuple[str, bytes]] = []
    without: list[str] = []
    count = 0
    for group, (roster,) in made.groups.items():
        sheet = describe_roster(workspace, registers, group, roster, role)
        text = write_roster_text(sheet) if code == "" else code or ""
        if code == "" and not holds(text):
            without.append(sheet.title)
            text = ""
        sheet = replace(sheet, code=text)
        if sheet.postings:
            count += 1
            label = group.label if role is None else role.label
            stem = f"{month.label}{label}值班表" + (f"（{poster.value.upper()}张贴）" if poster else "")
            files += _name_pages(stem, _draw(workspace, sheet, poster, dated=month.first_day, is_pdf=is_pdf))
    if not files:
        raise SanwuError(
            f"{month.label}没有一个班，没有可画的",
            remedy="用 sanwu roster generate 看缺什么，补进登记表后再画",
        )
    is_published = all((month, group) in made.published for group in made.groups)
    return Pictures(tuple(files), count, made.findings, is_published, tuple(without))


def _check_suffix(suffix: str, poster: Paper | None) -> bool:
    """Say whether a PDF is wanted; raises SanwuError for what we do not draw."""
    wanted = suffix.lower() or (".pdf" if poster else ".png")
    if wanted not in ((".png", ".pdf") if poster else (".png",)):
        known = ".png 或 .pdf" if poster else ".png"
        raise SanwuError(f"图不能写成“{suffix}”文件", remedy=f"-o 的文件名请以 {known} 结尾")
    return wanted == ".pdf"


def _draw(
    workspace: Workspace, sheet: RosterSheet, poster: Paper | None, *, dated: date, is_pdf: bool
) -> list[tuple[str, bytes]]:
    """Draw a sheet: pages by their suffix. Something personal among what is drawn is refused."""
    guard_texts(sheet.title, sheet.texts())
    chosen = workspace.settings.picture_font
    path = workspace.path / Path(chosen).expanduser() if chosen else None
    face = choose_face([_OWN_WORDS, *(text for _, text in sheet.texts())], path)
    if poster is None:
        return [(".png", data) for data in draw_phone_pages(sheet, face)]
    images = draw_poster(sheet, face, poster)
    if is_pdf:
        return [(".pdf", save_poster_pdf(images, sheet.title, dated))]
    return [(".png", save_poster_png(image, sheet.title)) for image in images]


def _name_pages(stem: str, pages: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    if len(pages) == 1:
        return [(stem + pages[0][0], pages[0][1])]
    return [(f"{stem}-{number}{suffix}", data) for number, (suffix, data) in enumerate(pages, start=1)]


def describe_roster(
    workspace: Workspace,
    registers: RegisterReading,
    group: RosterGroup,
    roster: Roster,
    role: StationedRole | None = None,
) -> RosterSheet:
    """Say what the picture of a group's month shows: by day, then by place."""
    roles = group.roles if role is None else (role,)
    persons = {person.id: person for person in registers.registers.persons}
    by_place: dict[tuple[bool, str, str], list[Duty | Unfilled]] = {}
    items: tuple[Duty | Unfilled, ...] = (*roster.duties, *roster.unfilled)
    for item in items:
        day = _day_of(item)
        by_place.setdefault((day is None, str(day), item.area_code), []).append(item)
    return RosterSheet(
        lead=f"{workspace.settings.name}{roster.month.label}",
        name=group.table_title,
        subtitle="、".join(one.label for one in roles) if group is RosterGroup.TOWNSHIP else "",
        roles=tuple(one.label for one in roles),
        postings=tuple(_describe(by_place[key], registers, group, persons) for key in sorted(by_place)),
        draft=roster.draft_reason,
    )


def write_roster_text(sheet: RosterSheet) -> str:
    """Write what the picture shows as text: a line a day and place."""
    lines = [sheet.title]
    for one in sheet.postings:
        posts = " ".join(f"{post.role}{post.name}{post.phone}" for post in one.posts)
        lines.append(
            " ".join(
                filter(None, (one.day_label, f"{one.township}{one.place}", one.address, one.hours, posts))
            )
        )
    return "\n".join(lines)


def _describe(
    items: Sequence[Duty | Unfilled],
    registers: RegisterReading,
    group: RosterGroup,
    persons: dict[str, Person],
) -> Posting:
    day, areas = _day_of(items[0]), registers.registers.areas
    own = name_area(items[0].area_code, day, areas)
    parent = next((area.parent for area in areas if area.code == items[0].area_code), "")
    order = {one: position for position, one in enumerate(StationedRole)}
    ordered = sorted(items, key=lambda item: (order[item.role], not isinstance(item, Duty)))
    return Posting(
        day=day,
        weekday="" if day is None else weekday_label(day),
        township="" if group is RosterGroup.TOWNSHIP else name_area(parent, day, areas),
        place=own,
        posts=tuple(_describe_post(item, group, persons) for item in ordered),
        address=_join(item.place for item in items),
        hours=_join(item.hours for item in items),
        note=_join(note_move(day, item.moved_from) for item in items),
    )


def _describe_post(item: Duty | Unfilled, group: RosterGroup, persons: dict[str, Person]) -> Post:
    if not isinstance(item, Duty):
        return Post(item.role.label, _GAP, is_gap=True)
    person = persons.get(item.person_id)
    unit = person.unit if person and group is not RosterGroup.TOWNSHIP else ""
    return Post(item.role.label, item.person, unit, person.office_phone if person else "")


def _day_of(item: Duty | Unfilled) -> date | None:
    return item.date if isinstance(item, Duty) else item.planned_on


def _join(texts: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(text for text in texts if text))
