"""The roster as pictures for a group on the telephone: day by day, in letters that can be read there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.pictures.pen import BAND, INK, MOVED, RED, SOFT, Pen, break_text, fit_size, measure, save_png
from sanwu_cli.pictures.qr import CODE_TITLE, QUIET, draw_code, make_matrix, measure_code

if TYPE_CHECKING:
    from sanwu_cli.pictures.fonts import Face
    from sanwu_cli.pictures.records import Post, Posting, RosterSheet

WIDTH = 1080
LONGEST = 2600
_MARGIN = 48
_ROOM = WIDTH - 2 * _MARGIN
_DPI = 96
_TITLE, _SUBTITLE, _DAY, _PLACE, _NAME, _SMALL = 60, 40, 46, 46, 44, 36
_LINE = 1.45
_DAY_HEIGHT, _GAP, _FOOT = 84, 22, 84
_ROLE_WIDTH, _NAME_WIDTH = 250, 210
_LEAST = 24
_LARGEST_MODULE = 10


class _Line(Struct, frozen=True):
    """A line of a posting: its parts, each with place, size, colour and weight, and the height it takes."""

    parts: tuple[tuple[int, str, int, str, bool], ...]
    height: int


class _Entry(Struct, frozen=True):
    """A posting laid out, with the day it stands under."""

    day: str
    lines: tuple[_Line, ...]

    @property
    def height(self) -> int:
        return sum(line.height for line in self.lines) + 2 * _GAP


def draw_phone_pages(sheet: RosterSheet, face: Face) -> list[bytes]:
    """Draw the roster as PNG pages 1080 pixels wide; a posting is never torn apart."""
    entries = [_lay_out(posting, face) for posting in sheet.postings]
    pages = _paginate(entries, _head_height(sheet, face))
    return [
        _draw_page(sheet, face, page, number=number, count=len(pages))
        for number, page in enumerate(pages, start=1)
    ]


def _lay_out(posting: Posting, face: Face) -> _Entry:
    day = f"{posting.day_label}　{posting.weekday}"
    where = "　".join(filter(None, (posting.address, posting.hours)))
    if posting.township and len(posting.posts) == 1:
        (post,) = posting.posts
        told = "　".join(filter(None, (post.unit, post.phone, where)))
        return _Entry(
            day, (_short_line(posting, post, face), *_small_lines(told, face), *_note_lines(posting))
        )
    lines = [_head_line(posting, face)]
    widest = max((measure(face, post.name, _NAME) + _GAP for post in posting.posts), default=0)
    lines += [_post_line(post, face, max(_NAME_WIDTH, widest)) for post in posting.posts]
    return _Entry(day, (*lines, *_small_lines(where, face)))


def _small_lines(text: str, face: Face) -> tuple[_Line, ...]:
    return tuple(
        _Line(((_MARGIN, part, _SMALL, SOFT, False),), round(_SMALL * _LINE))
        for part in break_text(face, text, _SMALL, _ROOM)
    )


def _note_lines(posting: Posting) -> tuple[_Line, ...]:
    if not posting.note:
        return ()
    return (_Line(((_MARGIN, posting.note, _SMALL, MOVED, False),), round(_SMALL * _LINE)),)


def _short_line(posting: Posting, post: Post, face: Face) -> _Line:
    """Lay out a place and its one person on one line."""
    place = f"{posting.township}{posting.place}"
    name = WIDTH - _MARGIN - measure(face, post.name, _NAME)
    room = name - _MARGIN - _GAP
    return _Line(
        (
            (_MARGIN, place, fit_size(face, place, _PLACE, room, least=_LEAST), INK, True),
            (name, post.name, _NAME, RED if post.is_gap else INK, True),
        ),
        round(_PLACE * _LINE),
    )


def _head_line(posting: Posting, face: Face) -> _Line:
    """Lay out the place, and at the right end from which day it was moved."""
    note = posting.note
    room = _ROOM - (measure(face, note, _SMALL) + _GAP if note else 0)
    name = f"{posting.township}{posting.place}"
    parts = [(_MARGIN, name, fit_size(face, name, _PLACE, room, least=_SMALL), INK, True)]
    if note:
        parts.append((WIDTH - _MARGIN - measure(face, note, _SMALL), note, _SMALL, MOVED, False))
    return _Line(tuple(parts), round(_PLACE * _LINE))


def _post_line(post: Post, face: Face, name_width: int) -> _Line:
    """Lay out role, name, and the office's telephone, else the unit where there is one."""
    colour = RED if post.is_gap else INK
    left = _MARGIN + _ROLE_WIDTH
    more = left + name_width
    parts = [
        (_MARGIN, post.role, fit_size(face, post.role, _NAME, _ROLE_WIDTH - _GAP, least=_SMALL), SOFT, False),
        (left, post.name, _NAME, colour, post.is_gap),
    ]
    told = post.phone or post.unit
    if told:
        room = WIDTH - _MARGIN - more
        parts.append(
            (more, told, fit_size(face, told, _NAME, room, least=_LEAST), INK if post.phone else SOFT, False)
        )
    return _Line(tuple(parts), round(_NAME * _LINE))


def _paginate(entries: list[_Entry], head: int) -> list[list[_Entry]]:
    """Fill pages from the top; what is too long for any page stands alone."""
    pages: list[list[_Entry]] = [[]]
    room, day = LONGEST - head - _FOOT, ""
    for entry in entries:
        needed = entry.height + (_DAY_HEIGHT if entry.day != day else 0)
        if pages[-1] and needed > room:
            pages.append([])
            room, needed = LONGEST - head - _FOOT, entry.height + _DAY_HEIGHT
        pages[-1].append(entry)
        room, day = room - needed, entry.day
    return pages


def _title_lines(sheet: RosterSheet, face: Face) -> list[tuple[str, int]]:
    if measure(face, sheet.title, _TITLE) <= _ROOM:
        return [(sheet.title, _TITLE)]
    lines = (sheet.lead, sheet.title.removeprefix(sheet.lead))
    return [(line, fit_size(face, line, _TITLE, _ROOM, least=_SMALL)) for line in lines]


def _head_height(sheet: RosterSheet, face: Face) -> int:
    titles = sum(round(size * _LINE) for _, size in _title_lines(sheet, face))
    more = len(break_text(face, sheet.draft, _SMALL, _ROOM)) * round(_SMALL * _LINE)
    subtitle = round(_SUBTITLE * _LINE) if sheet.subtitle else 0
    return 40 + titles + subtitle + 28 + more + (_GAP if more else 0)


def _draw_page(sheet: RosterSheet, face: Face, entries: list[_Entry], *, number: int, count: int) -> bytes:
    head = _head_height(sheet, face)
    days = len(dict.fromkeys(entry.day for entry in entries))
    matrix = make_matrix(sheet.code) if sheet.code and number == count else ()
    height = head + sum(entry.height for entry in entries) + days * _DAY_HEIGHT + _FOOT
    module = min(_LARGEST_MODULE, _ROOM // (len(matrix) + 2 * QUIET))
    if matrix:
        height += measure_code(matrix, module) + _FOOT
    pen = Pen(WIDTH, height, face)
    if sheet.draft:
        pen.stamp("草案", 360)
    y, day = _draw_head(pen, sheet), ""
    for entry in entries:
        if entry.day != day:
            pen.band((0, y, WIDTH, y + _DAY_HEIGHT - 14), BAND)
            pen.text((_MARGIN, y + 35), entry.day, _DAY, bold=True, anchor="lm")
            y, day = y + _DAY_HEIGHT, entry.day
        elif entry is not entries[0]:
            pen.rule((_MARGIN, y), (WIDTH - _MARGIN, y))
        y = _draw_entry(pen, entry, y)
    _draw_foot(pen, sheet, y, f"第{number}张，共{count}张" if count > 1 else "")
    if matrix:
        side = measure_code(matrix, module)
        pen.text((WIDTH // 2, y + _FOOT), CODE_TITLE, _SMALL, colour=SOFT, anchor="mm")
        draw_code(pen, matrix, ((WIDTH - side) // 2, y + _FOOT + _SMALL), module)
    return save_png(pen.image, _DPI, title=sheet.title)


def _draw_head(pen: Pen, sheet: RosterSheet) -> int:
    y = 40
    for line, size in _title_lines(sheet, pen.face):
        pen.text((WIDTH // 2, y), line, size, colour=RED, bold=True, anchor="ma")
        y += round(size * _LINE)
    if sheet.subtitle:
        pen.text((WIDTH // 2, y), sheet.subtitle, _SUBTITLE, colour=SOFT, anchor="ma")
        y += round(_SUBTITLE * _LINE)
    y += 28
    for line in break_text(pen.face, sheet.draft, _SMALL, _ROOM):
        pen.text((_MARGIN, y), line, _SMALL, colour=RED)
        y += round(_SMALL * _LINE)
    return y + (_GAP if sheet.draft else 0)


def _draw_entry(pen: Pen, entry: _Entry, y: int) -> int:
    y += _GAP
    for line in entry.lines:
        for x, text, size, colour, bold in line.parts:
            pen.text((x, y + line.height // 2), text, size, colour=colour, bold=bold, anchor="lm")
        y += line.height
    return y + _GAP


def _draw_foot(pen: Pen, sheet: RosterSheet, y: int, page: str) -> None:
    pen.rule((_MARGIN, y), (WIDTH - _MARGIN, y))
    told = "标“缺”的班暂时没有人" if sheet.has_gap else ""
    pen.text((_MARGIN, y + _FOOT // 2), told, _SMALL - 4, colour=SOFT, anchor="lm")
    pen.text((WIDTH - _MARGIN, y + _FOOT // 2), page, _SMALL - 4, colour=SOFT, anchor="rm")
