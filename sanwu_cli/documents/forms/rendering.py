"""The process that renders a form's tags: started, waited for, and its end told in words."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SECONDS = 60
# The child is told where our modules lie instead of looking for them in the current folder.
_START = "import sys; sys.path[:] = sys.argv[1:]; from sanwu_cli.documents.forms.child import main; main()"
# Two private-use characters mark values on their way; facts never contain them.
_FORBIDDEN = dict.fromkeys(map(ord, "\ue000\ue001"), "\ufffd")


class Rendering(Struct, frozen=True):
    """What came of a source: a text for each of the facts, the names it uses; or what is wrong and where.

    `fault` is empty, or one of missing, syntax, unsafe, unprintable, long, memory, time, other.
    """

    texts: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    fault: str = ""
    message: str = ""
    line: int = 0


def render_apart(source: str, facts: Sequence[Mapping[str, Any]]) -> Rendering:
    """Render a Jinja source in a process of its own, with bounded time and memory.

    Raises PlanError when the facts are no plain data: a mistake of the caller.
    """
    try:
        text = json.dumps(facts, allow_nan=False, ensure_ascii=False).translate(_FORBIDDEN)
    except (TypeError, ValueError) as error:
        raise PlanError(f"the facts of a form are not plain JSON: {error}") from error
    asked = json.dumps({"source": source, "facts": json.loads(text)}).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and our own module
            [sys.executable, "-I", "-S", "-X", "utf8", "-c", _START, *(path for path in sys.path if path)],
            input=asked, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Rendering(fault="time")
    if done.returncode < 0:
        return Rendering(fault="time")  # the system stopped it: the processor's time was used up
    if done.returncode:
        kind = "memory" if b"MemoryError" in done.stderr else "other"
        return Rendering(fault=kind, message=f"退出状态 {done.returncode}")
    return _read(json.loads(done.stdout))


def _read(answer: dict[str, Any]) -> Rendering:
    if error := answer.get("error"):
        return Rendering(fault=error["kind"], message=error["message"], line=error["line"])
    return Rendering(tuple(answer["texts"]), frozenset(answer["names"]))
