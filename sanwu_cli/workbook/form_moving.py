"""What of a form must follow when rows are added: merges, ranges, names, pictures, comments, charts."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later
from sanwu_cli.workbook.facts import parse_reference
from sanwu_cli.workbook.outline import WORKBOOK
from sanwu_cli.workbook.own_form import refuse_form
from sanwu_cli.workbook.package import fold_name
from sanwu_cli.workbook.references import move_formula, move_ranges
from sanwu_cli.xml_spans import Edit, escape_text, splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sanwu_cli.workbook.own_form import FormSheet, OwnForm
    from sanwu_cli.workbook.references import Shift
    from sanwu_cli.xml_spans import Element

_FORMULAS = {"f", "formula", "formula1", "formula2", "definedName"}
# What lies on a sheet as its own part and cannot follow, and what to do about it.
_FIXED = {
    "pivotTable": ("数据透视表", "请把它移到别的工作表"),
    "ctrlProp": ("窗体控件", "请删去控件"),
    "slicer": ("切片器", "请把它移到别的工作表"),
    "timeline": ("日程表", "请把它移到别的工作表"),
}
_VML_ROW = compile_later(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_VML_ANCHOR = compile_later(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_VML_ROWS = (2, 6)


def move_sheet_frame(form: OwnForm, sheet: FormSheet, shift: Shift) -> list[Edit]:
    """List the edits of the sheet itself but for its rows; raises SanwuError for what cannot follow."""
    content = form.parts[sheet.part]
    edits = []
    for top in sheet.root.children:
        if top.name == "s:mergeCells":
            edits.append(_move_merges(form, sheet, top, shift))
        elif top.name == "s:rowBreaks":
            edits += [_edit_attribute(content, one, "id", _move_break(shift)) for one in top.children]
        elif top.name not in {"s:sheetData", "s:sheetViews"}:
            edits += _move_within(content, top, shift, own_sheet=sheet.name)
    return edits


def move_other_parts(form: OwnForm, shift: Shift, parts: dict[str, bytes]) -> None:
    """Move what other parts say of the sheet: names, formulas of charts, pictures, comments."""
    sheet = next(one for one in form.sheets if one.name == shift.sheet)
    for kind, name in _list_related(form, sheet.part):
        if kind in _FIXED:
            what, remedy = _FIXED[kind]
            raise refuse_form(f"{form.place} {sheet.name}", f"这张表要加行，上面却有{what}", remedy)
        if kind == "table":
            _check_table(form, sheet, name, shift)
        elif kind == "drawing":
            parts[name] = splice(parts[name], _move_anchors(form, name, shift))
        elif kind in {"comments", "threadedComment"}:
            parts[name] = splice(parts[name], _move_comments(parts[name], form.trees[name], shift))
        elif kind == "vmlDrawing":
            parts[name] = _move_vml(parts[name], shift)
    for name, root in form.trees.items():
        folded = fold_name(name)
        if folded.startswith("xl/pivotcache/") and any(
            one.attributes.get("sheet") == shift.sheet for one in root.walk()
        ):
            raise refuse_form(form.place, "数据透视表取的是要加行的这张表", "请删去数据透视表")
        if folded.startswith("xl/charts/") or folded == WORKBOOK:
            parts[name] = splice(parts[name], _move_within(parts[name], root, shift, own_sheet=""))


def _move_within(content: bytes, top: Element, shift: Shift, *, own_sheet: str) -> Iterator[Edit]:
    """Move every range and formula an element and those in it hold; a part's own sheet goes unnamed."""
    for one in top.walk():
        local = one.name.rpartition(":")[2]
        if own_sheet:
            for name in ("ref", "sqref"):
                if name in one.attributes:
                    yield _edit_attribute(content, one, name, lambda text: move_ranges(text, shift))
        if local in _FORMULAS and one.text.strip():
            is_chart = local == "f" and not own_sheet
            yield _edit_text(one, move_formula(one.text, shift, own_sheet=own_sheet, spread=is_chart))
        elif local == "sqref" and own_sheet:
            yield _edit_text(one, move_ranges(one.text, shift))


def _move_comments(content: bytes, root: Element, shift: Shift) -> Iterator[Edit]:
    """Move comments with their cells; one of the pattern stays with the first copy."""
    for one in root.walk():
        if "ref" in one.attributes:
            yield _edit_attribute(
                content, one, "ref", lambda text: move_formula(text, shift, own_sheet=shift.sheet)
            )


def _move_merges(form: OwnForm, sheet: FormSheet, merges: Element, shift: Shift) -> Edit:
    """Repeat the merges of the pattern rows and move those below; one across an edge is refused."""
    written = []
    for one in merges.children:
        first, _, last = one.attributes.get("ref", "").partition(":")
        start, end = parse_reference(first), parse_reference(last or first)
        if start is None or end is None:
            continue
        top, bottom = start[0] + 1, end[0] + 1
        letters = (first.strip("$0123456789"), last.strip("$0123456789"))
        if shift.first <= top and bottom <= shift.last:
            moves = [(top + n * shift.height, bottom + n * shift.height) for n in range(shift.count)]
        elif top < shift.first <= bottom < shift.last or shift.first <= top <= shift.last < bottom:
            raise refuse_form(
                f"{form.place} {sheet.name}!{first}:{last}",
                "合并单元格跨过了样板行的边",
                "请取消这一处合并，或者把它整个放进样板行",
            )
        else:
            moves = [shift.move_span(top, bottom)]
        written += [f"{letters[0]}{a}:{letters[1]}{b}" for a, b in moves]
    p = merges.prefix
    inner = "".join(f'<{p}mergeCell ref="{ref}"/>' for ref in written)
    text = f'<{p}mergeCells count="{len(written)}">{inner}</{p}mergeCells>'
    return Edit(merges.start, merges.end, text.encode())


def _move_break(shift: Shift) -> Callable[[str], str]:
    """Move a page break, told by the row above it."""
    return lambda text: str(int(text) + shift.added if int(text) >= shift.last else int(text))


def _list_related(form: OwnForm, part: str) -> Iterable[tuple[str, str]]:
    """List the parts a sheet has of its own: what each is, and its name."""
    folder, _, stem = part.rpartition("/")
    relations = form.trees.get(f"{folder}/_rels/{stem}.rels")
    by_folded = {fold_name(name): name for name in form.parts}
    for one in relations.children if relations else ():
        target = one.attributes.get("Target", "")
        name = target if target.startswith("/") else posixpath.join(folder, target)
        known = by_folded.get(fold_name(name))
        if known is not None:
            yield one.attributes.get("Type", "").rpartition("/")[2], known


def _check_table(form: OwnForm, sheet: FormSheet, name: str, shift: Shift) -> None:
    last = parse_reference(form.trees[name].attributes.get("ref", "A1:A1").rpartition(":")[2])
    if last is not None and last[0] + 1 >= shift.first:
        raise refuse_form(
            f"{form.place} {sheet.name}", "样板行在“超级表”里或者上面", "请把超级表转换为普通区域"
        )


def _move_anchors(form: OwnForm, name: str, shift: Shift) -> Iterator[Edit]:
    """Move pictures and charts that lie below; one that may be stretched grows with what it covers."""
    for anchor in form.trees[name].children:
        rows = {
            side: row
            for side in ("from", "to")
            if (corner := anchor.find(f"xdr:{side}")) and (row := corner.find("xdr:row"))
        }
        begins = int(rows["from"].text) if "from" in rows else 0
        for side, row in rows.items():
            number = int(row.text)
            # Counted from 0: what begins behind the pattern moves, and a fixed size moves as a whole.
            is_fixed = side == "to" and anchor.attributes.get("editAs") in {"oneCell", "absolute"}
            if (begins if is_fixed else number) >= shift.last:
                yield _edit_text(row, str(number + shift.added))


def _move_vml(content: bytes, shift: Shift) -> bytes:
    """Move the boxes of comments, which older Office keeps in a drawing language of its own."""

    def move_row(text: bytes) -> bytes:
        number = int(text)
        return str(number + shift.added if number >= shift.last else number).encode()

    def move_anchor(text: bytes) -> bytes:
        numbers = text.split(b",")
        for index in _VML_ROWS:
            if index < len(numbers) and numbers[index].strip().isdigit():
                numbers[index] = b" " + move_row(numbers[index].strip())
        return b",".join(numbers)

    moved = _VML_ROW.sub(lambda match: match[1] + move_row(match[2]) + match[3], content)
    return _VML_ANCHOR.sub(lambda match: match[1] + move_anchor(match[2]) + match[3], moved)


def _edit_attribute(content: bytes, element: Element, name: str, change: Callable[[str], str]) -> Edit:
    opening = content[element.start : element.opened]
    quoted = f'"{escape_text(change(element.attributes[name]))}"'.encode()
    pattern = _ATTRIBUTES[name]
    return Edit(element.start, element.opened, pattern.sub(lambda match: match[1] + quoted, opening, count=1))


_ATTRIBUTES = {
    name: compile_later(rf'(\s{name}=)(?:"[^"]*"|\'[^\']*\')'.encode()) for name in ("ref", "sqref", "id")
}


def _edit_text(element: Element, text: str) -> Edit:
    return Edit(element.opened, element.closing, escape_text(text).encode())
