"""Patterns that are compiled when they are first used: a run needs few of those that stand in the modules."""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast

_ACTIONS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")


def compile_later(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Give what `re.compile` gives, but leave the work, about 0.2 ms, to the first search.

    For patterns at module level, used by their methods: the functions of `re` do not take one. A mistake in
    a pattern shows at its first use, so every one needs a test that reaches it.
    """
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))


class _Later:
    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever a pattern can do
        """Compile now; from here on the methods are those of the compiled pattern itself."""
        if name not in _ACTIONS:
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self.flags)
        for action in _ACTIONS:
            setattr(self, action, getattr(compiled, action))
        return getattr(compiled, name)
