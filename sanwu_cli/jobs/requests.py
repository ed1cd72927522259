"""What to ask of whom so that what is open is decided: gaps put together, in words, by sender."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.jobs.held import show_number
from sanwu_cli.jobs.reading import sheet_of
from sanwu_cli.plan.needs import NeedKind
from sanwu_cli.sheets.schema import load_schemas

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sanwu_cli.jobs.scoring import Scoring
    from sanwu_cli.periods import Month
    from sanwu_cli.plan.needs import Need, OpenArea
    from sanwu_cli.terms import Indicator

OURSELVES = "本单位"
NOT_OVER = "（月份还没有过完）"
_Asked = dict["Need", dict[str, None]]


class Request(Struct, frozen=True):
    """One thing to ask of one sender, and the codes of the areas it helps to decide.

    `townships` are codes (`is_county`: all that have villages); `case_id` names a held or contested case.
    """

    sender: str
    kind: NeedKind
    text: str
    decides: tuple[str, ...]
    sheet: str = ""
    indicator: Indicator | None = None
    months: tuple[Month, ...] = ()
    townships: tuple[str, ...] = ()
    is_county: bool = False
    areas: tuple[str, ...] = ()
    case_id: str = ""
    names: tuple[str, ...] = ()


def list_requests(scoring: Scoring, open_areas: Iterable[OpenArea]) -> tuple[Request, ...]:
    """List what to ask, each thing once, by sender in order of first mention."""
    asked: _Asked = defaultdict(dict)
    for one in open_areas:
        for need in one.needs:
            asked[need][one.area.code] = None
    requests: list[Request] = []
    for kinds, make in _MAKERS:
        requests += make(scoring, {need: codes for need, codes in asked.items() if need.kind in kinds})
    senders = list(dict.fromkeys(request.sender for request in requests))
    return tuple(sorted(requests, key=lambda request: senders.index(request.sender)))


def _ask_reports(scoring: Scoring, asked: _Asked) -> Iterable[Request]:
    """Ask for unreported months: months silent in the same townships together."""
    silent: dict[tuple[Indicator, Month], dict[str, None]] = defaultdict(dict)
    decides: dict[tuple[Indicator, Month], dict[str, None]] = defaultdict(dict)
    for need, codes in asked.items():
        if need.indicator is not None and need.month is not None:
            silent[need.indicator, need.month][need.township] = None
            decides[need.indicator, need.month].update(codes)
    grouped: dict[tuple[Indicator, tuple[str, ...], bool], list[Month]] = defaultdict(list)
    for indicator, month in sorted(
        silent, key=lambda key: (list(scoring.case.indicators).index(key[0]), key[1])
    ):
        towns = tuple(sorted(silent[indicator, month]))
        grouped[indicator, towns, month in scoring.due].append(month)
    for (indicator, towns, is_due), months in grouped.items():
        codes = dict.fromkeys(code for month in months for code in decides[indicator, month])
        sheet = sheet_of(indicator)
        sender, title = find_sender(scoring, indicator)
        is_county = _is_county(scoring, towns)
        where = "全部乡镇(街道)" if is_county else _name(scoring, towns)
        tail = "，没有发生的报零报告" if is_due else "，到期后报"
        yield Request(
            sender if is_due else NOT_OVER,
            NeedKind.REPORT,
            f"补报《{title}》{'、'.join(month.label for month in months)}（{where}）{tail}",
            tuple(codes),
            sheet=sheet,
            indicator=indicator,
            months=tuple(months),
            townships=towns,
            is_county=is_county,
        )


def find_sender(scoring: Scoring, indicator: Indicator) -> tuple[str, str]:
    """Give who reports an indicator and on which sheet; one the office added comes in month counts."""
    schemas = load_schemas()
    for added in scoring.workspace.settings.added:
        if added.indicator is indicator:
            return (
                added.sender or "负责这项指标的部门",
                f"{schemas['indicator_count'].title}（{indicator.label}）",
            )
    schema = schemas[sheet_of(indicator)]
    return schema.sender, schema.title


def _is_county(scoring: Scoring, towns: tuple[str, ...]) -> bool:
    return set(towns) >= set(scoring.case.book.by_township)


def _name(scoring: Scoring, codes: Iterable[str]) -> str:
    book = scoring.case.book
    return "、".join(book.by_code[code][-1].name if book.by_code.get(code) else code for code in codes)


def _ask_cases(scoring: Scoring, asked: _Asked) -> Iterable[Request]:
    """Ask what becomes of a held or contested case: the department that told of it, or who decides."""
    ruling = load_schemas()["ruling"]
    for need, codes in asked.items():
        if need.incident is None or need.indicator is None:
            continue
        is_objection = need.kind is NeedKind.OBJECTION
        sender = ruling.sender if is_objection else find_sender(scoring, need.indicator)[0]
        why = "异议还没有裁定" if is_objection else need.incident.why or "归属或日期没有定"
        yield Request(
            sender,
            need.kind,
            f"{need.indicator.label} {show_number(need.incident)}：{why}",
            tuple(codes),
            sheet=ruling.id if is_objection else sheet_of(need.indicator),
            indicator=need.indicator,
            case_id=need.incident.id,
        )


def _ask_numbers(scoring: Scoring, asked: _Asked) -> Iterable[Request]:
    """Ask about counted numbers: those the cases deny, and sums that name no village."""
    for need, codes in asked.items():
        if need.indicator is None:
            continue
        sender, _ = find_sender(scoring, need.indicator)
        span = need.period.label if need.period else ""
        yield Request(
            sender if need.kind is not NeedKind.OTHER else OURSELVES,
            need.kind,
            f"{_name(scoring, (need.area,))}{span}{need.indicator.label}：{need.kind.label}",
            tuple(codes),
            sheet="indicator_count",
            indicator=need.indicator,
            months=need.period.months() if need.period else (),
            areas=(need.area,),
        )


def _ask_bindings(scoring: Scoring, asked: _Asked) -> Iterable[Request]:
    """Ask for attestations: townships that lack the same indicators together."""
    lacking: dict[str, dict[str, None]] = defaultdict(dict)
    for need in asked:
        lacking[need.township][need.name] = None
    grouped: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for township, missing in lacking.items():
        grouped[tuple(missing)].append(township)
    schema = load_schemas()["binding"]
    for names, codes in grouped.items():
        what = "、".join(filter(None, names)) or f"认定不满{scoring.case.binding_count}项"
        yield Request(
            schema.sender,
            NeedKind.BINDING,
            f"《{schema.title}》{_name(scoring, codes)}：{what}",
            tuple(codes),
            sheet=schema.id,
            townships=tuple(codes),
            names=tuple(filter(None, names)),
        )


def _ask_scores(scoring: Scoring, asked: _Asked) -> Iterable[Request]:
    if not asked:
        return
    towns = tuple(dict.fromkeys(need.township for need in asked))
    schema = load_schemas()["assessment"]
    yield Request(
        schema.sender,
        NeedKind.SCORE,
        f"《{schema.title}》{_name(scoring, towns)}：没有综合得分",
        tuple(dict.fromkeys(code for codes in asked.values() for code in codes)),
        sheet=schema.id,
        townships=towns,
    )


def _ask_ourselves(scoring: Scoring, asked: _Asked) -> Iterable[Request]:
    for need, codes in asked.items():
        text = f"{_name(scoring, (need.township,))}：{need.kind.label}，占比无从计算，请研究"
        yield Request(OURSELVES, need.kind, text, tuple(codes), townships=(need.township,))


_MAKERS: tuple[tuple[tuple[NeedKind, ...], Callable[[Scoring, _Asked], Iterable[Request]]], ...] = (
    ((NeedKind.REPORT,), _ask_reports),
    ((NeedKind.HELD, NeedKind.OBJECTION), _ask_cases),
    ((NeedKind.CLASH, NeedKind.SPLIT, NeedKind.OTHER), _ask_numbers),
    ((NeedKind.BINDING,), _ask_bindings),
    ((NeedKind.SCORE,), _ask_scores),
    ((NeedKind.NO_VILLAGES,), _ask_ourselves),
)
