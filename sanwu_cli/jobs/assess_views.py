"""The assessment laid out: rows, a workbook, JSON; the result of an example says so everywhere."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sanwu_cli.assessment.items import FULL_POINTS, Part, show_points
from sanwu_cli.assessment.scoring import show_interval
from sanwu_cli.assessment.ways import Veto
from sanwu_cli.jobs.gate import write_internal
from sanwu_cli.jobs.scores import find_share
from sanwu_cli.terms import Answer
from sanwu_cli.workbook.write import TableSheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sanwu_cli.assessment.items import Item
    from sanwu_cli.assessment.scoring import Assessment, ItemPoints, TownshipScore
    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.model import Interval, Number
    from sanwu_cli.plan.facts import Evidence

SUMMARY_HEADERS = ("乡镇(街道)", *(part.label for part in Part), "综合得分", "名次")
LINE_HEADERS = ("代码", "乡镇(街道)", "编号", "项目", "部分", "分值", "得分", "来源", "实际", "依据", "还缺")
ITEM_HEADERS = ("编号", "项目", "部分", "分值", "计分方式", "数据来源", "状态")
_OUT, _MAYBE_OUT = "不排名", "可能不排名"
_DRAWN = {Answer.MET: "已否决", Answer.NOT_MET: "没有发生", Answer.UNKNOWN: "待定"}
_MOST_SHOWN = 3


def mark_of(assessment: Assessment) -> str:
    """Give what every result of an example says, else nothing."""
    return f"（{assessment.mark}）" if assessment.mark else ""


def summary_rows(assessment: Assessment) -> list[tuple[str, ...]]:
    """Lay out every township under SUMMARY_HEADERS, the best first."""
    ranked = sorted(
        assessment.townships,
        key=lambda one: (one.rank is None, one.rank.low if one.rank else 0, one.area.code),
    )
    return [
        (
            one.area.name,
            *(show_interval(one.halves[part]) for part in Part),
            show_interval(one.total),
            show_rank(one),
        )
        for one in ranked
    ]


def show_rank(one: TownshipScore) -> str:
    """Write a place as known: 2, or 1～3, or out of the ranking."""
    if one.rank is None:
        return _OUT
    rank = one.rank
    shown = f"{rank.low}" if rank.is_exact else f"{rank.low}～{rank.high or ''}"
    return shown.rstrip("～") + (f"（{_MAYBE_OUT}）" if one.unranked is Answer.UNKNOWN else "")


def line_rows(assessment: Assessment, townships: Iterable[TownshipScore]) -> list[tuple[str, ...]]:
    """Lay out every item of these townships under LINE_HEADERS."""
    mark = assessment.mark
    return [
        (
            one.area.code,
            one.area.name,
            scored.item.number,
            scored.item.told.item,
            scored.item.part.label if scored.item.part else "",
            show_points(scored.item.points) if scored.item.is_base else "",
            show_item(scored),
            scored.origin.label + (f"（{mark}）" if mark else ""),
            show_amount(scored),
            "；".join(cite(scored.known.evidence)),
            "；".join(scored.known.gaps),
        )
        for one in townships
        for scored in one.items
    ]


def show_item(scored: ItemPoints) -> str:
    """Write an item's points, or of a veto whether it is drawn."""
    return _DRAWN[scored.veto] if scored.veto is not None else show_interval(scored.points)


def show_amount(scored: ItemPoints) -> str:
    """Write the number an item was scored by: 3, 2～4, 7/10."""
    known = scored.known
    if known.amount.high is None and not known.amount.low:
        return ""
    text = _show_number(known.amount)
    return f"{text}/{_show_number(known.out_of)}" if known.out_of is not None else text


def _show_number(interval: Interval) -> str:
    if interval.is_exact:
        return _plain(interval.low)
    return (
        f"{_plain(interval.low)}以上"
        if interval.high is None
        else f"{_plain(interval.low)}～{_plain(interval.high)}"
    )


def _plain(number: Number) -> str:
    exact = Fraction(number)
    return str(exact.numerator) if exact.denominator == 1 else show_points(exact)


def cite(evidence: Iterable[Evidence], *, most: int | None = _MOST_SHOWN) -> list[str]:
    """Write where a number comes from, the first few and how many more."""
    places = [f"{_place(e)} {e.case_number}".rstrip() for e in evidence]
    if most is None or len(places) <= most:
        return places
    return [*places[:most], f"还有{len(places) - most}处"]


def _place(evidence: Evidence) -> str:
    source = evidence.source
    return f"{source.file}:{source.sheet}" + (f"!第{source.row}行" if source.row else "")


def item_rows(items: Iterable[Item]) -> list[tuple[str, ...]]:
    """Lay out the items under ITEM_HEADERS, as they were understood."""
    return [
        (
            item.number,
            item.told.item,
            item.part.label if item.part else "",
            show_points(item.points) if item.points else "",
            item.told.way,
            item.told.data_source,
            "可以计算" if item.way is not None else "要改",
        )
        for item in items
    ]


def how_lines(assessment: Assessment, scoring: Scoring) -> list[str]:
    """Say how the total is made, and that it is an example."""
    share = find_share(scoring.workspace, scoring.case.book.day)
    halves = f"{Part.ONE_CENTRE.label}占{_percent(share)}，{Part.OTHER.label}占{_percent(1 - share)}"
    lines = [f"综合得分：{halves}，两部分各按{FULL_POINTS}分〔六(四)〕"]
    return [f"以上结果是{assessment.mark}", *lines] if assessment.mark else lines


def _percent(share: Fraction) -> str:
    return f"{_plain(share * 100)}%"


def write_assessment(assessment: Assessment, scoring: Scoring) -> bytes:
    """Write the summary and every point as a workbook; an example says so in each title."""
    mark = mark_of(assessment)
    head = f"{scoring.workspace.settings.name}{assessment.year}年"
    notes = (*how_lines(assessment, scoring), "本表由程序按登记数据计算，供研究决定，不是考核结论。")
    sheets = (
        TableSheet(
            "汇总", SUMMARY_HEADERS, tuple(summary_rows(assessment)), f"{head}考核得分汇总{mark}", notes=notes
        ),
        TableSheet(
            "分项",
            LINE_HEADERS,
            tuple(line_rows(assessment, assessment.townships)),
            f"{head}考核逐项计算{mark}",
            notes=notes,
        ),
        TableSheet(
            "细则", ITEM_HEADERS, tuple(item_rows(assessment.items)), f"{head}所用考核项目{mark}", notes=notes
        ),
    )
    return write_internal(f"{head}考核得分{mark}", sheets, dated=scoring.case.book.day)


# --- JSON


def assessment_as_json(assessment: Assessment, scoring: Scoring) -> dict[str, object]:
    """Give sanwu/assessment/1; points are exact texts: decimals, or fractions where they do not end."""
    return {
        "schema": "sanwu/assessment/1",
        "year": assessment.year,
        "as_of": scoring.as_of,
        **_head(assessment, scoring),
        "items": items_as_json(assessment.items),
        "townships": [township_as_json(one) for one in assessment.townships],
    }


def _head(assessment: Assessment, scoring: Scoring) -> dict[str, object]:
    return {
        "is_example": assessment.is_example,
        "mark": assessment.mark or None,
        "one_centre_share": str(find_share(scoring.workspace, scoring.case.book.day)),
    }


def explain_as_json(assessment: Assessment, scoring: Scoring, one: TownshipScore) -> dict[str, object]:
    """Give sanwu/assessment-explain/1: one township's points."""
    head = {"schema": "sanwu/assessment-explain/1", "year": assessment.year, "as_of": scoring.as_of}
    return {**head, **_head(assessment, scoring), "township": township_as_json(one)}


def items_as_json(items: Iterable[Item]) -> list[dict[str, object]]:
    """Give the items as understood."""
    return [
        {
            "number": item.number,
            "item": item.told.item,
            "part": item.part,
            "points": exact(item.points) if item.is_base and item.points else None,
            "way": item.told.way,
            "data_source": item.told.data_source,
            "measure": item.measure.id if item.measure else None,
            "effect": item.way.effect if isinstance(item.way, Veto) else None,
            "basis": item.told.basis,
            "is_scored": item.way is not None,
            "source": _source(item),
        }
        for item in items
    ]


def _source(item: Item) -> dict[str, object]:
    source = item.told.source
    return {"file": source.file, "sheet": source.sheet, "row": source.row}


def township_as_json(one: TownshipScore) -> dict[str, object]:
    """Give one township: items, halves, total, rank."""
    return {
        "code": one.area.code,
        "name": one.area.name,
        **{part.value: bounds_as_json(one.halves[part]) for part in Part},
        "total": bounds_as_json(one.total),
        "unranked": one.unranked,
        "rank": None if one.rank is None else {"low": one.rank.low, "high": one.rank.high},
        "items": [_item_as_json(scored) for scored in one.items],
    }


def _item_as_json(scored: ItemPoints) -> dict[str, object]:
    return {
        "number": scored.item.number,
        "points": None if scored.points is None else bounds_as_json(scored.points),
        "veto": scored.veto,
        "origin": scored.origin,
        "amount": bounds_as_json(scored.known.amount),
        "out_of": bounds_as_json(scored.known.out_of) if scored.known.out_of else None,
        "evidence": [
            {
                "file": e.source.file,
                "sheet": e.source.sheet,
                "row": e.source.row,
                "case_number": e.case_number,
            }
            for e in scored.known.evidence
        ],
        "gaps": list(scored.known.gaps),
    }


def bounds_as_json(bounds: Interval) -> dict[str, str | None]:
    """Give low and high as exact texts; high None is unbounded."""
    return {"low": exact(bounds.low), "high": None if bounds.high is None else exact(bounds.high)}


def exact(number: Number) -> str:
    """Write a number exactly: 85.5, or 200/3 where the decimals do not end."""
    fraction = Fraction(number)
    shown = show_points(fraction, digits=0)
    return str(fraction) if shown.endswith("…") else shown
