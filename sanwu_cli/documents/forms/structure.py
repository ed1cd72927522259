"""Loops and conditions over rows or paragraphs: moved to where the whole row or paragraph repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.documents.forms.refusal import refuse_tag
from sanwu_cli.documents.forms.tags import CLOSING, MIDDLE, OPENING, Tag

if TYPE_CHECKING:
    from sanwu_cli.documents.forms.tags import Paragraph
    from sanwu_cli.xml_spans import Element

_DEEPEST = 8
# What makes a paragraph more than the tags in it.
_CONTENT = {"w:drawing", "w:pict", "w:object", "w:sectPr", "w:br", "w:sym", "w:fldChar", "w:fldSimple"}
_REMEDY = (
    "要重复或取舍整行的，{% for %} 写在这一行第一格的开头、{% endfor %} 写在最后一格的末尾，"
    "或者各占一行；整段的，各占一段"
)


class Structure(Struct):
    """What moves: tags that go before or after an element, elements that give way to their tags."""

    before: dict[int, list[Tag]] = field(default_factory=dict)
    after: dict[int, list[Tag]] = field(default_factory=dict)
    dropped: dict[int, Element] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    elements: dict[int, Element] = field(default_factory=dict)

    def put_before(self, element: Element, tag: Tag) -> None:
        """Move a tag before an element."""
        self._put(self.before, element, tag)

    def put_after(self, element: Element, tag: Tag) -> None:
        """Move a tag behind an element."""
        self._put(self.after, element, tag)

    def _put(self, where: dict[int, list[Tag]], element: Element, tag: Tag) -> None:
        where.setdefault(id(element), []).append(tag)
        self.elements[id(element)] = element
        self.moved.add(id(tag))


class _Pair(Struct):
    opening: Tag
    middles: list[Tag] = field(default_factory=list)


def find_structure(paragraphs: list[Paragraph]) -> Structure:
    """Pair the statements of a part and find what moves; raises SanwuError for what has no partner."""
    structure = Structure()
    by_element = {id(one.element): one for one in paragraphs}
    waiting: list[_Pair] = []
    for tag in (tag for paragraph in paragraphs for tag in paragraph.tags):
        if tag.word in OPENING:
            waiting.append(_Pair(tag))
            if len(waiting) > _DEEPEST:
                raise refuse_tag(tag.place, "条件和循环套得过深", f"最多套{_DEEPEST}层")
        elif tag.word in MIDDLE:
            if not waiting:
                raise refuse_tag(tag.place, f"{{% {tag.word} %}} 前面没有 {{% if %}}", _REMEDY)
            waiting[-1].middles.append(tag)
        elif tag.word in CLOSING:
            if not waiting or waiting[-1].opening.word != CLOSING[tag.word]:
                raise refuse_tag(
                    tag.place, f"{{% {tag.word} %}} 没有对应的 {{% {CLOSING[tag.word]} %}}", _REMEDY
                )
            _place_pair(structure, waiting.pop(), tag, by_element)
    if waiting:
        opening = waiting[-1].opening
        raise refuse_tag(opening.place, f"{{% {opening.body} %}} 后面没有 {{% end{opening.word} %}}", _REMEDY)
    for paragraph in paragraphs:
        _drop_lone_statements(structure, paragraph)
    return structure


def _place_pair(structure: Structure, pair: _Pair, closing: Tag, known: dict[int, Paragraph]) -> None:
    tags = [pair.opening, *pair.middles, closing]
    if len({id(tag.paragraph) for tag in tags}) == 1:
        return
    common, branches = _find_common([tag.paragraph.element for tag in tags])
    if common.name == "w:tr" or (common.name == "w:tbl" and len({id(one) for one in branches}) == 1):
        row = common if common.name == "w:tr" else branches[0]
        _place_in_row(structure, row, tags, known)
        return
    wanted = "w:tr" if common.name == "w:tbl" else "w:p"
    if any(one.name != wanted for one in branches) or common.name == "w:p":
        raise refuse_tag(
            closing.place,
            f"{{% {pair.opening.word} %}} 在{_tell(pair.opening)}，{{% {closing.word} %}} 却在另一层",
            _REMEDY,
        )
    for tag, branch in zip(tags, branches, strict=True):
        _place_in_range(structure, branch, tag, known, is_last=tag is closing)


def _place_in_row(structure: Structure, row: Element, tags: list[Tag], known: dict[int, Paragraph]) -> None:
    """Repeat the one row in whose cells the loop begins and ends."""
    opening, *middles, closing = tags
    pieces = _list_pieces(row, known)
    if middles:
        raise refuse_tag(middles[0].place, f"{{% {middles[0].word} %}} 不能分开一行里的几格", _REMEDY)
    if any(not _is_silent(one) for one in pieces[: pieces.index(opening)]):
        raise refuse_tag(opening.place, "要重复整行的标记前面还有文字", _REMEDY)
    if any(not _is_silent(one) for one in pieces[pieces.index(closing) + 1 :]):
        raise refuse_tag(closing.place, "要重复整行的标记后面还有文字", _REMEDY)
    structure.put_before(row, opening)
    structure.put_after(row, closing)


def _place_in_range(
    structure: Structure, branch: Element, tag: Tag, known: dict[int, Paragraph], *, is_last: bool
) -> None:
    """Let a row or paragraph of nothing but statements give way; move the tag to the edge of any other."""
    pieces = _list_pieces(branch, known)
    if all(_is_silent(one) for one in pieces) and not _holds_content(branch):
        structure.dropped[id(branch)] = branch
        return
    index = next(number for number, one in enumerate(pieces) if one is tag)
    beside = pieces[index + 1 :] if is_last else pieces[:index]
    if any(not _is_silent(one) for one in beside):
        where = "后面" if is_last else "前面"
        raise refuse_tag(tag.place, f"跨段、跨行的 {{% {tag.word} %}} {where}还有文字", _REMEDY)
    if is_last:
        structure.put_after(branch, tag)
    else:
        structure.put_before(branch, tag)


def _drop_lone_statements(structure: Structure, paragraph: Paragraph) -> None:
    """Let a paragraph of {% set %} and comments alone give way."""
    pieces = paragraph.pieces
    is_silent = all(isinstance(one, Tag) and (one.kind == "#" or one.word == "set") for one in pieces)
    if is_silent and not _holds_content(paragraph.element):
        structure.dropped[id(paragraph.element)] = paragraph.element


def _find_common(elements: list[Element]) -> tuple[Element, list[Element]]:
    """Find the nearest element that holds all, and the children of it through which they are reached."""
    chains = [[*reversed(list(one.ancestors())), one] for one in elements]
    depth = 0
    while all(len(chain) > depth + 1 for chain in chains) and len({id(c[depth + 1]) for c in chains}) == 1:
        depth += 1
    return chains[0][depth], [chain[min(depth + 1, len(chain) - 1)] for chain in chains]


def _list_pieces(element: Element, known: dict[int, Paragraph]) -> list[str | Tag]:
    """List the texts and tags in an element, blanks left out, in reading order."""
    pieces: list[str | Tag] = []
    for one in element.walk():
        if one.name == "w:p" and id(one) in known:
            pieces += known[id(one)].pieces
        elif one.name == "w:t" and one.text.strip() and not any(id(e) in known for e in one.ancestors()):
            pieces.append(one.text)
    return pieces


def _is_silent(piece: str | Tag) -> bool:
    return isinstance(piece, Tag) and piece.is_statement


def _holds_content(element: Element) -> bool:
    return any(one.name in _CONTENT for one in element.walk())


def _tell(tag: Tag) -> str:
    return tag.place.partition(" ")[2] or tag.place
