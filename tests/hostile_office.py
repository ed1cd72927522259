"""An office whose registers and sheets are filled with what other programs act on."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import xlsxwriter
from workspaces import REGISTERS

from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from sanwu_cli.sheets.schema import FieldSpec

COUNTY = "649801"
# What templates, Word, XML, pages, our own markup, spreadsheets, terminals, paths and calendars act on.
TAGS = (
    "{{ 7*7 }}",
    "{% for i in x %}y{% endfor %}",
    "{# 注 #}",
    '</w:t></w:r><w:fldSimple w:instr="DDEAUTO c:\\x"/>',
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "&lt;b&gt;&#60;",
    "]]>",
)
MARKS = (
    "#标题",
    "|甲|乙|",
    "***粗***",
    "+++",
    "---",
    "@标题",
    "@版记 甲 | 乙 | 丙",
    "一、假标题",
    "\ue00041\ue001",
)
FORMULAS = (
    "=1+1",
    '=HYPERLINK("http://x","y")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "＝1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
)
CONTROLS = (
    "\x1b[31m红\x1b[0m",
    "\x07\x08\x00响",
    "\x9b31m",
    "\u202e反\u202c",
    "零\u200b宽\u2060",
    "\u2028行\u2029段\x85",
    "\x0b垂\x0c",
)
PATHS = ("../../x", "/etc/x", "C:\\x", "CON", "nul.txt", "-rf", "~$x", ".隐")
LINES = ("a;b,c:\\n", "\r\nATTENDEE:mailto:x@y", "\nEND:VEVENT\nBEGIN:VEVENT", "$(id)`id`", "%s%n{0}")
LONG = "长" * 10_000
HOSTILE = (*TAGS, *MARKS, *FORMULAS, *CONTROLS, *PATHS, *LINES, LONG)
# Names of townships: one of each family, two that differ in signs no file name can have, and the long one.
TOWNS = ("{{ 7*7 }}", "=1+1", "<script>", "../../x", "\x1b[31m", "\r\nATTENDEE:x", "甲/乙", "甲:乙", LONG)
ROLES = ("法官", "检察官", "律师", "人民调解员")
GOOD: dict[str, object] = {
    "date": "2026-03-10", "month": "2026年3月", "period": "2026年3月", "count": 1, "decimal": 1,
    "yes_no": "是", "clock": "9:00", "days": "10日", "code": "1", "indicators": "越级上访", "percent": "1%",
    "person": "林知远", "text": "某某", "rule_text": "某", "list": "无", "unit": "云岭县某局",
    "township": "甲镇", "village": "青禾村", "area_code": "649801101201",
}  # fmt: skip


def save_rows(path: Path, rows: Iterable[Iterable[object]]) -> None:
    """Write rows as they are: no text becomes a formula or a link, control characters stay."""
    path.parent.mkdir(parents=True, exist_ok=True)
    keep = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
    with xlsxwriter.Workbook(str(path), keep) as book:
        sheet = book.add_worksheet("Sheet1")
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, str) and value:
                    sheet.write_string(number, column, value)
                elif value not in (None, ""):
                    sheet.write(number, column, value)


def name_town(number: int) -> tuple[str, str]:
    """Give the code and name of a township."""
    return f"{COUNTY}{101 + number}", f"{TOWNS[number]}{'' if TOWNS[number].startswith('甲') else number}镇"


def name_village(number: int) -> tuple[str, str]:
    """Give the code and name of the village of a hostile text; villages lie in the townships in turn."""
    town, _ = name_town(number % len(TOWNS))
    return f"{town}{201 + number // len(TOWNS)}", f"{HOSTILE[number]}{number}村"


def make_office(root: Path) -> Path:
    """Make the workspace: settings, registers, a sheet of every kind with each text in every free field."""
    for part in ("registers", "inbox", "out", "templates"):
        (root / part).mkdir(parents=True)
    write_settings(root, name="{{ 7*7 }}<b>县|=1\x1b", issuer="</w:t>{% x %}@委|\u202e")
    towns = [name_town(number) for number in range(len(TOWNS))]
    villages = [name_village(number) for number in range(len(HOSTILE))]
    areas = [[code, name, "乡镇", COUNTY, "是"] for code, name in towns]
    areas += [[code, name, "村", code[:9], "是"] for code, name in villages]
    people: list[list[object]] = []
    days: list[list[object]] = []
    for number, (code, _) in enumerate(towns):
        texts = [HOSTILE[(number * len(ROLES) + step) % len(HOSTILE)] for step in range(len(ROLES))]
        unit = f"{TOWNS[number]}所"
        people += [
            [f"P{number}-{step}", f"{text}{ROLES[step]}{number}", ROLES[step], unit, code, ""]
            for step, text in enumerate(texts)
        ]
        place, hours = HOSTILE[-1 - number], HOSTILE[-1 - number - len(TOWNS)]
        rule = f"每月第{number % 4 + 1}个周{'一二三四五'[number % 5]}"
        days.append([code, "全部", rule, f"{place}中心", f"{hours}9:00—12:00"])
        days.append([villages[number][0], "人民调解员", rule, f"{hours}中心", "9:00—12:00"])
    save_rows(root / "registers/区划.xlsx", [REGISTERS["区划"], *areas])
    save_rows(root / "registers/人员.xlsx", [REGISTERS["人员"], *people])
    save_rows(root / "registers/进驻日.xlsx", [REGISTERS["进驻日"], *days])
    places = {"township": [name for _, name in towns], "village": [name for _, name in villages]}

    def fill(spec: FieldSpec, number: int) -> object:
        if spec.type in places:
            return places[spec.type][number % len(places[spec.type])]
        if spec.type == "area_code":
            return villages[number][0]
        if spec.type == "person":
            return people[number % len(people)][1]
        if spec.type in {"text", "list", "rule_text", "case_number", "unit"}:
            return f"{HOSTILE[number]}{number}"
        return make_good(spec, number)

    write_sheets(root, len(HOSTILE), fill)
    return root


def write_settings(root: Path, *, name: str, issuer: str) -> None:
    """Write sanwu.toml; JSON's escapes are TOML's."""
    office = {"name": name, "code": COUNTY, "issuer": issuer}
    lines = ["[office]", *(f"{key} = {json.dumps(value)}" for key, value in office.items()), "[documents]"]
    lines += [
        f"recipients = {json.dumps(['=1+1 | <a>', '一、甲'])}",
        f"copies = {json.dumps(['@版记 x | y'])}",
    ]
    (root / "sanwu.toml").write_text("\n".join(lines) + "\n", "utf-8")


def make_good(spec: FieldSpec, number: int) -> object:
    """Give a harmless value of a field."""
    if spec.type == "choice":
        return next(iter(spec.choices.values()))[0]
    return f"A64980{number}" if spec.type == "case_number" else GOOD[spec.type]


def write_sheets(root: Path, count: int, fill: Callable[[FieldSpec, int], object]) -> None:
    """Write a sheet of every kind departments send, with all its fields that are read and `count` rows."""
    for schema in list_sheets():
        fields = [spec for spec in schema.fields if spec.is_read]
        rows = [[fill(spec, number) for spec in fields] for number in range(count)]
        head = [[f"云岭县2026年3月{schema.title}"], [spec.header for spec in fields]]
        save_rows(root / "inbox" / f"{schema.title}.xlsx", [*head, *rows])


def list_sheets() -> list[Any]:
    """List the kinds of sheets that departments send, by id."""
    return [schema for _, schema in sorted(load_schemas().items()) if schema.intake is not Intake.REGISTER]


# --- numbers of persons, all invented ---------------------------------------------------------------

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def make_identity(number: int) -> str:
    """Make an identity number with the right check digit."""
    born = date(1950 + number % 50, 1 + number % 12, 1 + number % 28)
    body = f"640104{born:%Y%m%d}{number % 1000:03d}"
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, body, strict=True))
    return body + "10X98765432"[total % 11]


def make_mobile(number: int) -> str:
    """Make a mobile number."""
    return f"139{number:08d}"


def make_card(number: int) -> str:
    """Make a bank card's number with the right check digit."""
    body = f"621700{number:012d}"
    doubled = [int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(body))]
    return body + str(-sum(value - 9 if value > 9 else value for value in doubled) % 10)


NUMBERS = {"身份证": make_identity, "手机": make_mobile, "银行卡": make_card}
SHAPES = ("{}", "王某{}转", "电话{}号")
