"""Which part of an official document each paragraph is: head, title, text, signature, annexes, colophon."""

from __future__ import annotations

import re
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.check.layout import BODY, Layout, Para, TableBlock
from sanwu_cli.documents.check.table import numbers, words
from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from collections.abc import Sequence

NUMBER = compile_later(
    r"[^\s。；：]{0,16}?[〔\[\uff3b（(【﹝〈]?(?:(?:19|20)?\d\d|[　\s]+)[年〕\]\uff3d）)】﹞〉]{1,2}"
    r"[　\s]*第?[　\s\d]*号?"
)
ORDER_NUMBER = compile_later(r"(?:第?\d+号|.{0,12}令第\d+号)")
DATE = compile_later(
    r"[〇○\uff2fO0-9零一二三四五六七八九　\s]{2,40}年[0-9〇一二三四五六七八九十　\s]{0,20}月"
    r"[0-9〇一二三四五六七八九十　\s]{0,20}日?"
    r"|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}日?"
)
ANNEX_LABEL = compile_later(r"附[件表录][0-9一二三四五六七八九十]*[:：、.．]?")
ANNEX_NOTE = compile_later(r"附件?[0-9]*[:：]")
COPIES = compile_later(r"(?:抄送|抄报|主送)[:：]")
ISSUED = compile_later(r"(?:[〇○0-9零一二三四五六七八九]{2,4}[年\-./][^，。]{2,8}日?|年月日)印发$")
SIGNER = compile_later(r"签发人")
_NOTE_ITEM = compile_later(r"[0-9]+[.．、]")
_HEADING = compile_later(
    r"[一二三四五六七八九十]+[、.．]|[（([一二三四五六七八九十]+[）)]|\d+[.．、]|[（(]\d+[）)]"
)
_PLAIN = " \t\n"
_STOPS = "。；！？"
_LONGEST_MARK = 40
_LONGEST_NAME = 30
_LONGEST_COPIES = 300
_REMARK = compile_later(r"[（(].*[）)]?|此件.*|附注.*")


class Kind(StrEnum):
    """The format a file is recognised as."""

    DOCUMENT = "文件格式"
    LETTER = "信函格式"
    ORDER = "命令（令）格式"
    MINUTES = "纪要格式"
    PLAIN = "没有版头的材料"


class AnnexPart(Struct, frozen=True):
    """An annex in the file: its label, the lines of its title, everything after them."""

    label: Para
    title: tuple[Para, ...]
    items: tuple[Para | TableBlock, ...]


class Parts(Struct, frozen=True):
    """A file told apart. `main` are the body's paragraphs from the first on, up to annexes and colophon."""

    kind: Kind
    layout: Layout
    main: tuple[Para, ...]
    marks: tuple[Para, ...]
    tops: tuple[Para, ...]
    number: Para | None
    signer: Para | None
    title: tuple[Para, ...]
    addressee: Para | None
    text: tuple[Para, ...]
    note: tuple[Para, ...]
    names: tuple[Para, ...]
    date: Para | None
    remark: Para | None
    annexes: tuple[AnnexPart, ...]
    tables: tuple[TableBlock, ...]
    colophon: tuple[Para, ...]
    colophon_table: TableBlock | None
    after_colophon: tuple[Para, ...]
    draft_from: int | None

    @property
    def title_text(self) -> str:
        """The title in one line."""
        return "".join(para.bare for para in self.title)

    @property
    def has_head(self) -> bool:
        """Say whether there is a head in red as issued papers have it."""
        return self.kind is not Kind.PLAIN


def find_parts(layout: Layout) -> Parts:
    """Tell the parts of a file apart."""
    items, draft_from = _cut_draft(layout.items)
    colophon, table, after, items = _cut_colophon(items)
    annex_at = _find_annexes(items)
    main_items = items[: annex_at[0]] if annex_at else items
    main = tuple(item for item in main_items if isinstance(item, Para))
    filled = [para for item in main_items for para in _flatten(item) if para.bare]
    tops, marks, number, signer, rest = _find_head(filled)
    kind = _name_kind(marks, number, main)
    title, rest = _find_title([para for para in rest if para.where == BODY], has_head=kind is not Kind.PLAIN)
    addressee, rest = _find_addressee(rest)
    text, note, names, day, remark = _find_end(rest)
    return Parts(
        kind=kind,
        layout=layout,
        main=main,
        marks=marks,
        tops=tops,
        number=number,
        signer=signer,
        title=title,
        addressee=addressee,
        text=text,
        note=note,
        names=names,
        date=day,
        remark=remark,
        annexes=tuple(_read_annex(items[start:end]) for start, end in pairwise([*annex_at, len(items)])),
        tables=tuple(item for item in items if isinstance(item, TableBlock)),
        colophon=colophon,
        colophon_table=table,
        after_colophon=after,
        draft_from=draft_from,
    )


def _cut_draft(items: Sequence[Para | TableBlock]) -> tuple[list[Para | TableBlock], int | None]:
    """Leave out the drafting note at the end: it is no part of the document."""
    for index, item in enumerate(items):
        if isinstance(item, Para) and item.new_page and item.bare in words("draft"):
            return list(items[:index]), item.number
    return list(items), None


def _flatten(item: Para | TableBlock) -> list[Para]:
    if isinstance(item, TableBlock):
        return list(item.paragraphs)
    return [item, *item.boxes]


def _cut_colophon(
    items: list[Para | TableBlock],
) -> tuple[tuple[Para, ...], TableBlock | None, tuple[Para, ...], list[Para | TableBlock]]:
    """Find the colophon: a box, a table or paragraphs with 抄送 or 印发; give what stands behind it too."""
    for index, item in enumerate(items):
        tables = [item] if isinstance(item, TableBlock) else list(item.tables)
        table = next((one for one in tables if _is_colophon(one.paragraphs)), None)
        if table is not None:
            kept = [*items[:index], *items[index + 1 :]]
            found = tuple(para for para in table.paragraphs if para.bare)
            return found, table, _filled(items[index + 1 :]), kept
        if isinstance(item, Para) and _is_colophon(item.boxes):
            found = tuple(para for para in item.boxes if para.bare)
            return found, None, _filled(items[index + 1 :]), [*items[:index], *items[index + 1 :]]
        if isinstance(item, Para) and _is_plain_colophon(item):
            run = [item]
            run += [one for one in items[index + 1 :] if isinstance(one, Para) and _is_plain_colophon(one)]
            known = {one.number for one in run}
            kept = [one for one in items if one.number not in known]
            return tuple(run), None, _filled([one for one in kept if one.number > item.number]), kept
    return (), None, (), items


def _is_colophon(paragraphs: Sequence[Para]) -> bool:
    return any(COPIES.match(para.bare) or ISSUED.search(para.bare) for para in paragraphs)


def _is_plain_colophon(para: Para) -> bool:
    """Say whether a paragraph of the body is the colophon's: 主送 may as well stand below the title."""
    return len(para.bare) < _LONGEST_COPIES and not para.bare.startswith("主送") and _is_colophon([para])


def _filled(items: Sequence[Para | TableBlock]) -> tuple[Para, ...]:
    return tuple(para for item in items for para in _flatten(item) if para.bare)


def _find_annexes(items: Sequence[Para | TableBlock]) -> list[int]:
    """Find where the annexes begin: a label alone in its paragraph, behind the first text."""
    found, has_text = [], False
    for index, item in enumerate(items):
        bare = item.bare if isinstance(item, Para) else ""
        if has_text and ANNEX_LABEL.fullmatch(bare):
            found.append(index)
        has_text = has_text or bool(bare)
    return found


def _read_annex(items: Sequence[Para | TableBlock]) -> AnnexPart:
    label = items[0]
    assert isinstance(label, Para)  # noqa: S101 - where an annex begins there is a label
    title: list[Para] = []
    rest = list(items[1:])
    while (
        rest
        and isinstance(rest[0], Para)
        and (not rest[0].bare or not title or _continues(title[0], rest[0]))
    ):
        para = rest.pop(0)
        if isinstance(para, Para) and para.bare:
            title.append(para)
        elif title:
            break
    return AnnexPart(label, tuple(title), tuple(rest))


def _continues(first: Para, para: Para) -> bool:
    """Say whether a paragraph goes on with a title: centred, of the same size, without a stop."""
    same = first.format.align == para.format.align == "center" and _size(first) == _size(para)
    return same and para.bare[-1] not in _STOPS


def _size(para: Para) -> float:
    return para.runs[0].format.size if para.runs else para.empty_size


def _find_head(
    filled: list[Para],
) -> tuple[tuple[Para, ...], tuple[Para, ...], Para | None, Para | None, list[Para]]:
    """Find what stands above the red line: marks of secrecy and haste, 发文机关标志, number, 签发人."""
    at = next((i for i, para in enumerate(filled[:12]) if _is_number(para)), None)
    if at is None:
        return _find_head_without_number(filled)
    head, number = filled[:at], filled[at]
    tops = tuple(para for para in head if _is_top(para))
    marks = tuple(para for para in head if para not in tops and not SIGNER.search(para.bare))
    rest = filled[at + 1 :]
    near = [*head, number, *rest[:2]]
    signer = next((para for para in near if SIGNER.search(para.bare)), None)
    late = [para for para in rest[:3] if _is_top(para)]
    return (*tops, *late), marks, number, signer, [p for p in rest if p is not signer and p not in late]


def _find_head_without_number(
    filled: list[Para],
) -> tuple[tuple[Para, ...], tuple[Para, ...], None, None, list[Para]]:
    tops = tuple(para for para in filled[:3] if _is_top(para))
    rest = [para for para in filled if para not in tops]
    is_mark = bool(rest) and (
        _is_red(rest[0]) or rest[0].bare.endswith("文件") or _size(rest[0]) > _mark_size()
    )
    return (tops, (rest[0],), None, None, rest[1:]) if is_mark else (tops, (), None, None, rest)


def _mark_size() -> float:
    return float(numbers()["title_size"]) + 4


def _is_red(para: Para) -> bool:
    return bool(para.runs) and is_red(para.runs[0].format.colour)


def is_red(colour: str) -> bool:
    """Say whether a colour is a clear red."""
    if not re.fullmatch("[0-9A-F]{6}", colour):
        return False
    red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
    return red >= 0xC0 and green <= 0x40 and blue <= 0x40  # noqa: PLR2004 - bytes of a colour


def _is_number(para: Para) -> bool:
    text = para.text.split("签发人")[0].strip(" \t　")
    bare = "".join(text.split())
    is_document = len(text) < _LONGEST_MARK and NUMBER.fullmatch(text) and ("号" in bare or "〔" in bare)
    return bool(is_document or ORDER_NUMBER.fullmatch(bare))


def _is_top(para: Para) -> bool:
    bare = para.bare
    known = (*words("urgent"), *words("secret"), "急件", "特提", "平急", "紧急")
    return bare.removeprefix("№").removeprefix("份号：").isdigit() or (
        len(bare) < _LONGEST_NAME // 2 and bare.startswith(known) and not bare.endswith(words("genres"))
    )


def _name_kind(marks: Sequence[Para], number: Para | None, main: Sequence[Para]) -> Kind:
    text = "".join(para.bare for para in marks)
    if not marks and number is None:
        return Kind.PLAIN
    if text.endswith("纪要"):
        return Kind.MINUTES
    if text.endswith(("命令", "令")):
        return Kind.ORDER
    doubled = any(
        border is not None and "thi" in border.kind.lower()
        for para in main[:8]
        for border in (para.format.top, para.format.bottom)
    )
    doubled = doubled or any("thi" in line.kind.lower() for para in main[:8] for line in para.lines)
    is_right = number is not None and number.format.align == "right" and not text.endswith("文件")
    return Kind.LETTER if doubled or is_right else Kind.DOCUMENT


def _find_title(rest: list[Para], *, has_head: bool) -> tuple[tuple[Para, ...], list[Para]]:
    """Find the title: the first paragraph below the head, or the first centred or large one."""
    for index, para in enumerate(rest[:6]):
        looks = para.format.align == "center" or _size(para) >= numbers()["title_size"] - 4
        ends = para.bare.endswith(words("genres"))
        if (looks or ends or (has_head and index == 0)) and para.bare[-1] not in "：:":
            end = index + 1
            while end < len(rest) and para.format.align == "center" and _continues(para, rest[end]):
                end += 1
            return tuple(rest[index:end]), [*rest[:index], *rest[end:]]
    return (), rest


def _find_addressee(rest: list[Para]) -> tuple[Para | None, list[Para]]:
    if not rest or _HEADING.match(rest[0].bare):
        return None, rest
    first = rest[0]
    is_one = first.bare[-1] in "：:" or (
        len(first.bare) < 2 * _LONGEST_MARK
        and first.bare[-1] not in _STOPS
        and not first.text.startswith(("　", " "))
        and first.format.first <= 0
        and len(rest) > 1
    )
    return (first, rest[1:]) if is_one and not DATE.fullmatch(first.bare) else (None, rest)


def _find_end(
    rest: list[Para],
) -> tuple[tuple[Para, ...], tuple[Para, ...], tuple[Para, ...], Para | None, Para | None]:
    """Find text, annex note, names, date and remark from the end upwards."""
    at = next((i for i in range(len(rest) - 1, -1, -1) if DATE.fullmatch(rest[i].text.strip(_PLAIN))), None)
    tail = rest[at + 1 :] if at is not None else []
    body = rest[:at] if at is not None else rest
    names: list[Para] = []
    while at is not None and body and len(names) < _MOST_NAMES and _is_name(body[-1]):
        names.insert(0, body.pop())
    start = next((i for i, para in enumerate(body) if ANNEX_NOTE.match(para.bare)), None)
    note: list[Para] = []
    if start is not None:
        note = [body[start], *(para for para in body[start + 1 :] if _NOTE_ITEM.match(para.bare))]
        body = [para for para in body if para not in note]
    remark = next((para for para in tail if _REMARK.fullmatch(para.bare)), None)
    day = rest[at] if at is not None else None
    return tuple(body), tuple(note), tuple(names), day, remark


_MOST_NAMES = 4


def _is_name(para: Para) -> bool:
    bare = para.bare
    is_text = (
        bare[-1] in "。；：:，、" or ANNEX_NOTE.match(bare) or _NOTE_ITEM.match(bare) or _HEADING.match(bare)
    )
    return len(bare) <= _LONGEST_NAME and not is_text
