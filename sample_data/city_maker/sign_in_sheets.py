"""The sign-in sheets as townships sent them: one workbook for some, files of their own for others."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from city_maker.attendance import CLOSES, MONTHS, Signature, SignInBook, list_persons
from city_maker.layout import Look, lay_out
from city_maker.places import CITY, Gazetteer, Place
from city_maker.sheets import NOTE, SIGNED, File, Sheet, inbox_path, make_pairs

if TYPE_CHECKING:
    from datetime import time

HEADERS = {
    "plain": (
        "date:日期 person:姓名 unit:单位 venue:进驻地点 arrived:签到时间 left:签退时间 "
        "consulted:接待咨询(人次) mediated:参与调解(件) remark:备注"
    ),
    "form": (
        "seq:序号 date:日期 person:姓名 unit:单位及职务 venue:进驻地点 arrived:签到时间 left:签退时间 "
        "consulted:接待咨询（人次） mediated:参与调解（件） work:工作内容 sign:签字 remark:备注"
    ),
    "broken": (
        "seq:序　号 date:进驻\n日期 person:进驻人员\n姓名 unit:派驻单位 venue:进驻\n地点 arrived:到岗\n时间 "
        "left:离岗\n时间 consulted:接待\n人次 mediated:调解\n件数 phone:联系电话 remark:备　注"
    ),
    "two": (
        "seq:序号 date:日期 person:姓名 unit:单位及职务 venue:进驻地点 arrived:考勤//签到时间 "
        "left:考勤//签退时间 consulted:工作量//接待咨询（人次） mediated:工作量//参与调解（件） remark:备注"
    ),
}
# How each township writes: header, names, times, dates, the rest of its look.
_MANNERS = {
    "649901001": ("broken", "blanks", "cell", "chinese", {"footer": SIGNED}),
    "649901002": ("plain", "plain", "text", "iso", {"footer": NOTE}),
    "649901100": ("form", "after", "text", "dots", {"total": "end", "footer": SIGNED}),
    "649901101": ("two", "plain", "cell", "cell", {"footer": NOTE}),
    "649901102": ("form", "blanks", "words", "short", {"numbered": True, "footer": NOTE}),
    "649901103": ("plain", "before", "text", "chinese", {"footer": NOTE}),
    "649901104": ("form", "plain", "cell", "slashes", {"total": "before", "footer": SIGNED}),
    "649901200": ("plain", "plain", "text", "iso", {"footer": NOTE}),
    "649901201": ("two", "after", "text", "weekday", {"footer": SIGNED}),
}
_OWN_FILE = ("649901001", "649901201")
_QUARTERLY = "649901101"
_QUARTERS = "一二三四"


def make_sign_in_files(gazetteer: Gazetteer, book: SignInBook) -> list[File]:
    """Make the year's sign-in sheets."""
    files = []
    for number, month in enumerate(MONTHS, start=1):
        towns = [gazetteer.by_code[code] for code in book.towns_of(month)]
        joint = [t for t in towns if t.code not in {*_OWN_FILE, _QUARTERLY}]
        sheets = [_make_sheet(book, town, (number, number), town.name) for town in joint]
        files.append(File(inbox_path(number, f"各乡镇进驻签到表（{number}月）.xlsx"), sheets))
        for town in (t for t in towns if t.code in _OWN_FILE):
            suffix = ".xls" if town.code == _OWN_FILE[1] else ".xlsx"
            sheet = _make_sheet(book, town, (number, number), "签到表")
            files.append(File(inbox_path(number, f"{town.name}{number}月进驻签到表{suffix}"), [sheet]))
    return [*files, *_make_quarters(gazetteer.by_code[_QUARTERLY], book)]


def _make_quarters(town: Place, book: SignInBook) -> list[File]:
    files = []
    for turn, name in enumerate(_QUARTERS):
        months = (turn * 3 + 1, turn * 3 + 3)
        sheet = _make_sheet(book, town, months, "Sheet1")
        files.append(File(inbox_path(months[1], f"{town.name}{name}季度进驻人员签到表.xlsx"), [sheet]))
    return files


def _make_sheet(book: SignInBook, town: Place, months: tuple[int, int], name: str) -> Sheet:
    header, names, times, dates, details = _MANNERS[town.code]
    span = f"2026年{months[0]}月" if months[0] == months[1] else f"2026年{months[0]}—{months[1]}月"
    title = f"{CITY}{town.name}法官、检察官、律师进驻签到表（{span}）"
    look = Look(make_pairs(HEADERS[header]), title, dates=dates)
    look = replace(look, **details)  # type: ignore[arg-type]  # the details are Look's own fields
    signed = book.signed(town.code, *MONTHS[months[0] - 1 : months[1]])
    records = [_make_record(line, town, names, times, turn) for turn, line in enumerate(signed)]
    return Sheet(lay_out(name, look, records), "sign_in", months, records=len(records))


def _make_record(line: Signature, town: Place, names: str, times: str, turn: int) -> dict[str, object]:
    persons = list_persons()
    _, role, unit = persons[line.person_ids[0]]
    return {
        "date": line.day,
        "person": _spell_name(line.person, role, names),
        "unit": f"{unit}　{role}" if names == "blanks" else unit,
        "venue": f"{town.name}综治中心",
        "arrived": _spell_time(line.arrived, times, turn),
        "left": _spell_time(line.left, times, turn),
        "consulted": line.consulted,
        "mediated": line.mediated,
        "work": "（示例，略）",
        "sign": "（略）",
        "phone": "00000000000",
        "remark": "",
    }


def _spell_name(name: str, role: str, manner: str) -> str:
    if "、" in name or manner == "plain":
        return name
    return {"blanks": "　".join(name), "after": f"{name}{role}", "before": f"{role}{name}"}[manner]


def _spell_time(moment: time | None, manner: str, turn: int) -> object:
    if moment is None or manner == "cell":
        return moment
    words = f"{'上午' if moment < CLOSES else '中午'}{moment.hour}点{moment.minute:02d}分"
    return (
        words if manner == "words" else (f"{moment:%H:%M}", f"{moment.hour}：{moment.minute:02d}")[turn % 2]
    )
