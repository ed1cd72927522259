"""The Word documents: what a template may say, what becomes of values, and the form of GB/T 9704."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree

from sanwu_cli.documents.blocks import (
    AnnexNote,
    AnnexStart,
    Colophon,
    Column,
    Document,
    Heading,
    Paragraph,
    SignOff,
    Table,
    TableNote,
    Title,
)
from sanwu_cli.documents.compose import compose, list_kinds, search_path
from sanwu_cli.documents.plain import plain_text
from sanwu_cli.documents.titles import break_title, measure
from sanwu_cli.documents.verify import verify_document
from sanwu_cli.documents.word import DEFAULT_FONTS, write_document
from sanwu_cli.errors import ExitStatus, PlanError, SanwuError

GOLDEN = Path(__file__).parent / "golden" / "documents"
KINDS = (
    *("duty_roster_notice", "monthly_circular", "roster_correction", "reminder_letter", "feedback_letter"),
    "mediator_roster_notice",
    *("meeting_invitation", "meeting_material", "meeting_minutes", "staff_appraisal", "work_report"),
    *("annual_report", "year_end_list", "naming_decision", "award_notice", "disqualification_decision"),
    *("rectification_notice", "supervision_letter"),
)
ANNEXED = (
    "duty_roster_notice",
    "mediator_roster_notice",
    "monthly_circular",
    "roster_correction",
    "naming_decision",
    "award_notice",
)
WITHOUT_NUMBER = ("meeting_material", "year_end_list")
WITHOUT_SIGNATURE = ("meeting_minutes",)
LETTERS = ("reminder_letter", "feedback_letter", "staff_appraisal", "supervision_letter")
ISSUED_ON = date(2026, 2, 27)


def load_context(kind: str) -> dict:
    return json.loads((GOLDEN / f"{kind}.json").read_text("utf-8"))


def compose_sample(kind: str, **changes: object) -> Document:
    return compose(kind, load_context(kind) | changes, search_path())


def write_sample(kind: str) -> bytes:
    return write_document(compose_sample(kind), issued_on=ISSUED_ON)


def read_parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def read_xml(data: bytes, part: str = "word/document.xml") -> etree._Element:
    return etree.fromstring(read_parts(data)[part])


def texts_of(document: Document) -> list[str]:
    return plain_text(document).splitlines()


def make_template(folder: Path, body: str, *, head: str = "", name: str = "letter") -> tuple[Path, ...]:
    """Write an office's own template and give the search path that finds it."""
    folder.mkdir(exist_ok=True)
    lines = f'+++\nid = "{name}"\nname = "信"\ngenre = "通知"\nclause = ""\ntitle = "通知"\n{head}+++\n{body}'
    (folder / f"{name}.md").write_text(lines, "utf-8")
    return (folder, *search_path())


# --- what the shipped kinds say -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_text_of_a_kind_is_the_golden_text(kind: str) -> None:
    text = plain_text(compose_sample(kind))
    golden = GOLDEN / f"{kind}.txt"
    if os.environ.get("SANWU_GOLDEN") == "write":
        golden.write_text(text, "utf-8")
    assert text == golden.read_text("utf-8")


def test_the_shipped_kinds_are_listed_with_genre_and_clause() -> None:
    listed = {kind.id: (kind.genre, bool(kind.clause), bool(kind.name)) for kind in list_kinds(search_path())}
    assert (
        listed.items()
        >= {"duty_roster_notice": ("通知", True, True), "monthly_circular": ("通报", True, True)}.items()
    )


@pytest.mark.parametrize("kind", ANNEXED)
def test_the_annex_note_says_exactly_what_stands_on_the_annexes(kind: str) -> None:
    document = compose_sample(kind)
    note = next(block for block in document.blocks if isinstance(block, AnnexNote))
    starts = [block for block in document.blocks if isinstance(block, AnnexStart)]
    assert list(note.annexes) == [(start.label, start.title) for start in starts]
    paragraphs = [paragraph.text for paragraph in docx.Document(io.BytesIO(write_sample(kind))).paragraphs]
    for label, title in note.annexes:
        assert label in paragraphs
        assert title in paragraphs
        number = label.removeprefix("附件")
        told = f"{number}. {title}" if number else f"附件：{title}"
        assert any(text.endswith(told) for text in paragraphs)
        assert title[-1] not in "，。；、"


def test_the_duty_table_is_annex_3_across_the_page() -> None:
    start = next(b for b in compose_sample("duty_roster_notice").blocks if isinstance(b, AnnexStart))
    assert (start.label, start.landscape) == ("附件3", True)


def test_an_unfilled_place_is_marked_and_its_reasons_stand_below() -> None:
    document = compose_sample("duty_roster_notice")
    table = next(block for block in document.blocks if isinstance(block, Table))
    assert [row[5] for row in table.rows].count("缺") == 1
    notes = [block.text for block in document.blocks if isinstance(block, TableNote)]
    assert any("沙井乡律师" in note and "请假" in note for note in notes)


def test_a_month_without_published_holidays_is_a_draft_everywhere() -> None:
    roster = load_context("duty_roster_notice")["roster"] | {"draft_reason": "2027年节假日安排尚未公布"}
    document = compose_sample("duty_roster_notice", roster=roster)
    assert "（草案）的通知" in document.title
    start = next(block for block in document.blocks if isinstance(block, AnnexStart))
    assert start.title.endswith("（草案）")
    assert any("2027年节假日安排尚未公布" in line for line in texts_of(document))


@pytest.mark.parametrize("kind", KINDS)
def test_number_and_date_not_given_stay_blank(kind: str) -> None:
    text = plain_text(compose_sample(kind, issued_on=None))
    assert ("\u3014　　　　\u3015　　号" in text) is (kind not in WITHOUT_NUMBER)
    assert ("[日期] 　　　　年　　月　　日" in text) is (kind not in WITHOUT_SIGNATURE)
    assert "None" not in text


@pytest.mark.parametrize("kind", KINDS)
def test_every_reading_and_unknown_stands_in_the_drafting_note(kind: str) -> None:
    context = load_context(kind)
    note = plain_text(compose_sample(kind)).partition("[起草说明]")[2]
    widen = str.maketrans("(),:;", "（），：；")
    assert all(
        reading["id"] in note and reading["answer"].translate(widen) in note
        for reading in context["readings"]
    )
    assert all(unknown.translate(widen) in note.translate(widen) for unknown in context["unknowns"])


def test_a_roster_of_nothing_still_reads_well() -> None:
    document = compose_sample(
        "duty_roster_notice",
        recipients=[],
        copies=[],
        readings=[],
        unknowns=[],
        roster={"rows": [], "unfilled": [], "draft_reason": ""},
    )
    text = plain_text(document)
    assert not any(isinstance(block, Table) for block in document.blocks)
    assert "本月没有排出值班" in text
    assert "标“缺”" not in text
    assert "表中“缺”" not in text
    assert "没有发现影响本稿的未知和缺口" in text
    write_document(document)


def test_a_circular_of_nothing_has_no_annex_and_no_gap_in_its_numbers() -> None:
    document = compose_sample(
        "monthly_circular",
        recipients=[],
        copies=[],
        completeness=[],
        townships=[],
        breached_villages=[],
        held_rows=0,
        findings={"error": 0, "warning": 0},
        readings=[],
        unknowns=[],
    )
    assert not any(isinstance(block, (AnnexStart, AnnexNote)) for block in document.blocks)
    seconds = [block.text[:3] for block in document.blocks if isinstance(block, Heading) and block.level == 2]
    assert seconds == ["（一）", "（二）", "（三）", "（一）", "（二）", "（三）"]
    write_document(document)


def test_the_circular_protects_lawful_petition_and_suit() -> None:
    text = plain_text(compose_sample("monthly_circular"))
    assert "信访和诉讼是群众依法享有的权利" in text
    assert "不对外公布" in text


def test_numbers_and_clauses_of_the_plan_come_from_the_facts() -> None:
    for path in search_path()[-1].rglob("*.md"):
        body = path.read_text("utf-8").rpartition("+++\n")[2]
        assert "10万" not in body
        assert "70%" not in body
        assert "六（三）" not in body
    text = plain_text(
        compose_sample("duty_roster_notice", clauses={"roster": "七(九)"}, fixed_days_a_month=2)
    )
    assert "七（九）" in text
    assert "每月固定2天" in text


# --- values are only ever text ------------------------------------------------------------------------

HOSTILE = [
    "{{ issuer }}", "{% for x in y %}", "A<B 后文", "法院 & 检察院", "一、假标题", "@版记 假",
    "甲 | 乙", "&lt;w:p/&gt;", "]]>", "'\"", "\\", "+++",
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE)
def test_a_value_is_printed_as_it_is(value: str, tmp_path: Path) -> None:
    templates = make_template(
        tmp_path / "t", "@标题\n{{ v }}\n@表\n@列 甲 | 1 | 居左\n| {{ v }} |\n", head=""
    )
    document = compose("letter", {"v": value}, templates)
    assert document.blocks[1] == Paragraph(value)
    written = docx.Document(io.BytesIO(write_document(document)))
    assert written.paragraphs[1].text == value
    assert written.tables[0].rows[1].cells[0].text == value


def test_a_line_break_in_a_value_stays_inside_its_paragraph(tmp_path: Path) -> None:
    templates = make_template(tmp_path / "t", "{{ v }}\n完\n")
    document = compose("letter", {"v": "甲\r\n一、乙\x0b丙\u2028丁"}, templates)
    assert document.blocks == (Paragraph("甲\n一、乙\n丙\n丁"), Paragraph("完"))
    written = docx.Document(io.BytesIO(write_document(document)))
    assert [paragraph.text for paragraph in written.paragraphs] == ["甲\n一、乙\n丙\n丁", "完"]


def test_what_no_document_can_hold_is_shown_as_a_replacement_mark(tmp_path: Path) -> None:
    templates = make_template(tmp_path / "t", "{{ v }}\n")
    document = compose("letter", {"v": "甲\x00\x1b\ud800\uffff\ue000ff\ue001乙"}, templates)
    assert docx.Document(io.BytesIO(write_document(document))).paragraphs[0].text == "甲����\ufffdff\ufffd乙"


def test_an_explicit_line_break_in_the_title_is_kept(tmp_path: Path) -> None:
    templates = make_template(tmp_path / "t", "@标题\n")
    path = tmp_path / "t" / "letter.md"
    path.write_text(path.read_text("utf-8").replace('title = "通知"', 'title = "{{ t }}"'), "utf-8")
    title = compose("letter", {"t": "甲乙丙\n丁戊的通知"}, templates).blocks[0]
    assert title == Title("甲乙丙丁戊的通知", ("甲乙丙", "丁戊的通知"))


# --- what a template may do ---------------------------------------------------------------------------


def test_a_name_not_given_names_template_line_and_remedy(tmp_path: Path) -> None:
    templates = make_template(tmp_path / "t", "\n{{ month.lable }}\n")
    with pytest.raises(SanwuError) as caught:
        compose("letter", {"month": {"label": "2026年3月"}}, templates)
    error = caught.value
    assert "letter.md" in error.message
    assert "lable" in error.message
    assert error.place == f"{tmp_path / 't' / 'letter.md'} 第9行"
    assert error.remedy
    assert error.status is ExitStatus.USAGE


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("{{ ''.__class__.__mro__ }}", "不许用"),
        ("{{ cycler.__init__.__globals__ }}", "不许用"),
        ("{{ items.append(1) }}", "不许用"),
        ("{{ range(9) }}", "range"),
        ("{% include '../../secret.md' %}", "找不到"),
        ("{{ nothing }}", "NoneType"),
        ("{{ items }}", "list"),
        ("{{ half }}", "float"),
        ("{{ 1 // zero }}", "算不下去"),
        ("{% if %}", "写法有误"),
        ("\uff5b\uff5b issuer \uff5d\uff5d", "全角"),
        ("@盖章 红", "@盖章"),
        ("@附件 附件9", "附件9"),
        ("| 甲 |", "@列"),
        ("@表\n@列 甲 | 1 | 居中\n| 甲 | 乙 |", "2 格"),
        ("@列 甲 | 宽 | 居中", "看不懂"),
        ("@落款 甲", "2 项"),
    ],
)
def test_a_mistaken_template_is_named_and_explained(body: str, word: str, tmp_path: Path) -> None:
    templates = make_template(tmp_path / "t", f"{body}\n")
    context = {"items": [1], "nothing": None, "half": 0.5, "zero": 0}
    with pytest.raises(SanwuError, match=word) as caught:
        compose("letter", context, templates)
    assert "letter.md" in caught.value.message + caught.value.place
    assert caught.value.remedy


@pytest.mark.parametrize(
    "text",
    ["没有开头", "+++\nid = \n+++\n", '+++\nid = "letter"\n+++\n', '+++\nid = "other"\nname="a"\n+++\n'],
)
def test_a_template_without_a_good_head_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "letter.md").write_text(text, "utf-8")
    with pytest.raises(SanwuError) as caught:
        list_kinds((tmp_path,))
    assert caught.value.place.endswith("letter.md")


def test_a_title_must_end_with_its_genre(tmp_path: Path) -> None:
    templates = make_template(tmp_path / "t", "@标题\n")
    path = tmp_path / "t" / "letter.md"
    path.write_text(path.read_text("utf-8").replace('title = "通知"', 'title = "情况通报"'), "utf-8")
    with pytest.raises(SanwuError, match="文种"):
        compose("letter", {}, templates)


def test_an_unknown_kind_is_answered_with_those_there_are() -> None:
    with pytest.raises(SanwuError) as caught:
        compose("../base/x", {}, search_path())
    assert "duty_roster_notice" in caught.value.remedy


def test_facts_that_are_not_plain_data_are_our_own_mistake() -> None:
    with pytest.raises(PlanError):
        compose_sample("duty_roster_notice", month=date(2026, 3, 1))


def test_an_office_replaces_a_single_template(tmp_path: Path) -> None:
    workspace = tmp_path / "office"
    own = workspace / "templates"
    own.mkdir(parents=True)
    shipped = search_path()[-1] / "duty_roster_notice.md"
    text = shipped.read_text("utf-8").replace("一、按时到岗值班", "一、本单位自己的写法")
    (own / "duty_roster_notice.md").write_text(text, "utf-8")
    templates = search_path(workspace)
    composed = plain_text(compose("duty_roster_notice", load_context("duty_roster_notice"), templates))
    assert "本单位自己的写法" in composed
    assert "口径" in composed  # the shared part still comes from the shipped folder
    kinds = {kind.id: kind.path for kind in list_kinds(templates)}
    assert kinds["duty_roster_notice"].parent == own
    assert kinds["monthly_circular"].parent == shipped.parent


def test_a_key_named_like_a_method_is_data(tmp_path: Path) -> None:
    templates = make_template(tmp_path / "t", "{{ row.items }}{{ row.values }}\n")
    assert compose("letter", {"row": {"items": "甲", "values": "乙"}}, templates).blocks == (
        Paragraph("甲乙"),
    )


# --- the title's lines --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        "中共清河市委政法委员会关于印发2026年3月进驻法官、检察官、律师值班表的通知",
        "中共清河市委政法委员会关于印发2026年11月进驻法官、检察官、律师值班表（草案）的通知",
        "中共清河市委政法委员会关于2026年3月“三无乡镇（街道）”“三无村（居）”建设情况的通报",
        "关于印发2026年3月进驻法官、检察官、律师值班表的通知",
    ],
)
def test_a_long_title_breaks_between_units_of_meaning(title: str) -> None:
    lines = break_title(title)
    assert "".join(lines) == title
    assert 2 <= len(lines) <= 4
    assert all(4 <= measure(line) <= 19 for line in lines)
    for line in lines:
        assert line.count("“") == line.count("”")
        assert line.count("（") == line.count("）")
        assert line[0] not in "、，的”）月年"
    assert not lines[-1].startswith("的")


def test_a_short_title_stays_in_one_line() -> None:
    assert break_title("值班表") == ("值班表",)


# --- the form -----------------------------------------------------------------------------------------


def test_paper_margins_and_grid_are_those_of_the_standard() -> None:
    root = read_xml(write_sample("duty_roster_notice"))
    sections = root.findall(f".//{qn('w:sectPr')}")
    sizes = [(s.find(qn("w:pgSz")).get(qn("w:w")), s.find(qn("w:pgSz")).get(qn("w:h"))) for s in sections]
    assert sizes == [("11906", "16838"), ("16838", "11906"), ("11906", "16838"), ("11906", "16838")]
    for section in sections:
        margins = {
            key: int(section.find(qn("w:pgMar")).get(qn(f"w:{key}")))
            for key in ("left", "right", "top", "bottom")
        }
        size = {key: int(section.find(qn("w:pgSz")).get(qn(f"w:{key}"))) for key in ("w", "h")}
        box = (size["w"] - margins["left"] - margins["right"], size["h"] - margins["top"] - margins["bottom"])
        assert sorted(box) == [8844, 12756]  # 156 x 225 mm
        grid = section.find(qn("w:docGrid"))
        across = size["w"] > size["h"]
        assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == (None if across else "lines", "579")
    first = sections[0].find(qn("w:pgMar"))
    assert abs(int(first.get(qn("w:top"))) - 2098) <= 57
    assert abs(int(first.get(qn("w:left"))) - 1588) <= 57
    assert sections[1].find(qn("w:pgSz")).get(qn("w:orient")) == "landscape"


def test_the_base_style_gives_22_lines_of_28_characters() -> None:
    style = docx.Document(io.BytesIO(write_sample("monthly_circular"))).styles["Normal"]
    assert style.paragraph_format.line_spacing.pt == 28.95
    assert style.font.size.pt == 16
    assert style.element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    assert style.element.rPr.find(qn("w:lang")).get(qn("w:eastAsia")) == "zh-CN"


@pytest.mark.parametrize(
    ("style", "font", "size"),
    [
        ("公文标题", "方正小标宋简体", 22),
        ("公文标志", "方正小标宋简体", 42),
        ("公文一级", "黑体", None),
        ("公文二级标题字", "楷体_GB2312", None),
        ("公文附件标签", "黑体", None),
        ("公文附件标题", "方正小标宋简体", 22),
        ("公文单页码", "宋体", 14),
        ("公文双页码", "宋体", 14),
        ("公文表头", "黑体", None),
    ],
)
def test_every_kind_of_block_has_a_style_with_its_face(style: str, font: str, size: int | None) -> None:
    found = docx.Document(io.BytesIO(write_sample("monthly_circular"))).styles[style]
    slots = found.element.rPr.find(qn("w:rFonts")).attrib
    assert slots[qn("w:eastAsia")] == font
    assert {qn(f"w:{slot}") for slot in ("ascii", "hAnsi", "eastAsia", "cs")} <= set(slots)
    assert not any("Theme" in name for name in slots)
    assert size is None or found.font.size.pt == size


def test_no_style_snaps_to_the_grid() -> None:
    """The exact pitch alone makes the lines: snapped ones would stand half a millimetre off the others."""
    styles = read_xml(write_sample("monthly_circular"), "word/styles.xml")
    by_id = {style.get(qn("w:styleId")): style for style in styles.findall(qn("w:style"))}
    for name, style in by_id.items():
        if style.get(qn("w:type")) != "paragraph":
            continue
        chain = [style]
        while (based := chain[-1].find(qn("w:basedOn"))) is not None:
            chain.append(by_id[based.get(qn("w:val"))])
        snaps = [found for link in chain if (found := link.find(f".//{qn('w:snapToGrid')}")) is not None]
        assert snaps, name
        assert snaps[0].get(qn("w:val")) == "0", name


@pytest.mark.parametrize("kind", KINDS)
def test_form_lives_in_the_styles(kind: str) -> None:
    root = read_xml(write_sample(kind))
    used = {
        element.get(qn("w:val")) for element in root.iter(qn("w:pStyle"), qn("w:rStyle"), qn("w:tblStyle"))
    }
    known = {
        s.get(qn("w:styleId")) for s in read_xml(write_sample(kind), "word/styles.xml").findall(qn("w:style"))
    }
    assert used <= known
    assert all(
        paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}") is not None for paragraph in root.iter(qn("w:p"))
    )
    for fonts in root.iter(qn("w:rFonts")):
        assert dict(fonts.attrib) == {qn("w:hint"): "eastAsia"}
    assert not list(root.iter(qn("w:sz"), qn("w:color"), qn("w:jc"))) or {
        element.getparent().tag for element in root.iter(qn("w:sz"), qn("w:color"), qn("w:jc"))
    } == {qn("w:tblPr")}


def test_settings_mirror_the_margins_and_split_odd_from_even() -> None:
    settings = read_xml(write_sample("monthly_circular"), "word/settings.xml")
    assert settings.find(qn("w:mirrorMargins")) is not None
    assert settings.find(qn("w:evenAndOddHeaders")) is not None
    assert settings.find(qn("w:themeFontLang")).get(qn("w:eastAsia")) == "zh-CN"


@pytest.mark.parametrize(
    ("part", "side"), [("word/footer_odd.xml", "right"), ("word/footer_even.xml", "left")]
)
def test_the_page_number_stands_between_dashes_on_its_side(part: str, side: str) -> None:
    data = write_sample("monthly_circular")
    footer = read_xml(data, part)
    assert "".join(footer.itertext()).split() == ["—", "PAGE", "1", "—"]
    name = footer.find(f".//{qn('w:pStyle')}").get(qn("w:val"))
    styles = read_xml(data, "word/styles.xml")
    style = next(s for s in styles.findall(qn("w:style")) if s.get(qn("w:styleId")) == name)
    assert style.find(f".//{qn('w:jc')}").get(qn("w:val")) == side
    assert style.find(f".//{qn('w:ind')}").get(qn(f"w:{side}Chars")) == "100"


def test_the_mark_is_red_and_the_red_line_hangs_under_the_number() -> None:
    styles = docx.Document(io.BytesIO(write_sample("monthly_circular"))).styles
    assert str(styles["公文标志"].font.color.rgb) == "FF0000"
    border = styles["公文发文字号"].element.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    assert (border.get(qn("w:color")), border.get(qn("w:space"))) == ("FF0000", "11")


def test_the_table_repeats_its_head_and_keeps_rows_whole() -> None:
    document = docx.Document(io.BytesIO(write_sample("duty_roster_notice")))
    table = document.tables[0]._tbl
    rows = table.findall(qn("w:tr"))
    assert len(rows) == 10
    assert [row.find(f".//{qn('w:tblHeader')}") is not None for row in rows] == [True] + [False] * 9
    assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in rows)
    assert table.find(f".//{qn('w:tblLayout')}").get(qn("w:type")) == "fixed"
    widths = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
    assert sum(widths) == 12756
    assert [int(cell.get(qn("w:w"))) for cell in rows[3].iter(qn("w:tcW"))] == widths


def test_300_rows_are_all_there() -> None:
    rows = tuple((str(index), "甲&乙") for index in range(300))
    document = Document("x", "x", (Paragraph("甲"), Table((Column("序号", 1), Column("名", 3)), rows)))
    table = read_xml(write_document(document)).find(f".//{qn('w:tbl')}")
    assert [next(row.iter(qn("w:t"))).text for row in table.findall(qn("w:tr"))][1:] == [r[0] for r in rows]


def test_the_issuer_stands_centred_over_the_date() -> None:
    for issuer, day in (
        ("中共清河市委政法委员会", "2026年2月27日"),
        ("市委政法委", "2026年12月31日"),
        ("很" * 24, "2026年2月7日"),
    ):
        data = write_document(Document("x", "x", (Paragraph("甲"), SignOff(issuer, day))))
        rights = [int(ind.get(qn("w:right"))) for ind in read_xml(data).iter(qn("w:ind"))]
        centres = [rights[0] + measure(issuer) * 160, rights[1] + measure(day) * 160]
        assert abs(centres[0] - centres[1]) <= 2
        assert rights[1] >= 1280
        assert rights[0] >= 0


def test_a_long_list_of_copies_makes_a_higher_box() -> None:
    heights = []
    for copies in ("", "甲", "甲" * 60):
        data = write_document(Document("x", "x", (Paragraph("甲"), Colophon(copies, "乙", "丙"))))
        box = read_xml(data).find(".//{*}extent")
        heights.append(int(box.get("cy")))
    assert heights == sorted(set(heights))


def test_a_long_issuer_is_narrowed_to_stay_in_one_line() -> None:
    context = load_context("duty_roster_notice") | {"issuer": "中国共产党清河市委员会政法委员会办公室"}
    data = write_document(compose("duty_roster_notice", context, search_path()))
    scale = int(next(read_xml(data).iter(qn("w:w"))).get(qn("w:val")))
    assert measure(context["issuer"] + "文件") * 42 * scale / 100 <= 442.2


# --- the other heads -----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_has_its_mark_above_the_page_and_its_number_on_the_right(kind: str) -> None:
    data = write_sample(kind)
    header = read_xml(data, "word/header_letter.xml")
    assert "".join(header.itertext()) == load_context(kind)["issuer"]
    first, *rest = read_xml(data).iter(qn("w:sectPr"))
    assert first.find(qn("w:titlePg")) is not None
    kinds = [ref.get(qn("w:type")) for ref in first.findall(qn("w:headerReference"))]
    assert kinds == ["first"]
    assert all(section.find(qn("w:titlePg")) is None for section in rest)
    styles = [p.get(qn("w:val")) for p in read_xml(data).iter(qn("w:pStyle"))]
    assert styles[0] == "LetterNumber"
    assert "Number" not in styles


@pytest.mark.parametrize("style", ["LetterMark", "LetterRule"])
def test_the_double_lines_of_a_letter_are_170_mm(style: str) -> None:
    styles = read_xml(write_sample("feedback_letter"), "word/styles.xml")
    own = next(s for s in styles.findall(qn("w:style")) if s.get(qn("w:styleId")) == style)
    indent = own.find(f".//{qn('w:ind')}")
    left, right = (int(indent.get(qn(f"w:{side}"))) for side in ("left", "right"))
    assert abs((8844 - left - right) / 56.7 - 170) <= 0.1
    assert abs((1588 + left) / 56.7 - 20) <= 0.1


def test_no_other_paper_has_a_letters_head() -> None:
    data = write_sample("monthly_circular")
    assert "".join(read_xml(data, "word/header_letter.xml").itertext()).strip() == ""
    assert not list(read_xml(data).iter(qn("w:headerReference"), qn("w:titlePg")))


def test_a_letter_without_copies_has_no_colophon() -> None:
    assert not any(isinstance(b, Colophon) for b in compose_sample("feedback_letter", copies=[]).blocks)
    colophon = next(b for b in compose_sample("feedback_letter").blocks if isinstance(b, Colophon))
    assert (colophon.issuer, colophon.date) == ("", "")
    styles = [s.get(qn("w:val")) for s in read_xml(write_sample("feedback_letter")).iter(qn("w:tblStyle"))]
    assert "ColophonPlain" in styles
    assert "Colophon" not in styles


def test_joint_issuers_share_one_word_beside_them() -> None:
    table = docx.Document(io.BytesIO(write_sample("naming_decision"))).tables[0]
    assert [row.cells[0].text for row in table.rows] == ["中共清河市委", "清河市人民政府"]
    assert {row.cells[1].text for row in table.rows} == {"文件"}


def test_an_upward_paper_has_number_and_signer_in_one_line() -> None:
    paragraphs = docx.Document(io.BytesIO(write_sample("work_report"))).paragraphs
    line = next(p.text for p in paragraphs if "签发人：" in p.text)
    assert line.index("〔") < line.index("签发人：")
    signed = compose_sample("work_report", signer="某局长")
    texts = [p.text for p in docx.Document(io.BytesIO(write_document(signed))).paragraphs]
    assert any(text.endswith("签发人：某局长") for text in texts)


def test_of_those_present_the_first_has_a_line_above() -> None:
    styles = [p.get(qn("w:val")) for p in read_xml(write_sample("meeting_minutes")).iter(qn("w:pStyle"))]
    assert [style for style in styles if style.startswith("Present")] == [
        "PresentFirst",
        "Present",
        "Present",
    ]


def test_a_year_stays_with_its_word() -> None:
    lines = break_title("中共清河市委政法委员会关于印发2026年度平安建设考核结果的通知")
    assert not any(line.startswith("度") for line in lines)


def test_a_span_nobody_knows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SanwuError, match="every"):
        compose("letter", {}, make_template(tmp_path / "t", "@标题\n", head='every = "week"\n'))


# --- the package --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_package_is_whole_and_lean(kind: str) -> None:
    data = write_sample(kind)
    parts = read_parts(data)
    assert next(iter(parts)) == "[Content_Types].xml"
    for name, content in parts.items():
        if not name.endswith(".xlsx"):  # the workbook behind a chart
            etree.fromstring(content)
    for relation in read_xml(data, "word/_rels/document.xml.rels"):
        assert f"word/{relation.get('Target')}" in parts
    declared = {e.get("PartName") for e in read_xml(data, "[Content_Types].xml") if e.get("PartName")}
    assert declared <= {f"/{name}" for name in parts}
    assert len(data) < 20_000
    assert b"python-docx" not in parts["docProps/core.xml"]


def test_a_package_carries_the_date_it_was_given_and_no_other() -> None:
    dated = docx.Document(io.BytesIO(write_sample("monthly_circular"))).core_properties
    assert dated.created.date() == dated.modified.date() == ISSUED_ON
    undated = read_parts(write_document(compose_sample("monthly_circular")))["docProps/core.xml"]
    assert b"dcterms:created" not in undated


def test_fonts_are_replaced_in_all_parts_at_once() -> None:
    fonts = {"仿宋_GB2312": "宋体", "宋体": "A&B Song"}
    parts = read_parts(write_document(compose_sample("monthly_circular"), fonts=fonts))
    styles = parts["word/styles.xml"].decode()
    assert "仿宋_GB2312" not in styles
    assert 'w:eastAsia="宋体"' in styles
    assert "A&amp;B Song" in styles
    names = [font.get(qn("w:name")) for font in etree.fromstring(parts["word/fontTable.xml"])]
    assert len(names) == len(set(names))
    assert "宋体" in names


@pytest.mark.parametrize("fonts", [{"隶书": "SimLi"}, {"黑体": ""}, {"黑体": "字" * 32}, {"黑体": "甲\n乙"}])
def test_a_font_that_cannot_be_used_is_refused(fonts: dict[str, str]) -> None:
    with pytest.raises(SanwuError) as caught:
        write_document(compose_sample("monthly_circular"), fonts=fonts)
    assert caught.value.remedy


def test_the_base_names_the_fonts_that_can_be_replaced() -> None:
    base = search_path()[-1] / "base" / "word" / "fontTable.xml"
    names = [font.get(qn("w:name")) for font in etree.parse(base).getroot()]
    assert names == list(DEFAULT_FONTS)


# The order the schema (ECMA-376 part 1, CT_PPr and CT_RPr) asks for; strict readers refuse another.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore pBdr tabs autoSpaceDE autoSpaceDN snapToGrid spacing"
    " ind jc outlineLvl sectPr",
    "rPr": "rStyle rFonts color spacing w sz szCs lang",
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "word/footer_odd.xml"])
def test_properties_stand_in_the_order_of_the_schema(kind: str, part: str) -> None:
    root = read_xml(write_sample(kind), part)
    for tag, order in ORDER.items():
        for properties in root.iter(qn(f"w:{tag}")):
            places = [order.split().index(etree.QName(child).localname) for child in properties]
            assert places == sorted(set(places))


def test_a_role_not_due_is_a_dash_and_no_gap() -> None:
    roster = load_context("duty_roster_notice")["roster"]
    roster["rows"][0] |= {"judge": "", "day_label": "", "weekday": ""}
    table = next(
        b for b in compose_sample("duty_roster_notice", roster=roster).blocks if isinstance(b, Table)
    )
    assert table.rows[0][2:4] == ("未定", "—")


# -- the file as another program opens it ---------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_stands_the_check_of_another_library(kind):
    document = compose_sample(kind)
    verify_document(write_document(document), document)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda xml: xml.replace("11906", "12240"), "paper"),
        (lambda xml: xml.replace("<w:tr>", "<w:tr><w:tc><w:p/></w:tc></w:tr><w:tr>", 1), "tables"),
        (lambda xml: re.sub(r"现将", "{{ x }}", xml, count=1), "template"),
        (lambda xml: re.sub(r"现将", "", xml, count=1), "missing"),
        (lambda xml: xml[:-20], "opened"),
    ],
)
def test_a_document_that_went_wrong_is_never_handed_over(damage, words):
    document = compose_sample("monthly_circular")
    source, out = zipfile.ZipFile(io.BytesIO(write_document(document))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                changed = damage(data.decode())
                assert changed != data.decode()
                data = changed.encode()
            target.writestr(name, data)
    with pytest.raises(PlanError, match=words):
        verify_document(out.getvalue(), document)
