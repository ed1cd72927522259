"""What a sheet and a file of the sample are, and how cases become the rows of one."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from city_maker.cases import CRIME, PETITION, SUIT, Case, name_of
from city_maker.headers import HEADERS
from city_maker.layout import Look, Page, lay_out
from city_maker.places import CITY, INVENTED, YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

Entry = tuple[Case, dict[str, object]]


@dataclass(slots=True)
class Sheet:
    """One visible worksheet: its page, and what a reader should find in it.

    `months` is the span it reports; `coverage` one township's code, or "" for the whole county;
    `entries` are cases, `records` the number of other data rows, of which `repeated` say the same as an
    earlier sheet and `altered` say otherwise; `counts` says (area, indicator, number).
    """

    page: Page
    id: str
    months: tuple[int, int]
    indicators: tuple[str, ...] = ()
    coverage: str = ""
    entries: Sequence[Entry] = ()
    records: int = 0
    repeated: int = 0
    altered: int = 0
    counts: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass(slots=True)
class File:
    """One workbook by its path below the city's folder, with its visible sheets and hidden pages."""

    path: str
    sheets: list[Sheet]
    hidden: list[Page] = field(default_factory=list)


_DUMMIES = {
    "petitioner": "甲某",
    "plaintiff": "乙某",
    "suspect": "丙某",
    "victim": "丁某",
    "id_number": "000000000000000000",
    "phone": "00000000000",
    "story": "（示例，略）",
}
_INDICATORS = {"petition": PETITION, "suit": SUIT, "crime": CRIME}
LABELS = {PETITION: "越级上访", SUIT: "行政诉讼", CRIME: "刑事案件"}
SIGNED = ("填表人：（略）　　审核人：（略）　　联系电话：00000000000", f"说明：{INVENTED}")
NOTE = (f"说明：{INVENTED}",)


def list_headers(kind: str, variant: str) -> tuple[tuple[str, str], ...]:
    """Give the (field, spelling) pairs of one variant."""
    pairs = [item.split(":", 1) for item in HEADERS[kind][variant].split(" ")]
    return tuple((key, spelling) for key, spelling in pairs)


def make_look(kind: str, variant: str, **details: object) -> Look:
    """Give a department table its look."""
    look = Look(list_headers(kind, variant), footer=NOTE)
    return replace(look, **details)  # type: ignore[arg-type]  # the details are Look's own fields


def make_detail(kind: str, name: str, look: Look, entries: Sequence[Entry], months: tuple[int, int]) -> Sheet:
    """Make a sheet that lists cases."""
    records = [make_record(case, fields, months, look.dates) for case, fields in entries]
    return Sheet(lay_out(name, look, records), kind, months, (_INDICATORS[kind],), entries=entries)


def make_record(
    case: Case, fields: dict[str, object], months: tuple[int, int], dates: str
) -> dict[str, object]:
    """Make the record of one row: fields, place names, dummies for personal columns."""
    made = dict(_DUMMIES) | fields
    made |= {"date": case.filed, "town": case.town.name, "village": name_of(case)}
    inside = case.filed.year == YEAR and months[0] <= case.filed.month <= months[1]
    return made | ({} if inside or dates == "cell" else {"date_style": "iso"})


def make_pairs(headers: str) -> tuple[tuple[str, str], ...]:
    """Part header spellings written as field:spelling with blanks between."""
    return tuple((key, name) for key, name in (item.split(":") for item in headers.split(" ")))


def write_unit(department: str, day: str) -> str:
    """Write the line with 填报单位 and 填报时间."""
    return f"填报单位（盖章）：{CITY}{department}　　　　填报时间：{day}"


def inbox_path(month: int, name: str) -> str:
    """Give a file its place in the month's folder."""
    return f"inbox/{YEAR}-{month:02d}/{name}"


def make_nil(
    department: str, indicator: str, months: tuple[int, int], title: str, coverage: str = ""
) -> Sheet:
    """Make a 零报告: one line says there was nothing to report."""
    first, last = (f"{YEAR}年{month}月" for month in months)
    span = "" if first == last else f"{first}至{last}"
    headers = (("month", "月份"), ("sender", "报送单位"), ("indicator", "指标"), ("span", "起止月份"))
    look = Look(headers, title=f"{title}（{first if first == last else span}）", footer=NOTE)
    record = {"month": last, "sender": f"{CITY}{department}", "indicator": LABELS[indicator], "span": span}
    page = lay_out("零报告", look, [record])
    return Sheet(page, "nil_report", months, (indicator,), coverage, records=1)
