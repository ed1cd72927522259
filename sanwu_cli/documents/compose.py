"""A document kind's template and the facts in, typed blocks out."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from jinja2 import FunctionLoader, TemplateNotFound, Undefined
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.loaders import split_template_path

from sanwu_cli.documents.blocks import Document
from sanwu_cli.documents.kinds import (
    REMEDY,
    find_kind,
    list_kinds,
    read_template,
    search_path,
    split_template,
)
from sanwu_cli.documents.markup import FORBIDDEN, parse_blocks, seal, unseal
from sanwu_cli.documents.sandbox import Sandbox, UnprintableError, read_missing
from sanwu_cli.errors import PlanError, SanwuError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from jinja2 import Template

__all__ = ["compose", "list_kinds", "search_path"]

_LEFTOVERS = ("{{", "{%", "{#")
# What a template can run into.
_FAULTS = (
    TemplateError,
    RecursionError,
    ArithmeticError,
    TypeError,
    ValueError,
    LookupError,
    MemoryError,
)


def compose(kind_id: str, context: Mapping[str, Any], templates: tuple[Path, ...]) -> Document:
    """Compose the document of a kind from its facts.

    Args:
        kind_id: the id of the kind, which is the name of its file.
        context: plain JSON data; nothing in it is ever read as template or markup.
        templates: the folders to look in, the office's own first.

    Returns:
        The document as typed blocks.

    Raises:
        SanwuError: there is no such kind, or its template is wrong or asks for what is not given.
        PlanError: the context is not plain JSON data; a mistake of the caller.
    """
    kind = find_kind(kind_id, templates)
    facts = _round_trip(context)
    environment = _environment(templates)
    body = _render(environment, f"{kind_id}.md", facts, kind.path)
    if any(mark in body for mark in _LEFTOVERS):  # what stands in a value is sealed
        raise SanwuError(f"文书模板“{kind.path.name}”里有没有算掉的标记", remedy=REMEDY, place=str(kind.path))
    title = unseal(_render(environment, kind.title, facts, kind.path))
    if not title.endswith(kind.genre):
        raise SanwuError(f"标题“{title}”没有以文种“{kind.genre}”结尾", remedy=REMEDY, place=str(kind.path))
    annexes = {
        annex.label: (unseal(_render(environment, annex.title, facts, kind.path)), annex.landscape)
        for annex in kind.annexes
    }
    blocks = parse_blocks(body, title=title, annexes=annexes, place=str(kind.path))
    return Document(kind.id, title.replace("\n", ""), blocks)


def _round_trip(context: Mapping[str, Any]) -> dict[str, Any]:
    try:
        text = json.dumps(context, allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError) as error:
        raise PlanError(f"the facts of a document are not plain JSON: {error}") from error
    if any(chr(code) in text for code in FORBIDDEN):
        text = text.translate(FORBIDDEN)
    facts: dict[str, Any] = json.loads(text)
    return facts


def _finalize(value: object) -> str:
    """Seal what an expression gives; raises on a name not given, on None, lists and fractions."""
    if isinstance(value, Undefined):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise UnprintableError(type(value).__name__)
    return seal(str(value))


def _load_source(templates: tuple[Path, ...], name: str) -> tuple[str, str]:
    """Read a template's body and path; a part lies in a folder below and has no head."""
    for folder in templates:
        path = folder.joinpath(*split_template_path(name))
        if path.is_file():
            text = read_template(path)
            return (split_template(text, path)[1] if path.parent == folder else text), str(path)
    raise TemplateNotFound(name)


@lru_cache(maxsize=8)
def _environment(templates: tuple[Path, ...]) -> Sandbox:
    """One environment a search path: it keeps the compiled templates."""

    def load(name: str) -> tuple[str, str, Callable[[], bool]]:
        found = _load_source(templates, name)
        return (*found, lambda: _load_source(templates, name) == found)

    return Sandbox(loader=FunctionLoader(load), finalize=_finalize, lstrip_blocks=True)


@lru_cache(maxsize=64)
def _compile(environment: Sandbox, text: str) -> Template:
    return environment.from_string(text)


def _render(environment: Sandbox, source: str, facts: dict[str, Any], path: Path) -> str:
    """Render a template file, or a Jinja text from the head of `path`; raises SanwuError."""
    try:
        environment.begin()
        is_file = source == path.name
        template = environment.get_template(source) if is_file else _compile(environment, source)
        return template.render(facts)
    except _FAULTS as error:
        _explain(error, path, facts)


def _explain(error: Exception, path: Path, facts: Mapping[str, Any]) -> NoReturn:
    """Say in our words what is wrong with a template, and in which line of which file."""
    file, line = _locate(error, path)
    place = f"{file} 第{line}行" if line else str(file)
    remedy = REMEDY
    if isinstance(error, UndefinedError):
        name, offer = read_missing(error.message or "", facts)
        message = f"文书模板“{file.name}”用了没有给出的内容“{name}”"
        remedy = f"{offer}；{REMEDY}" if offer else REMEDY
    elif isinstance(error, TemplateSyntaxError):
        message = f"文书模板“{file.name}”写法有误：{error.message}"
    elif isinstance(error, SecurityError):
        message = f"文书模板“{file.name}”用了不许用的写法：{error.message}"
    elif isinstance(error, TemplateNotFound):
        message = f"文书模板“{file.name}”要用的“{error.message}”找不到"
    elif isinstance(error, UnprintableError):
        message = f"文书模板“{file.name}”要印的不是文字或整数，而是 {error.message}"
    else:
        message = f"文书模板“{file.name}”算不下去：{error}"
    raise SanwuError(message, remedy=remedy, place=place) from error


def _locate(error: Exception, path: Path) -> tuple[Path, int]:
    """Find the template file and line an error comes from; line 0 when it is in the head."""
    if isinstance(error, TemplateSyntaxError):
        return (Path(error.filename), error.lineno) if error.filename else (path, 0)
    found, trace = (path, 0), error.__traceback__
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if name.endswith(".md"):
            found = (Path(name), trace.tb_lineno)
        trace = trace.tb_next
    return found
