"""The indicators an office adds to the plan's three, as its settings name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.errors import SanwuError
from sanwu_cli.model import AddedIndicator
from sanwu_cli.nearest import hint_near
from sanwu_cli.patterns import compile_later
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEYS: Mapping[str, type] = {
    "id": str,
    "name": str,
    "headers": list,
    "limit": int,
    "source": str,
    "sender": str,
}
_NEEDED = ("id", "name", "source")
_ID = compile_later(r"[a-z][a-z0-9_]{2,39}")
_RESERVED = frozenset({"unbreached_indicators", "designated", "disqualified"})
_SHAPE = "id、name、source 用引号括起来，headers 是方括号里的名单，limit 是整数"


def read_added(entries: object, *, file: str) -> tuple[AddedIndicator, ...]:
    """Read the [[indicator]] tables of the settings; raises SanwuError (usage) for one nobody can follow."""
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SanwuError(
            "另加的指标写法不对", place=f"{file} [[indicator]]", remedy="每个指标写成一节 [[indicator]]"
        )
    added: list[AddedIndicator] = []
    for number, entry in enumerate(entries, start=1):
        place = f"{file} 第{number}个 [[indicator]]"
        _check_keys(entry, place)
        _check_name(entry, place, [one.indicator for one in added])
        added.append(
            AddedIndicator(
                Indicator(entry["id"], entry["name"].strip()),
                tuple(header.strip() for header in entry.get("headers", [])),
                entry.get("limit", 0),
                entry["source"].strip(),
                entry.get("sender", "").strip(),
            )
        )
    return tuple(added)


def _check_keys(entry: Mapping[str, object], place: str) -> None:
    for key, value in entry.items():
        kind = _KEYS.get(key)
        if kind is None:
            hint = hint_near(key, _KEYS, otherwise=f"可用的有：{'、'.join(_KEYS)}。")
            raise SanwuError(f"不认识设置“{key}”", place=place, remedy=f"{hint}请改正或删去这一行")
        texts = value if isinstance(value, list) else []
        if (
            not isinstance(value, kind)
            or isinstance(value, bool)
            or not all(isinstance(t, str) for t in texts)
        ):
            raise SanwuError(f"{key} 的值写法不对", place=place, remedy=_SHAPE)
    missing = [key for key in _NEEDED if not str(entry.get(key, "")).strip()]
    if missing:
        raise SanwuError(f"另加的指标缺 {'、'.join(missing)}", place=place, remedy=_SHAPE)


def _check_name(entry: Mapping[str, object], place: str, earlier: list[Indicator]) -> None:
    identifier, name, limit = str(entry["id"]), str(entry["name"]).strip(), entry.get("limit", 0)
    if not _ID.fullmatch(identifier):
        remedy = "请用小写英文字母、数字和下划线，如 safety_accident"
        raise SanwuError(f"id “{identifier}”写法不对", place=place, remedy=remedy)
    known = [*Indicator, *earlier]
    if identifier in _RESERVED:
        raise SanwuError(f"id “{identifier}”程序自己要用", place=place, remedy="请换一个")
    if identifier in known or name in {one.label for one in known}:
        raise SanwuError(f"“{name}”（{identifier}）已经有了", place=place, remedy="请改名，或删去这一节")
    if isinstance(limit, int) and limit < 0:
        raise SanwuError(
            "limit 不能小于0", place=place, remedy="请写全年最多几件还算没有突破，一件都不许有的写0"
        )
