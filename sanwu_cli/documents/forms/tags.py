"""The tags of a part: found across the runs Word cuts them into, each with its place in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.documents.forms.refusal import refuse_tag
from sanwu_cli.patterns import compile_later
from sanwu_cli.privacy import find_personal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.xml_spans import Element

_TAG = compile_later(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}")
_LOOSE = compile_later(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_FULL_WIDTH = compile_later("[\uff5b\uff5d]\\s*[\uff5b\uff5d%％#\uff03]|[%％#\uff03]\\s*\uff5d")
_BODY = compile_later(r"\{([{%#])[-+]?(?:(?:tr|tc|p|r)(?=[\s]))?(.*?)[-+]?[}%#]\}")
_QUOTES = dict.fromkeys(map(ord, "“”\u201e\u201f\uff02"), '"') | dict.fromkeys(
    map(ord, "‘’\u201a\u201b\uff07"), "'"
)
_WORD = compile_later(r"\s*(\w+)")
OPENING, MIDDLE, CLOSING = {"if", "for"}, {"else", "elif"}, {"endif": "if", "endfor": "for"}
_ALONE = {"set"}
_SHOWN = 18
_COUNTED = {"w:p", "w:tbl", "w:tr", "w:tc"}
_PARTS = (
    ("header", "页眉"),
    ("footer", "页脚"),
    ("footnotes", "脚注"),
    ("endnotes", "尾注"),
    ("comments", "批注"),
)


class Tag(Struct, eq=False):
    """A tag: its kind ({, % or #), the Jinja text in it, its first word, its paragraph and place in words."""

    kind: str
    body: str
    word: str
    paragraph: Paragraph
    place: str

    @property
    def is_statement(self) -> bool:
        """Whether it prints nothing itself."""
        return self.kind != "{"

    @property
    def source(self) -> str:
        """The tag as Jinja reads it, on one line."""
        if self.kind == "#":
            return ""
        close = "}" if self.kind == "{" else "%"
        return f"{{{self.kind} {self.body} {close}}}"


class Paragraph(Struct, eq=False):
    """A paragraph with its texts in order: of each w:t the pieces that become its content."""

    element: Element
    texts: list[tuple[Element, list[str | Tag]]] = field(default_factory=list)

    @property
    def tags(self) -> list[Tag]:
        """Its tags in order."""
        return [piece for _, pieces in self.texts for piece in pieces if isinstance(piece, Tag)]

    @property
    def pieces(self) -> list[str | Tag]:
        """All of its pieces in order; blanks are left out."""
        return [
            piece for _, pieces in self.texts for piece in pieces if isinstance(piece, Tag) or piece.strip()
        ]


def name_part(name: str) -> str:
    """Call a part as people do: 正文, 页眉 and so on."""
    stem = name.rpartition("/")[2]
    for start, label in _PARTS:
        if stem.startswith(start):
            number = stem.removeprefix(start).removesuffix(".xml")
            return f"{label}{number}"
    return "正文" if stem == "document.xml" else stem


def find_tags(root: Element, *, file: str, part: str) -> list[Paragraph]:
    """Find the paragraphs of a part that hold tags, in reading order.

    Raises SanwuError for a tag that does not end in its paragraph, and for one typed with full-width signs.
    """
    places = Places(root, name_part(part))
    found = []
    for element in root.walk():
        if element.name == "w:p":
            paragraph = _read_paragraph(element, file=file, places=places)
            if paragraph is not None:
                found.append(paragraph)
    return found


def list_texts(paragraph: Element) -> Iterator[Element]:
    """List the w:t of a paragraph, without those of paragraphs that lie in a text box of it."""
    waiting = list(reversed(paragraph.children))
    while waiting:
        one = waiting.pop()
        if one.name == "w:t":
            yield one
        elif one.name != "w:p":
            waiting += reversed(one.children)


def _read_paragraph(element: Element, *, file: str, places: Places) -> Paragraph | None:
    own = list(list_texts(element))
    text = "".join(one.text for one in own)
    if not any(mark in text for mark in ("{{", "{%", "{#", "}}", "%}", "#}", "\uff5b", "\uff5d")):
        return None
    place = f"{file} {places.name(element, text)}"
    if _FULL_WIDTH.search(text):
        raise refuse_tag(place, "标记用了全角的花括号", "请改成半角的 {{ }}、{% %}")
    if loose := _LOOSE.search(_TAG.sub("", text)):
        raise refuse_tag(
            place,
            f"标记“{loose[0]}”没有配成对",
            "一个标记要写在同一段里，写成 {{ 名称 }} 或者 {% if … %}；不是标记的，花括号之间加空格",
        )
    paragraph = Paragraph(element)
    spots = [(m.start(), m.end(), _make_tag(m[0], paragraph, place)) for m in _TAG.finditer(text)]
    if not spots:
        return None
    begins = 0
    for one in own:
        ends = begins + len(one.text)
        paragraph.texts.append((one, _cut(text, spots, begins, ends)))
        begins = ends
    return paragraph


def _cut(text: str, spots: list[tuple[int, int, Tag]], begins: int, ends: int) -> list[str | Tag]:
    """Give the pieces of one w:t: a tag belongs to the one in which it begins."""
    pieces: list[str | Tag] = []
    reached = begins
    for start, end, tag in spots:
        if end <= begins or start >= ends:
            continue
        if start > reached:
            pieces.append(text[reached:start])
        if start >= begins:
            pieces.append(tag)
        reached = max(reached, min(end, ends))
    if reached < ends:
        pieces.append(text[reached:ends])
    return pieces


def _make_tag(text: str, paragraph: Paragraph, place: str) -> Tag:
    match = _BODY.fullmatch(text)
    kind, body = (match[1], match[2]) if match else (text[1], text[2:-2])
    body = " ".join(body.translate(_QUOTES).split()) if kind != "#" else ""
    first = _WORD.match(body)
    word = first[1] if first and kind == "%" else ""
    if kind == "%" and word not in OPENING | MIDDLE | set(CLOSING) | _ALONE:
        raise refuse_tag(
            place,
            f"标记“{text}”不认识",
            "可以用 {{ 名称 }}，{% if %}、{% elif %}、{% else %}、{% endif %}，"
            "{% for %}、{% endfor %} 和 {% set %}",
        )
    if word == "set" and "=" not in body:
        raise refuse_tag(place, f"标记“{text}”没有写等号", "请写成 {% set 名称 = 值 %}")
    return Tag(kind, body, word, paragraph, place)


class Places:
    """Numbers the paragraphs, tables, rows and cells of a part as people count them."""

    def __init__(self, root: Element, part: str) -> None:
        self._part = part
        self._numbers: dict[int, int] = {}
        counts: Counter[tuple[str, int]] = Counter()
        for one in root.walk():
            if one.name in _COUNTED:
                table = _table_of(one)
                if one.name == "w:p" and table is not None:
                    continue
                owner = {"w:tr": table, "w:tc": one.parent}.get(one.name)
                key = (one.name, id(owner))
                counts[key] += 1
                self._numbers[id(one)] = counts[key]

    def name(self, paragraph: Element, text: str = "") -> str:
        """Name a paragraph's place; what is quoted of its text holds nothing personal."""
        shown = " ".join(text.split())
        excerpt = "" if find_personal(shown) else shown[:_SHOWN] + ("…" if len(shown) > _SHOWN else "")
        quoted = f"“{excerpt}”" if excerpt else ""
        table = _table_of(paragraph)
        if table is None:
            return f"{self._part}第{self._numbers.get(id(paragraph), 1)}段{quoted}"
        above = {one.name: one for one in reversed(list(paragraph.ancestors()))}
        row, cell = (self._numbers.get(id(above.get(name, table)), 1) for name in ("w:tr", "w:tc"))
        return f"{self._part}第{self._numbers[id(table)]}张表第{row}行第{cell}格{quoted}"


def _table_of(element: Element) -> Element | None:
    return next((one for one in element.ancestors() if one.name == "w:tbl"), None)
