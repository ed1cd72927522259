"""Names looked up, and an accepted spelling written into the clerk's own register: one cell, nothing else."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from workspaces import County, Office, case

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.workbook.patch import patch_cell

A, B, C, D = "青禾村", "松岗村", "白鹭村", "芦花村"
SOME = settings(max_examples=40, deadline=None, derandomize=True)


@pytest.fixture
def office(tmp_path, capsys):
    return Office(tmp_path / "w", County.of(石桥镇=3, 云峰街道=2), capsys.readouterr)


def register(office):
    return office.path / "registers" / "区划.xlsx"


def parts(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def replace_part(path, name, change):
    """Rewrite one part of a workbook."""
    before = parts(path.read_bytes())
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in before.items():
            archive.writestr(part, change(content) if part == name else content)


def add_parts(path, **more):
    with zipfile.ZipFile(path, "a") as archive:
        for name, content in more.items():
            archive.writestr(name.replace("__", "/"), content)


# -- the way a clerk goes ------------------------------------------------------------------------------


def test_an_unknown_name_is_suggested_aliased_and_then_known(office):
    office.month("crime", "2026-03", [case("crime", 1, "2026-03-05", "石桥镇", "青河村")])
    first = office.ask("check", office.path / "inbox")
    found = first.finding("AREA-VILLAGE-UNKNOWN")
    assert A in found["message"]
    assert "sanwu places alias" in found["remedy"]
    assert office.take_in().sheets[0]["held"] == 1
    looked = office.run("places", "find", "青河村")
    assert looked.status == ExitStatus.FINDINGS
    assert A in looked.out
    done = office.ask("places", "alias", "青河村", A, "--as-of", "2026-04-01").json
    assert (done["applied"], done["before"], done["after"]) == (True, "", "青河村")
    assert (office.path / done["backup"]).name == "区划.xlsx.2026-04-01.bak"
    again = office.ask("check", office.path / "inbox")
    assert again.status == 0
    assert again.codes == [] or "AREA-VILLAGE-UNKNOWN" not in again.codes
    office.take_in()
    (one,) = office.incidents()
    assert (one["status"], one["area_code"]) == ("counted", office.county.code(A))
    why = office.ask("places", "find", "青河村").json["areas"][0]["why"]
    assert why == "别名“青河村”"


def test_a_second_alias_is_added_behind_the_first_and_the_day_keeps_one_copy(office):
    original = register(office).read_bytes()
    for name in ("青河村", "清禾村"):
        office.ask("places", "alias", name, office.county.code(A), "--as-of", "2026-04-01")
    page = openpyxl.load_workbook(register(office)).active
    row = next(row for row in page.iter_rows(values_only=True) if row[1] == A)
    assert row[8] == "青河村、清禾村"
    (copy,) = list((office.path / "registers").glob("*.bak"))
    assert copy.read_bytes() == original
    assert office.run("places", "alias", "青河村", A).status == 0


def test_a_dry_run_and_a_known_name_write_nothing(office):
    before = register(office).read_bytes()
    dry = office.run("places", "alias", "青河村", A, "--dry-run")
    assert "改为 青河村" in dry.out
    known = office.ask("places", "alias", f"{A}民委员会", A).json
    assert (known["known"], known["applied"]) == (True, False)
    assert register(office).read_bytes() == before
    assert not list((office.path / "registers").glob("*.bak"))


# -- the workbook survives -----------------------------------------------------------------------------


def test_every_other_part_and_cell_of_the_workbook_stays_as_it_is(office):
    path = register(office)
    book = openpyxl.load_workbook(path)
    page = book.active
    page["B3"].comment = Comment("由民政局核对", "民政局")
    page["I4"].fill = PatternFill("solid", start_color="FFEB9C")
    page["K2"] = "=SUM(1,2)"
    page.freeze_panes = "A2"
    page.column_dimensions["I"].width = 33
    book.create_sheet("附表")["A1"] = "不要动"
    book.save(path)
    add_parts(path, xl__cellimages="<etc:cellImages/>".replace("etc:", ""), customXml__item1="<a/>")
    before = parts(path.read_bytes())
    office.ask("places", "alias", "白鹭洲村", C)
    after = parts(path.read_bytes())
    assert list(before) == list(after)
    changed = [name for name in before if before[name] != after[name]]
    assert changed == ["xl/worksheets/sheet1.xml"]
    new = openpyxl.load_workbook(path)
    row = next(cell.row for cell in new.worksheets[0]["B"] if cell.value == C)
    assert new.worksheets[0].cell(row, 9).value == "白鹭洲村"
    assert new.worksheets[0]["I4"].fill.start_color.rgb == "00FFEB9C"
    assert new.worksheets[0]["K2"].value == "=SUM(1,2)"
    assert new.worksheets[0]["B3"].comment.text == "由民政局核对"


def test_the_cell_keeps_its_style(office):
    path = register(office)
    book = openpyxl.load_workbook(path)
    row = next(cell.row for cell in book.active["B"] if cell.value == A)
    book.active.cell(row, 9).fill = PatternFill("solid", start_color="FFEB9C")
    book.save(path)
    office.ask("places", "alias", "青河村", A)
    cell = openpyxl.load_workbook(path).active.cell(row, 9)
    assert (cell.value, cell.fill.start_color.rgb) == ("青河村", "00FFEB9C")


@pytest.mark.parametrize("writer", ["openpyxl", "xlsxwriter", "pandas"])
def test_registers_of_every_writer_are_rewritten(office, writer):
    office.save_areas(writer=writer)
    assert office.ask("places", "alias", "青河村", A).json["applied"] is True
    assert office.ask("places", "find", "青河村").json["areas"][0]["code"] == office.county.code(A)


def test_a_part_with_prefixed_names_is_rewritten_as_well(office):
    path = register(office)

    def prefix(content):
        text = content.decode()
        for tag in ("worksheet", "sheetData", "row", "c", "v", "is", "t", "f"):
            text = text.replace(f"<{tag}>", f"<x:{tag}>").replace(f"<{tag} ", f"<x:{tag} ")
            text = text.replace(f"</{tag}>", f"</x:{tag}>").replace(f"<{tag}/>", f"<x:{tag}/>")
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        return text.replace(f'xmlns="{main}"', f'xmlns="{main}" xmlns:x="{main}"').encode()

    replace_part(path, "xl/worksheets/sheet1.xml", prefix)
    patched = patch_cell(path.read_bytes(), sheet="Sheet1", row=2, column=8, text="青河村")
    assert (
        b'<x:c r="I3" t="inlineStr"><x:is><x:t xml:space="preserve">'
        in (parts(patched)["xl/worksheets/sheet1.xml"])
    )


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co")), min_size=1, max_size=20
)
CELLS = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 6)),
    st.one_of(st.integers(-9, 9), st.booleans(), TEXTS.map(str.strip).filter(bool)),
    max_size=12,
)


@SOME
@given(CELLS, st.integers(0, 5), st.integers(0, 9), TEXTS.map(str.strip).filter(bool), st.booleans())
@example({(0, 0): 1, (0, 6): 2}, 0, 3, "甲<乙>&“丙”", False)  # noqa: FBT003
@example({(0, 0): 1, (0, 1): 2, (0, 3): 4}, 0, 1, "甲", True)  # noqa: FBT003
def test_one_cell_changes_and_no_other(cells, row, column, text, styled):
    book = openpyxl.Workbook()
    page = book.active
    for (top, left), value in cells.items():
        page.cell(top + 1, left + 1).value = value
        page.cell(top + 1, left + 1).data_type = (
            "s" if isinstance(value, str) else page.cell(top + 1, left + 1).data_type
        )
    for line in range(1, 7):
        page.row_dimensions[line].height = 20
    if styled:
        page.cell(row + 1, column + 1).fill = PatternFill("solid", start_color="FFEB9C")
    stream = io.BytesIO()
    book.save(stream)
    patched = patch_cell(stream.getvalue(), sheet="Sheet", row=row, column=column, text=text)
    places = re.findall(rf'<c r="([A-Z])({row + 1})"', parts(patched)["xl/worksheets/sheet1.xml"].decode())
    assert places == sorted(set(places))
    new = openpyxl.load_workbook(io.BytesIO(patched)).active
    old = openpyxl.load_workbook(stream).active
    expected = {c.coordinate: c.value for line in old.iter_rows() for c in line if c.value is not None}
    expected[new.cell(row + 1, column + 1).coordinate] = text
    assert {
        c.coordinate: c.value for line in new.iter_rows() for c in line if c.value is not None
    } == expected


# -- refused -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marker", ["~$区划.xlsx", "~$.xlsx", ".~区划.xlsx", ".~lock.区划.xlsx#"])
def test_a_register_open_elsewhere_is_left_alone(office, marker):
    before = register(office).read_bytes()
    (office.path / "registers" / marker).write_text("", "utf-8")
    answer = office.run("places", "alias", "青河村", A)
    assert answer.status == ExitStatus.BUSY
    assert marker in answer.err
    assert register(office).read_bytes() == before


def test_a_register_of_another_kind_is_left_to_the_clerk(office):
    register(office).unlink()
    office.save_areas(writer="xlwt")
    answer = office.run("places", "alias", "青河村", A)
    assert answer.status == ExitStatus.USAGE
    assert ".xlsx" in answer.err


@pytest.mark.parametrize(
    ("name", "area", "status", "says"),
    [
        (B, A, ExitStatus.FINDINGS, B),
        ("石桥镇", A, ExitStatus.FINDINGS, "石桥镇"),
        ("青河村", "不存在村", ExitStatus.INPUT_MISSING, "不存在村"),
        ("青河、清河", A, ExitStatus.USAGE, "分隔"),
        ("无", A, ExitStatus.USAGE, "不是一个地方"),
        ("13800138000", A, ExitStatus.USAGE, "不像"),
        ("云峰", "石桥镇", ExitStatus.FINDINGS, "云峰街道"),
    ],
)
def test_an_alias_that_would_mislead_is_refused(office, name, area, status, says):
    before = register(office).read_bytes()
    answer = office.run("places", "alias", name, area)
    assert answer.status == status
    assert says in answer.err
    assert register(office).read_bytes() == before


def test_one_name_may_mean_villages_of_two_townships(office):
    assert office.ask("places", "alias", "河边村", A).json["applied"] is True
    assert office.ask("places", "alias", "河边村", D).json["applied"] is True
    assert len(office.ask("places", "find", "河边村").json["areas"]) == 2
    (one,) = office.ask("places", "find", "河边村", "--township", "云峰街道").json["areas"]
    assert one["name"] == D


def test_without_the_column_the_clerk_is_told_to_add_it(office):
    book = openpyxl.load_workbook(register(office))
    book.active.delete_cols(9)
    book.save(register(office))
    answer = office.run("places", "alias", "青河村", A)
    assert answer.status == ExitStatus.USAGE
    assert "加一列“别名”" in answer.err


@pytest.mark.parametrize("kind", ["protected", "merged", "formula", "signed"])
def test_what_cannot_be_rewritten_in_good_conscience_is_refused(office, kind):
    path = register(office)
    book = openpyxl.load_workbook(path)
    page = book.active
    row = next(cell.row for cell in page["B"] if cell.value == A)
    if kind == "protected":
        page.protection.enable()
    elif kind == "merged":
        page.merge_cells(start_row=row - 1, end_row=row, start_column=9, end_column=9)
    elif kind == "formula":
        page.cell(row, 9).value = '="甲"'
    book.save(path)
    if kind == "signed":
        add_parts(path, _xmlsignatures__sig1="<a/>")
    before = path.read_bytes()
    answer = office.run("places", "alias", "青河村", A)
    assert answer.status == ExitStatus.REFUSED, answer
    assert "“别名”" in answer.err
    assert path.read_bytes() == before


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no zip", b"\xd0\xcf\x11\xe0"])
def test_what_is_no_workbook_is_refused_and_never_a_traceback(data):
    with pytest.raises(SanwuError):
        patch_cell(data, sheet="Sheet1", row=0, column=0, text="甲")


# -- looking up ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "more", "code", "why"),
    [
        (A, (), A, "登记的名称"),
        (f"{A}民委员会", (), A, "村民委员会"),
        (f"石桥镇{A}", (), A, "登记的名称"),
        ("云峰街道办事处", (), "云峰街道", "人民政府"),
        ("云峰", (), "云峰街道", "末字"),
        ("青禾", ("--township", "石桥镇"), A, "末字"),
    ],
)
def test_a_look_up_says_why(office, name, more, code, why):
    answer = office.ask("places", "find", name, *more)
    assert answer.status == 0
    (found,) = answer.json["areas"]
    assert found["code"] == office.county.code(code)
    assert why in found["why"]


def test_a_merged_village_is_named_with_what_became_of_it(office):
    row = office.county.row(A)
    row[6], row[7] = date(2025, 12, 31), office.county.code(B)
    office.save_areas()
    (found,) = office.ask("places", "find", A, "--on", "2026-03-01").json["areas"]
    assert B in found["note"]
    (then,) = office.ask("places", "find", A, "--on", "2025-03-01").json["areas"]
    assert then["note"] == ""
