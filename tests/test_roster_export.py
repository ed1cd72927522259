"""Rosters exported: by place, by person, by office, with figures counted anew, and the Word notices."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pytest
from roster_office import PERSONS, generate, make_office
from text_tables import call_json
from workspaces import hash_tree

from sanwu_cli.cli.app import run
from sanwu_cli.jobs.roster_quality import describe_levels
from sanwu_cli.periods import Month, Period
from sanwu_cli.terms import RosterGroup

if TYPE_CHECKING:
    from pathlib import Path

JULY = Month(2026, 7)
YEAR = Period.of_year(2026).months()
MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")


@pytest.fixture
def office(tmp_path: Path) -> Path:
    return make_office(tmp_path / "w")


def export(office: Path, *words: str) -> int:
    return run(["-w", str(office), "-q", "roster", "export", *words])


def open_book(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(path)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def test_a_year_in_one_workbook_with_figures_that_add_up(office: Path) -> None:
    assert export(office, "--year", "2026") == 0
    sheets = open_book(office / "out" / "2026" / "附件3 2026年值班表.xlsx")
    assert [name for name in sheets if name.startswith("2026年")] == [month.label for month in YEAR]
    assert set(sheets) >= {"全年", "按人", "按人全年", "统计", "统计（地方）", "各级目标", "公布记录"}
    rosters = generate(office, *YEAR).groups[RosterGroup.TOWNSHIP]
    duties = [duty for roster in rosters for duty in roster.duties]
    load = Counter(duty.person_id for duty in duties)
    assert {row[2]: row[4] for row in sheets["统计"][2:] if row[2]} == load
    assert sum(row[-1] for row in sheets["按人全年"][2:]) == len(duties)
    assert len([row for row in sheets["按人"][2:] if row[1]]) == len(duties)
    pairs = {(duty.person_id, duty.area_code) for duty in duties}
    assert sum(row[5] for row in sheets["统计（地方）"][2:] if row[1]) == len(pairs)
    assert any(f"搭配{len(pairs)}对" in str(row[0]) for row in sheets["统计（地方）"])
    filled = [cell for row in sheets["全年"][2:] for cell in row[2:] if cell and row[1]]
    gaps = sum(len(roster.unfilled) for roster in rosters)
    assert sum(len(cell.split("、")) for cell in filled) == len(duties) + gaps
    assert gaps
    levels = {row[1]: (row[2], row[3], row[4]) for row in sheets["各级目标"][2:] if row[1]}
    assert levels["人和地方的搭配"] == (len(pairs), len(pairs), "已证明最少")


def test_what_is_not_published_says_so_and_what_is_says_when(office: Path) -> None:
    run(["-w", str(office), "-q", "roster", "publish", "--month", "2026-07", "--as-of", "2026-06-30"])
    assert export(office, "--year", "2026") == 0
    sheets = open_book(office / "out" / "2026" / "附件3 2026年值班表.xlsx")
    assert "未公布" not in sheets["2026年7月"][0][0]
    assert "未公布" in sheets["2026年8月"][0][0]
    record = {row[0]: row[1:] for row in sheets["公布记录"][2:]}
    assert record["2026年7月"][:2] == ("2026-06-30", 1)
    assert record["2026年8月"][0] == "未公布"
    assert export(office, "--year", "2027") == 0
    assert "草案" in open_book(office / "out" / "2027" / "附件3 2027年值班表.xlsx")["2027年1月"][0][0]


def test_each_view_alone(office: Path) -> None:
    assert export(office, "--month", "2026-07", "--by", "place", "-o", str(office / "a")) == 0
    assert set(open_book(office / "a" / "附件3 2026年7月值班表.xlsx")) == {"2026年7月"}
    assert export(office, "--year", "2026", "--by", "person", "-o", str(office / "b")) == 0
    assert set(open_book(office / "b" / "附件3 2026年值班表（按人）.xlsx")) == {"按人", "按人全年"}


def test_a_judicial_office_has_its_own_sheet_or_file(office: Path) -> None:
    assert export(office, "--month", "2026-07", "--by", "office", "-o", str(office / "a")) == 0
    sheets = open_book(office / "a" / "2026年7月人民调解员值班表（按司法所）.xlsx")
    assert set(sheets) == {"甲镇司法所2026年7月", "乙镇司法所2026年7月"}
    assert {row[1] for row in sheets["乙镇司法所2026年7月"][2:] if row[2]} == {"乙镇"}
    assert export(office, "--year", "2026", "--by", "office", "-o", str(office / "b")) == 0
    assert sorted(path.name for path in (office / "b").iterdir()) == [
        "2026年乙镇司法所人民调解员值班表.xlsx",
        "2026年甲镇司法所人民调解员值班表.xlsx",
    ]


def test_the_sheets_of_the_offices_come_back_as_one_roster(office: Path, capsys: Any) -> None:
    assert export(office, "--month", "2026-07", "--by", "office", "-o", str(office / "a")) == 0
    (path,) = (office / "a").iterdir()
    status, document = call_json(capsys, office, "roster", "diff", str(path))
    assert status == 0
    assert document["changes"] == []
    assert document["findings"] == []


def test_an_office_telephone_is_printed_and_a_mobile_never(tmp_path: Path) -> None:
    persons = [[*row] for row in PERSONS]
    persons[1][7] = "13" + "0" * 9
    office = make_office(tmp_path / "w", 人员=persons)
    assert export(office, "--month", "2026-07") == 1  # the register's cell is told of
    sheets = open_book(office / "out" / "2026-07" / "附件3 2026年7月值班表.xlsx")
    text = str(sheets)
    assert "000-00000002" in text
    assert not MOBILE.search(text)


def test_the_mediators_notice_names_every_village(office: Path) -> None:
    assert export(office, "--month", "2026-07", "--form", "docx") == 0
    folder = office / "out" / "2026-07"
    assert sorted(path.name for path in folder.iterdir()) == [
        "2026年7月人民调解员值班表通知.docx",
        "2026年7月进驻值班表通知.docx",
    ]
    document = docx.Document(io.BytesIO((folder / "2026年7月人民调解员值班表通知.docx").read_bytes()))
    (table,) = [table for table in document.tables if "村（社区）" in table.rows[0].cells[2].text]
    assert {row.cells[2].text for row in table.rows[1:]} == {"甲1村", "甲2村", "甲3村", "乙1村", "乙2村"}
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "本月共安排3次，到3个村（社区）" in text
    assert "四9" in text


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), 2),
        (("--month", "2026-07", "--year", "2026"), 2),
        (("--month", "2026-07", "--by", "street"), 2),
        (("--month", "2026-07", "--form", "pdf"), 2),
        (("--month", "2026-07", "--form", "docx", "--by", "person"), 2),
        (("--month", "2026-07", "--role", "法官", "--by", "office"), 66),
        (("--month", "2026-07", "--role", "社区民警"), 66),
    ],
)
def test_wrong_words_end_in_their_status(
    office: Path, capsys: Any, words: tuple[str, ...], status: int
) -> None:
    assert export(office, *words) == status
    err = capsys.readouterr().err
    assert "修复" in err
    assert "Traceback" not in err


def test_the_same_rosters_give_the_same_bytes(office: Path) -> None:
    for folder in ("a", "b"):
        assert export(office, "--month", "2026-07", "-o", str(office / folder)) == 0
    for path in (office / "a").iterdir():
        assert path.read_bytes() == (office / "b" / path.name).read_bytes()


# --- how good a roster is ---------------------------------------------------------------------------------


def test_levels_are_said_with_what_is_proven() -> None:
    assert describe_levels((("unfilled", 0, 0), ("pairs", 33, 32), ("travel", 0, 0))) == (
        "空缺 0（已证明最少）；人和地方的搭配 33（与下限差1，未证明）"
    )


def test_generate_ends_with_how_good_the_roster_is(office: Path, capsys: Any) -> None:
    run(["-w", str(office), "roster", "generate", "--month", "2026-07"])
    out = capsys.readouterr().out
    assert "排得怎样" in out
    assert "空缺 2（已证明最少）" in out
    tail = out[out.index("排得怎样") :].splitlines()
    assert all(sum(2 if ord(sign) > 255 else 1 for sign in line) <= 80 for line in tail)
    run(["-w", str(office), "-q", "roster", "publish", "--month", "2026-07", "--as-of", "2026-06-30"])
    capsys.readouterr()
    run(["-w", str(office), "roster", "generate", "--month", "2026-07"])
    assert "排得怎样" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        "due --month 2020-05",
        "roster generate --month 2020-05",
        "roster explain 青山镇 --month 2020-05",
        "roster export --month 2020-05",
        "roster picture --month 2020-05",
        "attendance show --month 2020-05",
        "score month 2020-05",
        "report render monthly_circular --month 2020-05",
        "month-end 2020-05",
    ],
)
def test_a_month_before_the_plan_is_refused_by_every_command(
    office: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = hash_tree(office)
    assert run(["-w", str(office), *words.split()]) == 2
    answer = capsys.readouterr()
    assert re.search("方案(从2020年6月起实施|2020年6月才印发)", answer.err)
    assert not answer.out
    assert hash_tree(office) == before
