"""Charts in the circular: native, told in words as well; an unknown month is a gap, never zero."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from text_tables import make_workspace

from sanwu_cli.cli.app import run
from sanwu_cli.documents.blocks import AnnexStart, Chart, Document, Paragraph, Title
from sanwu_cli.documents.compose import compose, search_path
from sanwu_cli.documents.verify import verify_document
from sanwu_cli.documents.word import write_document
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.gate import guard_document

GOLDEN = Path(__file__).parent / "golden" / "documents" / "monthly_circular.json"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


def write(**options):
    document = compose("monthly_circular", json.loads(GOLDEN.read_text("utf-8")), search_path())
    data = write_document(document, **options)
    verify_document(data, document)
    return data


@pytest.fixture(scope="module")
def package():
    return zipfile.ZipFile(io.BytesIO(write()))


def test_the_chart_is_a_part_of_its_own_with_a_workbook_behind_it(package):
    rels = package.read("word/_rels/document.xml.rels").decode()
    assert 'Id="rIdChart1"' in rels
    assert 'Target="charts/chart1.xml"' in rels
    assert "embeddings/chart1.xlsx" in package.read("word/charts/_rels/chart1.xml.rels").decode()
    types = package.read("[Content_Types].xml").decode()
    assert '/word/charts/chart1.xml"' in types
    assert 'Extension="xlsx"' in types
    for name in package.namelist():
        if name.endswith((".xml", ".rels")):
            ET.fromstring(package.read(name))  # noqa: S314 - our own


def test_an_unknown_month_is_a_gap_with_its_word_and_not_zero(package):
    root = ET.fromstring(package.read("word/charts/chart1.xml"))  # noqa: S314 - our own
    labels = [point.find(f"{C}v").text for point in root.find(f".//{C}cat").iter(f"{C}pt")]
    values = {int(p.get("idx")): p.find(f"{C}v").text for p in root.find(f".//{C}val").iter(f"{C}pt")}
    assert labels == ["1月", "2月\n待报", "3月"]
    assert values == {0: "0", 2: "3"}
    assert root.find(f".//{C}dispBlanksAs").get("val") == "gap"
    sheet = openpyxl.load_workbook(io.BytesIO(package.read("word/embeddings/chart1.xlsx"))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows == [[None, "2026年越级上访（件）"], ["1月", 0], ["2月\n待报", None], ["3月", 3]]


def test_it_has_words_for_who_cannot_see_it_and_stands_in_the_annex(package):
    body = package.read("word/document.xml").decode()
    assert 'descr="2026年越级上访（件）：1月 0，2月 待报，3月 3"' in body
    assert body.index("rIdChart1") > body.index("AnnexLabel")
    numbers = re.findall(r'<wp:docPr id="(\d+)"', body)
    assert len(numbers) == len(set(numbers))


def test_its_letters_are_named_and_may_be_the_office_s_own():
    for options, face in (({}, "宋体"), ({"fonts": {"宋体": "方正书宋"}}, "方正书宋")):
        part = zipfile.ZipFile(io.BytesIO(write(**options))).read("word/charts/chart1.xml").decode()
        assert set(re.findall('typeface="([^"]*)"', part)) == {face}


def test_the_same_facts_give_the_same_bytes():
    assert write() == write()


def test_a_document_without_a_chart_has_no_such_part():
    document = Document("x", "通知", (Title("通知", ("通知",)), Paragraph("正文")))
    names = zipfile.ZipFile(io.BytesIO(write_document(document))).namelist()
    assert not [name for name in names if "chart" in name or "embed" in name]


def test_two_rows_of_charts_are_numbered_through():
    one, other = Chart("甲", (("1月", "1"),)), Chart("乙", (("1月", "2"),))
    start = AnnexStart("附件1", "表", ("表",), landscape=True)
    blocks = (Title("通知", ("通知",)), Paragraph("正文"), start, one, other, Paragraph("又"), one)
    package = zipfile.ZipFile(io.BytesIO(write_document(Document("x", "通知", blocks))))
    body = package.read("word/document.xml").decode()
    assert re.findall(r'r:id="rIdChart(\d)"', body) == ["1", "2", "3"]
    assert body.count('w:val="ChartRow"') == 2
    assert len([name for name in package.namelist() if name.endswith(".xlsx")]) == 3


def test_a_number_of_a_person_in_a_chart_is_refused():
    with pytest.raises(SanwuError):
        guard_document(Document("x", "通知", (Chart("件数", (("13800000000", "1"),)),)))


def test_a_point_without_a_chart_is_told(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    shipped = search_path()[-1] / "monthly_circular.md"
    text = shipped.read_text("utf-8").replace("@图 {{ chart.title }}\n", "")
    (folder / "monthly_circular.md").write_text(text, "utf-8")
    with pytest.raises(SanwuError, match="@图"):
        compose("monthly_circular", json.loads(GOLDEN.read_text("utf-8")), (folder, *search_path()))


# --- the whole way


def sheet(month, rows):
    head = ["立案日期", "案件编号", "案件类型", "案件类别", "办案单位", "案件状态", "乡镇(街道)", "村(社区)"]
    return {
        "file": f"inbox/2026-{month:02d}/公安局2026年{month}月刑事案件台账.xlsx",
        "rows": [[f"2026年{month}月刑事案件台账"], head, *rows],
    }


def case(number, day):
    return [day, f"A64990120260{number:04d}", "刑事", "盗窃", "甲镇派出所", "侦查中", "甲镇", "东堤村"]


def test_months_are_those_of_the_ledger_and_the_checker_finds_nothing(tmp_path, capsys):
    books = [
        sheet(1, [case(1, "2026-01-05"), case(2, "2026-01-06")]),
        sheet(3, [case(3, "2026-03-05")]),
    ]
    office = make_workspace(tmp_path / "w", {"book": books})
    run(["-w", str(office), "incidents", "import", str(office / "inbox")])
    run(["-w", str(office), "report", "render", "monthly_circular", "--month", "2026-03"])
    (path,) = (office / "out").rglob("*.docx")
    body = zipfile.ZipFile(path).read("word/document.xml").decode()
    told = re.findall('descr="([^"]*)"', body)
    assert "2026年刑事案件（件）：1月 2，2月 待报，3月 1" in told
    assert "2026年越级上访（件）：1月 待报，2月 待报，3月 待报" in told
    capsys.readouterr()
    assert run(["-w", str(office), "--format", "json", "report", "check", str(path)]) == ExitStatus.CLEAN
    assert json.loads(capsys.readouterr().out)["counts"]["error"] == 0
