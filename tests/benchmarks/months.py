"""Makes whole workspaces for the month end, of a county, of a large one, of a province; seeded."""

from __future__ import annotations

import random
from itertools import count
from typing import TYPE_CHECKING

from data import (
    _CRIME_HEADERS,
    _FIRST,
    _PETITION_HEADER,
    _SECOND,
    _SUIT_HEADER,
    CODE,
    COUNTY,
    YEAR,
    Cases,
    County,
    Page,
    Village,
    write_plain,
)

from sanwu_cli.plan.loader import load_plan
from sanwu_cli.settings import FILE_NAME, write_template

if TYPE_CHECKING:
    from pathlib import Path

# Townships and villages; a crime a village and a month, a tenth of it petitions, a twentieth suits.
SIZES = {"S": (9, 90), "M": (60, 1_500), "L": (1_500, 20_000)}
_SEED = 20260102
_ROLES = (("法官", "F", 0.75), ("检察官", "J", 0.62), ("律师", "L", 1.0))
_VILLAGES_A_MEDIATOR = 6
# Beyond so many townships it is several counties, each with courts and lawyers of its own.
_TOWNSHIPS_A_COUNTY = 60
_PERSON_HEADER = ("编号", "姓名", "角色", "派驻单位", "对口区域代码")
_DAY_HEADER = ("区域代码", "角色", "规则", "地点", "时间")


class Wide(County):
    """A county of any number of townships; beyond sixty their names are numbered."""

    def __init__(self, townships: int, villages: int) -> None:
        super().__init__(min(townships, 60), 1)
        places = [f"{CODE[:2]}{number // 900:04d}{100 + number % 900:03d}" for number in range(townships)]
        known = list(self.townships.values())
        names = known + [f"第{number}镇" for number in range(len(known), townships)]
        self.townships = dict(zip(places, names, strict=True))
        words = [f"{first}{second}村" for first in _FIRST for second in _SECOND]
        each, more = divmod(villages, townships)
        self.villages_of = {
            code: [
                Village(f"{code}{200 + step:03d}", words[(index * 7 + step * 11) % len(words)], name, code)
                for step in range(each + (index < more))
            ]
            for index, (code, name) in enumerate(self.townships.items())
        }
        self.villages = [village for group in self.villages_of.values() for village in group]


def make_month_workspace(folder: Path, size: str) -> None:
    """Write registers, settings and a year's inbox of three departments, a sheet a month each."""
    county = Wide(*SIZES[size])
    _write_rows(folder / "registers" / "区划.xlsx", county.register_rows())
    draw = random.Random(_SEED)  # noqa: S311 - invented data, the same every time
    whom = [(code, "全部") for code in county.townships]
    whom += [(village.code, "人民调解员") for village in county.villages]
    days = [
        (code, role, f"每月第{draw.randint(1, 4)}个周{draw.choice('一二三四五')}", "综治中心", "9:00")
        for code, role in whom
    ]
    _write_rows(folder / "registers" / "进驻日.xlsx", [_DAY_HEADER, *days])
    _write_rows(folder / "registers" / "人员.xlsx", [_PERSON_HEADER, *_list_persons(county)])
    settings = write_template(name=COUNTY, code=CODE, edition=load_plan().number)
    (folder / FILE_NAME).write_text(settings, encoding="utf-8")
    _write_inbox(folder / "inbox", county)


def _list_persons(county: Wide) -> list[tuple[str, ...]]:
    serial = count(1)
    found = []
    codes = list(county.townships)
    parts = [codes[at : at + _TOWNSHIPS_A_COUNTY] for at in range(0, len(codes), _TOWNSHIPS_A_COUNTY)]
    for turn, part in enumerate(parts, start=1):
        unit, own = ("县直", "") if len(parts) == 1 else (f"{turn}县", "、".join(part))
        for role, letter, share in _ROLES:
            for _ in range(max(3, round(len(part) * share))):
                number = next(serial)
                found.append((f"{letter}{number:05d}", f"某{number}", role, unit, own))
    for code, villages in county.villages_of.items():
        for _ in range(-(-len(villages) // _VILLAGES_A_MEDIATOR)):
            number = next(serial)
            unit = f"{county.townships[code]}司法所"
            found.append((f"T{number:05d}", f"某{number}", "人民调解员", unit, code))
    return found


def _write_inbox(inbox: Path, county: Wide) -> None:
    cases = Cases(county, _SEED + 1)
    villages = county.villages
    for month in range(1, 13):
        folder, title = inbox / f"{YEAR}-{month:02d}", f"{COUNTY}{YEAR}年{month}月"
        crimes = [[n, *cases.crime(month, cases.pick_village())] for n in range(len(villages))]
        write_plain(folder / "公安局.xlsx", _CRIME_HEADERS[0], crimes, f"{title}刑事案件台账")
        petitions = [cases.petition(month) for _ in range(len(villages) // 10)]
        write_plain(folder / "信访局.xlsx", _PETITION_HEADER, petitions, f"{title}越级上访台账")
        suits = [cases.suit(month) for _ in range(len(villages) // 20)]
        write_plain(folder / "司法局.xlsx", _SUIT_HEADER, suits, f"{title}行政诉讼案件台账")


def _write_rows(path: Path, rows: list[tuple]) -> None:
    page = Page(path)
    for row in rows:
        page.add(row)
    page.book.close()
