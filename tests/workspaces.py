"""Workspaces made for tests: registers and department sheets with the contract's headers, by any writer."""

from __future__ import annotations

import contextlib
import hashlib
import json
import zipfile
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import xlsxwriter
import xlwt

from sanwu_cli.cli.app import run

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

COUNTY, COUNTY_CODE = "云岭县", "649801"

# The canonical headers of the product contract, sections 4 and 5; written down here a second time on purpose.
REGISTERS = {
    "区划": ["代码", "名称", "层级", "上级代码", "参评", "启用日期", "停用日期", "并入代码", "别名"],
    "人员": [
        "编号",
        "姓名",
        "角色",
        "派驻单位",
        "对口区域代码",
        "回避区域代码",
        "每月上限",
        "办公电话",
        "启用日期",
        "停用日期",
    ],
    "进驻日": ["区域代码", "角色", "规则", "地点", "时间"],
    "请假": ["编号", "开始日期", "结束日期", "事由"],
    "节假日": ["日期", "类型", "名称", "文号"],
    "限额": ["指标", "适用", "限额", "依据文号", "启用日期", "停用日期"],  # ours, not in the contract
    "网格": ["网格编号", "网格名称", "村(社区)代码", "网格员", "专职/兼职", "启用日期", "停用日期"],
    "里程": ["派驻单位", "区域代码", "公里"],  # ours as well
}
SHEETS = {
    "petition": [
        "登记日期",
        "信访编号",
        "乡镇(街道)",
        "村(社区)",
        "到访层级",
        "是否越级",
        "人次",
        "归属依据",
        "办理状态",
        "备注",
    ],
    "suit": [
        "立案日期",
        "案号",
        "审级",
        "被告",
        "案由",
        "审理法院",
        "乡镇(街道)",
        "村(社区)",
        "归属依据",
        "裁判结果",
        "备注",
    ],
    "crime": (
        [
            "立案日期",
            "案件编号",
            "案件类型",
            "案件类别",
            "办案单位",
            "案件状态",
            "乡镇(街道)",
            "村(社区)",
            "归属依据",
            "备注",
        ]
    ),
    "indicator_count": ["乡镇(街道)", "村(社区)", "越级上访", "行政诉讼", "刑事案件"],
    "nil_report": ["月份", "报送单位", "指标", "起止月份"],
    "ruling": ["编号", "指标", "案件编号", "事项", "改归区域代码", "理由", "文号", "日期"],
    "binding": ["乡镇(街道)", "指标名称", "是否突破", "依据文号", "日期"],
    "assessment": ["乡镇(街道)", "一中心两所六进驻得分", "其他得分", "综合得分"],
    "sign_in": [
        "日期",
        "姓名",
        "单位",
        "进驻地点",
        "签到时间",
        "签退时间",
        "接待咨询(人次)",
        "参与调解(件)",
        "备注",
    ],
    "dispute": [
        "登记日期",
        "编号",
        "乡镇(街道)",
        "村(社区)",
        "纠纷类型",
        "责任单位",
        "化解时限",
        "是否化解",
        "化解日期",
    ],
    "office": ["名称", "类型", "所在乡镇", "标准化", "枫桥式", "警力/人员"],
    "publication": ["月份", "乡镇(街道)", "村(社区)", "公示方式", "公示日期", "经办人"],
    "meeting": ["日期", "类型", "单位", "议题", "文号"],
    "report_filed": ["单位", "事项", "文号", "报送日期"],
    "assessment_item": ["编号", "项目", "分值", "计分方式", "数据来源", "依据"],
    "item_score": ["乡镇(街道)", "编号", "得分", "实际数", "应完成数", "类别", "依据"],
    "reminder": ["日期", "人员编号", "事由", "是否整改", "整改日期"],
}
TITLES = {
    "petition": "越级上访台账",
    "suit": "行政诉讼案件台账",
    "crime": "刑事案件台账",
    "indicator_count": "三无指标月报表",
    "nil_report": "零报告",
    "ruling": "认定(异议)登记表",
    "binding": "四项约束性指标认定表",
    "assessment": "平安建设考核评分表",
    "sign_in": "进驻签到表",
    "dispute": "矛盾纠纷排查化解台账",
    "office": "两所建设台账",
    "publication": "公示登记表",
    "meeting": "会议登记表",
    "report_filed": "书面报告登记表",
    "assessment_item": "考核细则",
    "item_score": "考核分项得分表",
    "reminder": "提醒整改登记表",
}
BINDING_NAMES = ("指标甲", "指标乙", "指标丙", "指标丁")

# Invented names; no village stands in another's name.
_VILLAGES = [
    "青禾",
    "松岗",
    "白鹭",
    "芦花",
    "双桂",
    "柏川",
    "石榴",
    "银杏",
    "长堤",
    "红枫",
    "竹溪",
    "梅坞",
    "荷塘",
    "菊园",
    "兰台",
    "桃源",
    "杏林",
    "槐荫",
    "柳浪",
    "桑田",
    "枣林",
    "榆关",
    "椿树",
    "楸岭",
    "葵阳",
    "蒲洼",
    "藕香",
    "菱角",
    "麦场",
    "豆坪",
    "谷丰",
    "棉垄",
    "麻岔",
    "茶亭",
    "果园",
    "药圃",
    "花台",
    "草滩",
    "苇湖",
    "莲池",
    "山前",
    "岭后",
    "溪东",
    "河西",
    "湖南岸",
    "江北岸",
    "坡上",
    "沟底",
]

Table = "Sequence[Sequence[object]]"


def save_openpyxl(path: Path, rows: Table, *, sheet: str = "Sheet1") -> None:
    """Write a grid of rows with openpyxl."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(list(row))
    book.save(path)


def save_pandas(path: Path, rows: Table, *, sheet: str = "Sheet1") -> None:
    """Write a grid of rows with pandas."""
    with pd.ExcelWriter(path) as writer:
        pd.DataFrame([list(row) for row in rows]).to_excel(
            writer, sheet_name=sheet, header=False, index=False
        )


def save_xlsxwriter(path: Path, rows: Table, *, sheet: str = "Sheet1") -> None:
    """Write a grid of rows with xlsxwriter."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if value is not None:
                    page.write(number, column, value)


def save_xlwt(path: Path, rows: Table, *, sheet: str = "Sheet1") -> None:
    """Write a grid of rows as .xls with xlwt."""
    book = xlwt.Workbook(encoding="utf-8")
    page = book.add_sheet(sheet)
    dated = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                page.write(number, column, value, dated)
            elif value is not None:
                page.write(number, column, value)
    book.save(str(path))


WRITERS: dict[str, tuple[str, Callable[..., None]]] = {
    "openpyxl": (".xlsx", save_openpyxl),
    "pandas": (".xlsx", save_pandas),
    "xlsxwriter": (".xlsx", save_xlsxwriter),
    "xlwt": (".xls", save_xlwt),
}


@dataclass(frozen=True)
class Answer:
    """What one run of the program gave."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> dict:
        """The one document of --format json."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the findings, each once, in order."""
        return list(dict.fromkeys(finding["code"] for finding in self.json["findings"]))

    def finding(self, code: str) -> dict:
        """The one finding of a code."""
        (found,) = [finding for finding in self.json["findings"] if finding["code"] == code]
        return found

    @property
    def sheets(self) -> list[dict]:
        """All sheets of an import."""
        return [sheet for file in self.json["files"] for sheet in file["sheets"]]


@dataclass
class County:
    """The invented county: townships with their villages; codes are found by name."""

    townships: list[tuple[str, str, str]] = field(default_factory=list)
    villages: list[tuple[str, str, str]] = field(default_factory=list)
    rows: list[list[object]] = field(default_factory=list)

    @classmethod
    def of(cls, **sizes: int) -> County:
        """Make a county of townships with so many villages each; a name ending in 农场 is a farm."""
        county, names = cls(), iter(_VILLAGES)
        for number, (name, size) in enumerate(sizes.items(), start=1):
            kind = "农林场" if name.endswith("农场") else "街道" if name.endswith("街道") else "乡镇"
            code = f"{COUNTY_CODE}{400 + number if kind == '农林场' else 100 + number}"
            competes = "否" if kind == "农林场" else "是"
            county.townships.append((code, name, kind))
            county.rows.append([code, name, kind, COUNTY_CODE, competes, None, None, None, None])
            for step in range(1, size + 1):
                village = f"{next(names)}村"
                county.villages.append((f"{code}{200 + step}", village, code))
                county.rows.append(
                    [f"{code}{200 + step}", village, "村", code, competes, None, None, None, None]
                )
        return county

    def code(self, name: str) -> str:
        """Give the code of a township or village."""
        return next(code for code, known, _ in (*self.townships, *self.villages) if known == name)

    def villages_of(self, township: str) -> list[str]:
        """Give the names of a township's villages."""
        code = self.code(township)
        return [name for _, name, parent in self.villages if parent == code]

    def row(self, name: str) -> list[object]:
        """Give the register's row of an area, to be changed in place."""
        return next(row for row in self.rows if row[1] == name)


class Office:
    """A workspace in a folder, and the program run on it."""

    def __init__(self, path: Path, county: County, read_output: Callable[[], tuple[str, str]]) -> None:
        self.path = path
        self.county = county
        self._read_output = read_output
        for part in ("registers", "inbox", "out"):
            (path / part).mkdir(parents=True, exist_ok=True)
        self.configure()
        self.save_areas()

    def configure(self, text: str = "") -> None:
        """Write sanwu.toml, with more text beneath."""
        office = f'[office]\nname = "{COUNTY}"\ncode = "{COUNTY_CODE}"\nissuer = "中共{COUNTY}委政法委员会"\n'
        names = ", ".join(f'"{name}"' for name in BINDING_NAMES)
        text = f"{office}\n[binding_indicators]\nnames = [{names}]\n\n{text}"
        (self.path / "sanwu.toml").write_text(text, "utf-8")

    def save_areas(self, *, writer: str = "openpyxl") -> None:
        """Write the area register from the county's rows."""
        self.register("区划", self.county.rows, writer=writer)

    def register(self, name: str, rows: Table, *, writer: str = "openpyxl") -> Path:
        """Write a register with its canonical headers."""
        suffix, save = WRITERS[writer]
        path = self.path / "registers" / f"{name}{suffix}"
        save(path, [REGISTERS[name], *rows])
        return path

    def sheet(
        self,
        kind: str,
        rows: Sequence[dict[str, object]],
        *,
        to: str = "",
        title: str | None = None,
        unit: str = "",
        headers: Sequence[str] = (),
        writer: str = "openpyxl",
        page: str = "Sheet1",
    ) -> Path:
        """Write a department's sheet into inbox; `title` None means that the header is the first row."""
        suffix, save = WRITERS[writer]
        path = self.path / "inbox" / (to or f"{kind}{suffix}")
        path.parent.mkdir(parents=True, exist_ok=True)
        names = list(headers) or SHEETS[kind]
        more = [name for row in rows for name in row if name not in names]
        names = [*names, *dict.fromkeys(more)]
        above = ([[title]] if title is not None else []) + ([[f"填报单位：{unit}"]] if unit else [])
        save(path, [*above, names, *[[row.get(name) for name in names] for row in rows]], sheet=page)
        return path

    def month(self, kind: str, month: str, rows: Sequence[dict[str, object]] = (), **more: object) -> Path:
        """Write a department's sheet of one month, or of a span written as in a title, into its folder."""
        more.setdefault("title", f"{COUNTY}{month}{TITLES[kind]}")
        more.setdefault("to", f"{month}/{kind}.xlsx")
        return self.sheet(kind, rows, **more)  # type: ignore[arg-type]  # tests hand on what they were given

    def year(self, cases: Sequence[tuple[str, str, str]] = (), *, year: int = 2026) -> None:
        """Report a whole year for the whole county: (kind, village, yyyy-mm-dd), the rest is nothing."""
        for kind in ("petition", "suit", "crime"):
            rows = [
                case(kind, number, day, self.township_of(village), village)
                for number, (which, village, day) in enumerate(cases, start=1)
                if which == kind
            ]
            self.sheet(kind, rows, to=f"{year}/{kind}.xlsx", title=f"{COUNTY}{year}年1—12月{TITLES[kind]}")

    def township_of(self, village: str) -> str:
        """Give the name of a village's township."""
        parent = next(parent for _, name, parent in self.county.villages if name == village)
        return next(name for code, name, _ in self.county.townships if code == parent)

    def attest(self, breached: Sequence[tuple[str, str]] = (), *, left_out: Sequence[str] = ()) -> None:
        """Write the findings on the binding indicators of all competing townships but those left out."""
        rows = [
            {
                "乡镇(街道)": name,
                "指标名称": binding,
                "是否突破": "是" if (name, binding) in breached else "否",
                "依据文号": "云政法〔2026〕30号",
                "日期": date(2026, 12, 20),
            }
            for _, name, kind in self.county.townships
            if kind != "农林场"
            for binding in BINDING_NAMES
            if binding not in left_out
        ]
        self.sheet("binding", rows, to="年终/binding.xlsx", title=f"2026年{TITLES['binding']}")

    def assess(self, **scores: object) -> None:
        """Write the assessment: a ready total by township."""
        rows = [{"乡镇(街道)": name, "综合得分": score} for name, score in scores.items()]
        self.sheet("assessment", rows, to="年终/assessment.xlsx", title=f"2026年{TITLES['assessment']}")

    def run(self, *arguments: object) -> Answer:
        """Run a command on this workspace, in this process."""
        return self.run_anywhere("-w", self.path, *arguments)

    def run_anywhere(self, *arguments: object) -> Answer:
        """Run a command as it is, in this process."""
        self._read_output()
        status = run([str(argument) for argument in arguments])
        return Answer(status, *self._read_output())

    def ask(self, *arguments: object) -> Answer:
        """Run a command with --format json."""
        return self.run(*arguments, "--format", "json")

    def take_in(self, *more: object) -> Answer:
        """Import the whole inbox's incidents."""
        return self.ask("incidents", "import", self.path / "inbox", *more)

    def take_in_all(self) -> None:
        """Import the whole inbox: incidents and records."""
        self.take_in()
        self.ask("records", "import", self.path / "inbox")

    def score(self, *more: object, year: int = 2026) -> dict:
        """Give the year's score."""
        return self.ask("score", "year", "--year", year, *more).json

    def village(self, name: str, *more: object) -> dict:
        """Give one village of the year's score."""
        code = self.county.code(name)
        return next(village for village in self.score(*more)["villages"] if village["code"] == code)

    def township(self, name: str, *more: object) -> dict:
        """Give one township of the year's score."""
        code = self.county.code(name)
        return next(township for township in self.score(*more)["townships"] if township["code"] == code)

    def incidents(self) -> list[dict]:
        """Give the ledger's cases."""
        return self.ask("incidents", "list").json["incidents"]


def case(kind: str, number: int | str, day: object, township: str | None, village: str | None) -> dict:
    """Make a canonical row of a case; the date is a day, or any text as it stands."""
    if isinstance(day, str):
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(day)
    row: dict[str, object] = {"乡镇(街道)": township, "村(社区)": village}
    if kind == "petition":
        row |= {
            "登记日期": day,
            "信访编号": f"XF-{number}",
            "到访层级": "地市级",
            "是否越级": "是",
            "人次": 1,
        }
    elif kind == "suit":
        row |= {
            "立案日期": day,
            "案号": f"（2026）试9801行初{number}号",
            "审级": "一审",
            "被告": "云岭县某局",
        }
        row |= {"案由": f"行政征收{number}", "审理法院": "云岭县人民法院"}
    else:
        row |= {"立案日期": day, "案件编号": f"A6498{number}", "案件类型": "刑事", "案件类别": "盗窃"}
        row |= {"办案单位": "云岭县公安局", "案件状态": "立案侦查"}
    return row


def hash_tree(folder: Path) -> dict[str, str]:
    """Hash every file under a folder, by its path; folders stand in it too, the one of the lock does not."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
        )
        for path in sorted(folder.rglob("*"))
        if ".sanwu" not in path.relative_to(folder).parts
    }


def read_everything(folder: Path) -> str:
    """Give all text that stands in a folder's files; zipped parts (xlsx, docx) unpacked."""
    pieces = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        pieces.append(path.name)
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                pieces += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
        else:
            pieces.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(pieces)
