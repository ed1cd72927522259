"""What the readings decide, as JSON (sanwu/readings/1), rows and lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.jobs.scoring import describe_answer, describe_choice
from sanwu_cli.plan.records import ReadingKind
from sanwu_cli.terms import AreaLevel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.jobs.influence import Awards, Effect, Influence, UnitChange, View
    from sanwu_cli.plan.records import Reading

EFFECT_HEADERS = (
    *("口径", "事项", "现在采用", "状态", "改为", "代码", "单位", "现在的结论", "改后的结论"),
    *("现在的数", "改后的数", "奖励增减（元）"),
)
SHORT_HEADERS = ("单位", "现在", "改后", "依据的数")
ALONE = "各条口径分别试算，其余不动；两条同时改的情形没有试算。"
_ABSENT = "不在册"
_FIRST = 3


def influence_as_json(influence: Influence) -> dict[str, object]:
    """Give the readings tried as sanwu/readings/1."""
    scoring = influence.scoring
    return {
        "schema": "sanwu/readings/1",
        "year": scoring.year,
        "as_of": scoring.as_of.isoformat(),
        "awards": awards_as_json(influence.awards),
        "pairs_tried": False,
        "answers": [_effect_as_json(influence, effect) for effect in influence.effects],
        "untried": [
            {"id": r.id, "title": r.title, "clause": r.clause, "why": why_untried(r)}
            for r in influence.untried
        ],
    }


def awards_as_json(awards: Awards) -> dict[str, object]:
    """Give an award sum with its two ends: certain, and with everybody still open."""
    return {
        end: {
            "townships": awards.townships[at],
            "villages": awards.villages[at],
            "total_yuan": awards.yuan[at],
        }
        for at, end in enumerate(("low", "high"))
    }


def _effect_as_json(influence: Influence, effect: Effect) -> dict[str, object]:
    settings = influence.scoring.workspace.settings
    reading = effect.reading
    return {
        "id": reading.id,
        "title": reading.title,
        "clause": reading.clause,
        "confirmed": reading.id in settings.confirmed,
        "chosen": _plain(settings.readings[reading.id]),
        "chosen_label": describe_choice(influence.scoring.workspace, reading.id),
        "answer": _plain(effect.value),
        "answer_label": describe_answer(reading, effect.value),
        "units": [_change_as_json(change) for change in effect.changes],
        "named": [change.area.code for change in effect.changes if change.is_gained],
        "not_named": [change.area.code for change in effect.changes if change.is_lost],
        "awards": awards_as_json(effect.awards),
        "change_yuan": dict(zip(("low", "high"), _change_yuan(influence, effect), strict=True)),
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _change_as_json(change: UnitChange) -> dict[str, object]:
    return {
        "code": change.area.code,
        "name": change.area.name,
        "level": change.area.level.value,
        "township": change.area.parent,
        "here": _view_as_json(change.here),
        "there": _view_as_json(change.there),
    }


def _view_as_json(view: View) -> dict[str, object]:
    return {"verdict": view.verdict.value if view.verdict else None, "numbers": list(view.numbers)}


def _change_yuan(influence: Influence, effect: Effect) -> tuple[int, int]:
    low, high = (then - now for then, now in zip(effect.awards.yuan, influence.awards.yuan, strict=True))
    return low, high


def why_untried(reading: Reading) -> str:
    """Say why no other answer of a reading was tried."""
    if not reading.in_use:
        return "本版还没有用到"
    if reading.kind is ReadingKind.CHOICE:
        return "只有一种读法"
    return "是名单或者数，没有写定的另一种答案；要试请用 --set"


def effect_rows(influence: Influence) -> list[tuple[str, ...]]:
    """Lay out under EFFECT_HEADERS every unit an answer changes; an answer that changes none has a row."""
    rows: list[tuple[str, ...]] = []
    for effect in influence.effects:
        head = (*_head(influence, effect), describe_answer(effect.reading, effect.value))
        money = show_change(*_change_yuan(influence, effect))
        rows += [
            (
                *head,
                change.area.code,
                change.area.name,
                show_verdict(change.here),
                show_verdict(change.there),
                "；".join(change.here.numbers),
                "；".join(change.there.numbers),
                money,
            )
            for change in effect.changes
        ] or [(*head, "", "没有单位因此改变", "", "", "", "", money)]
    return rows


def _head(influence: Influence, effect: Effect) -> tuple[str, str, str, str]:
    reading, scoring = effect.reading, influence.scoring
    chosen = describe_choice(scoring.workspace, reading.id)
    return reading.id, reading.title, chosen, show_status(influence, reading.id)


def show_status(influence: Influence, reading_id: str) -> str:
    """Say whether the office has confirmed a reading."""
    return "本单位已确认" if reading_id in influence.scoring.workspace.settings.confirmed else "默认，待确认"


def show_verdict(view: View) -> str:
    """Name a verdict; a unit that does not stand in that year has none."""
    return view.verdict.label if view.verdict else _ABSENT


def show_change(low: int, high: int) -> str:
    """Write a change of the sum: one number, or from … to."""
    return f"{low:+,}" if low == high else f"{min(low, high):+,}…{max(low, high):+,}"


def show_awards(awards: Awards) -> str:
    """Write a sum of awards with both its ends."""
    low, high = awards.yuan
    return f"{low:,}元" if low == high else f"{low:,}…{high:,}元"


def effect_title(influence: Influence, effect: Effect) -> list[str]:
    """Say in short lines which reading is tried, how it is answered now and how otherwise."""
    _, title, chosen, status = _head(influence, effect)
    return [
        f"{effect.reading.id} {title}（{status}）",
        f"  现在：{chosen}",
        f"  改为：{describe_answer(effect.reading, effect.value)}",
    ]


def effect_money(influence: Influence, effect: Effect) -> str:
    """Say what the awards come to under the other answer."""
    change = show_change(*_change_yuan(influence, effect))
    return f"  奖励：{show_awards(influence.awards)} → {show_awards(effect.awards)}（{change}）"


def change_row(change: UnitChange) -> tuple[str, ...]:
    """Lay out a unit under SHORT_HEADERS, only the numbers that differ on both sides."""
    here, there = change.here.numbers, change.there.numbers
    numbers = [
        now if now == then else f"{now} → {then}"
        for now, then in zip(here, there, strict=False)
        if now != then
    ] or list(here or there)
    return change.area.name, show_verdict(change.here), show_verdict(change.there), "；".join(numbers)


def change_rows(influence: Influence, effect: Effect, *, is_full: bool) -> list[tuple[str, ...]]:
    """Lay out an answer's units; unless full, villages of one township with the same row share one."""
    if is_full:
        return [change_row(change) for change in effect.changes]
    towns = {area.code: area.name for area in influence.scoring.case.book.townships}
    grouped: dict[tuple[str, ...], list[str]] = {}
    for change in effect.changes:
        name, *rest = change_row(change)
        parent = change.area.parent if change.area.level is AreaLevel.VILLAGE else change.area.code
        grouped.setdefault((parent, *rest), []).append(name)
    return [(_name_group(towns.get(key[0], ""), names), *key[1:]) for key, names in grouped.items()]


def _name_group(township: str, names: list[str]) -> str:
    shown = "、".join(names[:_FIRST])
    return f"{township}的{shown}等{len(names)}个" if len(names) > _FIRST else shown


def name_answer(influence: Influence, effect: Effect) -> str:
    """Name an answer tried: by its reading alone where that has no other."""
    tried = [one for one in influence.effects if one.reading.id == effect.reading.id]
    label = describe_answer(effect.reading, effect.value)
    return effect.reading.id if len(tried) == 1 else f"{effect.reading.id}（{label}）"


def change_as_plain(influence: Influence, code: str) -> list[Mapping[str, object]]:
    """Give the answers that change one unit's verdict, as `score explain` carries them."""
    return [
        _effect_as_json(influence, effect) | {"units": [_change_as_json(change)]}
        for effect in influence.effects
        for change in effect.changes
        if change.area.code == code
    ]
