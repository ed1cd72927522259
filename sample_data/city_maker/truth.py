"""What an independent count says of the year: computed from the generator's own cases, never by sanwu."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from city_maker.cases import (
    CRIME,
    MISSING_TOWNSHIP,
    PETITION,
    SPLIT_MONTH,
    SUIT,
    Case,
    CaseBook,
)
from city_maker.numbers import BINDING_NAMES, BREACHED_BINDING, SCORES
from city_maker.places import (
    CITY,
    CITY_CODE,
    FARM,
    INVENTED,
    LAST_DAY,
    MERGED_INTO,
    MERGED_TOWNSHIP,
    NEW_SUBDISTRICT,
    TOWNSHIP_MERGER,
    UNFILLED,
    YEAR,
    Place,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from city_maker.sheets import File, Sheet

INDICATORS = (PETITION, SUIT, CRIME)
SHARE = Fraction(70, 100)
BEST_RANK = 2
HALF = Fraction(1, 2)
TOWNSHIP_YUAN, VILLAGE_YUAN = 100_000, 30_000
CLASSES = ("new", "same", "changed", "held", "ignored")


@dataclass(frozen=True, slots=True)
class _Bounds:
    low: int
    high: int | None

    @property
    def answer(self) -> str:
        if self.low > 0:
            return "not_met"
        return "met" if self.high == 0 else "unknown"

    def as_json(self) -> dict[str, object]:
        return {"low": self.low, "high": self.high, "limit": 0, "answer": self.answer}


def make_truth(book: CaseBook, files: Sequence[File], late: File) -> dict[str, object]:
    """Count everything; the result is the content of truth.json."""
    now = _judge(book, files, arrived=False)
    listed = [_describe_file(file, lines) for file, lines in _classify(files)]
    totals = Counter[str]()
    for file in listed:
        for sheet in file["sheets"]:
            totals.update({key: sheet[key] for key in ("rows", *CLASSES)})
    return {
        "note": f"{INVENTED}。本文件由 make_city.py 按自己的案件清单另行计算，不经过 sanwu。",
        "city": {"code": CITY_CODE, "name": CITY, "year": YEAR, "as_of": LAST_DAY.isoformat()},
        "binding_names": list(BINDING_NAMES),
        "import_order": "按文件路径排序；各类行数为首次按此顺序导入时的行数",
        "totals": dict(totals),
        "files": listed,
        "late_file": _describe_file(late, _classify([*files, late])[-1][1]),
        "incidents": [_describe_case(book, case) for case in _listed_cases(book)],
        "missing": [
            {
                "department": "公安局",
                "indicator": CRIME,
                "month": f"{YEAR}-{SPLIT_MONTH:02d}",
                "township": MISSING_TOWNSHIP,
            }
        ],
        **now,
        "after_late_file": _judge(book, files, arrived=True),
        "unfilled": [UNFILLED],
        "stories": _list_stories(book),
    }


def _list_stories(book: CaseBook) -> dict[str, object]:
    """Say where each story of the year stands, by area code or case number."""
    listed = _listed_cases(book)
    code = {
        (book.gazetteer.by_code[p.parent].name, p.name): p.code for p in book.gazetteer.places if p.is_village
    }
    by_reason = {case.reason: case.number for case in listed}
    return {
        "exactly_at_the_share": "649901100",
        "just_under_the_share": "649901101",
        "tied_at_rank_two": ["649901101", "649901103"],
        "binding_breached": BREACHED_BINDING[0],
        "township_without_villages": NEW_SUBDISTRICT,
        "farm": FARM,
        "township_merged": {"from": MERGED_TOWNSHIP, "into": MERGED_INTO, "on": TOWNSHIP_MERGER.isoformat()},
        "villages_merged": {"from": code["白杨镇", "前营村"], "into": code["白杨镇", "后营村"]},
        "village_renamed": {"code": code["双井乡", "新兴村"], "former": "西坡村"},
        "all_breached": code["双井乡", "双井村"],
        "may_be_disqualified": code["沙井镇", "古渡村"],
        "held": [case.number for case in listed if case.village_text],
        "township_level_suits": [c.number for c in listed if c.village is None and not c.village_text],
        "reconsideration": by_reason["reconsideration"],
        "later_instance": by_reason["later_instance"],
        "withdrawn_later": [c.number for c in listed if c.reason == "case_withdrawn" and len(c.reported) > 1],
        "in_two_sheets": [
            c.number for c in listed if c.indicator == CRIME and not c.reason and len(c.reported) > 1
        ],
        "filed_late": [c.number for c in listed if c.filed.year == YEAR and c.filed.month < c.reported[0][0]],
        "filed_last_year": [c.number for c in listed if c.filed.year < YEAR],
    }


# -- rows and files ------------------------------------------------------------------------------------


def _classify(files: Sequence[File]) -> list[tuple[File, list[tuple[Sheet, Counter[str]]]]]:
    """Say of each row what a first import in the order given makes of it."""
    seen: dict[str, dict[str, object]] = {}
    classified = []
    for file in files:
        lines = []
        for sheet in file.sheets:
            fresh = sheet.records - sheet.repeated - sheet.altered
            classes = Counter({"new": fresh, "same": sheet.repeated, "changed": sheet.altered})
            for case, fields in sheet.entries:
                classes[_class_of(case, fields, seen)] += 1
            lines.append((sheet, classes))
        classified.append((file, lines))
    return classified


def _class_of(case: Case, fields: dict[str, object], seen: dict[str, dict[str, object]]) -> str:
    before = seen.get(case.number)
    if case.village_text:
        return "held"
    if before is not None:
        seen[case.number] = fields
        return "same" if before == fields else "changed"
    if case.reason and fields == case.fields | _last_change(case):
        return "ignored"
    seen[case.number] = fields
    return "new"


def _last_change(case: Case) -> dict[str, object]:
    return case.reported[-1][1]


def _describe_file(file: File, lines: list[tuple[Sheet, Counter[str]]]) -> dict[str, object]:
    return {
        "file": file.path,
        "sheets": [_describe_sheet(sheet, classes) for sheet, classes in lines],
        "hidden_sheets": [page.name for page in file.hidden],
    }


def _describe_sheet(sheet: Sheet, classes: Counter[str]) -> dict[str, object]:
    first, last = (f"{YEAR}-{month:02d}" for month in sheet.months)
    return {
        "sheet": sheet.page.name,
        "id": sheet.id,
        "period": first if first == last else f"{first}..{last}",
        "coverage": sheet.coverage or None,
        "rows": classes.total(),
        **{name: classes[name] for name in CLASSES},
    }


def _listed_cases(book: CaseBook) -> list[Case]:
    cases = [case for case in book.cases if not case.late]
    return sorted(cases, key=lambda case: (case.indicator, case.filed, case.number))


def _describe_case(book: CaseBook, case: Case) -> dict[str, object]:
    return {
        "indicator": case.indicator,
        "case_number": case.number,
        "filed_on": case.filed.isoformat(),
        "township_code": case.town.code,
        "area_code": case.area or None,
        "current_code": book.gazetteer.current(case.area) if case.area else None,
        "counts": not case.reason and not case.village_text and not case.removed,
        "held": bool(case.village_text),
        "reason": case.reason or ("by_ruling" if case.removed else None),
        "township_level": case.village is None and not case.village_text,
    }


# -- verdicts ------------------------------------------------------------------------------------------


def _judge(book: CaseBook, files: Sequence[File], *, arrived: bool) -> dict[str, object]:
    places = book.gazetteer.existing(LAST_DAY, villages=True)
    villages = [_judge_village(book, place, _bound(book, files, place, arrived=arrived)) for place in places]
    ranks = _rank(book)
    towns = [
        _judge_township(place, [v for v in villages if v["township"] == place.code], ranks.get(place.code))
        for place in book.gazetteer.existing(LAST_DAY, villages=False)
    ]
    named_towns = sum(town["verdict"] == "designated" for town in towns)
    named_villages = sum(village["verdict"] == "designated" for village in villages)
    money = TOWNSHIP_YUAN * named_towns + VILLAGE_YUAN * named_villages
    awards = {"townships": named_towns, "villages": named_villages, "total_yuan": money}
    return {"villages": villages, "townships": towns, "awards": awards}


def _bound(book: CaseBook, files: Sequence[File], place: Place, *, arrived: bool) -> dict[str, _Bounds]:
    return {name: _bound_one(book, files, place, name, arrived=arrived) for name in INDICATORS}


def _bound_one(
    book: CaseBook, files: Sequence[File], place: Place, indicator: str, *, arrived: bool
) -> _Bounds:
    cases = [case for case in book.cases if case.indicator == indicator and case.filed.year == YEAR]
    low = sum(
        not (case.reason or case.removed)
        and bool(case.area)
        and book.gazetteer.current(case.area) == place.code
        for case in cases
        if arrived or not case.late
    )
    low += sum(
        number
        for file in files
        for sheet in file.sheets
        for code, counted, number in sheet.counts
        # Monthly tables that stand beside the cases repeat them; only this one stands alone.
        if sheet.indicators == (PETITION,) and counted == indicator and code == place.code
    )
    if indicator == CRIME and place.parent == MISSING_TOWNSHIP and not arrived:
        return _Bounds(low, None)
    held = sum(bool(case.village_text) and case.town.code == place.parent for case in cases)
    return _Bounds(low, low + held)


def _judge_village(book: CaseBook, place: Place, bounds: dict[str, _Bounds]) -> dict[str, object]:
    answers = [bound.answer for bound in bounds.values()]
    verdict = _name_verdict(answers)
    unsure = verdict == "not_designated" and "met" not in answers
    competes = book.gazetteer.by_code[place.parent].competes
    missing = [f"crime:{YEAR}-{SPLIT_MONTH:02d}"] if bounds[CRIME].high is None else []
    return {
        "code": place.code,
        "name": place.name,
        "township": place.parent,
        "indicators": {name: bound.as_json() for name, bound in bounds.items()},
        "verdict": verdict if competes else "not_applicable",
        "may_be_disqualified": unsure and competes,
        "missing": missing,
    }


def _name_verdict(answers: list[str]) -> str:
    if set(answers) == {"met"}:
        return "designated"
    if set(answers) == {"not_met"}:
        return "disqualified"
    return "not_designated" if "not_met" in answers else "unknown"


def _rank(book: CaseBook) -> dict[str, tuple[Decimal, int]]:
    """Rank the competing townships by half and half of their points: 1, 2, 2, 4."""
    totals = {
        code: sum(Decimal(part) for part in parts) / 2
        for code, parts in SCORES.items()
        if book.gazetteer.by_code[code].competes
    }
    return {
        code: (score, 1 + sum(other > score for other in totals.values())) for code, score in totals.items()
    }


def _judge_township(
    place: Place, villages: list[dict], ranked: tuple[Decimal, int] | None
) -> dict[str, object]:
    answers = [[part["answer"] for part in village["indicators"].values()] for village in villages]
    clean = _count_all(answers, "met")
    broken = _count_all(answers, "not_met")
    score, rank = ranked or (sum(Decimal(part) for part in SCORES[place.code]) / 2, None)
    conditions = {
        "binding_indicators": "not_met" if place.code == BREACHED_BINDING[0] else "met",
        "safety_rank": "met" if rank is not None and rank <= BEST_RANK else "not_met",
        "unbreached_share": _hold_share(clean, len(villages)),
    }
    barred = bool(villages) and Fraction(broken["low"], len(villages)) >= HALF
    verdict = "disqualified" if barred else _name_township(list(conditions.values()))
    tied = rank is not None and sum(1 for other in SCORES.values() if _total(other) == score) > 1
    return {
        "code": place.code,
        "name": place.name,
        "competes": place.competes,
        "village_count": len(villages),
        "unbreached": clean,
        "all_breached": broken,
        "conditions": conditions if place.competes else None,
        "safety_score": f"{score:.2f}",
        "safety_rank": rank,
        "tied": tied,
        "verdict": verdict if place.competes else "not_applicable",
    }


def _total(parts: tuple[str, str]) -> Decimal:
    return sum((Decimal(part) for part in parts), Decimal(0)) / 2


def _count_all(answers: list[list[str]], wanted: str) -> dict[str, int]:
    """Count the villages whose indicators all answer so, at least and at most."""
    low = sum(set(village) == {wanted} for village in answers)
    high = sum(set(village) <= {wanted, "unknown"} for village in answers)
    return {"low": low, "high": high}


def _hold_share(clean: dict[str, int], total: int) -> str:
    if not total:
        return "unknown"
    if Fraction(clean["low"], total) >= SHARE:
        return "met"
    return "not_met" if Fraction(clean["high"], total) < SHARE else "unknown"


def _name_township(answers: list[str]) -> str:
    if "not_met" in answers:
        return "not_designated"
    return "unknown" if "unknown" in answers else "designated"
