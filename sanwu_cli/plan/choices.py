"""What the office chose for a reading: checked against the choices the plan's data allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near
from sanwu_cli.plan.records import ReadingKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.plan.records import Plan, Reading, ReadingValue
    from sanwu_cli.plan.switches import Switches


def normalise_choice(reading: Reading, value: object) -> ReadingValue | None:
    """Bring a raw TOML value into the shape of the reading; None when it is not one of its choices.

    A list comes back in the order of the choices, limits complete: what is not named keeps its default.
    """
    if reading.kind is ReadingKind.LIST:
        return _normalise_list(reading, value)
    if reading.kind is ReadingKind.LIMITS:
        return _normalise_limits(reading, value)
    return value if isinstance(value, str) and value in _values(reading) else None


def check_choice(reading: Reading, value: object) -> ReadingValue:
    """Check a switch of sanwu.toml; raises SanwuError (usage) that names the allowed values."""
    chosen = normalise_choice(reading, value)
    place = f"[readings] {reading.id}"
    if chosen is None:
        raise SanwuError(
            f"口径 {reading.id}（{reading.title}）不能设为 {_show(value)}",
            remedy=_describe(reading),
            place=place,
        )
    if not reading.in_use and chosen != reading.default:
        raise SanwuError(
            f"口径 {reading.id}（{reading.title}）本版还没有用到，改了不起作用",
            remedy="请从 sanwu.toml 里删去这一行",
            place=place,
        )
    return chosen


def resolve_choices(plan: Plan | Switches, table: Mapping[str, object]) -> dict[str, ReadingValue]:
    """Give every reading its value: the office's where sanwu.toml has one, else the default.

    Raises SanwuError (usage) for a reading the plan does not have and for a value it does not allow.
    """
    known = {reading.id for reading in plan.readings}
    for reading_id in table:
        if reading_id not in known:
            raise SanwuError(
                f"没有“{reading_id}”这条口径",
                remedy=hint_near(reading_id, sorted(known))
                + f"编号从 {plan.readings[0].id} 到 {plan.readings[-1].id}，请改正或删去这一行",
                place=f"[readings] {reading_id}",
            )
    return {
        reading.id: check_choice(reading, table[reading.id]) if reading.id in table else reading.default
        for reading in plan.readings
    }


def _values(reading: Reading) -> tuple[str, ...]:
    return tuple(choice.value for choice in reading.choices)


def _normalise_list(reading: Reading, value: object) -> tuple[str, ...] | None:
    if not isinstance(value, (list, tuple)) or not value:
        return None
    known = _values(reading)
    if any(item not in known for item in value) or len(set(value)) < len(value):
        return None
    return tuple(item for item in known if item in value)


def _normalise_limits(reading: Reading, value: object) -> dict[str, int] | None:
    if not isinstance(value, dict) or not isinstance(reading.default, dict):
        return None
    least = {choice.value: choice.least for choice in reading.choices}
    if any(key not in least or not _is_whole(number, least[key]) for key, number in value.items()):
        return None
    return {**reading.default, **value}


def _is_whole(number: object, least: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and number >= least


def _show(value: object) -> str:
    return f"“{value}”" if isinstance(value, (str, int, float)) else "这样的值"


def _describe(reading: Reading) -> str:
    """Say in Chinese what the reading may be set to, with an example."""
    options = "、".join(f"{choice.value}（{choice.label}）" for choice in reading.choices)
    if reading.kind is ReadingKind.LIST:
        return f"请写成名单，从这些里选，不重复：{options}"
    if reading.kind is ReadingKind.LIMITS:
        example = ", ".join(f"{choice.value} = {max(choice.least, 1)}" for choice in reading.choices[:1])
        least = max(choice.least for choice in reading.choices)
        return f"请写成 {{ {example} }} 的样子，数是不小于{least}的整数，可用的名称：{options}"
    if len(reading.choices) == 1:
        return f"这条口径只有一种读法：{options}，可以不写"
    return f"请从这些里选一个：{options}"
