"""Every rule of GB/T 9704-2012 that a file can show, held in the XML of what we write: one test a rule."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import docx
import pytest
import test_documents
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from sanwu_cli.documents.blocks import Column, Table
from sanwu_cli.documents.check.table import load_rules
from sanwu_cli.documents.compose import compose, search_path
from sanwu_cli.documents.tables import share_width
from sanwu_cli.documents.word import write_document

GOLDEN = Path(__file__).parent / "golden" / "documents"
KINDS = tuple(path.stem for path in sorted(GOLDEN.glob("*.json")))
CHINESE_DAY = r"(?:19|20)\d\d年(?:[1-9]|1[0-2])月(?:[1-9]|[12]\d|3[01])日"
# Rule: the tests that hold it, here or in test_documents.py; test_office.py sees what only paper shows.
HELD_BY = {
    "P1": ("test_paper_margins_and_grid_are_those_of_the_standard",),
    "P2": ("test_paper_margins_and_grid_are_those_of_the_standard",),
    "P3": (
        "test_paper_margins_and_grid_are_those_of_the_standard",
        "test_settings_mirror_the_margins_and_split_odd_from_even",
    ),
    "P4": ("test_paper_margins_and_grid_are_those_of_the_standard",),
    "P5": ("test_text_is_in_black_body_type",),
    "P6": ("test_the_base_style_gives_22_lines_of_28_characters",),
    "H1": ("test_no_copy_number_secrecy_or_urgency_is_made_up",),
    "H2": ("test_no_copy_number_secrecy_or_urgency_is_made_up",),
    "H3": ("test_no_copy_number_secrecy_or_urgency_is_made_up",),
    "H4": (
        "test_the_mark_is_red_and_the_red_line_hangs_under_the_number",
        "test_the_mark_is_centred_35_mm_down",
    ),
    "H6": ("test_the_number_has_its_brackets_and_no_word_before_it",),
    "H7": ("test_an_upward_paper_has_number_and_signer_in_one_line", "test_only_upward_papers_name_a_signer"),
    "H8": ("test_the_mark_is_red_and_the_red_line_hangs_under_the_number",),
    "B1": ("test_every_kind_of_block_has_a_style_with_its_face", "test_the_title_stands_two_lines_below"),
    "B2": ("test_a_long_title_breaks_between_units_of_meaning",),
    "B2P": ("test_the_title_ends_with_its_genre_without_a_stop",),
    "B3": ("test_the_addressee_is_flush_and_ends_with_a_colon",),
    "B4": ("test_paragraphs_begin_two_characters_in",),
    "B5": ("test_levels_have_their_faces",),
    "B6": ("test_levels_are_numbered_without_a_gap",),
    "B7": ("test_the_annex_note_says_exactly_what_stands_on_the_annexes",),
    "B8": ("test_the_issuer_stands_centred_over_the_date",),
    "B11": ("test_the_date_is_whole_and_without_leading_zeros",),
    "B12": ("test_a_remark_is_in_brackets_two_characters_in",),
    "B13": (
        "test_the_annex_note_says_exactly_what_stands_on_the_annexes",
        "test_an_annex_begins_a_page_with_its_label",
    ),
    "C1": ("test_the_lines_of_the_colophon",),
    "C2": ("test_the_colophon_is_last",),
    "C3": ("test_copies_end_with_a_stop", "test_a_long_list_of_copies_makes_a_higher_box"),
    "C5": ("test_the_colophon_tells_office_and_day",),
    "N1": ("test_the_page_number_stands_between_dashes_on_its_side",),
    "N2": ("test_every_section_of_the_document_is_numbered_on",),
    "A1": ("test_paper_margins_and_grid_are_those_of_the_standard",),
    "A2": ("test_the_table_repeats_its_head_and_keeps_rows_whole",),
    "A3": ("test_the_table_repeats_its_head_and_keeps_rows_whole",),
    "F1": ("test_every_run_asks_for_chinese_marks",),
    "F2": ("test_every_kind_of_block_has_a_style_with_its_face",),
    "X1": ("test_nothing_of_a_template_is_left",),
    "S1": (
        "test_a_letter_has_its_mark_above_the_page_and_its_number_on_the_right",
        "test_the_double_lines_of_a_letter_are_170_mm",
    ),
    "S1N": ("test_a_letter_without_copies_has_no_colophon", "test_a_letters_first_page_has_no_number"),
    "S2": ("test_no_order_is_among_our_kinds",),
    "S3": ("test_of_those_present_the_first_has_a_line_above", "test_minutes_have_their_labels_and_no_seal"),
}


class Written:
    """A document of ours as python-docx opens it, with its paragraphs by the id of their style."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        facts = json.loads((GOLDEN / f"{kind}.json").read_text("utf-8"))
        document = compose(kind, facts | {"issued_on": {"label": "2026年2月27日"}}, search_path())
        self.blocks = document.blocks
        self.docx = docx.Document(io.BytesIO(write_document(document, issued_on=date(2026, 2, 27))))
        self.body = self.docx.element.body
        self.all = [(self.style_of(element), text_of(element)) for element in self.body.iter(qn("w:p"))]
        draft = next((i for i, (style, _) in enumerate(self.all) if style == "DraftTitle"), len(self.all))
        self.own = self.all[:draft]

    @staticmethod
    def style_of(element) -> str:
        return element.pPr.pStyle.val

    def texts(self, *styles: str) -> list[str]:
        return [text for style, text in self.own if style in styles]

    def style(self, name: str, path: str) -> dict[str, str]:
        """Give the attributes of an element of a style, or of the style it rests on."""
        by_id = {one.get(qn("w:styleId")): one for one in self.docx.styles.element.findall(qn("w:style"))}
        while name:
            found = by_id[name].find(".//" + "/".join(qn(f"w:{step}") for step in path.split("/")))
            if found is not None:
                return {key.rpartition("}")[2]: value for key, value in found.attrib.items()}
            based = by_id[name].find(qn("w:basedOn"))
            name = "" if based is None else based.get(qn("w:val"))
        return {}


def text_of(element) -> str:
    return Paragraph(element, None).text


@pytest.fixture(scope="module", params=KINDS)
def written(request: pytest.FixtureRequest) -> Written:
    return Written(request.param)


def test_every_rule_has_its_tests() -> None:
    wanted = {rule.id for rule in load_rules().values() if not rule.on_paper}
    assert set(HELD_BY) == wanted
    for names in HELD_BY.values():
        for name in names:
            assert callable(globals().get(name) or getattr(test_documents, name, None)), name


def test_text_is_in_black_body_type(written: Written) -> None:
    for style in ("Body", "BodyKept", "Addressee", "Level3", "Level4", "Issuer", "IssueDate"):
        assert written.style(style, "rFonts")["eastAsia"] == "仿宋_GB2312"
        assert written.style(style, "sz")["val"] == "32"
        assert written.style(style, "color")["val"] == "000000"


def test_no_copy_number_secrecy_or_urgency_is_made_up(written: Written) -> None:
    for _, text in written.own[:3]:
        assert not re.match(r"\d{6}$|特急|加急|绝密|机密|秘密", text)


def test_the_mark_is_centred_35_mm_down(written: Written) -> None:
    spacing = written.style("Mark", "spacing")
    assert abs(int(spacing["before"]) - 35 * 56.7) <= 1
    assert written.style("Mark", "jc")["val"] == "center"
    marks = written.texts("Mark")
    assert all(text.endswith(("文件", "纪要")) and "\n" not in text for text in marks)


def test_the_number_has_its_brackets_and_no_word_before_it(written: Written) -> None:
    for text in written.texts("Number", "SignedNumber", "LetterNumber"):
        number = text.strip("\t").partition("\t")[0]
        assert re.fullmatch(r"〔20\d\d〕　　号", number)  # the office writes its own word and serial number
    spacing = written.style("Number", "spacing")
    assert spacing["before"] == str(2 * 579)
    assert written.style("Number", "jc")["val"] == "center"


def test_only_upward_papers_name_a_signer(written: Written) -> None:
    signers = [text for _, text in written.own if "签发人：" in text]
    assert len(signers) == (written.kind in {"work_report", "annual_report"})


def test_the_title_stands_two_lines_below(written: Written) -> None:
    assert len(written.texts("DocumentTitle")) == 1
    assert written.style("DocumentTitle", "spacing")["before"] == str(2 * 579)
    assert written.style("DocumentTitle", "spacing")["after"] == "579"
    assert written.style("DocumentTitle", "jc")["val"] == "center"


def test_the_title_ends_with_its_genre_without_a_stop(written: Written) -> None:
    (title,) = written.texts("DocumentTitle")
    assert re.search(r"(?:通知|通报|函|报告|决定|纪要|汇报材料|名单)$", title)
    assert not re.search(r"[，。；！？]", title)


def test_the_addressee_is_flush_and_ends_with_a_colon(written: Written) -> None:
    for text in written.texts("Addressee"):
        assert text.endswith("：")
        assert not text.endswith("：：")
    assert not written.style("Addressee", "ind")
    styles = [style for style, _ in written.own]
    if "Addressee" in styles:
        assert styles[styles.index("Addressee") - 1] == "DocumentTitle"


def test_paragraphs_begin_two_characters_in(written: Written) -> None:
    for style in ("Body", "BodyKept", "Level1", "Level2", "Level3", "Level4"):
        assert written.style(style, "ind")["firstLineChars"] == "200"
    assert any(text.strip() for text in written.texts("Body", "BodyKept"))
    assert not any(text.startswith(("　", " ")) for text in written.texts("Body", "BodyKept"))


def test_levels_have_their_faces(written: Written) -> None:
    faces = {"Level1": "黑体", "Level2Lead": "楷体_GB2312", "Level3": "仿宋_GB2312", "Level4": "仿宋_GB2312"}
    for style, face in faces.items():
        assert written.style(style, "rFonts")["eastAsia"] == face
        assert not written.style(style, "b")
    patterns = {
        "Level1": r"[一二三四五六七八九十]+、",
        "Level2": r"（[一二三四五六七八九十]+）",
        "Level3": r"\d+\.",
    }
    for style, pattern in patterns.items():
        assert all(re.match(pattern, text) for text in written.texts(style))


def test_levels_are_numbered_without_a_gap(written: Written) -> None:
    digits = "一二三四五六七八九十"
    seconds = 0
    firsts = 0
    for style, text in written.own:
        if style == "Level1":
            firsts, seconds = firsts + 1, 0
            assert digits.index(text[0]) + 1 == firsts
        elif style == "Level2":
            seconds += 1
            assert digits.index(text[1]) + 1 == seconds


def test_the_date_is_whole_and_without_leading_zeros(written: Written) -> None:
    for text in written.texts("IssueDate", "IssueDateKept"):
        assert re.fullmatch(CHINESE_DAY, text)


def test_a_remark_is_in_brackets_two_characters_in(written: Written) -> None:
    for text in written.texts("Remark"):
        assert re.fullmatch(r"（[^（）]+）", text)
    assert written.style("Remark", "ind")["firstLineChars"] == "200"
    styles = [style for style, _ in written.own]
    if "Remark" in styles:
        assert styles[styles.index("Remark") - 1] == "IssueDateKept"


def test_an_annex_begins_a_page_with_its_label(written: Written) -> None:
    elements = list(written.body)
    for index, element in enumerate(elements):
        if element.tag == qn("w:p") and written.style_of(element) == "AnnexLabel":
            assert elements[index - 1].find(f".//{qn('w:sectPr')}") is not None
            assert re.fullmatch(r"附件\d?", text_of(element))
            assert written.style_of(elements[index + 1]) == "AnnexTitle"
    assert written.style("AnnexTitle", "spacing")["before"] == "579"  # the title on the third line


def test_the_lines_of_the_colophon(written: Written) -> None:
    assert (written.style("Colophon", "top")["sz"], written.style("Colophon", "bottom")["sz"]) == ("8", "8")
    assert written.style("Colophon", "insideH")["sz"] == "6"
    for table in written.body.iter(qn("w:tbl")):
        if table.tblPr.find(qn("w:tblStyle")).get(qn("w:val")) == "Colophon":
            assert table.tblPr.find(qn("w:tblW")).get(qn("w:w")) == "8844"


def test_the_colophon_is_last(written: Written) -> None:
    """Only the drafting note, which is no part of the document, stands behind it."""
    styles = [style for style, _ in written.own]
    anchors = [index for index, style in enumerate(styles) if style == "ColophonAnchor"]
    inside = {"ColophonAnchor", "ColophonCopies", "ColophonIssue", "Tiny"}
    assert len(anchors) <= 1
    assert all(set(styles[index:]) <= inside for index in anchors)


def test_copies_end_with_a_stop(written: Written) -> None:
    for text in written.texts("ColophonCopies"):
        assert re.fullmatch(r"抄送：[^。]+。", text)
    assert written.style("ColophonCopies", "sz")["val"] == "28"


def test_the_colophon_tells_office_and_day(written: Written) -> None:
    for text in written.texts("ColophonIssue"):
        office, _, day = text.partition("\t")
        assert office
        assert re.fullmatch(f"{CHINESE_DAY}印发", day)
    assert written.style("Colophon", "left")["w"] == written.style("Colophon", "right")["w"] == "280"


def test_every_section_of_the_document_is_numbered_on(written: Written) -> None:
    sections = list(written.body.iter(qn("w:sectPr")))
    assert not any(section.find(qn("w:pgNumType")) is not None for section in sections)
    bare = []
    for section in sections:
        footers = [one.get(qn("r:id")) for one in section.findall(qn("w:footerReference"))]
        bare.append("rIdFooterNone" in footers)
    alone = sum(style == "ColophonAnchor" for style, _ in written.own) and bare.count(True) == 2
    assert bare[-1]  # the drafting note
    assert bare.count(True) == (2 if alone else 1)


def test_every_run_asks_for_chinese_marks(written: Written) -> None:
    for run in written.body.iter(qn("w:r")):
        if run.find(qn("w:t")) is not None:
            assert run.rPr.find(qn("w:rFonts")).get(qn("w:hint")) == "eastAsia"


def test_nothing_of_a_template_is_left(written: Written) -> None:
    assert not any(
        re.search(r"\{\{|\}\}|\{%|%\}|\uff5b\uff5b|@[一-鿿]{2}|None|Undefined", text)
        for _, text in written.all
    )


def test_a_letters_first_page_has_no_number(written: Written) -> None:
    first = next(written.body.iter(qn("w:sectPr")))
    is_letter = first.find(qn("w:titlePg")) is not None
    assert is_letter == bool(written.texts("LetterNumber"))
    if is_letter:
        kinds = {one.get(qn("w:type")): one.get(qn("r:id")) for one in first.findall(qn("w:footerReference"))}
        assert kinds["first"] == "rIdFooterLetter"  # the lower double line alone


def test_no_order_is_among_our_kinds(written: Written) -> None:
    (title,) = written.texts("DocumentTitle")
    assert not title.endswith("令")


def test_minutes_have_their_labels_and_no_seal(written: Written) -> None:
    labels = [text.partition("：")[0] for text in written.texts("Present", "PresentFirst")]
    assert labels == (["出席", "请假", "列席"] if written.kind == "meeting_minutes" else [])
    if labels:
        assert written.texts("Mark")[0].endswith("纪要")
        assert not written.texts("Issuer", "IssueDate", "IssueDateKept")
    assert written.style("PresentLead", "rFonts")["eastAsia"] == "黑体"


# --- one thing more that looking at the pages asked for


def test_a_signature_is_never_alone_on_its_page(written: Written) -> None:
    """What stands before a signature stays with it, down to the text: no page says that it has none."""
    elements = [one for one in written.body if one.tag == qn("w:p")]
    styles = [written.style_of(one) for one in elements]
    if "Issuer" not in styles:
        return
    for index in range(styles.index("Issuer"), 0, -1):
        before = elements[index - 1]
        own = before.pPr.find(qn("w:keepNext")) is not None
        kept = own or written.docx.styles.element.xpath(
            f'w:style[@w:styleId="{styles[index - 1]}"]//w:keepNext'
        )
        if styles[index - 1] in {"AnnexNote", "AnnexNoteFirst", "AnnexNoteNext"}:
            continue
        assert kept, styles[index - 1]
        return


@pytest.mark.parametrize("kind", ["rectification_notice", "feedback_letter", "meeting_material"])
def test_what_leads_to_a_table_stays_with_it(kind: str) -> None:
    elements = list(Written(kind).body)
    leads = [elements[i - 1] for i, one in enumerate(elements) if one.tag == qn("w:tbl") and i]
    assert leads
    assert all(one.pPr.find(qn("w:keepNext")) is not None for one in leads)


def test_a_column_is_wide_enough_for_its_title_and_short_cells() -> None:
    columns = (Column("乡镇（街道）", 1), Column("进驻日", 1), Column("情况", 20))
    table = Table(columns, (("青禾镇", "12月15日 星期二", "很长的一段话" * 9),))
    widths = share_width(table, 8844)
    assert sum(widths) == 8844
    assert widths[0] >= 6 * 240 + 114
    assert widths[1] >= 7.5 * 240 + 114
    narrow = share_width(Table((Column("很" * 40, 1), Column("长", 3)), ()), 8844)
    assert narrow == [2211, 6633], "no room for it: the shares alone count"
