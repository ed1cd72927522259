"""Makes the invented county the benchmarks read: registers, sheets, seeded; python data.py FOLDER LOAD."""

from __future__ import annotations

import random
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

from sanwu_cli.plan.loader import load_plan
from sanwu_cli.settings import FILE_NAME, write_template

SEED = 20260101
YEAR = 2026
COUNTY = "青沙县"
CODE = "649902"
# The county everything is measured on, and one of the usual size: half of all counties have no more.
TOWNSHIPS, VILLAGES_EACH = 60, 25
USUAL_TOWNSHIPS, USUAL_VILLAGES_EACH = 12, 12
_TOWN_NAMES = ("柳河", "石沟", "白杨", "南塬", "双井", "长桥", "沙井", "青禾", "云岭", "北原")
_TOWN_ENDINGS = ("镇", "乡", "新镇", "东镇", "西镇", "南镇")
_FIRST = tuple("东西南北上下前后新老高平清红黄白青金银长")
_SECOND = "湾营沟桥台坡岭滩渠庄沙泉石林河井塬堡湖川"
_CATEGORIES = ("盗窃", "诈骗", "故意伤害", "寻衅滋事", "危险驾驶", "非法占用农用地")
_STATES = ("立案", "侦查中", "移送起诉", "已破案", "撤销案件", "侦查终结")
_CRIME_HEADERS = tuple(
    tuple(line.split(","))
    for line in (
        "序号,立案日期,案件编号,案件类型,案件类别,办案单位,案件状态,乡镇(街道),村(社区),归属依据,嫌疑人,备注",
        "序号,立案时间,案件编号,案件性质,案由,承办单位,办理状态,所属乡镇,所属村（社区）,归属依据,犯罪嫌疑人,备注",
        "序 号,立案日期\n（年月日）,案件 编号,类型,案别,立案单位,状态,乡镇（街道）,村 居,依据,嫌疑人,备注",
    )
)
_PETITION_HEADER = (
    "登记日期",
    "信访编号",
    "乡镇(街道)",
    "村(社区)",
    "到访层级",
    "是否越级",
    "人次",
    "归属依据",
    "办理状态",
)
_SUIT_HEADER = ("立案日期", "案号", "审级", "被告", "案由", "审理法院", "乡镇(街道)", "村(社区)", "归属依据")
_REGISTER_HEADER = ("代码", "名称", "层级", "上级代码", "参评", "启用日期", "停用日期", "并入代码", "别名")


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to read and to judge; the last three are incident rows a month."""

    small_files: int
    small_rows: int
    big_rows: int
    crimes: int
    petitions: int
    suits: int
    month_files: int = 20


LOADS = {
    "quick": Load(60, 200, 20_000, 4_300, 500, 200),
    "full": Load(500, 200, 100_000, 4_300, 500, 200),
}


@dataclass(frozen=True, slots=True)
class Village:
    """A village of the invented county: names and codes of itself and of its township."""

    code: str
    name: str
    township: str
    township_code: str


class County:
    """The invented county: its villages in order of code, and the register that lists them."""

    def __init__(self, townships: int = TOWNSHIPS, villages_each: int = VILLAGES_EACH) -> None:
        self.villages_each = villages_each
        towns = [f"{name}{ending}" for ending in _TOWN_ENDINGS for name in _TOWN_NAMES][:townships]
        self.townships = {f"{CODE}{100 + number:03d}": name for number, name in enumerate(towns)}
        names = [f"{first}{second}村" for first in _FIRST for second in _SECOND]
        self.villages = [
            Village(f"{code}{200 + step:03d}", names[(index * 7 + step * 11) % len(names)], name, code)
            for index, (code, name) in enumerate(self.townships.items())
            for step in range(villages_each)
        ]

    def register_rows(self) -> list[tuple]:
        towns = [(code, name, "乡镇", CODE, "是") for code, name in self.townships.items()]
        villages = [(v.code, v.name, "村", v.township_code, "是") for v in self.villages]
        return [_REGISTER_HEADER, *towns, *villages]


class Cases:
    """Draws invented cases; the same seed draws the same ones."""

    def __init__(self, county: County, seed: int) -> None:
        self.county = county
        self.random = random.Random(seed)  # noqa: S311 - invented data, the same every time
        self.number = 0

    def next_number(self) -> int:
        self.number += 1
        return self.number

    def pick_village(self, township: str | None = None) -> Village:
        if township is None:
            return self.random.choice(self.county.villages)
        first = list(self.county.townships).index(township) * self.county.villages_each
        return self.county.villages[first + self.random.randrange(self.county.villages_each)]

    def day(self, month: int) -> date:
        return date(YEAR, month, self.random.randint(1, 28))

    def messy_day(self, month: int) -> date | str:
        """A date cell, or, every fourth time, one of the spellings people type."""
        day = self.day(month)
        spellings = (f"{day.year}.{day.month}.{day.day}", f"{day.year}年{day.month}月{day.day}日", f"{day}")
        return self.random.choice(spellings) if self.random.random() < 0.25 else day

    def crime(self, month: int, village: Village) -> list:
        number = self.next_number()
        name = village.name + ("民委员会" if self.random.random() < 0.1 else "")
        return [
            self.messy_day(month), f"A{CODE}{YEAR}{month:02d}{number:08d}",
            "行政案件" if self.random.random() < 0.05 else "刑事案件", self.random.choice(_CATEGORIES),
            f"{village.township}派出所", self.random.choice(_STATES), village.township, name,
            self.random.choice(("发案地", "户籍地")), "某某",
            None if self.random.random() < 0.8 else "正在核实",
        ]  # fmt: skip

    def petition(self, month: int) -> list:
        village, number = self.pick_village(), self.next_number()
        is_skip = "是" if self.random.random() < 0.7 else "否"
        return [
            self.day(month), f"XF{YEAR}{number:08d}", village.township, village.name, "自治区级", is_skip,
            self.random.randint(1, 9), "户籍地", "办结",
        ]  # fmt: skip

    def suit(self, month: int) -> list:
        village, number = self.pick_village(), self.next_number()
        return [
            self.day(month), f"({YEAR})宁0192行初{number}号", "一审", f"{village.township}人民政府",
            f"行政处罚{number}", f"{COUNTY}人民法院", village.township, village.name, "争议发生地",
        ]  # fmt: skip


class Page:
    """One worksheet being written, top to bottom; dates carry a date format."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy/m/d"})
        self.sheet = self.book.add_worksheet("台账")
        self.row = 0

    def add(self, cells: tuple | list) -> None:
        self.sheet.write_row(self.row, 0, cells)
        self.row += 1

    def add_title(self, text: str, width: int) -> None:
        self.sheet.merge_range(self.row, 0, self.row, width - 1, text)
        self.row += 1

    def merge_down(self, top: int, column: int, text: str) -> None:
        if self.row - 1 > top:
            self.sheet.merge_range(top, column, self.row - 1, column, text)


def write_messy_crimes(path: Path, cases: Cases, *, month: int, township: str, rows: int) -> None:
    """Write a sheet as stations send it: title, unit line, township merged down, total, signature."""
    name = cases.county.townships[township]
    header = _CRIME_HEADERS[cases.number % len(_CRIME_HEADERS)]
    page = Page(path)
    page.add_title(f"{name}{YEAR}年{month}月刑事案件台账", len(header))
    page.add((f"填报单位：{name}派出所", None, None, None, None, f"填报日期：{YEAR}年{month}月28日"))
    page.add(header)
    first = page.row
    for serial in range(1, rows + 1):
        page.add([serial, *cases.crime(month, cases.pick_village(township))])
    page.merge_down(first, header.index(next(h for h in header if "乡镇" in h)), name)
    page.add(("合计", None, rows))
    page.add(("填表人：", None, None, None, "审核人："))
    page.book.close()


def write_plain(path: Path, header: tuple, rows: list[list], title: str) -> None:
    """Write a sheet with a title, one header line and its rows."""
    page = Page(path)
    page.add((title,))
    page.add(header)
    for row in rows:
        page.add(row)
    page.book.close()


def make_ingest(folder: Path, county: County, load: Load) -> None:
    """Write the sheets for reading: many small ones, one large one, one month's twenty."""
    cases = Cases(county, SEED)
    codes = list(county.townships)
    for number in range(load.small_files):
        month, township = number % 12 + 1, codes[number // 12 % len(codes)]
        path = folder / "small" / f"{YEAR}-{month:02d}" / f"{number:03d}.xlsx"
        write_messy_crimes(path, cases, month=month, township=township, rows=load.small_rows)
    rows = [[n, *cases.crime(n % 12 + 1, cases.pick_village())] for n in range(1, load.big_rows + 1)]
    write_plain(folder / "big" / "big.xlsx", _CRIME_HEADERS[0], rows, f"{YEAR}年1—12月刑事案件台账")


def make_month(folder: Path, county: County, load: Load) -> None:
    """Write a usual county's month: a sheet of each station, some stations two."""
    cases = Cases(county, SEED + 2)
    codes = list(county.townships)
    for number in range(load.month_files):
        path = folder / "month" / f"{number:03d}.xlsx"
        write_messy_crimes(path, cases, month=3, township=codes[number % len(codes)], rows=50)


def make_year(folder: Path, county: County, load: Load) -> None:
    """Write a year of monthly sheets of the three departments, five thousand rows a month."""
    cases = Cases(county, SEED + 1)
    for month in range(1, 13):
        inbox = folder / "year" / f"{YEAR}-{month:02d}"
        title = f"{YEAR}年{month}月"
        crimes = [[n, *cases.crime(month, cases.pick_village())] for n in range(load.crimes)]
        write_plain(inbox / "公安局.xlsx", _CRIME_HEADERS[0], crimes, f"{title}刑事案件台账")
        petitions = [cases.petition(month) for _ in range(load.petitions)]
        write_plain(inbox / "信访局.xlsx", _PETITION_HEADER, petitions, f"{title}越级上访台账")
        suits = [cases.suit(month) for _ in range(load.suits)]
        write_plain(inbox / "司法局.xlsx", _SUIT_HEADER, suits, f"{title}行政诉讼案件台账")


def make_workspace(folder: Path, county: County) -> None:
    """Write the settings and the area register of a workspace."""
    page = Page(folder / "registers" / "区划.xlsx")
    for row in county.register_rows():
        page.add(row)
    page.book.close()
    settings = write_template(name=COUNTY, code=CODE, edition=load_plan().number)
    (folder / FILE_NAME).write_text(settings, encoding="utf-8")


def main() -> None:
    """Make everything below the folder given."""
    folder, load = Path(sys.argv[1]), LOADS[sys.argv[2]]
    county = County()
    make_workspace(folder / "workspace", county)
    make_ingest(folder, county, load)
    make_year(folder, county, load)
    usual = County(USUAL_TOWNSHIPS, USUAL_VILLAGES_EACH)
    make_workspace(folder / "usual", usual)
    make_month(folder, usual, load)


if __name__ == "__main__":
    main()
