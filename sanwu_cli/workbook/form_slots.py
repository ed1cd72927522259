"""Where a form wants what: named cells and tags held against the names there are, and the pattern rows."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.errors import SanwuError
from sanwu_cli.grid import address
from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.own_form import refuse_form, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sanwu_cli.workbook.own_form import FormSheet, NamedArea, OwnForm
    from sanwu_cli.xml_spans import Element

TAG = compile_later(r"\{\{\s*(.*?)\s*\}\}")
_FULL_WIDTH = compile_later("[\uff5b\uff5d]")
_LEFT = compile_later(r"\{\{|\}\}|\{%|%\}|\{#")
_AREA = compile_later(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_ROWS = compile_later(r"(?:'((?:[^']|'')+)'|([^'!]+))!\$?(\d+):\$?(\d+)")
# The name of the rows that are repeated, where somebody gave them one.
PATTERN_NAMES = ("值班行", "duty_rows")
_LIKENESS = 0.5
_OWN = "_xlnm."


class Slot(Struct, frozen=True):
    """A cell to be filled, 1-based: a name alone (`is_whole`), or a text with tags in it."""

    sheet: str
    row: int
    column: int
    names: tuple[str, ...]
    cell: Element | None
    is_whole: bool
    by_name: bool = False

    @property
    def place(self) -> str:
        """Where it stands, as in a formula."""
        return f"{self.sheet}!{address(self.row - 1, self.column - 1)}"


class Slots(Struct):
    """The slots by sheet and cell, the tags of heads and feet, the rows that are repeated (1-based)."""

    cells: dict[tuple[str, int, int], Slot] = field(default_factory=dict)
    heads: dict[str, list[Element]] = field(default_factory=dict)
    head_names: set[str] = field(default_factory=set)
    pattern: tuple[str, int, int] | None = None

    @property
    def names(self) -> set[str]:
        """All names the form asks for."""
        return self.head_names | {name for slot in self.cells.values() for name in slot.names}


def find_slots(form: OwnForm, *, row_names: Collection[str], names: Collection[str]) -> Slots:
    """Find what a form wants; `row_names` are those of one line of the table, `names` all there are.

    Raises SanwuError, with the place and the nearest known name, for a name there is not, and for a form
    whose repeated rows are not clear.
    """
    slots = Slots()
    _refuse_elsewhere(form)
    for sheet in form.sheets:
        _find_tags(form, sheet, slots)
    pattern = _find_named(form, slots, names)
    for slot in slots.cells.values():
        for name in slot.names:
            _check_name(f"{form.place} {slot.place}", name, names)
    for sheet_name, elements in slots.heads.items():
        for name in (one for element in elements for one in TAG.findall(element.text)):
            _check_name(f"{form.place} {sheet_name} 页眉页脚", name, set(names) - set(row_names))
    slots.pattern = _find_pattern(form, slots, pattern, row_names)
    return slots


def read_cell(form: OwnForm, cell: Element) -> str:
    """Give the text of a cell; empty where it holds none."""
    kind = cell.attributes.get("t", "")
    if kind == "inlineStr":
        inner = cell.find("s:is")
        return text_of(inner) if inner else ""
    value = cell.find("s:v")
    if value is None:
        return ""
    if kind == "s":
        index = int(value.text) if value.text.isdecimal() else -1
        return text_of(form.strings[index]) if 0 <= index < len(form.strings) else ""
    return value.text if kind == "str" else ""


def walk_cells(sheet: FormSheet) -> Iterator[tuple[int, int, Element]]:
    """Go through the cells of a sheet with their 1-based row and column."""
    data = sheet.root.find("s:sheetData")
    for row in data.children if data else ():
        for cell in row.children:
            reference = parse_reference(cell.attributes.get("r", ""))
            if reference is not None:
                yield reference[0] + 1, reference[1] + 1, cell


def _find_tags(form: OwnForm, sheet: FormSheet, slots: Slots) -> None:
    for row, column, cell in walk_cells(sheet):
        text = read_cell(form, cell)
        formula = cell.find("s:f")
        place = f"{form.place} {sheet.name}!{address(row - 1, column - 1)}"
        names = _read_tags(place, text)
        if formula is not None and (names or "{{" in formula.text):
            raise refuse_form(place, "公式里不能写标记", "请在别的单元格里写标记，公式引用那一格")
        if names:
            is_whole = TAG.fullmatch(text.strip()) is not None
            slots.cells[sheet.name, row, column] = Slot(sheet.name, row, column, names, cell, is_whole)
    for one in sheet.root.walk():
        if (one.parent is not None and one.parent.name == "s:headerFooter") and (
            found := _read_tags(f"{form.place} {sheet.name} 页眉页脚", one.text)
        ):
            slots.heads.setdefault(sheet.name, []).append(one)
            slots.head_names |= set(found)
    if "{{" in sheet.name:
        raise refuse_form(f"{form.place} {sheet.name}", "工作表的名称里不能写标记", "请改工作表的名称")


def _read_tags(place: str, text: str) -> tuple[str, ...]:
    if not text:
        return ()
    if _FULL_WIDTH.search(text):
        raise SanwuError("标记用了全角的花括号", place=place, remedy="请改成半角的 {{ }}")
    if left := _LEFT.search(TAG.sub("", text)):
        raise SanwuError(
            f"标记“{left[0]}”看不懂",
            place=place,
            remedy="表格里的标记只有 {{ 名称 }} 一种；要一行一行填的，写一行样板就行，程序照着重复",
        )
    return tuple(TAG.findall(text))


def _find_named(form: OwnForm, slots: Slots, names: Collection[str]) -> tuple[str, int, int] | None:
    """Take in the named cells; give the rows that are named as the pattern."""
    pattern = None
    by_name = {sheet.name: sheet for sheet in form.sheets}
    for area in form.names:
        if area.name in PATTERN_NAMES:
            pattern = _read_rows(form, area)
        elif not area.name.startswith(_OWN) and not area.is_hidden:
            match = _AREA.fullmatch(area.refers_to)
            sheet = by_name.get((match[1] or match[2]).replace("''", "'")) if match else None
            is_cell = (
                match is not None and sheet is not None and _is_one_cell(sheet, area.refers_to, match[5])
            )
            if area.name not in names and (not is_cell or area.is_used):
                continue  # a list of choices, a range formulas use: the form's own
            place = f"{form.place} {area.refers_to}（名称“{area.name}”）"
            _check_name(place, area.name, names)
            if match is None or sheet is None or not is_cell:
                raise refuse_form(place, "这个名称指的不是一个单元格", "请让它指向要填的那一格")
            _add_named(form, sheet, slots, area, (int(match[4]), _column(match[3])))
    return pattern


def _is_one_cell(sheet: FormSheet, refers_to: str, last: str | None) -> bool:
    """Say whether a name stands for one cell or for a whole merge; a cell hidden by a merge is none."""
    own = refers_to.rpartition("!")[2].replace("$", "")
    merges = [one.attributes.get("ref", "") for one in sheet.root.walk() if one.name == "s:mergeCell"]
    if last is not None:
        return own in merges
    return not any(_covers(merge, own) and merge.partition(":")[0] != own for merge in merges)


def _covers(merge: str, cell: str) -> bool:
    first, _, last = merge.partition(":")
    corners = parse_reference(first), parse_reference(last or first), parse_reference(cell)
    if None in corners:
        return False
    (top, left), (bottom, right), (row, column) = (corner or (0, 0) for corner in corners)
    return top <= row <= bottom and left <= column <= right


def _refuse_elsewhere(form: OwnForm) -> None:
    """Refuse tags where nothing is filled in: in pictures, charts, comments, properties."""
    for name, root in form.trees.items():
        if name.lower().startswith(
            ("xl/drawings/", "xl/charts/", "xl/comments", "xl/threadedcom", "docprops/")
        ):
            for one in root.walk():
                if TAG.search(one.text):
                    raise refuse_form(
                        f"{form.place} {name.rpartition('/')[2]}",
                        "图形、图表、批注和文件属性里的标记填不了",
                        "请把标记移到单元格里",
                    )


def _add_named(form: OwnForm, sheet: FormSheet, slots: Slots, area: NamedArea, at: tuple[int, int]) -> None:
    row, column = at
    place = f"{form.place} {sheet.name}!{address(row - 1, column - 1)}（名称“{area.name}”）"
    key = (sheet.name, row, column)
    if key in slots.cells:
        raise refuse_form(place, "这一格既起了名称又写了标记，或者起了两个名称", "请只留一种")
    cell = next((one for r, c, one in walk_cells(sheet) if (r, c) == at), None)
    if cell is not None and cell.find("s:f") is not None:
        raise refuse_form(place, "这一格里是公式，填了公式就没有了", "请给别的单元格起这个名称")
    slots.cells[key] = Slot(sheet.name, row, column, (area.name,), cell, is_whole=True, by_name=True)


def _read_rows(form: OwnForm, area: NamedArea) -> tuple[str, int, int]:
    match = _AREA.fullmatch(area.refers_to)
    if match is not None:
        rows = (int(match[4]), int(match[6] or match[4]))
    else:
        match = _ROWS.fullmatch(area.refers_to)
        if match is None:
            raise refuse_form(
                f"{form.place} 名称“{area.name}”", "引用的不是一片连着的单元格", "请让它指向样板行"
            )
        rows = (int(match[3]), int(match[4]))
    return (match[1] or match[2]).replace("''", "'"), min(rows), max(rows)


def _check_name(place: str, name: str, names: Collection[str]) -> None:
    if name not in names:
        near = get_close_matches(name, sorted(names), n=1, cutoff=_LIKENESS)
        offer = f"您是不是想写“{near[0]}”；" if near else ""
        raise SanwuError(
            f"表样用了没有的名称“{name}”",
            place=place,
            remedy=f"{offer}可用的名称用 sanwu roster form-fields 查看",
        )


def _find_pattern(
    form: OwnForm, slots: Slots, named: tuple[str, int, int] | None, row_names: Collection[str]
) -> tuple[str, int, int] | None:
    """Find the rows to repeat: the named ones, else those that hold names of a line."""
    lines = [slot for slot in slots.cells.values() if set(slot.names) & set(row_names)]
    if named is None and not lines:
        return None
    if named is None:
        rows = sorted({slot.row for slot in lines})
        named = (lines[0].sheet, rows[0], rows[-1])
        if rows != list(range(rows[0], rows[-1] + 1)):
            raise refuse_form(
                f"{form.place} {lines[0].sheet}",
                f"样板行不清楚：第{'、'.join(map(str, rows))}行都有每次值班的名称",
                f"请把样板写在连着的几行里，或者给样板行起名称“{PATTERN_NAMES[0]}”",
            )
    sheet, first, last = named
    for slot in lines:
        if slot.sheet != sheet or not first <= slot.row <= last:
            raise refuse_form(
                f"{form.place} {slot.place}",
                f"“{slot.names[0]}”是每次值班的名称，却不在样板行里",
                f"请移到{sheet}第{first}行，或者改“{PATTERN_NAMES[0]}”的范围",
            )
    return named


def _column(letters: str) -> int:
    reference = parse_reference(f"{letters}1")
    return reference[1] + 1 if reference else 1
