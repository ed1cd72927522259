"""Roster files of any hand read back: ours exactly, edited ones as edited, doubts at their cells."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from msgspec.structs import replace
from real_sheets import SHEETS
from roster_office import DAYS, PERSONS, edit, find_cell, generate, make_office

from sanwu_cli.jobs.roster_reading import RosterReading, read_rosters
from sanwu_cli.jobs.roster_tables import name_book, write_roster
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.model import Duty, Roster
from sanwu_cli.periods import Month, Period
from sanwu_cli.roster.lines import make_roster
from sanwu_cli.terms import TOWNSHIP_ROLES, RosterGroup, StationedRole

if TYPE_CHECKING:
    from pathlib import Path

JULY = Month(2026, 7)
EAST, WEST, NORTH = "649901101", "649901102", "649901103"
JUDGE, PROSECUTOR, LAWYER = TOWNSHIP_ROLES
OPEN_END = {"objective": (), "optimal": False}


def write_books(workspace: Path, *months: Month) -> dict[RosterGroup, Path]:
    """Write the months' workbooks as `roster generate` does."""
    opened = open_workspace(workspace)
    registers = read_registers(opened)
    made = generate(workspace, *months)
    paths = {}
    for group, rosters in made.groups.items():
        span = months[0].label if len(months) == 1 else f"{months[0].year}年"
        paths[group] = workspace / "out" / name_book(group, span)
        paths[group].write_bytes(write_roster(opened, registers, group, rosters))
    return paths


def read(workspace: Path, *paths: Path, month: Month | None = None) -> RosterReading:
    opened = open_workspace(workspace)
    return read_rosters(opened, read_registers(opened), paths, month=month)


def as_rosters(reading: RosterReading) -> dict[tuple[Month, RosterGroup], Roster]:
    return {(one.month, one.group): make_roster(one.month, one.entries) for one in reading.sheets}


def codes(reading: RosterReading) -> list[tuple[str, str]]:
    return [(finding.code, finding.cell) for finding in reading.findings if finding.severity == "error"]


def duty_of(roster: Roster, area: str, role: StationedRole) -> list[tuple[date, str]]:
    return [(duty.date, duty.person) for duty in roster.duties if (duty.area_code, duty.role) == (area, role)]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    return make_office(tmp_path / "w")


# --- our own tables ---------------------------------------------------------------------------------------


def test_a_year_of_both_groups_comes_back_exactly(workspace: Path) -> None:
    months = Period.of_year(2026).months()
    paths = write_books(workspace, *months)
    reading = read(workspace, *paths.values())
    assert reading.findings == ()
    assert reading.is_whole
    made = generate(workspace, *months)
    expected = {
        (roster.month, group): replace(roster, **OPEN_END)
        for group, rosters in made.groups.items()
        for roster in rosters
    }
    assert len(expected) == 24
    assert as_rosters(reading) == expected
    assert any(roster.unfilled for roster in expected.values())
    assert any(duty.moved_from for roster in expected.values() for duty in roster.duties)


def test_a_place_without_a_day_comes_back_as_the_gap_it_is(tmp_path: Path) -> None:
    days = [row for row in DAYS if row[:2] != [NORTH, "律师"]]
    workspace = make_office(tmp_path / "w", 进驻日=days)
    reading = read(workspace, write_books(workspace, JULY)[RosterGroup.TOWNSHIP])
    assert codes(reading) == []
    roster = as_rosters(reading)[JULY, RosterGroup.TOWNSHIP]
    (own,) = generate(workspace, JULY).groups[RosterGroup.TOWNSHIP]
    assert [gap for gap in own.unfilled if gap.planned_on is None]
    assert roster == replace(own, **OPEN_END)


def test_two_of_one_name_are_written_with_their_numbers_and_come_back(tmp_path: Path) -> None:
    persons = [*PERSONS, ["F03", "林知远", "法官", "人民法院"]]
    workspace = make_office(tmp_path / "w", 人员=persons)
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    sheet = openpyxl.load_workbook(path).active
    assert any("林知远（F0" in str(cell.value) for row in sheet.iter_rows() for cell in row)
    (own,) = generate(workspace, JULY).groups[RosterGroup.TOWNSHIP]
    reading = read(workspace, path)
    assert codes(reading) == []
    assert as_rosters(reading)[JULY, RosterGroup.TOWNSHIP] == replace(own, **OPEN_END)


# --- edited as Excel does it ------------------------------------------------------------------------------


def change_cell(word: str, header: str, value: object) -> Any:
    return lambda sheet: sheet.__setitem__(find_cell(sheet, word, header), value)


def test_a_changed_name_and_a_changed_day_come_back_as_they_were_changed(workspace: Path) -> None:
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    edit(path, change_cell("乙镇", "法官", "周明谦"))
    edit(path, change_cell("乙镇", "进驻日", date(2026, 7, 16)))
    reading = read(workspace, path)
    assert codes(reading) == []
    roster = as_rosters(reading)[JULY, RosterGroup.TOWNSHIP]
    assert duty_of(roster, WEST, JUDGE) == [(date(2026, 7, 16), "周明谦")]
    (own,) = generate(workspace, JULY).groups[RosterGroup.TOWNSHIP]
    untouched = [duty for duty in own.duties if duty.area_code != WEST]
    assert [duty for duty in roster.duties if duty.area_code != WEST] == untouched


def test_a_deleted_row_is_gone_and_an_added_row_is_there(workspace: Path) -> None:
    path = write_books(workspace, JULY)[RosterGroup.MEDIATOR]

    def change(sheet: Any) -> None:
        row = int(find_cell(sheet, "甲1村", "值班日")[1:])
        sheet.delete_rows(row)
        sheet.insert_rows(row)
        for column, value in enumerate(
            [9, "乙镇", "乙1村", "7月22日", "", "M03", "", "村委会", "全天"], start=1
        ):
            sheet.cell(row, column, value)

    edit(path, change)
    reading = read(workspace, path)
    assert codes(reading) == []
    roster = as_rosters(reading)[JULY, RosterGroup.MEDIATOR]
    assert not [duty for duty in roster.duties if duty.area_code == EAST + "201"]
    assert (date(2026, 7, 22), "安若素") in duty_of(roster, WEST + "201", StationedRole.MEDIATOR)


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("法官周明谦", ["周明谦"]),
        ("周明谦 0951-1234567", ["周明谦"]),
        ("周 明 谦", ["周明谦"]),
        ("周明谦同志", ["周明谦"]),
        ("F02", ["周明谦"]),
        ("周明谦（F02）", ["周明谦"]),
        ("林知远、周明谦", ["林知远", "周明谦"]),
        ("林知远\n周明谦", ["林知远", "周明谦"]),
        ("—", []),
        ("/", []),
        (" ", []),
        (None, []),
    ],
)
def test_names_as_people_write_them(workspace: Path, written: object, read_as: list[str]) -> None:
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    edit(path, change_cell("乙镇", "法官", written))
    reading = read(workspace, path)
    roster = as_rosters(reading)[JULY, RosterGroup.TOWNSHIP]
    found = sorted(person for _, person in duty_of(roster, WEST, JUDGE))
    assert codes(reading) == []
    assert found == sorted(read_as)
    assert not [gap for gap in roster.unfilled if (gap.area_code, gap.role) == (WEST, JUDGE)]


@pytest.mark.parametrize("word", ["缺", "空缺", "待定", "暂无"])
def test_a_gap_in_any_word_is_a_gap_with_its_reasons(workspace: Path, word: str) -> None:
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    edit(path, change_cell("乙镇", "法官", word))
    reading = read(workspace, path)
    assert codes(reading) == []
    gaps = as_rosters(reading)[JULY, RosterGroup.TOWNSHIP].unfilled
    (gap,) = [gap for gap in gaps if (gap.area_code, gap.role) == (WEST, JUDGE)]
    assert gap.planned_on == date(2026, 7, 15)
    assert gap.reasons


@pytest.mark.parametrize(
    "written",
    [
        "7月16日",
        "7月16日（星期四）",
        "7.16",
        "2026-07-16",
        "16日",
        16,
        "16",
        date(2026, 7, 16),
        "七月十六日",
        "每月16日",
    ],
)
def test_days_as_people_write_them(workspace: Path, written: object) -> None:
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    edit(path, change_cell("乙镇", "进驻日", written))
    reading = read(workspace, path)
    assert codes(reading) == []
    days = {day for day, _ in duty_of(as_rosters(reading)[JULY, RosterGroup.TOWNSHIP], WEST, JUDGE)}
    assert days == {date(2026, 7, 16)}


# --- what cannot be told ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value", "code"),
    [
        ("法官", "林知", "ROSTER-PERSON-UNKNOWN"),
        ("法官", "林", "ROSTER-PERSON-UNKNOWN"),
        ("法官", "缺、某某某", "ROSTER-PERSON-UNKNOWN"),
        ("法官", "周法官、林知远", "ROSTER-PERSON-UNKNOWN"),
        ("进驻日", "中旬", "ROSTER-DAY-UNREADABLE"),
        ("进驻日", "7月32日", "ROSTER-DAY-UNREADABLE"),
        ("进驻日", "", "ROSTER-DAY-UNREADABLE"),
        ("进驻日", "8月3日", "ROSTER-DAY-OUTSIDE"),
        ("进驻日", date(2026, 6, 30), "ROSTER-DAY-OUTSIDE"),
        ("乡镇(街道)", "丁镇", "AREA-TOWNSHIP-UNKNOWN"),
    ],
)
def test_what_cannot_be_told_is_a_finding_at_its_cell(
    workspace: Path, header: str, value: object, code: str
) -> None:
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    cell = find_cell(openpyxl.load_workbook(path).active, "乙镇", header)
    edit(path, lambda sheet: sheet.__setitem__(cell, value or None))
    reading = read(workspace, path)
    assert codes(reading) == [(code, cell)]
    assert not reading.is_whole
    assert all(finding.remedy for finding in reading.findings)


def test_a_name_two_bear_is_no_guess(tmp_path: Path) -> None:
    workspace = make_office(tmp_path / "w", 人员=[*PERSONS, ["F03", "林知远", "法官", "人民法院"]])
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    cell = find_cell(openpyxl.load_workbook(path).active, "乙镇", "法官")
    edit(path, lambda sheet: sheet.__setitem__(cell, "林知远"))
    reading = read(workspace, path)
    assert codes(reading) == [("ROSTER-PERSON-AMBIGUOUS", cell)]
    assert "F01" in reading.findings[0].message
    assert "F03" in reading.findings[0].message


def test_an_own_number_in_a_cell_is_never_shown(workspace: Path) -> None:
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    edit(path, change_cell("乙镇", "法官", "林知远 110101199003070000"))
    reading = read(workspace, path)
    assert not reading.is_whole
    assert not any("19900307" in finding.message for finding in reading.findings)


def test_a_table_without_a_month_asks_for_it_and_takes_it_from_the_command(workspace: Path) -> None:
    path = workspace / "inbox" / "值班表.xlsx"
    book = openpyxl.Workbook()
    book.active.append(["乡镇(街道)", "进驻日", "法官"])
    book.active.append(["甲镇", "每月第2个周二", "林知远"])
    book.save(path)
    assert codes(read(workspace, path)) == [("ROSTER-MONTH-UNKNOWN", "")]
    roster = as_rosters(read(workspace, path, month=JULY))[JULY, RosterGroup.TOWNSHIP]
    assert duty_of(roster, EAST, JUDGE) == [(date(2026, 7, 14), "林知远")]


def test_of_a_year_in_one_file_the_month_asked_for_is_taken(workspace: Path) -> None:
    path = write_books(workspace, *Period.of_year(2026).months())[RosterGroup.TOWNSHIP]
    reading = read(workspace, path, month=JULY)
    assert [(sheet.month, sheet.group) for sheet in reading.sheets] == [(JULY, RosterGroup.TOWNSHIP)]
    assert reading.findings == ()


# --- as units write them ----------------------------------------------------------------------------------

UNIT_PERSONS = [
    PERSONS[0],
    *(
        [f"{letter}{number}", name, role, unit]
        for letter, role, unit, names in (
            ("F", "法官", "人民法院", ["甲法官", "丁法官"]),
            ("J", "检察官", "人民检察院", ["乙检察官", "戊检"]),
            ("L", "律师", "司法局", ["丙律师", "己律师", "庚律师"]),
            ("M", "人民调解员", "甲镇司法所", ["甲调解员", "乙调解员"]),
            ("N", "人民调解员", "乙镇司法所", ["丙调解员"]),
        )
        for number, name in enumerate(names, start=1)
    ),
]


def test_the_tables_units_make_are_read_with_their_rules(tmp_path: Path) -> None:
    areas = [
        ["代码", "名称", "层级", "上级代码", "参评"],
        ["649901101", "甲镇", "乡镇", "649901", "是"],
        ["649901101201", "东堤村", "村", "649901101", "是"],
        ["649901101202", "西渠村", "村", "649901101", "是"],
        ["649901102", "乙镇", "乡镇", "649901", "是"],
        ["649901102201", "南湾村", "村", "649901102", "是"],
    ]
    workspace = make_office(tmp_path / "w", 区划=areas, 人员=UNIT_PERSONS)
    paths = [SHEETS[name].save(workspace) for name in ("H16", "H17")]
    march = Month(2026, 3)
    reading = read(workspace, *paths, month=march)
    assert codes(reading) == []
    rosters = as_rosters(reading)
    township = rosters[march, RosterGroup.TOWNSHIP]
    assert duty_of(township, EAST, JUDGE) == [(date(2026, 3, 10), "甲法官")]
    # The fifteenth is a Sunday; the table's rule is moved as ours are.
    assert duty_of(township, WEST, LAWYER) == [(date(2026, 3, 16), "己律师"), (date(2026, 3, 16), "庚律师")]
    assert {duty.moved_from for duty in township.duties if duty.area_code == WEST} == {date(2026, 3, 15)}
    village = rosters[march, RosterGroup.MEDIATOR]
    assert [(duty.date.day, duty.person, duty.place) for duty in village.duties] == [
        (4, "乙调解员", "村调解室"),
        (10, "甲调解员", "村调解室"),
        (20, "丙调解员", "村委会"),
    ]


def test_a_village_table_of_another_role_is_told_by_its_header(tmp_path: Path) -> None:
    persons = [*PERSONS, ["P01", "钟长风", "社区民警", "公安局"]]
    days = [*DAYS, ["649901101", "社区民警", "每月8日", "警务室", "全天"]]
    workspace = make_office(tmp_path / "w", 人员=persons, 进驻日=days)
    path = write_books(workspace, JULY)[RosterGroup.COMMUNITY_POLICE]
    (own,) = generate(workspace, JULY).groups[RosterGroup.COMMUNITY_POLICE]
    assert any(isinstance(duty, Duty) for duty in own.duties)
    reading = read(workspace, path)
    assert codes(reading) == []
    assert as_rosters(reading) == {(JULY, RosterGroup.COMMUNITY_POLICE): replace(own, **OPEN_END)}


def test_a_table_saved_as_text_is_the_same_roster(workspace: Path) -> None:
    path = write_books(workspace, JULY)[RosterGroup.TOWNSHIP]
    rows = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    text = workspace / "out" / "2026年7月值班表.csv"
    text.write_text("\n".join(",".join(str(v or "") for v in row) for row in rows), "utf-8-sig")
    reading = read(workspace, text)
    assert codes(reading) == []
    assert as_rosters(reading) == as_rosters(read(workspace, path))
