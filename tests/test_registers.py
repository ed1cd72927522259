"""Registers: rows into records, and each contradiction in one or between two as a finding."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from sanwu_cli.findings import load_catalogue
from sanwu_cli.model import DayOverride, Distance, DutyDay, Leave, Person, Row, SheetReading, Source
from sanwu_cli.places import Places
from sanwu_cli.registers import REGISTER_FILES, build_registers
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import AreaKind, Intake, Severity, StationedRole
from sanwu_cli.workbook.read import read_book


def sheet(register, *rows, lost=()):
    """Make the reading of one register; a row is a dict of field values, rows start below a header."""
    names = [spec.name for spec in load_schemas()[register].fields]
    file = f"registers/{REGISTER_FILES[register]}"
    made = [
        Row(
            Source(file, "0" * 64, "Sheet1", number),
            values,
            unreadable=tuple(name for name in lost if name in values or name in names),
            cells={name: f"{'ABCDEFGHIJK'[names.index(name)]}{number}" for name in values},
        )
        for number, values in enumerate(rows, start=2)
    ]
    assert all(set(row) <= set(names) for row in rows)
    return SheetReading(file, "0" * 64, "Sheet1", register, header_row=1, rows=tuple(made))


def town(code="649981100", name="柳园镇", kind="town", **more):
    return {"code": code, "name": name, "kind": kind, "parent": "649981", **more}


def village(code="649981100201", name="东堤村", **more):
    return {"code": code, "name": name, "kind": "village", "parent": "649981100", **more}


def person(number="F01", **more):
    return {"id": number, "name": "甲法官", "role": "judge", "unit": "人民法院", **more}


def build(*sheets):
    return build_registers({reading.schema_id: reading for reading in sheets})


def areas(*rows, lost=()):
    registers, findings = build(sheet("register_area", *rows, lost=lost))
    return registers.areas, findings


def only(findings, code):
    """Give the one finding; it must be this one, with place and remedy."""
    assert [finding.code for finding in findings] == [code]
    assert findings[0].file.startswith("registers/")
    assert findings[0].sheet == "Sheet1"
    assert findings[0].cell
    assert findings[0].remedy
    return findings[0]


def test_a_clean_set_of_registers_is_kept_whole_and_says_nothing():
    registers, findings = build(
        sheet(
            "register_area",
            town(code="649981100000", aliases=("柳园",)),
            village(valid_from=date(2020, 1, 1)),
            village("649981100001", "新苑社区", kind="community", competes=False),
        ),
        sheet(
            "register_person",
            person(
                areas=("649981100000",),
                avoid=("649981100201",),
                monthly_limit="2",
                office_phone="0951-4000001",
            ),
        ),
        sheet(
            "register_duty_day",
            {
                "area": "649981100",
                "role": "all",
                "rule": "每月第2个周二",
                "place": "综治中心",
                "hours": "9:00—12:00",
            },
        ),
        sheet("register_leave", {"id": "F01", "first": date(2026, 3, 1), "last": date(2026, 3, 5)}),
        sheet(
            "register_holiday",
            {
                "day": date(2026, 5, 27),
                "kind": "off",
                "name": "古尔邦节",
                "document_number": "某发〔2026〕1号",
            },
        ),
    )
    assert findings == ()
    township, first, second = registers.areas
    assert (township.code, township.kind, township.parent) == ("649981100", AreaKind.TOWN, "649981")
    assert township.aliases == ("柳园",)
    assert first.competes
    assert first.valid_from == date(2020, 1, 1)
    assert second.kind is AreaKind.COMMUNITY
    assert not second.competes
    assert registers.persons == (
        Person(
            "F01",
            "甲法官",
            StationedRole.JUDGE,
            "人民法院",
            areas=("649981100",),
            avoid=("649981100201",),
            monthly_limit=2,
            office_phone="0951-4000001",
        ),
    )
    assert registers.duty_days == (DutyDay("649981100", None, "每月第2个周二", "综治中心", "9:00—12:00"),)
    assert registers.leaves == (Leave("F01", date(2026, 3, 1), date(2026, 3, 5)),)
    assert registers.overrides == (DayOverride(date(2026, 5, 27), True, "古尔邦节", "某发〔2026〕1号"),)  # noqa: FBT003 (record)


def test_missing_registers_are_empty():
    registers, findings = build_registers({})
    assert registers.areas == registers.persons == registers.duty_days == registers.leaves == ()
    assert registers.overrides == ()
    assert findings == ()


def test_an_empty_parent_is_taken_from_the_code():
    found, findings = areas(town(parent=None), village(parent=None))
    assert findings == ()
    assert [area.parent for area in found] == ["649981", "649981100"]


# 参评


def test_farms_do_not_compete_unless_the_register_says_so():
    found, findings = areas(
        town(), town("649981400", "红崖农场", "farm"), town("649981401", "青石林场", "farm", competes=True)
    )
    assert [area.competes for area in found] == [True, False, True]
    assert findings == ()


def test_the_villages_of_a_unit_that_does_not_compete_do_not_either():
    found, findings = areas(
        town("649981400", "红崖农场", "farm"),
        village("649981400201", "一队", parent="649981400"),
        village("649981400202", "二队", parent="649981400", competes=True),
    )
    assert [area.competes for area in found] == [False, False, False]
    assert only(findings, "REG-COMPETES").cell == "E4"


# 区划


def test_a_row_without_its_main_cells_is_left_out():
    found, findings = areas(town(), village(name=None))
    assert len(found) == 1
    assert "名称" in only(findings, "REG-ROW-INCOMPLETE").message


def test_a_code_that_is_none_is_left_out():
    found, findings = areas(town(), village(code="6499811002"))
    assert len(found) == 1
    assert "6499811002" in only(findings, "REG-CODE-UNREADABLE").message


def test_an_unknown_level_is_left_out():
    assert only(areas(town(), village(kind="组"))[1], "REG-KIND-UNKNOWN").cell == "C3"


@pytest.mark.parametrize("row", [village(code="649981101"), town(code="649981100201"), town(code="649981")])
def test_level_and_length_of_the_code_must_agree(row):
    found, findings = areas(town("649981109", "沙梁镇"), row)
    assert len(found) == 1
    assert only(findings, "REG-LEVEL-CODE").cell == "A3"


def test_a_code_twice_at_one_time_keeps_the_first():
    found, findings = areas(town(), village(), village(name="西堤村"))
    assert [area.name for area in found] == ["柳园镇", "东堤村"]
    finding = only(findings, "REG-CODE-REPEATED")
    assert finding.cell == "A4"
    assert "第3行" in finding.message


@pytest.mark.parametrize(
    ("start", "codes"),
    [(date(2026, 7, 1), []), (date(2026, 6, 30), ["REG-CODE-REPEATED"]), (None, ["REG-CODE-REPEATED"])],
)
def test_a_code_may_have_two_lives_that_do_not_overlap(start, codes):
    found, findings = areas(
        town(), village(valid_to=date(2026, 6, 30)), village(name="西堤村", valid_from=start)
    )
    assert [finding.code for finding in findings] == codes
    assert len(found) == (2 if codes else 3)


def test_an_end_before_the_beginning_leaves_the_row_out():
    found, findings = areas(town(), village(valid_from=date(2026, 5, 1), valid_to=date(2026, 4, 30)))
    assert len(found) == 1
    assert "2026-04-30" in only(findings, "REG-LIFE-REVERSED").message
    assert areas(town(), village(valid_from=date(2026, 5, 1), valid_to=date(2026, 5, 1)))[1] == ()


def test_a_date_that_cannot_be_read_is_said():
    found, findings = areas(town(), village(valid_to=None), lost=("valid_to",))
    assert len(found) == 2
    assert {finding.code for finding in findings} == {"REG-LIFE-LOST"}


@pytest.mark.parametrize("parent", ["649981107", "649981", "某镇"])
def test_an_unknown_parent_is_said_and_the_village_kept(parent):
    found, findings = areas(town(), village(parent=parent))
    assert len(found) == 2
    assert only(findings, "REG-PARENT-UNKNOWN").severity is Severity.ERROR


def test_a_code_that_does_not_begin_with_its_parent_is_a_hint():
    found, findings = areas(town(), town("649981101", "沙梁镇"), village(parent="649981101"))
    assert found[2].parent == "649981101"
    assert only(findings, "REG-CODE-PREFIX").severity is Severity.WARNING


ENDED = date(2026, 6, 30)


def test_a_successor_is_normalised_and_kept():
    found, findings = areas(town("649981101", "沙梁镇", valid_to=ENDED, successor="649981100000"), town())
    assert findings == ()
    assert found[0].successor == "649981100"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (village(valid_to=ENDED, successor="649981100299"), "REG-SUCCESSOR-UNKNOWN"),
        (village(valid_to=ENDED, successor="某村"), "REG-SUCCESSOR-UNKNOWN"),
        (village(valid_to=ENDED, successor="649981100"), "REG-SUCCESSOR-LEVEL"),
        (village(valid_to=ENDED, successor="649981100201"), "REG-SUCCESSOR-CYCLE"),
    ],
)
def test_a_successor_that_leads_nowhere_is_dropped_with_a_finding(row, code):
    found, findings = areas(town(), row)
    assert only(findings, code).cell == "H3"
    assert found[1].successor is None


def test_a_circle_of_successors_is_broken_at_each_of_its_members():
    found, findings = areas(
        town(),
        village("649981100201", "一村", valid_to=ENDED, successor="649981100202"),
        village("649981100202", "二村", valid_to=ENDED, successor="649981100201"),
        village("649981100203", "三村", valid_to=ENDED, successor="649981100201"),
    )
    assert [finding.code for finding in findings] == ["REG-SUCCESSOR-CYCLE"] * 2
    assert [area.successor for area in found] == [None, None, None, "649981100201"]


def test_a_successor_without_the_day_of_the_merge_is_said():
    _, findings = areas(town(), village(successor="649981100202"), village("649981100202", "西堤村"))
    assert only(findings, "REG-SUCCESSOR-NO-DATE").cell == "H3"


@pytest.mark.parametrize("name", ["东堤村", "东 堤 村", "东堤村\n"])
def test_two_villages_of_one_township_with_one_name_at_one_time(name):
    found, findings = areas(town(), village(), village("649981100202", name))
    assert len(found) == 3
    assert only(findings, "REG-NAME-REPEATED").cell == "B4"


def test_one_name_in_two_townships_or_at_two_times_is_no_problem():
    _, findings = areas(
        town(),
        town("649981101", "沙梁镇"),
        village(valid_to=ENDED),
        village("649981101201", parent="649981101"),
        village("649981100301", valid_from=date(2026, 7, 1)),
    )
    assert findings == ()


def test_a_register_of_which_nothing_is_usable_is_one_more_finding_and_silences_the_codes():
    registers, findings = build(
        sheet("register_area", village(code="x")),
        sheet("register_duty_day", {"area": "649981100", "role": None, "rule": "每月15日"}),
    )
    assert [finding.code for finding in findings] == ["REG-CODE-UNREADABLE", "REG-AREAS-EMPTY"]
    assert len(registers.duty_days) == 1


# 人员


def staff(*rows, lost=()):
    registers, findings = build(
        sheet("register_area", town(), village()), sheet("register_person", *rows, lost=lost)
    )
    return registers.persons, findings


def test_a_person_s_number_stands_once():
    persons, findings = staff(person(), person(name="乙法官"))
    assert [known.name for known in persons] == ["甲法官"]
    assert "第2行" in only(findings, "REG-PERSON-REPEATED").message


@pytest.mark.parametrize("role", ["书记员", None])
def test_an_unknown_role_is_left_out(role):
    persons, findings = staff(person(role=role))
    assert persons == ()
    assert only(findings, "REG-ROLE-UNKNOWN").cell == "C2"


@pytest.mark.parametrize("field", ["areas", "avoid"])
def test_a_person_for_an_area_the_area_register_has_not(field):
    persons, findings = staff(person(**{field: ("649981199", "649981100")}))
    finding = only(findings, "REG-PERSON-AREA")
    assert "区划.xlsx" in finding.message
    assert "人员" in finding.message
    assert "649981199" in finding.message
    assert getattr(persons[0], field) == ("649981199", "649981100")


def test_words_that_say_nothing_are_no_codes():
    persons, findings = staff(person(avoid=("无",), monthly_limit="无"))
    assert findings == ()
    assert persons[0].avoid == ()
    assert persons[0].monthly_limit is None


@pytest.mark.parametrize(
    "phone", ["13900000000", "139-0000-0000", "139 0000 0000", "0951-4000001/13900000000"]
)
def test_a_mobile_number_is_dropped_and_not_printed(phone):
    persons, findings = staff(person(office_phone=phone))
    finding = only(findings, "REG-PHONE-MOBILE")
    assert persons[0].office_phone == ""
    assert "139" not in finding.message + finding.remedy


def test_an_office_telephone_is_kept():
    persons, findings = staff(person(office_phone="0951-4000001转8012"))
    assert findings == ()
    assert persons[0].office_phone == "0951-4000001转8012"


def test_a_limit_that_is_no_number_is_said():
    persons, findings = staff(person(monthly_limit="两三次"))
    assert persons[0].monthly_limit is None
    assert only(findings, "REG-PERSON-LOST").cell == "G2"


def test_restrictions_that_cannot_be_read_are_said():
    _, findings = staff(person(), lost=("avoid",))
    assert [finding.code for finding in findings] == ["REG-PERSON-LOST"]


def test_a_service_that_ends_before_it_begins_is_left_out():
    persons, findings = staff(person(valid_from=date(2026, 5, 1), valid_to=date(2026, 4, 1)))
    assert persons == ()
    only(findings, "REG-LIFE-REVERSED")


def test_a_person_without_a_name_is_left_out():
    persons, findings = staff(person(name=None))
    assert persons == ()
    only(findings, "REG-ROW-INCOMPLETE")


# 进驻日


def days(*rows, lost=()):
    registers, findings = build(
        sheet("register_area", town(), village()), sheet("register_duty_day", *rows, lost=lost)
    )
    return registers.duty_days, findings


def test_a_duty_day_for_an_area_the_area_register_has_not():
    found, findings = days({"area": "649981199", "role": None, "rule": "每月15日"})
    assert found == ()
    finding = only(findings, "REG-DUTY-AREA")
    assert finding.severity is Severity.ERROR
    assert finding.file == "registers/进驻日.xlsx"
    assert "registers/区划.xlsx" in finding.message
    assert "registers/区划.xlsx" in finding.remedy


def test_two_rules_for_one_area_and_role():
    found, findings = days(
        {"area": "649981100", "role": "judge", "rule": "每月15日"},
        {"area": "649981100000", "role": "judge", "rule": "每月20日"},
        {"area": "649981100", "role": "lawyer", "rule": "每月20日"},
        {"area": "649981100", "role": None, "rule": "每月20日"},
        {"area": "649981100", "role": "all", "rule": "每月21日"},
    )
    assert [duty_day.rule for duty_day in found] == ["每月15日", "每月20日", "每月20日"]
    assert [(finding.code, finding.cell) for finding in findings] == [
        ("REG-DUTY-REPEATED", "C3"),
        ("REG-DUTY-REPEATED", "C6"),
    ]


def test_a_duty_day_for_an_unknown_role_is_not_for_all():
    assert days({"area": "649981100", "role": None, "rule": "每月15日"}, lost=("role",))[0] == ()
    found, findings = days({"area": "649981100", "role": "书记员", "rule": "每月15日"})
    assert found == ()
    only(findings, "REG-ROLE-UNKNOWN")


def test_a_duty_day_without_a_rule_is_left_out():
    assert "规则" in only(days({"area": "649981100", "rule": None})[1], "REG-ROW-INCOMPLETE").message


# 请假


def leaves(*rows):
    registers, findings = build(sheet("register_person", person()), sheet("register_leave", *rows))
    return registers.leaves, findings


def test_leave_of_somebody_the_person_register_has_not():
    found, findings = leaves({"id": "F09", "first": date(2026, 3, 1), "last": date(2026, 3, 1)})
    assert found == ()
    finding = only(findings, "REG-LEAVE-PERSON")
    assert "请假" in finding.message
    assert "registers/人员.xlsx" in finding.message


def test_leave_that_runs_backwards():
    found, findings = leaves({"id": "F01", "first": date(2026, 3, 2), "last": date(2026, 3, 1)})
    assert found == ()
    assert only(findings, "REG-LEAVE-REVERSED").cell == "C2"


def test_leave_without_an_end():
    found, findings = leaves({"id": "F01", "first": date(2026, 3, 2), "last": None})
    assert found == ()
    assert "结束日期" in only(findings, "REG-ROW-INCOMPLETE").message


# 限额


def limits(*rows):
    registers, findings = build(sheet("register_area", town(), village()), sheet("register_limit", *rows))
    return registers.limits, findings


def test_a_limit_is_for_a_unit_a_kind_or_all():
    found, findings = limits(
        {"indicator": "刑事案件", "scope": "649981100201", "number": "2", "document_number": "某发1号"},
        {"indicator": "criminal_case", "scope": "社区", "number": "3"},
        {"indicator": "行政诉讼", "number": "1", "valid_from": date(2026, 1, 1)},
    )
    assert findings == ()
    assert [(one.scope, one.number, one.document_number) for one in found] == [
        ("649981100201", 2, "某发1号"),
        ("community", 3, ""),
        ("", 1, ""),
    ]


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("REG-LIMIT-INDICATOR", {"indicator": "治安案件", "number": "1"}),
        ("REG-LIMIT-NUMBER", {"indicator": "刑事案件", "number": "三件"}),
        ("REG-LIMIT-NUMBER", {"indicator": "刑事案件", "number": None}),
        ("REG-LIMIT-SCOPE", {"indicator": "刑事案件", "scope": "649981199", "number": "1"}),
    ],
)
def test_a_limit_nobody_can_follow_is_left_out(code, row):
    found, findings = limits(row)
    assert found == ()
    only(findings, code)


def test_a_second_limit_for_the_same_is_left_out():
    found, findings = limits(
        {"indicator": "刑事案件", "number": "1"}, {"indicator": "刑事案件", "number": "2"}
    )
    assert [one.number for one in found] == [1]
    assert "第2行" in only(findings, "REG-LIMIT-REPEATED").message


# 里程


def distances(*rows):
    registers, findings = build(
        sheet("register_area", town(), village()),
        sheet("register_person", person()),
        sheet("register_distance", *rows),
    )
    return registers.distances, findings


def test_a_distance_is_from_a_unit_to_a_township_or_village():
    found, findings = distances(
        {"unit": "人民法院", "area": "649981100", "kilometres": "12"},
        {"unit": "人民法院", "area": "649981100201", "kilometres": "０"},
    )
    assert findings == ()
    assert found == (Distance("人民法院", "649981100", 12), Distance("人民法院", "649981100201", 0))


@pytest.mark.parametrize(
    ("code", "row"),
    [
        ("REG-DISTANCE-NUMBER", {"unit": "人民法院", "area": "649981100", "kilometres": "12.5"}),
        ("REG-DISTANCE-NUMBER", {"unit": "人民法院", "area": "649981100", "kilometres": None}),
        ("REG-DISTANCE-NUMBER", {"unit": "人民法院", "area": "649981100", "kilometres": "-3"}),
        ("REG-DISTANCE-AREA", {"unit": "人民法院", "area": "649981199", "kilometres": "12"}),
        ("REG-ROW-INCOMPLETE", {"unit": "人民法院", "kilometres": "12"}),
        ("REG-ROW-INCOMPLETE", {"area": "649981100", "kilometres": "12"}),
    ],
)
def test_a_distance_nobody_can_follow_is_left_out(code, row):
    found, findings = distances(row)
    assert found == ()
    only(findings, code)


def test_a_way_told_twice_keeps_the_first():
    way = {"unit": "人民法院", "area": "649981100"}
    found, findings = distances(way | {"kilometres": "12"}, way | {"kilometres": "15"})
    assert [one.kilometres for one in found] == [12]
    assert "第2行" in only(findings, "REG-DISTANCE-REPEATED").message


def test_a_unit_that_sends_nobody_is_told_and_kept():
    found, findings = distances({"unit": "法院", "area": "649981100", "kilometres": "12"})
    assert len(found) == 1
    assert only(findings, "REG-DISTANCE-UNIT").severity is Severity.WARNING


def test_the_reason_of_a_leave_is_never_kept():
    schema = load_schemas()["register_leave"]
    assert not schema.by_name["reason"].is_read


# 节假日


def holidays(*rows):
    registers, findings = build(sheet("register_holiday", *rows))
    return registers.overrides, findings


def test_a_day_is_off_or_on():
    found, findings = holidays(
        {"day": date(2026, 5, 27), "kind": "off"}, {"day": date(2026, 5, 30), "kind": "on", "name": "补班"}
    )
    assert [(override.day.day, override.is_off) for override in found] == [(27, True), (30, False)]
    assert findings == ()


@pytest.mark.parametrize("kind", ["半天", None])
def test_a_kind_of_day_nobody_knows(kind):
    found, findings = holidays({"day": date(2026, 5, 27), "kind": kind})
    assert found == ()
    only(findings, "REG-DAY-KIND")


def test_one_day_both_off_and_on_keeps_the_first():
    found, findings = holidays(
        {"day": date(2026, 5, 27), "kind": "off"},
        {"day": date(2026, 5, 27), "kind": "on"},
        {"day": date(2026, 5, 27), "kind": "off"},
    )
    assert [override.is_off for override in found] == [True]
    assert only(findings, "REG-DAY-TWICE").cell == "B3"


def test_a_day_without_a_date_is_left_out():
    only(holidays({"day": None, "kind": "off"})[1], "REG-ROW-INCOMPLETE")


# Grids


def grid(number="01", code="649981100201", **more):
    return {"grid_id": number, "village_code": code, **more}


def grids(*rows, lost=()):
    registers, findings = build(
        sheet("register_area", town(), village()), sheet("register_grid", *rows, lost=lost)
    )
    return registers.grids, findings


@pytest.mark.parametrize("code", ["649981100299", "649981100", "64998110020"])
def test_a_grid_of_a_village_nobody_registered_is_left_out(code):
    found, findings = grids(grid(code=code))
    assert found == ()
    assert code in only(findings, "REG-GRID-AREA").message


@pytest.mark.parametrize("row", [grid(number=None), grid(code=None)])
def test_a_grid_without_number_or_village_is_left_out(row):
    found, findings = grids(row)
    assert found == ()
    only(findings, "REG-ROW-INCOMPLETE")


def test_a_grid_told_twice_keeps_the_first():
    found, findings = grids(grid(worker="赵一"), grid(worker="钱二"))
    assert [one.workers for one in found] == [("赵一",)]
    assert only(findings, "REG-GRID-REPEATED").cell == "A3"


def test_a_grid_closed_and_opened_anew_is_no_repetition():
    found, findings = grids(grid(valid_to=date(2026, 3, 31)), grid(valid_from=date(2026, 4, 1)))
    assert findings == ()
    assert [one.exists_on(date(2026, 4, 1)) for one in found] == [False, True]


def test_a_grid_whose_dates_run_backwards_is_left_out():
    found, findings = grids(grid(valid_from=date(2026, 4, 1), valid_to=date(2026, 3, 31)))
    assert found == ()
    only(findings, "REG-LIFE-REVERSED")


def test_a_blank_worker_is_a_vacancy_and_an_unreadable_or_unknown_one_is_not():
    found, _ = grids(grid("01"), grid("02", worker="不详"), grid("03", worker="无"))
    assert [one.workers for one in found] == [(), None, ()]
    found, _ = grids(grid("01"), lost=("worker",))
    assert found[0].workers is None


# The sheets themselves

HEADERS = {
    "register_area": "代码 名称 层级 上级代码 参评 启用日期 停用日期 并入代码 别名",
    "register_person": "编号 姓名 角色 派驻单位 对口区域代码 回避区域代码 每月上限 办公电话 "
    "启用日期 停用日期",
    "register_duty_day": "区域代码 角色 规则 地点 时间",
    "register_leave": "编号 开始日期 结束日期 事由",
    "register_holiday": "日期 类型 名称 文号",
    "register_limit": "指标 适用 限额 依据文号 启用日期",
    "register_grid": "网格编号 网格名称 村(社区)代码 网格员 专职/兼职 启用日期 停用日期",
    "register_distance": "派驻单位 区域代码 公里",
}


@pytest.mark.parametrize("register", HEADERS)
def test_the_headers_are_those_of_the_contract(register):
    schema = load_schemas()[register]
    assert schema.intake is Intake.REGISTER
    found = [spec.header for spec in schema.fields]
    assert found[: len(HEADERS[register].split())] == HEADERS[register].split()


def test_the_words_of_the_contract_lead_to_the_terms():
    schemas = load_schemas()
    kinds = schemas["register_area"].by_name["kind"].choices
    assert set(kinds) == set(AreaKind)
    assert "管委会" in kinds["farm"]
    assert set(schemas["register_person"].by_name["role"].choices) == set(StationedRole)
    assert set(schemas["register_duty_day"].by_name["role"].choices) == {*StationedRole, "all"}
    for register in ("register_person", "register_duty_day"):
        roles = schemas[register].by_name["role"].choices
        assert all(roles[role][0] == role.label for role in StationedRole)


def test_every_finding_of_the_registers_has_a_test():
    # "REG-FILE-TWICE" is about two files, which only the workspace sees: its sample is in findings/.
    text = Path(__file__).read_text("utf-8")
    codes = [code for code in load_catalogue() if code.startswith("REG-")]
    assert len(codes) > 20
    assert [code for code in codes if f'"{code}"' not in text] == []


# From real files to records


def write(folder, register, *rows):
    book = openpyxl.Workbook()
    for row in (HEADERS[register].split(), *rows):
        book.active.append(row)
    book.save(folder / REGISTER_FILES[register])


def read(folder):
    schemas = {name: schema for name, schema in load_schemas().items() if schema.intake is Intake.REGISTER}
    readings, findings = {}, []
    for path in sorted(folder.iterdir()):
        book, problems = read_book(path, shown_as=f"registers/{path.name}")
        assert problems == ()
        for reading in read_all(book, schemas=schemas, places=Places.of(())):
            readings[reading.schema_id] = reading
            findings += reading.findings
    return readings, findings


def test_registers_written_by_another_program_are_read(tmp_path):
    write(
        tmp_path,
        "register_area",
        [649981100000, "柳园镇", "镇", 649981, None, None, None, None, "柳园、老柳园;柳园公社"],
        ["649981400", "红崖农场", "农场"],
        ["649981100201", "东堤村", "行政村", "649981100", "是", "2020年1月1日", "2026.6.30", "649981100202"],
        [649981100202.0, "西堤村", "村", 649981100, "是", date(2020, 1, 1)],
        ["649981100001", "新苑社区", "居", "649981100", "否"],
    )
    write(
        tmp_path,
        "register_person",
        ["F01", "甲法官", "法官", "人民法院", "649981100、649981400", None, 2, "0951-4000001", "2026-01-01"],
        ["J01", "乙检察官", "检察官", "人民检察院", 649981100, "无", None, "13900000000"],
    )
    write(tmp_path, "register_duty_day", [649981100, "全部", "每月第2个周二", "柳园镇综治中心", "9:00—12:00"])
    write(tmp_path, "register_leave", ["F01", "2026-03-09", date(2026, 3, 13), "住院手术"])
    write(tmp_path, "register_holiday", [date(2026, 5, 27), "休", "古尔邦节", "某发〔2026〕1号"])
    write(tmp_path, "register_limit", ["刑事案件", "村", 2.0, "某发〔2026〕2号", "2026-01-01"])
    write(
        tmp_path,
        "register_grid",
        ["01", "东堤一格", 649981100202, "赵 一、钱二", "专职", "2026-01-01"],
        ["02", "东堤二格", "649981100202", "孙三13900000000"],
        ["03", "东堤三格", "649981100202", "空缺", "兼职", None, "2026.3.31"],
    )
    write(tmp_path, "register_distance", ["人民法院", 649981100, 12.0], ["人民检察院", "649981400", "8"])

    readings, read_findings = read(tmp_path)
    registers, findings = build_registers(readings)

    assert set(readings) == set(REGISTER_FILES)
    assert findings == ()
    assert {finding.code for finding in read_findings} <= {"PERSONAL-VALUE", "CODE-NUMBER"}
    assert [(known.code, known.kind.label, known.competes) for known in registers.areas] == [
        ("649981100", "乡镇", True),
        ("649981400", "农林场", False),
        ("649981100201", "村", True),
        ("649981100202", "村", True),
        ("649981100001", "社区", False),
    ]
    assert registers.areas[0].aliases == ("柳园", "老柳园", "柳园公社")
    assert registers.areas[2].valid_to == date(2026, 6, 30)
    assert registers.areas[2].successor == "649981100202"
    judge, prosecutor = registers.persons
    assert (judge.areas, judge.monthly_limit) == (("649981100", "649981400"), 2)
    assert (prosecutor.areas, prosecutor.avoid, prosecutor.office_phone) == (("649981100",), (), "")
    assert registers.duty_days[0].role is None
    assert registers.leaves == (Leave("F01", date(2026, 3, 9), date(2026, 3, 13)),)
    assert registers.overrides[0].is_off
    assert [(grid.id, grid.workers, grid.is_full_time) for grid in registers.grids] == [
        ("01", ("赵一", "钱二"), True),
        ("02", ("孙三",), None),
        ("03", (), False),
    ]
    assert registers.grids[0].cell == "D2"
    assert [one.kilometres for one in registers.distances] == [12, 8]
    assert registers.grids[2].valid_to == date(2026, 3, 31)
    assert "住院" not in repr((readings, registers, read_findings))
    assert "13900000000" not in repr((readings, registers, read_findings))
