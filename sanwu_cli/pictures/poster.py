"""The roster as a poster for the board: one table on A4 or A3, in the largest letters with which it fits."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.pictures.pen import (
    BAND,
    INK,
    MOVED,
    RED,
    SOFT,
    Pen,
    balance_text,
    fit_pieces,
    fit_size,
    measure,
    save_pdf,
    save_png,
)
from sanwu_cli.pictures.qr import CODE_TITLE, QUIET, Matrix, draw_code, make_matrix, measure_code

if TYPE_CHECKING:
    from datetime import date

    from PIL import Image

    from sanwu_cli.pictures.fonts import Face
    from sanwu_cli.pictures.records import Post, Posting, RosterSheet

DPI = 200
_MILLIMETRES = 25.4
_POINTS = 72
_MARGIN_MM = 14
_LINE = 1.35
# Letters of the table in points, the largest first; smaller ones nobody reads on a wall.
_SIZES = (24, 22, 20, 18, 17, 16, 15, 14, 13, 12)
_SMALL = 0.8
# So much smaller a line is set before it is broken.
_LEAST_BROKEN, _LEAST_WHOLE = 0.8, 0.5
_GAP = "缺"
_LEAST_MODULE, _CODE_MM = 4, 40


class Paper(StrEnum):
    """The papers a poster may be for."""

    A4 = "a4"
    A3 = "a3"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels, upright."""
        width, height = (210, 297) if self is Paper.A4 else (297, 420)
        return round(width * DPI / _MILLIMETRES), round(height * DPI / _MILLIMETRES)


class _Text(Struct, frozen=True):
    """A line of a cell; one that `is_whole` is rather set small than broken."""

    text: str
    size: int
    colour: str = INK
    is_bold: bool = False
    is_whole: bool = False


class _Cell(Struct, frozen=True):
    """A cell: its lines."""

    lines: tuple[_Text, ...]

    @property
    def height(self) -> int:
        return sum(round(line.size * _LINE) for line in self.lines)


class _Layout(Struct, frozen=True):
    """A table laid out at a size: its columns' widths, its rows, and how the rows go on pages."""

    size: int
    widths: tuple[int, ...]
    head: tuple[_Cell, ...]
    pages: tuple[tuple[tuple[_Cell, ...], ...], ...]


def draw_poster(sheet: RosterSheet, face: Face, paper: Paper) -> list[Image.Image]:
    """Draw the poster's pages: one where the table fits in letters that can be read, else as few as do."""
    width, height = paper.size
    frame = _Frame(paper, _to_pixels(_MARGIN_MM), make_matrix(sheet.code) if sheet.code else ())
    layouts = (_lay_out(sheet, face, size, frame) for size in _sizes(paper))
    known = []
    for layout in layouts:
        known.append(layout)
        if len(layout.pages) == 1:
            break
    fewest = min(len(layout.pages) for layout in known)
    chosen = next(layout for layout in known if len(layout.pages) == fewest)
    pages = []
    for number in range(len(chosen.pages)):
        pen = Pen(width, height, face)
        _draw_page(pen, sheet, chosen, number, frame)
        pages.append(pen.image)
    return pages


def save_poster_png(image: Image.Image, title: str) -> bytes:
    """Write a page of a poster as PNG that knows its size on paper."""
    return save_png(image, DPI, title=title)


def save_poster_pdf(images: list[Image.Image], title: str, dated: date) -> bytes:
    """Write a poster as one PDF with the paper's size."""
    return save_pdf(images, DPI, title=title, dated=dated)


class _Frame(Struct, frozen=True):
    """The paper and its margin, and what lies on it beside the table."""

    paper: Paper
    margin: int
    code: Matrix = ()

    @property
    def module(self) -> int:
        """The pixels of a module of the QR code: half a millimetre at least, the code a hand's breadth."""
        return max(_LEAST_MODULE, _to_pixels(_CODE_MM) // (len(self.code) + 2 * QUIET))

    @property
    def width(self) -> int:
        return self.paper.size[0] - 2 * self.margin

    @property
    def title_size(self) -> int:
        return _to_points(40 if self.paper is Paper.A3 else 28)

    @property
    def foot(self) -> int:
        code = measure_code(self.code, self.module) + self.title_size if self.code else 0
        return self.title_size * 2 + code

    def top(self, sheet: RosterSheet) -> int:
        below = bool(sheet.subtitle) + bool(sheet.draft)
        return self.margin + round(self.title_size * (1.8 + _LINE / 2 * below))

    def room(self, sheet: RosterSheet) -> int:
        return self.paper.size[1] - self.margin - self.foot - self.top(sheet)


def _sizes(paper: Paper) -> list[int]:
    grown = 2 if paper is Paper.A3 else 0
    return [_to_points(size + grown) for size in _SIZES]


def _to_pixels(millimetres: float) -> int:
    return round(millimetres * DPI / _MILLIMETRES)


def _to_points(points: float) -> int:
    return round(points * DPI / _POINTS)


def _lay_out(sheet: RosterSheet, face: Face, size: int, frame: _Frame) -> _Layout:
    shares = _share_columns(sheet)
    widths = tuple(frame.width * share // sum(shares) for share in shares)
    widths = (*widths[:-1], frame.width - sum(widths[:-1]))
    has_villages = any(posting.township for posting in sheet.postings)
    names = ("日期", "乡镇(街道)", "村(社区)" if has_villages else "", *sheet.roles, "地点、时间")
    head = tuple(
        _fit(face, [_Text(name, size, SOFT, is_whole=True)], width)
        for name, width in zip([name for name in names if name], widths, strict=True)
    )
    rows = [_lay_out_row(sheet, posting, face, size, widths) for posting in sheet.postings]
    return _Layout(size, widths, head, _paginate(rows, head, size, frame.room(sheet)))


def _share_columns(sheet: RosterSheet) -> list[int]:
    """Give the shares of the columns: day, place (and township), one a role, address with hours."""
    places = [20, 20] if any(posting.township for posting in sheet.postings) else [22]
    role = 21 if len(sheet.roles) > 1 else 34
    return [19, *places, *[role for _ in sheet.roles], 31]


def _lay_out_row(
    sheet: RosterSheet, posting: Posting, face: Face, size: int, widths: tuple[int, ...]
) -> tuple[_Cell, ...]:
    small = round(size * _SMALL)
    day = [
        _Text(posting.day_label, size, is_bold=True, is_whole=True),
        _Text(posting.weekday, small, SOFT),
        _Text(posting.note, small, MOVED, is_whole=True),
    ]
    texts = [day]
    if posting.township:
        texts.append([_Text(posting.township, size)])
    texts.append([_Text(posting.place, size, is_bold=True)])
    for role in sheet.roles:
        own = [post for post in posting.posts if post.role == role]
        texts.append([line for post in own for line in _say_post(post, size, small)])
    texts.append([_Text(posting.address, small), _Text(posting.hours, small)])
    return tuple(
        _fit(face, [line for line in lines if line.text], width)
        for lines, width in zip(texts, widths, strict=True)
    )


def _say_post(post: Post, size: int, small: int) -> list[_Text]:
    colour = RED if post.is_gap else INK
    name = _Text(post.name, size, colour, is_bold=post.is_gap, is_whole=True)
    return [name, _Text(post.unit, small, SOFT), _Text(post.phone, small, SOFT)]


def _fit(face: Face, lines: list[_Text], width: int) -> _Cell:
    """Break the lines of a cell to its width, names and days alone stay whole; both are set smaller first."""
    room = width - 2 * _pad(lines[0].size if lines else 0)
    fitted: list[_Text] = []
    for line in lines:
        least = _LEAST_WHOLE if line.is_whole else _LEAST_BROKEN
        near = fit_size(face, line.text, line.size, room, least=round(line.size * least))
        near = fit_pieces(face, line.text, near, room)
        fitted += [replace(line, text=part, size=near) for part in balance_text(face, line.text, near, room)]
    return _Cell(tuple(fitted))


def _pad(size: int) -> int:
    return max(6, size // 4)


def _row_height(row: tuple[_Cell, ...], size: int) -> int:
    return max(cell.height for cell in row) + 2 * _pad(size)


def _paginate(
    rows: list[tuple[_Cell, ...]], head: tuple[_Cell, ...], size: int, room: int
) -> tuple[tuple[tuple[_Cell, ...], ...], ...]:
    pages: list[list[tuple[_Cell, ...]]] = [[]]
    left = room - _row_height(head, size)
    for row in rows:
        height = _row_height(row, size)
        if pages[-1] and height > left:
            pages.append([])
            left = room - _row_height(head, size)
        pages[-1].append(row)
        left -= height
    return tuple(tuple(page) for page in pages)


def _draw_page(pen: Pen, sheet: RosterSheet, layout: _Layout, number: int, frame: _Frame) -> None:
    if sheet.draft:
        pen.stamp("草案", frame.paper.size[0] // 3)
    _draw_title(pen, sheet, frame)
    y = frame.top(sheet)
    rows = (layout.head, *layout.pages[number])
    more = _find_slack(rows, layout, frame.room(sheet))
    for position, row in enumerate(rows):
        height = _row_height(row, layout.size) + more
        _draw_row(pen, row, layout, (frame.margin, y, height), is_head=position == 0)
        y += height
    _draw_foot(pen, sheet, frame, y, (number + 1, len(layout.pages)))


def _find_slack(rows: tuple[tuple[_Cell, ...], ...], layout: _Layout, room: int) -> int:
    """Say by how much each row of a single page may be higher, so that the page is filled."""
    if len(layout.pages) > 1:
        return 0
    left = room - sum(_row_height(row, layout.size) for row in rows)
    return max(0, min(left // len(rows), layout.size))


def _draw_title(pen: Pen, sheet: RosterSheet, frame: _Frame) -> None:
    size = fit_size(pen.face, sheet.title, frame.title_size, frame.width, least=frame.title_size // 2)
    middle, y = frame.paper.size[0] // 2, frame.margin
    pen.text((middle, y), sheet.title, size, colour=RED, bold=True, anchor="ma")
    y += round(frame.title_size * 1.45)
    small = round(frame.title_size * 0.5)
    if sheet.subtitle:
        pen.text((middle, y), sheet.subtitle, small, colour=SOFT, anchor="ma")
        y += round(small * _LINE)
    if sheet.draft:
        why = fit_size(pen.face, sheet.draft, small, frame.width, least=small // 2)
        pen.text((middle, y), sheet.draft, why, colour=RED, anchor="ma")


def _draw_row(
    pen: Pen, row: tuple[_Cell, ...], layout: _Layout, at: tuple[int, int, int], *, is_head: bool
) -> None:
    x, y, height = at
    for cell, width in zip(row, layout.widths, strict=True):
        if is_head:
            pen.band((x, y, x + width, y + height), BAND)
        pen.frame((x, y, x + width, y + height))
        line_y = y + (height - cell.height) // 2
        for line in cell.lines:
            step = round(line.size * _LINE)
            middle = (x + width // 2, line_y + step // 2)
            pen.text(middle, line.text, line.size, colour=line.colour, bold=line.is_bold, anchor="mm")
            line_y += step
        x += width


def _draw_foot(pen: Pen, sheet: RosterSheet, frame: _Frame, y: int, page: tuple[int, int]) -> None:
    """Leave the unit and the date of posting to people, on the last page."""
    size = round(frame.title_size * 0.5)
    left, right = frame.margin, frame.paper.size[0] - frame.margin
    number, count = page
    if sheet.has_gap:
        pen.text((left, y + size), f"标“{_GAP}”的班暂时没有人。", size, colour=SOFT)
    if count > 1:
        pen.text((right, y + size), f"第{number}页，共{count}页", size, colour=SOFT, anchor="ra")
    if number == count:
        _draw_posting_line(pen, frame, size)


def _draw_posting_line(pen: Pen, frame: _Frame, size: int) -> None:
    """Leave room for the unit and the day: one line, or two beside the QR code."""
    left, right = frame.margin, frame.paper.size[0] - frame.margin
    low = frame.paper.size[1] - frame.margin
    unit, day = "公布单位：　　　　　　　　　　　　", "公布日期：　　　　年　　月　　日"
    if not frame.code:
        pen.text((right, low - size), unit + day, size, anchor="rm")
        return
    side = measure_code(frame.code, frame.module)
    draw_code(pen, frame.code, (left, low - side), frame.module)
    pen.text((left + side // 2, low - side - size), CODE_TITLE, size, colour=SOFT, anchor="mm")
    pen.text((right, low - size), day, size, anchor="rm")
    start = right - measure(pen.face, day, size)
    pen.text((start, low - 3 * size), unit.rstrip("　"), size, anchor="lm")
