"""The kinds of document: the templates there are, and what the head of each declares."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near
from sanwu_cli.patterns import compile_later
from sanwu_cli.shipped import find_shipped
from sanwu_cli.toml_text import parse_toml

if TYPE_CHECKING:
    from pathlib import Path

REMEDY = "请对照程序自带的同名模板改正，或者删去本单位的这一份"

# The spans a kind may be for.
SPANS = ("month", "quarter", "year")
_FENCE = "+++"
# Braces typed with the input method on: to Jinja they are plain text and would be printed.
_FULL_WIDTH_BRACES = compile_later("[\uff5b\uff5d]")


class Annex(Struct, frozen=True):
    """An annex as the head of a template declares it; `title` is a Jinja text."""

    label: str
    title: str
    landscape: bool


class DocumentKind(Struct, frozen=True):
    """A kind of document: its id, its name, its 文种, the clause it serves, and where its template lies.

    `title` is the Jinja text of the document's title; `occasion` says when there is such a document, empty
    where every month has one. `every` is the span it is for: month, quarter or year; `sender` says whose
    paper it is, `each` of what there is a paper each, empty where there is one in all; `obligations` are
    those of the plan it serves, by which it is due, `about` how the text of such a due item begins where
    only some are meant; `asks_basis` where it must say on what it rests.
    """

    id: str
    name: str
    genre: str
    clause: str
    title: str
    annexes: tuple[Annex, ...]
    path: Path
    occasion: str = ""
    every: str = "month"
    sender: str = ""
    each: str = ""
    obligations: tuple[str, ...] = ()
    about: str = ""
    asks_basis: bool = False


def search_path(workspace: Path | None = None) -> tuple[Path, ...]:
    """Give the folders templates are looked for in: the office's own first, then the shipped one."""
    shipped = find_shipped("templates")
    return (shipped,) if workspace is None else (workspace / "templates", shipped)


def list_kinds(templates: tuple[Path, ...]) -> tuple[DocumentKind, ...]:
    """List the document kinds by id; of two templates of one id the earlier folder's counts.

    Raises SanwuError on a template whose head cannot be read.
    """
    found: dict[str, Path] = {}
    for folder in templates:
        for path in sorted(folder.glob("*.md")):
            if path.stem != "README":
                found.setdefault(path.stem, path)
    return tuple(_read_kind(found[name]) for name in sorted(found))


def find_kind(kind_id: str, templates: tuple[Path, ...]) -> DocumentKind:
    """Find the kind in the first folder that has it; raises SanwuError naming the kinds there are."""
    for folder in templates:
        path = folder / f"{kind_id}.md"
        if re.fullmatch(r"[a-z0-9_]+", kind_id) and path.is_file():
            return _read_kind(path)
    kinds = list_kinds(templates)
    known = "、".join(kind.id for kind in kinds)
    hint = hint_near(kind_id, [kind.id for kind in kinds])
    # Somebody may have written the Chinese name: the id is what is wanted.
    named = [kind.id for kind in kinds if kind_id in kind.name] if not hint else []
    hint = f"您是不是想写“{named[0]}”？" if named else hint
    raise SanwuError(f"没有“{kind_id}”这种文书", remedy=f"{hint}现有的文书：{known}")


def _read_kind(path: Path) -> DocumentKind:
    """Read the TOML head of a template; raises SanwuError."""
    head, _ = split_template(read_template(path), path)
    try:
        entry = parse_toml(head)
        kind = DocumentKind(
            id=entry["id"],
            name=entry["name"],
            genre=entry["genre"],
            clause=entry["clause"],
            title=entry["title"],
            annexes=tuple(
                Annex(annex["label"], annex["title"], annex.get("landscape", False))
                for annex in entry.get("annexes", ())
            ),
            path=path,
            occasion=entry.get("occasion", ""),
            every=entry.get("every", "month"),
            sender=entry.get("sender", ""),
            each=entry.get("each", ""),
            obligations=tuple(entry.get("obligations", ())),
            about=entry.get("about", ""),
            asks_basis=entry.get("asks_basis", False),
        )
    except ValueError as error:
        raise SanwuError(f"文书模板的开头读不懂：{error}", remedy=REMEDY, place=str(path)) from error
    except KeyError as error:
        raise SanwuError(f"文书模板的开头缺少 {error.args[0]}", remedy=REMEDY, place=str(path)) from error
    if kind.every not in SPANS:
        raise SanwuError(
            f"文书模板的 every 写的是“{kind.every}”", remedy=f"可以写：{'、'.join(SPANS)}", place=str(path)
        )
    if kind.id != path.stem:
        raise SanwuError(f"文书模板的 id 是“{kind.id}”，与文件名不同", remedy=REMEDY, place=str(path))
    return kind


def read_template(path: Path) -> str:
    """Read the text of a template; raises SanwuError when it is no UTF-8 text or mistyped."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SanwuError(
            "文书模板打不开", remedy="请另存为 UTF-8 文本，并检查权限", place=str(path)
        ) from error
    if _FULL_WIDTH_BRACES.search(text):
        raise SanwuError("文书模板里有全角的花括号", remedy="请改成半角的 {{ }}、{% %}", place=str(path))
    return text


def split_template(text: str, path: Path) -> tuple[str, str]:
    """Split a template into its head and its body; the body keeps its line numbers."""
    head, fence, body = text.removeprefix(_FENCE).partition(f"\n{_FENCE}\n")
    if not text.startswith(_FENCE) or not fence:
        raise SanwuError("文书模板开头没有 +++ 之间的说明", remedy=REMEDY, place=str(path))
    return head, "\n" * (head.count("\n") + 2) + body
