"""Numbers held against numbers: 合计 and 小计 against the rows, the count of a month against its cases."""

# Tables are read across.
# ruff: noqa: E501

from __future__ import annotations

import pytest
from sheet_tables import find, read_table
from workspaces import County, Office, case

HEAD = "2026年3月三无指标月报表\n乡镇(街道)|村(社区)|越级上访|行政诉讼|刑事案件\n"
PETITION = "2026年3月越级上访台账\n登记日期|信访编号|乡镇(街道)|村(社区)|是否越级|人次\n"
TWO = "2026-03-09|XF1|青禾镇|上渠村|是|2\n2026-03-10|XF2|白杨镇|梁湾村|是|3\n"


def mismatches(table, **options):
    """Give cell, stated and summed number of every total that is told."""
    return [
        (finding.cell, finding.message) for finding in find(read_table(table, **options), "TOTAL-MISMATCH")
    ]


def says(found, cell, stated, summed):
    """Say whether one finding, at one cell, names both numbers."""
    return [one for one, text in found if f"写的是{stated}" in text and f"加起来是{summed}" in text] == [cell]


@pytest.mark.parametrize("label", ["合计", "合　计", "总计", "共计", "全市合计", "合计：", "合计（件）"])
@pytest.mark.parametrize("column", [0, 1])
def test_a_total_is_held_against_all_rows(label, column):
    cells = ["", ""]
    cells[column] = label
    rows = "青禾镇|上渠村|1|0|0\n白杨镇|梁湾村|2|0|1\n"
    right, wrong = "|".join([*cells, "3", "0", "1"]), "|".join([*cells, "3", "0", "2"])
    for table in (HEAD + rows + right, HEAD + right + "\n" + rows):
        reading = read_table(table)
        assert len(reading.rows) == 2
        assert reading.layout_rows == 1
        assert mismatches(table) == []
    assert says(mismatches(HEAD + rows + wrong), "E5", 2, 1)
    assert says(mismatches(HEAD + wrong + "\n" + rows), "E3", 2, 1)


def test_a_total_of_some_columns_speaks_of_those_only():
    rows = "青禾镇|上渠村|1|0|0\n白杨镇|梁湾村|2|0|1\n"
    assert mismatches(HEAD + rows + "合计||3||") == []
    assert says(mismatches(HEAD + rows + "合计||4||1"), "C5", 4, 3)


def test_two_totals_are_both_held():
    found = mismatches(HEAD + "总计||9|0|0\n青禾镇|上渠村|1|0|0\n合计||1|0|2")
    assert says(found, "C3", 9, 1)
    assert says(found, "E5", 2, 0)


@pytest.mark.parametrize(
    "table",
    [
        "青禾镇|上渠村|1|0|0\n青禾镇|下渠村|2|0|0\n青禾镇|小计|{}|0|0\n白杨镇|梁湾村|5|0|0\n白杨镇|小计|5|0|0\n合计||8|0|0",
        "青禾镇|上渠村|1|0|0\n青禾镇|下渠村|2|0|0\n青禾镇小计||{}|0|0\n白杨镇|梁湾村|5|0|0\n白杨镇小计||5|0|0\n合计||8|0|0",
        "青禾镇|上渠村|1|0|0\n青禾镇|下渠村|2|0|0\n小计||{}|0|0\n白杨镇|梁湾村|5|0|0\n小计||5|0|0\n合计||8|0|0",
        "合计||8|0|0\n青禾镇|小计|{}|0|0\n青禾镇|上渠村|1|0|0\n青禾镇|下渠村|2|0|0\n白杨镇|小计|5|0|0\n白杨镇|梁湾村|5|0|0",
    ],
    ids=["below", "named", "bare", "above"],
)
def test_a_subtotal_is_held_against_its_township(table):
    assert mismatches(HEAD + table.format(3)) == []
    (found,) = mismatches(HEAD + table.format(4))
    assert "小计写的是4" in found[1]
    assert "加起来是3" in found[1]


@pytest.mark.parametrize("where", [(2, 0, 4, 0), (2, 0, 3, 0)])
def test_a_subtotal_under_a_merged_township(where):
    table = HEAD + "青禾镇|上渠村|1|0|0\n|下渠村|2|0|0\n|小计|{}|0|0\n"
    assert mismatches(table.format(3), merges=[where]) == []
    assert says(mismatches(table.format(7), merges=[where]), "C5", 7, 3)


def test_nothing_is_said_where_a_row_cannot_be_read():
    assert mismatches(HEAD + "青禾镇|上渠村|约3件|0|0\n白杨镇|梁湾村|2|0|0\n合计||9|0|0") == []


def test_a_blank_count_is_missing_and_adds_nothing():
    table = HEAD + "青禾镇|上渠村|1|0|0\n青禾镇|下渠村||0|0\n合计||{}|0|0"
    assert mismatches(table.format(1)) == []
    assert says(mismatches(table.format(4)), "C5", 4, 1)


def test_people_are_summed_in_a_list_of_cases():
    assert mismatches(PETITION + TWO + "合计|||||5") == []
    assert says(mismatches(PETITION + TWO + "合计|||||6"), "F5", 6, 5)


def test_a_figure_merged_over_the_rows_of_one_case_is_added_once():
    shared = "2026-03-09|XF1|青禾镇|上渠村|是|5\n2026-03-09|XF1|青禾镇|下渠村|是|\n"
    other = "2026-03-10|XF2|白杨镇|梁湾村|是|5\n"
    merges = [(2, 5, 3, 5)]
    assert mismatches(PETITION + shared + other + "合计|||||10", merges=merges) == []
    assert says(mismatches(PETITION + shared + other + "合计|||||15", merges=merges), "F6", 15, 10)
    # equal figures of two cells are two
    assert mismatches(PETITION + shared.replace("是|\n", "是|5\n") + "合计|||||10") == []


def test_a_place_counted_twice_is_told_at_its_place():
    table = HEAD + "青禾镇|上渠村|1|0|0\n青禾镇|上渠村|2|0|0"
    assert [one.cell for one in find(read_table(table), "ROW-COUNTED-TWICE")] == ["B4"]
    table = HEAD + "白杨镇||1|0|0\n白杨镇||2|0|0"
    assert [one.cell for one in find(read_table(table), "ROW-COUNTED-TWICE")] == ["A4"]


# -- not yet so ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "合计|3||||5",
        "合计：3件",
        "合计3件",
        "共计3起||||",
        "合计||3件|||5",
    ],
)
def test_a_total_of_cases_is_held_against_the_number_of_rows(line):
    merges = [(4, 0, 4, 5)] if "|" not in line else []
    (found,) = mismatches(PETITION + TWO + line, merges=merges)
    assert "写的是3" in found[1]
    assert "2" in found[1]


@pytest.mark.parametrize("line", ["合计|2||||5", "合计：2件", "合计2件"])
def test_a_right_total_of_cases_is_no_finding(line):
    reading = read_table(PETITION + TWO + line)
    assert len(reading.rows) == 2
    assert reading.findings == ()


def test_a_sum_in_words_is_no_case():
    reading = read_table(PETITION + TWO + "共2件")
    assert len(reading.rows) == 2
    assert reading.findings == ()


@pytest.mark.parametrize(
    ("facts", "text", "code"),
    [
        ({"error_cells": {(3, 2): "#REF!"}}, "", "CELL-ERROR"),
        ({"uncached": frozenset({(3, 2)})}, "", "CELL-FORMULA-UNCACHED"),
        ({}, "约3件", "VALUE-COUNT"),
    ],
)
def test_a_total_that_cannot_be_read_is_told(facts, text, code):
    reading = read_table(HEAD + f"青禾镇|上渠村|1|0|0\n合计||{text}|0|0", facts=facts)
    assert [(finding.code, finding.cell) for finding in reading.findings] == [(code, "C4")]


def test_a_subtotal_of_subtotals():
    assert (
        mismatches(
            HEAD
            + "青禾镇|上渠村|1|0|0\n小计||1|0|0\n白杨镇|梁湾村|2|0|0\n小计||2|0|0\n小计||3|0|0\n合计||3|0|0"
        )
        == []
    )


def test_a_township_line_above_its_villages_is_not_added_twice():
    assert mismatches(HEAD + "青禾镇||3|0|0\n青禾镇|上渠村|1|0|0\n青禾镇|下渠村|2|0|0\n合计||3|0|0") == []


def test_a_subtotal_knows_its_township_in_any_spelling():
    assert mismatches(HEAD + "青禾|上渠村|1|0|0\n青禾镇|下渠村|2|0|0\n青禾镇小计||3|0|0") == []


def test_a_total_of_counted_rows_only_is_accepted_too():
    rows = TWO.replace("是|3", "否|3")
    assert mismatches(PETITION + rows + "合计|||||5") == []
    assert mismatches(PETITION + rows + "合计|||||2") == []
    assert len(mismatches(PETITION + rows + "合计|||||4")) == 1


def test_a_subtotal_beside_a_cell_that_cannot_be_read_is_not_judged():
    assert (
        mismatches(HEAD + "青禾镇|上渠村|约3件|0|0\n青禾镇|下渠村|5|0|0\n小计||8|0|0\n白杨镇|梁湾村|2|0|0")
        == []
    )


def test_a_wrong_subtotal_is_not_excused_by_the_next_township():
    rows = "青禾镇|上渠村|5|0|0\n小计||2|0|0\n白杨镇|梁湾村|2|0|0\n小计||2|0|0"
    assert says(mismatches(HEAD + rows), "C4", 2, 5)


# -- the count of a month and its cases ----------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    made = Office(tmp_path / "w", County.of(青峪镇=2), lambda: tuple(capsys.readouterr()))
    for kind in ("petition", "suit", "crime"):
        for span in ("2026年1—2月", "2026年4—12月"):
            made.month(kind, span, [])
        if kind != "crime":
            made.month(kind, "2026年3月", [])
    return made


def crimes(office, cases, counted=None, *, months="2026年3月"):
    """Report so many cases at 青禾村 in detail (None: no detail), and a count; give the year's interval."""
    if cases is not None:
        rows = [case("crime", n, f"2026-03-{n + 1:02}", "青峪镇", "青禾村") for n in range(cases)]
        office.month("crime", "2026年3月", rows)
    if counted is not None:
        row = {"乡镇(街道)": "青峪镇", "村(社区)": "青禾村", "刑事案件": counted}
        office.month("indicator_count", months, [row], to="2026年3月/count.xlsx")
    office.take_in()
    found = office.village("青禾村")["indicators"]["criminal_case"]
    return found["low"], found["high"]


@pytest.mark.parametrize(
    ("cases", "counted", "low", "high"),
    [(1, None, 1, 1), (None, 2, 2, 2), (2, 2, 2, 2), (0, 0, 0, 0), (1, 3, 1, 3), (3, 1, 1, 3), (0, 2, 0, 2), (2, 0, 0, 2)],
)  # fmt: skip
def test_a_disagreement_widens_the_interval_to_both_numbers(office, cases, counted, low, high):
    assert crimes(office, cases, counted) == (low, high)


def test_neither_detail_nor_count_leaves_the_year_open(office):
    assert crimes(office, None) == (0, None)


def test_a_disagreement_is_not_decided_where_it_matters(office):
    """Nought by one department and one by the other: not met by one, met by the other, so unknown."""
    crimes(office, 0, 1)
    village = office.village("青禾村")
    assert village["indicators"]["criminal_case"]["answer"] == "unknown"
    assert village["verdict"] == "unknown"


def test_a_disagreement_of_detail_and_count_is_told_with_both_numbers(office):
    crimes(office, 1, 3)
    told = office.take_in().json["findings"] + office.score()["findings"]
    found = [one for one in told if one["code"] == "COUNT-DIFFERS"]
    assert [one["cell"] for one in found] == ["E3", "A3"]
    for one in found:
        assert all(word in one["message"] for word in ("青禾村", "2026年3月", "刑事案件", "3件", "1件"))


@pytest.mark.parametrize(("cases", "counted"), [(2, 2), (0, 0), (None, 2), (1, None)])
def test_numbers_that_agree_are_no_finding(office, cases, counted):
    crimes(office, cases, counted)
    assert "COUNT-DIFFERS" not in office.take_in().codes


@pytest.mark.parametrize(("counted", "is_told"), [(0, True), (1, False), (2, True)])
def test_a_sum_of_a_township_is_held_against_the_cases_of_its_villages(office, counted, is_told):
    row = {"乡镇(街道)": "青峪镇", "村(社区)": None, "刑事案件": counted}
    office.month("indicator_count", "2026年3月", [row], to="2026年3月/count.xlsx")
    crimes(office, 1)
    found = [one["message"] for one in office.take_in().json["findings"] if one["code"] == "COUNT-DIFFERS"]
    assert [("青峪镇" in one and f"{counted}件" in one and "1件" in one) for one in found] == [True] * is_told


def test_a_number_of_an_unknown_place_is_one_held_record_that_stands_for_all_its_cases(office):
    crimes(office, 0)
    row = {"乡镇(街道)": "青峪镇", "村(社区)": "青木村", "刑事案件": 500}
    office.month("indicator_count", "2026年3月", [row], to="2026年3月/count.xlsx")
    office.take_in()
    found = office.village("青禾村")["indicators"]["criminal_case"]
    assert (found["low"], found["high"]) == (0, 500)
    (held,) = office.ask("incidents", "held", "--format", "json").json["incidents"]
    assert (held["counted_number"], held["clue"]) == (500, "青峪镇青木村")
    assert "别名" in held["why"]
    assert "500件" in office.run("incidents", "held").out
    office.ask("incidents", "held", "-o", str(office.path / "待归属.xlsx"), "--format", "json")
    again = str(office.path / "待归属二.xlsx")
    assert office.ask("incidents", "held", "-o", again, "--format", "json").json["rows"] == 0
