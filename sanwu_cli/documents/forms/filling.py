"""A Word form filled: its tags gathered as one Jinja source, the answers put back where the tags stood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from sanwu_cli.documents.forms.package import open_form
from sanwu_cli.documents.forms.refusal import refuse_tag
from sanwu_cli.documents.forms.rendering import render_apart
from sanwu_cli.documents.forms.structure import find_structure
from sanwu_cli.documents.forms.tags import Tag, find_tags, name_part
from sanwu_cli.documents.markup import clean
from sanwu_cli.documents.package import zip_parts
from sanwu_cli.documents.sandbox import read_missing
from sanwu_cli.patterns import compile_later
from sanwu_cli.xml_spans import Edit, SpoiltXmlError, escape_text, parse_spans, splice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sanwu_cli.documents.forms.package import Form
    from sanwu_cli.documents.forms.rendering import Rendering
    from sanwu_cli.documents.forms.structure import Structure
    from sanwu_cli.documents.forms.tags import Paragraph
    from sanwu_cli.errors import SanwuError
    from sanwu_cli.xml_spans import Element

# The parts that hold paragraphs; a tag in any other cannot be filled.
_TEXT_PARTS = compile_later(r"word/(?:document|header\d*|footer\d*|footnotes|endnotes|comments)\.xml")
_ANSWER = compile_later("\ue000(?:p(\\d+)|l(\\d+)|v(.*?))\ue001", re.DOTALL)
# Numbers Word gives its paragraphs; a repeated one would bear its number twice.
_PARAGRAPH_ID = compile_later(rb'\s[\w]+:(?:paraId|textId)="[^"]*"')
_MARK = compile_later("\ue000(\\d+)\ue001".encode())
_CELL_END = compile_later(rb"</((?:\w+:)?)tc>")


class Filled(Struct, frozen=True):
    """A form filled once for each of the facts: the files, and the names of the facts it prints or asks."""

    files: tuple[bytes, ...]
    names: frozenset[str]


class _Prepared(Struct, frozen=True):
    """A part made ready: between literal bytes stand the tags; `prefix` is that of its elements."""

    part: str
    prefix: str
    stream: list[bytes | Tag]


class _Source(Struct):
    """The Jinja source: a line for each tag and each literal; whose line it is."""

    lines: list[str] = field(default_factory=list)
    owners: list[Tag | None] = field(default_factory=list)
    literals: list[bytes] = field(default_factory=list)

    def add(self, line: str, owner: Tag | None = None) -> None:
        """Add a line."""
        self.lines.append(line)
        self.owners.append(owner)


def fill_form(data: bytes, facts: Sequence[Mapping[str, Any]], *, place: str) -> Filled:
    """Fill a .docx with tags, once for each of the facts.

    Args:
        data: the form.
        facts: plain JSON data; nothing in it is ever read as a tag or as markup.
        place: how the form is called in messages.

    Returns:
        The .docx files in the order of the facts; the same arguments always give the same bytes.

    Raises:
        SanwuError: the file cannot serve as a form, or a tag is wrong or asks for what is not given; the
            place says where. A form that takes too much time or memory is refused too.
    """
    form = open_form(data, place=place)
    prepared = [_prepare(form, name) for name in sorted(form.trees) if _TEXT_PARTS.fullmatch(name)]
    _refuse_tags_elsewhere(form)
    source = _write_source(prepared)
    rendering = render_apart("\n".join(source.lines), facts)
    if rendering.fault:
        raise _explain(rendering, source, facts[0] if facts else {}, place)
    return Filled(
        tuple(_put_back(form, prepared, text, source.literals) for text in rendering.texts), rendering.names
    )


def _prepare(form: Form, name: str) -> _Prepared:
    """Turn a part into literal bytes with tags between them."""
    content, root = form.parts[name], form.trees[name]
    paragraphs = find_tags(root, file=form.place, part=name)
    if not paragraphs:
        return _Prepared(name, root.prefix, [content])
    structure = find_structure(paragraphs)
    edits, tags = _list_edits(paragraphs, structure)
    spliced = splice(content, edits)
    if structure.moved or structure.dropped:
        spliced = _PARAGRAPH_ID.sub(b"", spliced)
    return _Prepared(name, root.prefix, _split(spliced, tags))


def _list_edits(paragraphs: list[Paragraph], structure: Structure) -> tuple[list[Edit], list[Tag]]:
    """List what is to stand where; a tag is the number of its place in the list, between two signs."""
    tags: list[Tag] = []

    def mark(tag: Tag) -> bytes:
        tags.append(tag)
        return f"\ue000{len(tags) - 1}\ue001".encode()

    edits = []
    known = {id(paragraph.element): paragraph for paragraph in paragraphs}
    for element in structure.dropped.values():
        own = [tag for one in element.walk() if id(one) in known for tag in known[id(one)].tags]
        content = b"".join(mark(tag) for tag in own if id(tag) not in structure.moved)
        edits.append(Edit(element.start, element.end, content, order=2))
    for key, own in structure.before.items():
        start = structure.elements[key].start
        edits.append(Edit(start, start, b"".join(map(mark, own)), order=1))
    for key, own in structure.after.items():
        end = structure.elements[key].end
        edits.append(Edit(end, end, b"".join(map(mark, own)), order=0))
    for paragraph in paragraphs:
        for element, pieces in paragraph.texts:
            edits.append(_edit_text(element, pieces, structure, mark))
    return edits, tags


def _edit_text(
    element: Element, pieces: list[str | Tag], structure: Structure, mark: Callable[[Tag], bytes]
) -> Edit:
    content = b"".join(
        escape_text(one).encode() if isinstance(one, str) else mark(one)
        for one in pieces
        if isinstance(one, str) or id(one) not in structure.moved
    )
    tag = element.tag.encode()
    opening = b"<" + tag + b' xml:space="preserve">'
    return Edit(element.start, element.end, opening + content + b"</" + tag + b">", order=2)


def _split(content: bytes, tags: list[Tag]) -> list[bytes | Tag]:
    stream: list[bytes | Tag] = []
    for index, piece in enumerate(_MARK.split(content)):
        stream.append(tags[int(piece)] if index % 2 else piece)
    return stream


def _write_source(prepared: Iterable[_Prepared]) -> _Source:
    source = _Source()
    for number, part in enumerate(prepared):
        source.add(f"\ue000p{number}\ue001")
        for piece in part.stream:
            if isinstance(piece, bytes):
                source.add(f"\ue000l{len(source.literals)}\ue001")
                source.literals.append(piece)
            else:
                source.add(piece.source, piece)
    return source


def _put_back(form: Form, prepared: Sequence[_Prepared], text: str, literals: Sequence[bytes]) -> bytes:
    """Make the file of what was rendered; what lies between the marks is the source's own line ends."""
    filled: dict[str, list[bytes]] = {}
    pieces: list[bytes] = []
    prefix = ""
    for match in _ANSWER.finditer(text):
        part, literal, value = match.groups()
        if part is not None:
            prefix = prepared[int(part)].prefix
            pieces = filled.setdefault(prepared[int(part)].part, [])
        elif literal is not None:
            pieces.append(literals[int(literal)])
        else:
            pieces.append(_write_value(value, prefix))
    parts = dict(form.parts)
    for name, own in filled.items():
        parts[name] = _CELL_END.sub(_complete_cell, b"".join(own))
        try:
            parse_spans(parts[name])
        except SpoiltXmlError as error:
            raise refuse_tag(
                f"{form.place} {name_part(name)}",
                "填好以后不成文档：有一对标记跨过了域、超链接或者修订的一部分",
                "请把一对标记写在同一层，或者接受全部修订、取消超链接再试",
            ) from error
    return zip_parts(parts)


def _write_value(value: str, prefix: str) -> bytes:
    """Write a value inside a w:t; a line end in it is one in the document."""
    lines = escape_text(clean(value)).split("\n")
    joint = f'</{prefix}t><{prefix}br/><{prefix}t xml:space="preserve">'
    return joint.join(lines).encode()


def _complete_cell(match: re.Match[bytes]) -> bytes:
    """Give a cell the paragraph it must end in, should all of its own have given way."""
    before = match.string[: match.start()].rstrip()
    last = before[before.rfind(b"<") :]
    prefix = match[1]
    if last.startswith((b"</" + prefix + b"p>", b"<" + prefix + b"p/", b"<" + prefix + b"p ")):
        return match[0]
    return b"<" + prefix + b"p/>" + match[0]


def _refuse_tags_elsewhere(form: Form) -> None:
    """Refuse tags where nothing is filled in: in charts, drawings, properties, deleted text."""
    for name, root in form.trees.items():
        for one in root.walk():
            own = one.name == "w:t" and _TEXT_PARTS.fullmatch(name)
            if own or not any(mark in one.text for mark in ("{{", "{%")):
                continue
            raise refuse_tag(
                f"{form.place} {name_part(name)}",
                "图表、图形、文件属性和删除了的文字里的标记填不了",
                "请把标记移到正文、表格、文本框、页眉或者页脚里",
            )


def _explain(rendering: Rendering, source: _Source, facts: Mapping[str, Any], file: str) -> SanwuError:
    """Say in our words what is wrong with a form, and where in it."""
    owner = source.owners[rendering.line - 1] if 0 < rendering.line <= len(source.owners) else None
    place = owner.place if owner else file
    told = _TYPES.get(rendering.message) or read_missing(rendering.message)[0]
    message = _FAULTS[rendering.fault].format(told)
    if rendering.fault == "missing":
        name, offer = read_missing(rendering.message, facts)
        return refuse_tag(
            place, f"表样用了没有给出的内容“{name}”", f"{offer}；{_REMEDY}" if offer else _REMEDY
        )
    return refuse_tag(place, message, _REMEDIES.get(rendering.fault, _REMEDY))


_REMEDY = "可用的名称用 sanwu report fields 查看"
_FAULTS = {
    "missing": "",
    "syntax": "标记写法有误：{}",
    "unsafe": "标记用了不许用的写法：{}",
    "unprintable": "标记要印的不是文字或整数，而是 {}",
    "long": "填出来的内容过多，没有写",
    "memory": "填这份表样要的内存过多，没有写",
    "time": "填这份表样要的时间过长，没有写",
    "other": "标记算不下去：{}",
}
_TYPES = {
    "list": "一个清单",
    "dict": "一组内容",
    "NoneType": "空的",
    "float": "小数",
    "bool": "是或否",
}
_REMEDIES = {
    "unprintable": '清单请用 {% for %} 逐个印，或者写 {{ 名称|join("、") }}；没有的内容先用 {% if %} 判断',
    "long": "请检查循环有没有写错",
    "memory": "请检查循环有没有写错",
    "time": "请检查循环有没有写错",
    "unsafe": "请只用名称、条件、循环和 |join 这样的写法",
}
