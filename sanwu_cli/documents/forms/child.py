"""What runs in a process of its own: a form's tags rendered by Jinja, within limits; the rest stays outside.

It is told on standard input, as JSON, the source and the facts of each document, and answers in kind.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from jinja2 import FunctionLoader, Undefined
from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.meta import find_undeclared_variables

from sanwu_cli.documents.sandbox import Sandbox, UnprintableError

# A value travels between these; the facts never contain them, nor does a literal's number.
OPEN, CLOSE = "\ue000", "\ue001"
_NAME = "form"
_MAX_LETTERS = 24_000_000
_SECONDS = 10
_BYTES = 1 << 30
_FAULTS = (
    TemplateError,
    RecursionError,
    ArithmeticError,
    TypeError,
    ValueError,
    LookupError,
    MemoryError,
    SyntaxError,
)


def main() -> None:
    """Render what standard input asks for and write the answer to standard output."""
    _limit()
    asked = json.loads(sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps(render_all(asked["source"], asked["facts"])).encode())


def render_all(source: str, facts: list[dict[str, Any]]) -> dict[str, Any]:
    """Render the source with each of the facts; the first mistake ends it.

    Gives `texts` and the top `names` the source uses, or `error`: its kind, message and 1-based line.
    """
    environment = Sandbox(
        loader=FunctionLoader(lambda _: (source, _NAME, lambda: True)),
        finalize=_seal,
        keep_trailing_newline=True,
    )
    try:
        names = sorted(find_undeclared_variables(environment.parse(source)))
        template = environment.get_template(_NAME)
        return {"texts": [_render(template, one) for one in facts], "names": names}
    except _FAULTS as error:
        return {"error": {"kind": _kind_of(error), "message": _message_of(error), "line": _line_of(error)}}


class _TooLongError(TemplateError):
    """More comes out than any document holds."""


def _render(template: Any, facts: dict[str, Any]) -> str:  # noqa: ANN401 - a jinja2 template
    pieces, letters = [], 0
    for piece in template.generate(facts):
        pieces.append(piece)
        letters += len(piece)
        if letters > _MAX_LETTERS:
            raise _TooLongError
    return "".join(pieces)


def _seal(value: object) -> str:
    """Close up what an expression gives; raises on a name not given, on None, lists and fractions."""
    if isinstance(value, Undefined):
        return str(value)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise UnprintableError(type(value).__name__)
    return f"{OPEN}v{value}{CLOSE}"


def _kind_of(error: Exception) -> str:
    for kind, name in (
        (UndefinedError, "missing"),
        (TemplateSyntaxError, "syntax"),
        (SecurityError, "unsafe"),
        (UnprintableError, "unprintable"),
        (_TooLongError, "long"),
        (MemoryError, "memory"),
    ):
        if isinstance(error, kind):
            return name
    return "other"


def _message_of(error: Exception) -> str:
    message = getattr(error, "message", None)
    return str(message if message is not None else error)


def _line_of(error: Exception) -> int:
    """Find the line of the source an error comes from; 0 where there is none."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno or 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _NAME:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


def _limit() -> None:
    """Limit the processor's time and the memory of this process, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return  # the caller's clock and the limit on letters remain
    for kind, most in ((resource.RLIMIT_CPU, _SECONDS), (resource.RLIMIT_AS, _BYTES)):
        resource.setrlimit(kind, (most, most))
