"""The sandbox templates run in: data and conditions, no functions, no name that is not given."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

if TYPE_CHECKING:
    from collections.abc import Iterable

# What a template may do with a text; widths and repetitions are not among it: they would fill the memory.
_TEXT_METHODS = frozenset(
    {"startswith", "endswith", "strip", "lstrip", "rstrip", "split", "removeprefix", "removesuffix"}
    | {"replace", "find", "count", "isdigit"}
)
# Filters that make much of little, give another answer each time, or print what is no text.
_DROPPED_FILTERS = ("random", "center", "format", "indent", "wordwrap", "pprint", "urlize", "xmlattr")
_LIKENESS = 0.5
_FULL_WIDTH = str.maketrans("(),:;", "（），：；")


class Missing(StrictUndefined):
    """A name the facts do not have; its message is the name, and the names there are in its place (JSON)."""

    @property
    def _undefined_message(self) -> str:
        owner = self._undefined_obj
        known = list(owner) if isinstance(owner, dict) else []
        return json.dumps({"name": str(self._undefined_name), "known": known, "is_top": owner is missing})


class UnprintableError(TemplateError):
    """A value that is neither text nor a whole number stands where text is wanted; told is its type."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Templates see data only: no functions, and a dotted name is always a key of the facts."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - jinja2's own
        # Values are sealed when they are printed, and the writer escapes every text: so nothing ever
        # goes out unescaped, and what is joined is not escaped twice.
        super().__init__(undefined=Missing, autoescape=False, **options)
        self.globals.clear()
        for name in _DROPPED_FILTERS:
            del self.filters[name]
        self.filters["full_width"] = lambda text: str(text).translate(_FULL_WIDTH)

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja2's own signature
        """Look a dotted name up as a key first and last: methods of a record are none of a template's."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - the same
        """Allow a text a few methods, and everything else what the sandbox allows."""
        if isinstance(obj, str) and attr not in _TEXT_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - the same
        """Multiply and divide numbers; a text or a list is not repeated, nothing is raised to a power."""
        if operator == "**" or not (isinstance(left, (int, float)) and isinstance(right, (int, float))):
            raise SecurityError(operator)
        return super().call_binop(context, operator, left, right)


def read_missing(message: str, names: Iterable[str] = ()) -> tuple[str, str]:
    """Read what `Missing` says: the name asked for, and the sentence that offers the nearest known one.

    `names` are those at the top of the facts. A message of another kind is given as it is.
    """
    try:
        told = json.loads(message)
        name, known = told["name"], names if told["is_top"] else told["known"]
    except (ValueError, KeyError, TypeError):
        return message, ""
    near = get_close_matches(name, sorted(known), n=1, cutoff=_LIKENESS)
    return name, f"您是不是想写“{near[0]}”" if near else ""
