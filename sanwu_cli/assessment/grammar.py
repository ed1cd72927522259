"""The column 计分方式: a small fixed grammar; a line that does not follow it has no way at all.

First what is done, then what limits it, with commas between. Widths and blanks do not matter, numbers are
Arabic:
每次扣2分[，扣完为止｜最多扣N分][，某类按N倍] · 每缺1项扣1分[…] · 按比例得分[，达到P%得满分][，低于P%不得分] ·
逐项得分 · 分档：达到P%得N分、…、其余得N分 · 分档：不超过N次得N分、…、其余得N分 · 人工评分 ·
每次加N分，最多加N分 · 人工加分，最多加N分 · 一票否决[，超过N次]，总分记0分｜本部分记0分｜不参加排名.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.assessment.ways import Bonus, Deduct, Effect, Manual, Ratio, Tiers, Veto, Way

if TYPE_CHECKING:
    from collections.abc import Callable

EXAMPLES = (
    "每次扣2分，扣完为止",
    "每缺1项扣1分，最多扣5分",
    "按比例得分，达到95%得满分",
    "分档：达到90%得10分、达到80%得6分、其余得0分",
    "人工评分",
    "每次加1分，最多加3分",
    "一票否决，总分记0分",
)

_N = r"([0-9]+(?:\.[0-9]+)?)"
_UNIT = r"(?:人次|村次|次|件|个|起|例|项|人|村|天|期|份|条|户|处|场)"
_ONE = rf"(?:1|一)?{_UNIT}"
_DEDUCT = re.compile(rf"每(?:发生|发现|出现)?{_ONE}扣{_N}分")
_DEDUCT_MISSING = re.compile(rf"每[缺少差]{_ONE}扣{_N}分")
_BONUS = re.compile(rf"每(?:完成|开展)?{_ONE}加{_N}分")
_MOST_OFF = re.compile(rf"最多扣{_N}分")
_MOST_MORE = re.compile(rf"最多加{_N}分")
_WEIGHT = re.compile(rf"([\u4e00-\u9fff]{{2,10}})按{_N}倍")
_FULL_AT = re.compile(rf"达到{_N}%得满分")
_ZERO_BELOW = re.compile(rf"低于{_N}%不得分")
_OVER = re.compile(rf"超过([0-9]+){_UNIT}")
_TIER = re.compile(rf"(达到|不超过){_N}(%|{_UNIT})得{_N}分")
_REST = re.compile(rf"其余得{_N}分")
_TIERS = "分档:"
_FLOOR = "扣完为止"
_HUNDRED = 100
_LONGEST = 500


class WayFault(Struct, frozen=True):
    """Why a cell of 计分方式 cannot be followed."""

    why: str


def parse_way(text: str, points: Fraction | None) -> Way | WayFault:
    """Read a cell of 计分方式 for an item of so many points (None: none stated), or say why it cannot be."""
    folded = "".join(unicodedata.normalize("NFKC", text).split()).strip("。.;,")
    if not folded or len(folded) > _LONGEST:
        return WayFault("没有写" if not folded else "写得太长")
    if folded.startswith(_TIERS):
        found: Way | WayFault = _parse_tiers(re.split("[、,;]", folded.removeprefix(_TIERS)))
    else:
        head, *limits = re.split("[,;。]", folded)
        found = _parse_head(head, limits)
    if isinstance(found, WayFault):
        return found
    fault = _check_points(found, points)
    return WayFault(fault) if fault else found


def _parse_head(head: str, limits: list[str]) -> Way | WayFault:
    for pattern, build in _HEADS:
        if match := pattern.fullmatch(head):
            return build([Fraction(group) for group in match.groups()], limits)
    return WayFault(f"不认识“{head}”")


def _build_deduct(numbers: list[Fraction], limits: list[str], *, is_missing: bool = False) -> Way | WayFault:
    most, weights, ends = None, [], 0
    for limit in limits:
        if limit == _FLOOR:
            ends += 1
        elif match := _MOST_OFF.fullmatch(limit):
            most, ends = Fraction(match[1]), ends + 1
        elif (match := _WEIGHT.fullmatch(limit)) and not is_missing:
            weights.append((match[1], Fraction(match[2])))
        else:
            return WayFault(f"不认识“{limit}”")
    if ends > 1:
        return WayFault("扣到多少为止写了两次")
    if any(factor < 1 for _, factor in weights) or len(dict(weights)) < len(weights):
        return WayFault("加倍的类别写重了，或者倍数小于1")
    if not numbers[0] or most == 0:
        return WayFault("扣0分等于没有扣分")
    return Deduct(numbers[0], most, is_missing, tuple(weights))


def _build_missing(numbers: list[Fraction], limits: list[str]) -> Way | WayFault:
    return _build_deduct(numbers, limits, is_missing=True)


def _build_ratio(_numbers: list[Fraction], limits: list[str]) -> Way | WayFault:
    told: dict[str, Fraction] = {}
    for limit in limits:
        for name, pattern in (("full_at", _FULL_AT), ("zero_below", _ZERO_BELOW)):
            if (match := pattern.fullmatch(limit)) and name not in told:
                told[name] = Fraction(match[1]) / _HUNDRED
                break
        else:
            return WayFault(f"不认识“{limit}”")
    way = Ratio(told.get("full_at", Fraction(1)), told.get("zero_below", Fraction(0)))
    if not way.zero_below <= way.full_at <= 1 or not way.full_at:
        return WayFault("百分比要在0到100之间，得满分的不低于不得分的")
    return way


def _build_plain(way: Way) -> Callable[[list[Fraction], list[str]], Way | WayFault]:
    def build(_numbers: list[Fraction], limits: list[str]) -> Way | WayFault:
        return WayFault(f"不认识“{limits[0]}”") if limits else way

    return build


def _build_bonus(numbers: list[Fraction], limits: list[str]) -> Way | WayFault:
    match = _MOST_MORE.fullmatch(limits[0]) if len(limits) == 1 else None
    if match is None:
        return WayFault("加分要写明“最多加N分”，别的不写")
    return Bonus(Fraction(match[1]), numbers[0] if numbers else None)


def _build_veto(_numbers: list[Fraction], limits: list[str]) -> Way | WayFault:
    effects = {effect.label: effect for effect in Effect}
    chosen = [effects[limit] for limit in limits if limit in effects]
    overs = [int(match[1]) for limit in limits if (match := _OVER.fullmatch(limit))]
    if len(chosen) != 1 or len(overs) > 1 or len(chosen) + len(overs) < len(limits):
        return WayFault(f"一票否决后面要写一种结果：{'、'.join(effects)}")
    return Veto(chosen[0], overs[0] if overs else 0)


_HEADS: tuple[tuple[re.Pattern[str], Callable[[list[Fraction], list[str]], Way | WayFault]], ...] = (
    (_DEDUCT, _build_deduct),
    (_DEDUCT_MISSING, _build_missing),
    (re.compile("按比例得分"), _build_ratio),
    (re.compile("逐项得分"), _build_plain(Ratio())),
    (re.compile("人工评分"), _build_plain(Manual())),
    (_BONUS, _build_bonus),
    (re.compile("人工加分"), _build_bonus),
    (re.compile("一票否决"), _build_veto),
)


def _parse_tiers(parts: list[str]) -> Way | WayFault:
    rest = _REST.fullmatch(parts[-1])
    if rest is None or len(parts) < 2:  # noqa: PLR2004 - one step and the rest
        return WayFault("分档的最后一档要写“其余得N分”，前面至少一档")
    steps, words, units = [], set(), set()
    for part in parts[:-1]:
        match = _TIER.fullmatch(part)
        if match is None:
            return WayFault(f"不认识“{part}”")
        words.add(match[1])
        units.add(match[3] == "%")
        steps.append((Fraction(match[2]) / (_HUNDRED if match[3] == "%" else 1), Fraction(match[4])))
    if len(words) > 1 or len(units) > 1 or (words == {"不超过"} and units == {True}):
        return WayFault("各档要么都写“达到N%”，要么都写“达到N次”，要么都写“不超过N次”")
    way = Tiers(tuple(steps), Fraction(rest[1]), words == {"不超过"}, units == {True})
    return way if _is_falling(way) else WayFault("各档要从好到差写，分数一档比一档少")


def _is_falling(way: Tiers) -> bool:
    bounds = [bound for bound, _ in way.steps]
    if way.is_share and any(bound > 1 for bound in bounds):
        return False
    scores = [points for _, points in way.steps] + [way.rest]
    in_order = all(a < b if way.is_ceiling else a > b for a, b in pairwise(bounds))
    return in_order and all(a > b for a, b in pairwise(scores))


def _check_points(way: Way, points: Fraction | None) -> str:
    if isinstance(way, Bonus | Veto):
        return "加分项和一票否决项的分值要留空，加多少写在计分方式里" if points else ""
    if not points:
        return "这一项没有分值"
    if isinstance(way, Tiers) and way.steps[0][1] > points:
        return "最好的一档超过了分值"
    return ""
