"""Where templates run: they see data only, and what they take of time and memory is bounded."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, nodes, pass_context
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.runtime import LoopContext, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from jinja2.visitor import NodeTransformer

from sanwu_cli.nearest import find_near

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Template
    from jinja2.runtime import Context

# Far more lines than a document has; so many turns of an empty loop take about a second.
_MOST_STEPS = 1_000_000
_LONGEST_TEXT = 1_000_000
_LARGEST_NUMBER, _LARGEST_POWER = 10**18, 10
# A call or an inclusion takes as long as so many turns of a loop.
_STEPS_A_CALL = 20
# Filters that make no more than they are given.
_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "first", "groupby", "int", "items", "last",
    "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr",
    "sort", "string", "title", "trim", "unique", "upper",
)  # fmt: skip
_TEXT_METHODS = frozenset({
    "count", "endswith", "find", "isdecimal", "isdigit", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "upper",
})  # fmt: skip
_FULL_WIDTH = str.maketrans("(),:;", "（），：；")
_TOO_MUCH = "循环或者文字太多，超过了一份文书要用的"


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
    """Templates see data only: no functions, and a dotted name is always a key of the facts.

    Turns of loops, calls and inclusions are counted from one `begin` to the next; texts and numbers that grow
    beyond any document are refused with SecurityError.
    """

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 - jinja2's own
        # Values are sealed when they are printed, and the writer escapes every text: so nothing ever
        # goes out unescaped, and what is joined is not escaped twice.
        super().__init__(undefined=Missing, autoescape=False, **options)
        self._left = _MOST_STEPS
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in _FILTERS}
        self.filters |= {"replace": _replace, "join": _join_within, "full_width": _widen}
        # Names no template can write.
        self.filters |= {"loop over": self._count_turns, "put together": _put_together}

    def begin(self) -> None:
        """Begin a rendering: nothing of what it may take is used."""
        self._left = _MOST_STEPS

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja2's own signature
        """Give the key of a mapping, a harmless method of a text, what loops and macros have."""
        if isinstance(obj, dict):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, str) and attribute == "replace":
            return partial(_replace, obj)
        if isinstance(obj, (LoopContext, Macro)) or (isinstance(obj, str) and attribute in _TEXT_METHODS):
            return super().getattr(obj, attribute)
        return self.unsafe_undefined(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 - jinja2's own signature
        """Give a key, a place or a part; never an attribute."""
        if isinstance(argument, str) and not isinstance(obj, dict):
            return self.getattr(obj, argument)
        try:
            return obj[argument]
        except (TypeError, LookupError):
            return self.undefined(obj=obj, name=argument)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, N805, PYI063 - as above
        """Call, and count it."""
        __self._take(_STEPS_A_CALL)
        return super().call(__context, __obj, *args, **kwargs)

    def get_template(self, *args: Any, **kwargs: Any) -> Template:  # noqa: ANN401 - as above
        """Give a template, and count it: one that includes two that include two grows without loops."""
        self._take(_STEPS_A_CALL)
        return super().get_template(*args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - as above
        """Calculate with numbers of a document's size; what is put together or repeated stays bounded."""
        sides = (left, right)
        sizes = [len(one) for one in sides if isinstance(one, (str, list, tuple))]
        numbers = [abs(one) for one in sides if isinstance(one, (int, float))]
        is_fine = {
            "+": sum(sizes) <= _LONGEST_TEXT,
            "*": not sizes or sizes[0] * max(numbers, default=0) <= _LONGEST_TEXT,
            "%": not sizes,
            "**": not sizes and numbers[-1:] < [_LARGEST_POWER],
        }
        if max(numbers, default=0) > _LARGEST_NUMBER or not is_fine[operator]:
            raise SecurityError(_TOO_MUCH)
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        bounded: nodes.Template = _Bounding().visit(parsed)
        return bounded

    def _take(self, steps: int) -> None:
        self._left -= steps
        if self._left < 0:
            raise SecurityError(_TOO_MUCH)

    @pass_context  # else it is worked out once, when the template is compiled
    def _count_turns(self, _: Context, items: Any) -> Any:  # noqa: ANN401 - whatever stands in the data
        if not isinstance(items, (list, tuple, dict, str)):
            return items
        self._take(1 + len(items))
        return items


def read_missing(message: str, names: Iterable[str] = ()) -> tuple[str, str]:
    """Read what `Missing` says: the name asked for, and the sentence that offers the nearest known one.

    `names` are those at the top of the facts. A message of another kind is given as it is.
    """
    try:
        told = json.loads(message)
        name, known = told["name"], names if told["is_top"] else told["known"]
    except (ValueError, KeyError, TypeError):
        return message, ""
    near = find_near(name, sorted(known))
    return name, f"您是不是想写“{near[0]}”" if near else ""


class _Bounding(NodeTransformer):
    """Puts a count into every loop and a bound on every text put together."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 - named by jinja2
        """Count the turns of a loop before they begin."""
        self.generic_visit(node)
        node.iter = nodes.Filter(node.iter, "loop over", [], [], None, None, lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802 - as above
        """Bound what ~ makes."""
        self.generic_visit(node)
        parts = nodes.List(node.nodes, lineno=node.lineno)
        return nodes.Filter(parts, "put together", [], [], None, None, lineno=node.lineno)


def _put_together(parts: list[Any]) -> str:
    texts = [str(part) for part in parts]
    if sum(map(len, texts)) > _LONGEST_TEXT:
        raise SecurityError(_TOO_MUCH)
    return "".join(texts)


def _join_within(value: Any, d: str = "", attribute: Any = None) -> str:  # noqa: ANN401 - jinja2's own
    if attribute is not None:
        raise SecurityError("join 的 attribute")
    known = [*map(str, value)]
    if sum(map(len, known)) + len(str(d)) * len(known) > _LONGEST_TEXT:
        raise SecurityError(_TOO_MUCH)
    return str(d).join(known)


def _replace(text: Any, old: str, new: str, count: int = -1) -> str:  # noqa: ANN401 - whatever stands in the data
    whole = str(text)
    if len(whole) + (whole.count(str(old)) + 1) * len(str(new)) > _LONGEST_TEXT:
        raise SecurityError(_TOO_MUCH)
    return whole.replace(str(old), str(new), -1 if count is None else count)


def _widen(text: Any) -> str:  # noqa: ANN401 - whatever stands in the data
    return str(text).translate(_FULL_WIDTH)
