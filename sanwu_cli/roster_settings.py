"""The [roster] table of sanwu.toml: which soft rules go first, what they weigh together, how long to look."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NoReturn

from msgspec import Struct, field

from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near
from sanwu_cli.toml_text import load_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TABLE = "roster"
_KEYS = ("order", "weights", "effort")
_FIRST = "unfilled"  # the level that may not be traded for any other


class RosterSettings(Struct, frozen=True):
    """What the office wants of its rosters; what it left unsaid is empty or None.

    `order` holds the levels by their published names, each a tuple of those counted together; `weights` what
    one of these weighs; `effort` the solver's deterministic time for one question.
    """

    order: tuple[tuple[str, ...], ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    effort: float | None = None


def read_roster_settings(table: Mapping[str, object], *, file: str) -> RosterSettings:
    """Read the table; raises SanwuError (usage) for what nobody can follow."""
    for key in table:
        if key not in _KEYS:
            _refuse_unknown("设置", key, _KEYS, f"{file} [{TABLE}] {key}")
    order = _read_order(table["order"], f"{file} [{TABLE}] order") if "order" in table else ()
    joined = {name for level in order if len(level) > 1 for name in level}
    weights = _read_weights(table.get("weights", {}), joined, f"{file} [{TABLE}.weights]")
    effort = check_effort(table["effort"], f"{file} [{TABLE}] effort") if "effort" in table else None
    return RosterSettings(order, weights, effort)


def check_effort(value: object, place: str) -> float:
    """Give the effort as a number; raises SanwuError when it is none above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise SanwuError(
            "用多少工夫求解的写法不对",
            place=place,
            remedy="请写大于0的数，如 2；越大越慢，越可能证明是最好的",
        )
    return float(value)


def _read_order(value: object, place: str) -> tuple[tuple[str, ...], ...]:
    known = _list_levels()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise SanwuError(
            "order 的值写法不对", place=place, remedy=f"请写成方括号里的名单，可用的有：{'、'.join(known)}"
        )
    order = tuple(tuple(name.strip() for name in item.split("+")) for item in value)
    names = [name for level in order for name in level]
    for number, name in enumerate(names):
        if name not in known:
            _refuse_unknown("排班的目标", name, known, place)
        if name in names[:number]:
            raise SanwuError(f"“{name}”写了两次", place=place, remedy="每个目标只写一次，请删去一个")
    if not order or order[0] != (_FIRST,):
        raise SanwuError(
            f"“{_FIRST}”（空缺最少）没有单独排在第一",
            place=place,
            remedy=f"请把“{_FIRST}”写在最前面：不能为了别的目标让一个地方没有人去",
        )
    return order


def _read_weights(value: object, joined: set[str], place: str) -> dict[str, int]:
    if not isinstance(value, dict):
        raise SanwuError("权重应当是一节，不是一个值", place=place, remedy=f"请写成 [{TABLE}.weights] 的样子")
    known = _list_levels() if value else ()
    for name, weight in value.items():
        if name not in known:
            _refuse_unknown("排班的目标", name, known, f"{place} {name}")
        if isinstance(weight, bool) or not isinstance(weight, int) or weight < 1:
            raise SanwuError(f"{name} 的权重写法不对", place=f"{place} {name}", remedy="请写成不小于1的整数")
        if name not in joined:
            raise SanwuError(
                f"{name} 的权重用不上",
                place=f"{place} {name}",
                remedy=f'权重只在 order 里用加号合在一起的目标之间起作用，如 "{name}+travel"；请删去这一行，'
                "或在 order 里合起来",
            )
    return dict(value)


def _list_levels() -> tuple[str, ...]:
    """List the published names of the soft rules, as the table of rules has them."""
    return tuple(rule["level"] for rule in load_toml("roster", "rules")["rule"] if rule["kind"] == "soft")


def _refuse_unknown(what: str, word: str, known: Iterable[str], place: str) -> NoReturn:
    names = tuple(known)
    hint = hint_near(word, names, otherwise=f"可用的有：{'、'.join(names)}。")
    raise SanwuError(f"不认识{what}“{word}”", place=place, remedy=f"{hint}请改正或删去")
