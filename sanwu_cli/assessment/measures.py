"""The numbers the toolkit can give an item itself (数据来源); the table MEASURES is the whole registry.

Adding one is a function of (ground, township code) and a line of the table; a measure without a function is
known by name and waits for a person's numbers. Sheets that list only what was done give a lower bound: what
nobody wrote down may have been done all the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sanwu_cli.assessment.ways import Measured, Shape
from sanwu_cli.model import Interval
from sanwu_cli.plan.facts import Evidence, answer_village
from sanwu_cli.terms import Answer, Indicator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from sanwu_cli.activities import Activities, CentreRecord, DisputeRecord
    from sanwu_cli.model import Place
    from sanwu_cli.plan.facts import Case
    from sanwu_cli.plan.tally import Tally

_JOINT = "joint"
_TOWNSHIP = "township"
# What clause 三1 asks of a centre, by the fields of sheets/centre.toml.
_MECHANISMS = (
    *("joint_mediation", "joint_prevention", "joint_work"),
    *("joint_treatment", "joint_creation", "joint_governance"),
)
_CENTRE_ITEMS = {
    _TOWNSHIP: ("coordination_centre", "mediation_centre", "grid_centre", "reception_window", *_MECHANISMS),
    "village": ("governance_room", "mediation_room", "police_room", "service_window", *_MECHANISMS),
}


class Ground(Struct, frozen=True):
    """What measures are taken from: the year's case, the year's work, the day of reference.

    `taken` are measures somebody else took, by measure id and township code.
    """

    case: Case
    activities: Activities
    year: int
    as_of: date
    taken: Mapping[tuple[str, str], Measured] = {}


class Measure(Struct, frozen=True):
    """A number by name; `is_result` says that it is one of the three indicators' results (T-22)."""

    id: str
    label: str
    shape: Shape
    about: str
    read: Callable[[Ground, str], Measured] | None = None
    is_result: bool = False


Measures = dict[tuple[str, str], Measured]


def take_measures(ground: Ground, wanted: Iterable[Measure], townships: Iterable[str]) -> Measures:
    """Take each wanted measure of each township; those nobody can take are left out."""
    codes = tuple(townships)
    read = {
        (measure.id, code): measure.read(ground, code)
        for measure in dict.fromkeys(wanted)
        if measure.read is not None
        for code in codes
    }
    return {**ground.taken, **read}


# --- the three indicators


def _count_cases(indicator: Indicator) -> Callable[[Ground, str], Measured]:
    def count(ground: Ground, township: str) -> Measured:
        case = ground.case
        codes = [*(village.code for village in case.book.villages_of(township)), township]
        tallies = [case.tally(code, indicator) for code in codes[:-1]]
        own, open_ones = _cases_of_township(ground, township, indicator)
        low = sum(int(tally.interval.low) for tally in tallies) + own
        highs = [tally.interval.high for tally in tallies]
        high = None
        if not any(h is None for h in highs) and tallies:
            high = max(low, sum(int(h) for h in highs if h is not None) + own + open_ones - _twice(tallies))
        gaps = ("有月份没有报齐，或有挂起的案件",) if high != low else ()
        return Measured(Interval(low, high), evidence=_cite(tallies), gaps=gaps)

    return count


def _cases_of_township(ground: Ground, township: str, indicator: Indicator) -> tuple[int, int]:
    """Count the cases charged to the township itself (T-19), and the held ones that name only itself."""
    book = ground.case.book
    codes = book.lineages.get(township, (township,))
    own = {incident.id for code in codes for incident in book.incidents.get((code, indicator), ())}
    held = {
        incident.id: incident.weight for code in codes for incident in book.held.get((code, indicator), ())
    }
    return len(own), sum(held.values())


def _twice(tallies: list[Tally]) -> int:
    """Count what held cases add more than once: a case of an unknown village is held in each of them."""
    seen: dict[str, list[int]] = {}
    for tally in tallies:
        for incident in tally.held:
            if len(incident.places) == 1:
                seen.setdefault(incident.id, []).append(incident.weight)
    return sum(sum(weights[1:]) for weights in seen.values())


def _cite(tallies: Iterable[Tally]) -> tuple[Evidence, ...]:
    cases = [i for tally in tallies for i in (*tally.incidents, *tally.held)]
    return tuple(dict.fromkeys(Evidence(source, i.case_number) for i in cases for source in i.sources))


def _count_breached(ground: Ground, township: str) -> Measured:
    answers = _answers(ground, township)
    low = answers.count(Answer.NOT_MET)
    return _with_gap(Measured(Interval(low, low + answers.count(Answer.UNKNOWN))), answers)


def _share_unbreached(ground: Ground, township: str) -> Measured:
    answers = _answers(ground, township)
    low, count = answers.count(Answer.MET), len(answers)
    known = Interval(low, low + answers.count(Answer.UNKNOWN))
    return _with_gap(Measured(known, Interval(count, count)), answers)


def _answers(ground: Ground, township: str) -> list[Answer]:
    case = ground.case
    return [answer_village(case, village.code) for village in case.book.villages_of(township)]


def _with_gap(known: Measured, answers: list[Answer]) -> Measured:
    unknown = answers.count(Answer.UNKNOWN)
    if not answers:
        return Measured(gaps=("辖区没有参与计算的村(社区)",))
    gaps = (f"{unknown}个村(社区)待定",) if unknown else ()
    return Measured(known.amount, known.out_of, gaps=gaps)


# --- the year's work


def _share_settled(ground: Ground, township: str) -> Measured:
    disputes = _disputes(ground, township)
    if not disputes:
        return Measured(gaps=("没有本年的矛盾纠纷台账",))
    answers = [_is_settled(one, ground.as_of) for one in disputes]
    yes, open_ones = answers.count(True), answers.count(None)
    count = len(disputes)
    gaps = (f"{open_ones}件没有写是否化解",) if open_ones else ()
    return Measured(
        Interval(yes, yes + open_ones), Interval(count, count), evidence=_cite_sheets(disputes), gaps=gaps
    )


def _count_overdue(ground: Ground, township: str) -> Measured:
    disputes = _disputes(ground, township)
    if not disputes:
        return Measured(gaps=("没有本年的矛盾纠纷台账",))
    late = [one for one in disputes if one.due_on is not None and one.due_on < ground.as_of]
    answers = [_is_settled(one, ground.as_of) for one in late]
    low = answers.count(False)
    undated = [one for one in disputes if one.due_on is None and not _is_settled(one, ground.as_of)]
    open_ones = answers.count(None) + len(undated)
    gaps = (f"{open_ones}件没有写化解时限或是否化解",) if open_ones else ()
    return Measured(Interval(low, low + open_ones), evidence=_cite_sheets(disputes), gaps=gaps)


def _is_settled(dispute: DisputeRecord, day: date) -> bool | None:
    """Say whether a dispute was settled by a day; None where the sheet does not say."""
    if dispute.is_resolved and dispute.resolved_on is not None:
        return dispute.resolved_on <= day
    return dispute.is_resolved


def _disputes(ground: Ground, township: str) -> list[DisputeRecord]:
    return [
        one
        for one in ground.activities.disputes
        if _is_in(one.place, township)
        and one.registered_on is not None
        and one.registered_on.year == ground.year
        and one.registered_on <= ground.as_of
    ]


def _count_meetings(ground: Ground, township: str) -> Measured:
    held = [
        one
        for one in ground.activities.meetings
        if one.meeting_type == _JOINT and one.township_code == township and _is_by(one.held_on, ground)
    ]
    return _at_least(held, "会议登记表上没有登记的会，不等于没有开；开齐的请由人填实际数")


def _count_reports(ground: Ground, township: str) -> Measured:
    filed = [
        one
        for one in ground.activities.filed_reports
        if one.township_code == township and _is_by(one.filed_on, ground)
    ]
    return _at_least(filed, "书面报告登记表上没有登记的，不等于没有报；报齐的请由人填实际数")


def _at_least(records: list, gap: str) -> Measured:  # type: ignore[type-arg]  # any record with a source
    return Measured(Interval(len(records), None), evidence=_cite_rows(records), gaps=(gap,))


def _is_by(day: date | None, ground: Ground) -> bool:
    return day is not None and day.year == ground.year and day <= ground.as_of


# --- centres and grids


def _share_centre_items(level: str) -> Callable[[Ground, str], Measured]:
    def share(ground: Ground, township: str) -> Measured:
        names = _CENTRE_ITEMS[level]
        areas = [township] if level == _TOWNSHIP else [v.code for v in ground.case.book.villages_of(township)]
        centres = [_find_centre(ground, code, level) for code in areas]
        told = [one.items.get(name) if one else None for one in centres for name in names]
        if not told:
            return Measured(gaps=("辖区没有参与计算的村(社区)",))
        yes, open_ones = told.count(True), told.count(None)
        gaps = (f"{open_ones}项没有核实",) if open_ones else ()
        rows = [one for one in centres if one is not None]
        return Measured(
            Interval(yes, yes + open_ones),
            Interval(len(told), len(told)),
            evidence=_cite_rows(rows),
            gaps=gaps,
        )

    return share


def _find_centre(ground: Ground, code: str, level: str) -> CentreRecord | None:
    """Find the year's centre of an area; the last one told is in force."""
    found = [
        one
        for one in ground.activities.centres
        if one.place is not None
        and one.place.area_code == code
        and one.year == ground.year
        and one.level in ("", level)
    ]
    return found[-1] if found else None


def _share_staffed_grids(ground: Ground, township: str) -> Measured:
    rows = [
        one
        for one in ground.activities.grid_workers
        if one.year == ground.year and _is_in(one.place, township)
    ]
    grids = {(one.place.area_code if one.place else None, one.grid_number or one.grid_name) for one in rows}
    staffed = {
        (one.place.area_code if one.place else None, one.grid_number or one.grid_name)
        for one in rows
        if one.worker
    }
    if not rows:
        return Measured(gaps=("没有本年的网格员花名册",))
    whole = Interval(len(grids), len(grids))
    return Measured(Interval(len(staffed), len(staffed)), whole, evidence=_cite_sheets(rows))


def _share_gridded_villages(ground: Ground, township: str) -> Measured:
    villages = {village.code for village in ground.case.book.villages_of(township)}
    rows = [
        one for one in ground.activities.grid_workers if one.year == ground.year and one.place is not None
    ]
    found = {one.place.area_code for one in rows if one.place} & villages
    gaps = (f"{len(villages) - len(found)}个村(社区)没有登记网格",) if len(found) < len(villages) else ()
    if not villages:
        return Measured(gaps=("辖区没有参与计算的村(社区)",))
    count = len(villages)
    own = [one for one in rows if _is_in(one.place, township)]
    return Measured(
        Interval(len(found), count), Interval(count, count), evidence=_cite_sheets(own), gaps=gaps
    )


def _is_in(place: Place | None, township: str) -> bool:
    return place is not None and place.township_code == township


def _cite_rows(records: Iterable) -> tuple[Evidence, ...]:  # type: ignore[type-arg]  # any record with a source
    return tuple(Evidence(one.source) for one in records)


def _cite_sheets(records: Iterable) -> tuple[Evidence, ...]:  # type: ignore[type-arg]  # any record with a source
    return tuple(dict.fromkeys(Evidence(replace(one.source, row=None)) for one in records))


_ALL = (
    Measure(
        "skip_level_petition_count", "越级上访件数", Shape.OCCURRENCES, "全年计入的越级上访",
        _count_cases(Indicator.SKIP_LEVEL_PETITION), is_result=True,
    ),
    Measure(
        "administrative_suit_count", "行政诉讼件数", Shape.OCCURRENCES, "全年计入的行政诉讼",
        _count_cases(Indicator.ADMINISTRATIVE_SUIT), is_result=True,
    ),
    Measure(
        "criminal_case_count", "刑事案件件数", Shape.OCCURRENCES, "全年计入的刑事案件",
        _count_cases(Indicator.CRIMINAL_CASE), is_result=True,
    ),
    Measure(
        "breached_village_count", "突破三无指标的村数", Shape.OCCURRENCES, "至少一项突破的村(社区)",
        _count_breached, is_result=True,
    ),
    Measure(
        "unbreached_share", "未突破三无指标的村占比", Shape.SHARE, "未突破的村(社区)和全部村(社区)",
        _share_unbreached, is_result=True,
    ),
    Measure(
        "township_centre_items", "乡镇综治中心齐备项", Shape.SHARE, "三中心一窗口和六项机制",
        _share_centre_items("township"),
    ),
    Measure(
        "village_centre_items", "村级综治中心齐备项", Shape.SHARE, "各村(社区)三室一窗口和六项机制",
        _share_centre_items("village"),
    ),
    Measure(
        "grid_staffing", "网格员配备率", Shape.SHARE, "花名册里的网格和其中有网格员的",
        _share_staffed_grids,
    ),
    Measure(
        "grid_coverage", "网格覆盖的村占比", Shape.SHARE, "有网格的村(社区)和全部村(社区)",
        _share_gridded_villages,
    ),
    Measure("dispute_settlement", "矛盾纠纷化解率", Shape.SHARE, "台账里化解的和全部纠纷", _share_settled),
    Measure(
        "overdue_dispute_count", "逾期未化解纠纷件数", Shape.OCCURRENCES, "过了化解时限没有化解的",
        _count_overdue,
    ),
    Measure("joint_meeting_count", "联席会议次数", Shape.DEEDS, "会议登记表里的联席会议", _count_meetings),
    Measure(
        "filed_report_count", "书面报告报送次数", Shape.DEEDS, "书面报告登记表里的报告", _count_reports
    ),
    Measure("attendance_share", "进驻出勤率", Shape.SHARE, "到岗的和应到的人次"),
    Measure("roster_publication", "值班表按时公示率", Shape.SHARE, "按时公示的和应公示的月份"),
)  # fmt: skip
MEASURES: Mapping[str, Measure] = {measure.id: measure for measure in _ALL}
BY_LABEL: Mapping[str, Measure] = {measure.label: measure for measure in _ALL}


def list_measures(indicators: Iterable[Indicator] = ()) -> tuple[Measure, ...]:
    """Give every measure, and the number of cases of each indicator that is judged besides the plan's."""
    more = (
        Measure(
            f"{indicator.value}_count",
            f"{indicator.label}件数",
            Shape.OCCURRENCES,
            f"全年计入的{indicator.label}",
            _count_cases(indicator),
            is_result=True,
        )
        for indicator in indicators
        if f"{indicator.value}_count" not in MEASURES
    )
    return (*_ALL, *more)
