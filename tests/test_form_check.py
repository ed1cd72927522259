"""`sanwu report check`: our own documents pass, planted faults are caught, no file breaks it."""

from __future__ import annotations

import io
import json
import re
import zipfile

import docx
import pytest
from docx.oxml.ns import nsdecls
from docx.shared import Pt
from form_faults import (
    CORRECTION,
    FAULTS,
    KINDS,
    LETTER,
    MINUTES,
    NUMBER,
    ORDER,
    SIDE,
    UPWARD,
    chain,
    edit_part,
    make_good,
    paragraph,
    pattern,
    style,
    text,
    write_sample,
)

from sanwu_cli.cli.app import run
from sanwu_cli.documents.check.nodes import Package
from sanwu_cli.documents.check.rules import RULES, check_form, paper_rules
from sanwu_cli.documents.check.table import load_rules
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.gate import guard_text


def faults_of(data: bytes) -> list[tuple[str, str, str, str]]:
    found = check_form(data, place="甲.docx").faults
    return [(fault.rule, fault.expected, fault.found, fault.excerpt) for fault, _ in found]


def rules_of(data: bytes) -> set[str]:
    return {rule for rule, *_ in faults_of(data)}


GOOD = {kind: make_good(kind) for kind in (*KINDS, LETTER, UPWARD, MINUTES, ORDER)}


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_documents_have_no_fault(kind):
    assert faults_of(write_sample(kind)) == []
    assert faults_of(write_sample(kind, issued_on=None)) == []
    assert faults_of(write_sample(kind, issued_on=None, copies=[])) == []
    assert faults_of(write_sample(kind, issuer="中国共产党清河市委员会政法委员会办公室")) == []


@pytest.mark.parametrize("kind", GOOD)
def test_good_files_of_every_format_have_no_fault(kind):
    assert faults_of(GOOD[kind]) == []


FORMATS = {LETTER: "信函格式", MINUTES: "纪要格式", UPWARD: "文件格式", ORDER: "命令（令）格式"}


@pytest.mark.parametrize("kind", FORMATS)
def test_the_format_is_recognised(kind):
    assert check_form(GOOD[kind], place="").kind == FORMATS[kind]


@pytest.mark.parametrize(("rule", "name", "kind", "edit"), FAULTS, ids=[f"{f[0]} {f[1]}" for f in FAULTS])
def test_a_planted_fault_is_caught_by_its_rule_and_by_no_other(rule, name, kind, edit):
    found = rules_of(edit(GOOD[kind]))
    assert rule in found, name
    assert found - {rule} <= SIDE.get(rule, set()), name


def test_more_than_sixty_faults_are_planted_and_every_rule_has_one():
    assert len(FAULTS) >= 60
    assert {rule for rule, *_ in FAULTS} == set(RULES)


def test_the_table_and_the_functions_are_the_same_rules():
    checked = [rule.id for rule in load_rules().values() if not rule.on_paper]
    assert checked == list(RULES)
    assert all(rule.remedy and rule.title for rule in load_rules().values() if not rule.on_paper)
    assert {rule.id for rule in paper_rules()} == {"P7", "H5", "B10", "B14", "C4"}


def test_a_fault_at_many_places_is_told_once_with_the_places():
    data = style("Body", 'w:firstLineChars="200" w:firstLine="640"', 'w:firstLine="0"')(
        GOOD["monthly_circular"]
    )
    faults = [(fault, places) for fault, places in check_form(data, place="").faults if fault.rule == "B4"]
    assert len(faults) == 1
    assert len(faults[0][1]) > 3


# --- how other programs write the same thing


def test_automatic_numbers_are_read_as_the_reader_sees_them():
    """Word writes 一、 itself; the text of the paragraph is without it."""
    numbering = (
        f'<w:numbering {nsdecls("w")}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0">'
        '<w:start w:val="1"/>'
        '<w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    marked = '<w:pStyle w:val="Level1"/><w:numPr><w:ilvl w:val="0"/><w:numId w:val="7"/></w:numPr>'

    def automatic(xml: str) -> str:
        for mark in "一二三":
            xml = xml.replace(f">{mark}、", ">", 1)
        return xml.replace('<w:pStyle w:val="Level1"/>', marked)

    def add(data: bytes) -> bytes:
        out = io.BytesIO(data)
        with zipfile.ZipFile(out, "a") as archive:
            archive.writestr("word/numbering.xml", numbering)
        return out.getvalue()

    good = add(edit_part(GOOD[CORRECTION], "word/document.xml", automatic))
    assert faults_of(good) == []
    wrong = edit_part(good, "word/numbering.xml", lambda xml: xml.replace("%1、", "%1."))
    assert rules_of(wrong) == {"B5"}


def test_a_title_in_several_paragraphs_is_one_title():
    def split(para):
        lines = para.text.split("\n")
        for line in lines[:-1]:
            one = para.insert_paragraph_before(line, para.style)
            one.paragraph_format.space_after = Pt(0)
            one.paragraph_format.space_before = Pt(0) if line is not lines[0] else None
        for piece in para.runs:
            piece.text = lines[-1]
        para.paragraph_format.space_before = Pt(0)

    assert faults_of(paragraph("中共清河市委政法委员会\n关于", split)(GOOD[CORRECTION])) == []


def test_blank_lines_and_blanks_count_as_much_as_spacing_and_indents():
    data = chain(
        style("DocumentTitle", 'w:before="1158"', 'w:before="0"'),
        paragraph(
            "中共清河市委政法委员会\n关于", lambda p: [p.insert_paragraph_before("", "Normal") for _ in "12"]
        ),
        pattern(
            r'(<w:pStyle w:val="Body"/>)(</w:pPr>.*?<w:t [^>]*>)根据',
            r'\1<w:ind w:firstLineChars="0" w:firstLine="0"/>\2　　根据',
        ),
    )(GOOD[CORRECTION])
    assert faults_of(data) == []


SNAP = '<w:snapToGrid w:val="0"/>'


def test_a_line_grid_does_what_a_fixed_pitch_does():
    data = style("Body", '<w:spacing w:before="0" w:after="0" w:line="579" w:lineRule="exact"/>', "")(
        GOOD[CORRECTION]
    )
    data = style("Body", "<w:pPr>", '<w:pPr><w:spacing w:line="240" w:lineRule="auto"/>')(data)
    data = style("Normal", SNAP, "")(data)
    assert faults_of(data) == []


def test_a_character_grid_makes_28_characters():
    data = chain(
        style("Normal", '<w:spacing w:val="-5"/>', ""),
        style("Normal", SNAP, ""),
        style("Level2", SNAP, ""),
        text('<w:docGrid w:type="lines" w:linePitch="579"/>',
             '<w:docGrid w:type="linesAndChars" w:linePitch="579" w:charSpace="-849"/>', count=9),
    )(GOOD[CORRECTION])  # fmt: skip
    assert faults_of(data) == []


def test_a_font_of_the_theme_goes_before_a_name_beside_it():
    data = style(
        "Body",
        "</w:pPr>",
        '</w:pPr><w:rPr><w:rFonts w:eastAsiaTheme="minorEastAsia" w:eastAsia="仿宋"/></w:rPr>',
    )(GOOD[CORRECTION])
    assert "P5" in rules_of(data)


@pytest.mark.parametrize("font", ["仿宋", "FangSong", "方正仿宋_GBK", "CESI仿宋-GB2312"])
def test_another_product_of_the_same_face_is_as_good(font):
    data = style("Normal", 'w:eastAsia="仿宋_GB2312"', f'w:eastAsia="{font}"')(GOOD[CORRECTION])
    assert faults_of(data) == []


def test_an_office_s_own_font_counts_as_the_face_it_stands_for():
    data = write_sample(CORRECTION)
    data = edit_part(data, "word/styles.xml", lambda xml: xml.replace("仿宋_GB2312", "本单位仿宋"))
    assert "P5" in rules_of(data)
    assert not check_form(data, place="", fonts={"仿宋_GB2312": "本单位仿宋"}).faults


def test_a_signature_without_a_seal_is_as_good():
    """Name two characters from the right, the date two to the right of its beginning."""
    data = pattern(r'(<w:pStyle w:val="Issuer"/><w:ind) [^>]*/>', r'\1 w:rightChars="200" w:right="640"/>')(
        GOOD[CORRECTION]
    )
    data = pattern(
        r'(<w:pStyle w:val="IssueDate"/><w:ind) [^>]*/>', r'\1 w:rightChars="500" w:right="1600"/>'
    )(data)
    assert faults_of(data) == []


def test_a_file_of_python_docx_gives_sensible_findings():
    document = docx.Document()
    document.add_heading("关于开展工作的通知", 0)
    for line in ("各乡镇：", "现将有关事项通知如下，请认真贯彻执行，确保各项工作落到实处。", "一.工作要求"):
        document.add_paragraph(line)
    document.add_paragraph("某单位")
    document.add_paragraph("2026年03月05日")
    out = io.BytesIO()
    document.save(out)
    found = rules_of(out.getvalue())
    assert found >= {"P1", "P2", "P3", "P4", "P5", "P6", "B1", "B3", "B4", "B5", "B8", "B11", "N2"}
    assert not found & {"H4", "H6", "H8", "C1", "C5", "S1"}  # no head, so nothing about a head
    assert check_form(out.getvalue(), place="").kind == "没有版头的材料"


def test_an_empty_document_is_no_trouble():
    out = io.BytesIO()
    docx.Document().save(out)
    assert rules_of(out.getvalue()) >= {"P1"}


def test_a_personal_number_in_a_file_is_not_repeated():
    data = text("根据《", "13800000000、11010519491231002X根据《")(GOOD[CORRECTION])
    data = style("Body", 'w:firstLineChars="200" w:firstLine="640"', 'w:firstLine="0"')(data)
    data = text("值班表的通知", "值班表13800000000")(data)
    told = repr(check_form(data, place="").faults)
    guard_text("查", told)
    assert "13800000000" not in told


# --- files that are broken or built to hurt


def put(name: str, content: bytes, base: bytes | None = None) -> bytes:
    source = zipfile.ZipFile(io.BytesIO(base or GOOD[CORRECTION]))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for one in source.namelist():
            if one != name:
                archive.writestr(one, source.read(one))
        archive.writestr(name, content)
    return out.getvalue()


BOMB = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "%s"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>' % (b"x" * 999)
OUTSIDE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
W = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
END = b"</w:body></w:document>"
MAIN = "word/document.xml"
HOSTILE = {
    "空文件": b"",
    "不是压缩包": b"hello",
    "旧版文档": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "截断": GOOD[CORRECTION][:3000],
    "别的压缩包": put("x", b"x", put(MAIN, b"")).replace(b"word/document.xml", b"word/documenx.xml"),
    "实体炸弹": put(MAIN, BOMB),
    "外部实体": put(MAIN, OUTSIDE),
    "样式里有文档类型": put("word/styles.xml", BOMB),
    "XML没写完": put(MAIN, W + b"<w:p><w:r>"),
    "正文空": put(MAIN, b""),
    "不是UTF-8": put(MAIN, W + b"\xff\xfe" + END),
    "没有的编码": put(MAIN, b'<?xml version="1.0" encoding="x-none"?>' + W + END),
    "套得过深": put(MAIN, W + b"<w:tbl>" * 5000 + b"</w:tbl>" * 5000 + END),
    "解压后过大": put("word/media/a.bin", b"\0" * (130 << 20)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_or_hostile_file_is_refused_in_words(name):
    with pytest.raises(SanwuError) as caught:
        check_form(HOSTILE[name], place="甲.docx")
    assert caught.value.status is ExitStatus.PARTIAL
    assert caught.value.remedy
    assert caught.value.place == "甲.docx"


ODD = {
    "空正文": W + END,
    "数值不是数": W
    + b'<w:p><w:pPr><w:ind w:left="x" w:firstLineChars="1e999"/><w:spacing w:line="nan"/></w:pPr>'
    b'<w:r><w:rPr><w:sz w:val="-"/></w:rPr><w:t>\xe7\x94\xb2</w:t></w:r></w:p>'
    b'<w:sectPr><w:pgSz w:w="-1" w:h="abc"/></w:sectPr>' + END,
    "只有表格": W + b"<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl><w:tbl/>" + END,
    "很长的空白": W + b"<w:p><w:r><w:t>" + b" " * 60000 + b"</w:t></w:r></w:p>" * 1 + END,
    "很多年份和空白": W
    + ("<w:p><w:r><w:t>〔" + "　" * 20000 + "年" * 20000 + "</w:t></w:r></w:p>").encode()
    + END,
    "很多段": W + "<w:p><w:r><w:t>附件1</w:t></w:r></w:p>".encode() * 3000 + END,
    "没有关系": W + b'<w:sectPr><w:footerReference r:id="rId9" xmlns:r="urn:x"/></w:sectPr>' + END,
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_checked_without_a_traceback(name):
    check_form(put(MAIN, ODD[name]), place="")


def test_styles_that_rest_on_each_other_end():
    circle = pattern(
        '<w:basedOn w:val="Normal"/>', '<w:basedOn w:val="BodyKept"/>', "word/styles.xml", count=99
    )
    check_form(circle(GOOD[CORRECTION]), place="")


def test_numbers_in_styles_without_end_are_no_trouble():
    data = style("Normal", 'w:line="579"', 'w:line="1e400"')(GOOD[CORRECTION])
    assert check_form(data, place="").faults


def test_a_part_is_looked_for_by_its_plain_name():
    package = Package(GOOD[CORRECTION], place="")
    assert package.part("word/nothing.xml") is None
    assert package.main().find("w:body")


# --- the command


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SANWU_WORKSPACE", raising=False)
    (tmp_path / "好.docx").write_bytes(GOOD[CORRECTION])
    (tmp_path / "差.docx").write_bytes(text(NUMBER, "清政法发[2026]012号")(GOOD[CORRECTION]))
    return tmp_path


def test_a_good_file_ends_clean_and_says_what_only_paper_shows(capsys):
    assert run(["report", "check", "好.docx"]) == ExitStatus.CLEAN
    told = capsys.readouterr()
    assert "文件格式" in told.out
    assert "只有打印出来才看得清" in told.err


def test_a_fault_ends_with_findings_and_names_rule_clause_and_remedy(capsys):
    assert run(["report", "check", "差.docx"]) == ExitStatus.FINDINGS
    told = capsys.readouterr().err
    for words in ("差.docx", "第2段", "H6", "六角括号", "7.2.5", "修复"):
        assert words in told


def test_the_machine_gets_every_fault_with_its_parts(capsys):
    assert run(["--format", "json", "report", "check", "差.docx", "好.docx"]) == ExitStatus.FINDINGS
    answer = json.loads(capsys.readouterr().out)
    assert answer["schema"] == "sanwu/report-check/1"
    bad, good = answer["files"]
    assert good == {
        "file": "好.docx",
        "readable": True,
        "format": "文件格式",
        "left_out": good["left_out"],
        "faults": [],
    }
    fault = bad["faults"][0]
    assert fault["rule"] == "H6"
    assert set(fault) == {
        "rule", "title", "clause", "severity", "part", "places", "excerpt", "expected", "found", "remedy",
    }  # fmt: skip
    assert fault["places"] == ["第2段"]
    assert [one["rule"] for one in answer["on_paper"]] == [rule.id for rule in paper_rules()]
    assert answer["counts"]["error"] == 1


def test_files_that_cannot_be_read_do_not_hide_the_others(folder, capsys):
    (folder / "坏.docx").write_bytes(b"nothing")
    assert run(["report", "check", "坏.docx", "差.docx"]) == ExitStatus.PARTIAL
    told = capsys.readouterr().err
    assert "坏.docx" in told
    assert "H6" in told


def test_a_folder_stands_for_its_files_and_lock_files_are_left(folder, capsys):
    (folder / "~$好.docx").write_bytes(b"x")
    assert run(["--format", "json", "report", "check", "."]) == ExitStatus.FINDINGS
    assert [one["file"] for one in json.loads(capsys.readouterr().out)["files"]] == ["好.docx", "差.docx"]


@pytest.mark.parametrize("what", ["没有.docx", "空目录"])
def test_what_is_not_there_is_said(what, folder, capsys):
    (folder / "空目录").mkdir()
    assert run(["report", "check", what]) == ExitStatus.INPUT_MISSING
    assert what in capsys.readouterr().err


def test_a_text_file_named_docx_is_said_to_be_none(folder, capsys):
    (folder / "x.docx").write_text("通知", "utf-8")
    assert run(["report", "check", "x.docx"]) == ExitStatus.PARTIAL
    assert "不是 Word 文档" in capsys.readouterr().err


def test_a_box_that_holds_the_mark_is_looked_into():
    """Many offices set the mark in a text box: it is found, and its place is left to the eye."""
    box = (
        '<w:p><w:r><w:pict xmlns:v="urn:schemas-microsoft-com:vml"><v:shape><v:textbox><w:txbxContent>'
        '<w:p><w:pPr><w:pStyle w:val="Mark"/></w:pPr><w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
        "<w:t>中共清河市委政法委员会文件</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
    )
    data = pattern(r"<w:body><w:p>.*?</w:p>", f"<w:body>{box}")(GOOD[CORRECTION])
    assert faults_of(data) == []
    assert rules_of(style("Mark", 'w:val="FF0000"', 'w:val="000000"')(data)) == {"H4"}


def test_a_tracked_deletion_is_no_text_and_an_insertion_is():
    data = text("根据《", "</w:t></w:r><w:ins><w:r><w:t>{{ x }}</w:t></w:r></w:ins><w:r><w:t>根据《")(
        GOOD[CORRECTION]
    )
    assert "X1" in rules_of(data)
    data = text(
        "根据《", "</w:t></w:r><w:del><w:r><w:delText>{{ x }}</w:delText></w:r></w:del><w:r><w:t>根据《"
    )(GOOD[CORRECTION])
    assert "X1" not in rules_of(data)


# --- how offices set the same parts in Word

VML = 'xmlns:v="urn:schemas-microsoft-com:vml"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
WPS = 'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
OLD_LINE = f'<w:r><w:pict {VML}><v:line from="0,0" to="442pt,0" strokecolor="#%s"/></w:pict></w:r>'
NEW_LINE = (
    f'<w:r><w:drawing {A} {WPS}><wps:wsp><wps:spPr><a:prstGeom prst="line"/><a:ln w="19050"><a:solidFill>'
    '<a:srgbClr val="%s"/></a:solidFill></a:ln></wps:spPr></wps:wsp></w:drawing></w:r>'
)


@pytest.mark.parametrize("line", [OLD_LINE, NEW_LINE])
@pytest.mark.parametrize(("colour", "rules"), [("FF0000", set()), ("000000", {"H8"})])
def test_a_drawn_red_line_is_a_red_line(line, colour, rules):
    bare = pattern("<w:pBdr><w:bottom[^>]*FF0000[^>]*/></w:pBdr>", "", "word/styles.xml")(GOOD[CORRECTION])
    data = text(f"{NUMBER}</w:t></w:r>", f"{NUMBER}</w:t></w:r>{line % colour}")(bare)
    assert rules_of(data) == rules


def take_colophon(xml: str) -> tuple[str, str, str]:
    """Take the table out of its text box: what stands before it, the table, the emptied paragraph and on."""
    start, end = xml.index("<w:r><mc:AlternateContent>"), xml.index("</mc:AlternateContent></w:r>")
    table = xml[xml.index("<w:tbl>", start) : xml.index("</w:tbl>", start) + len("</w:tbl>")]
    anchor = xml.rindex("<w:p>", 0, start)
    return xml[:anchor], table, xml[anchor:start] + xml[end + len("</mc:AlternateContent></w:r>") :]


def test_a_colophon_as_a_plain_table_is_a_colophon():
    data = edit_part(GOOD[CORRECTION], "word/document.xml", lambda xml: "".join(take_colophon(xml)))
    assert faults_of(data) == []
    assert rules_of(text("市人民政府办公室。", "市人民政府办公室")(data)) == {"C3"}


def test_a_colophon_as_paragraphs_is_a_colophon():
    def unfold(xml: str) -> str:
        head, table, tail = take_colophon(xml)
        lines = [piece.partition("</w:tc>")[0] for piece in table.split("</w:tcPr>")[1:]]
        edge = '<w:pBdr><w:top w:val="single" w:sz="8"/><w:bottom w:val="single" w:sz="8"/></w:pBdr>'
        indent = '<w:ind w:left="280" w:right="280" w:firstLine="0" w:hanging="0"/>'
        lines = [line.replace("</w:pPr>", f"{edge}{indent}</w:pPr>", 1) for line in lines]
        return head + "".join(lines) + tail

    data = edit_part(GOOD[CORRECTION], "word/document.xml", unfold)
    assert faults_of(data) == []
    assert "C5" in rules_of(text("2026年3月6日印发", "2026年3月06日印发")(data))


@pytest.mark.parametrize("lead", ["2020年5月1日印发的方案要求，", "抄送单位要及时回复，", "主送机关不变，"])
def test_a_sentence_with_the_colophon_s_words_is_text(lead):
    assert faults_of(text("根据《", f"{lead}根据《")(GOOD[CORRECTION])) == []


def test_a_page_number_in_a_frame_of_word_is_found():
    """Word's own page numbers stand in a content control and a frame set outside: odd right, even left."""

    def framed(xml: str) -> str:
        frame = '<w:pStyle w:val="FooterOdd"/><w:framePr w:wrap="around" w:xAlign="outside"/>'
        xml = re.sub(r'<w:pStyle w:val="Footer(?:Odd|Even)"/>', frame, xml)
        return xml.replace("<w:p>", "<w:sdt><w:sdtContent><w:p>", 1).replace(
            "</w:p>", "</w:p></w:sdtContent></w:sdt>"
        )

    data = edit_part(GOOD[CORRECTION], "word/footer_odd.xml", framed)
    data = edit_part(data, "word/settings.xml", lambda xml: xml.replace("<w:evenAndOddHeaders/>", ""))
    assert faults_of(data) == []


def test_a_signature_set_by_blanks_is_measured():
    """28 characters a line: 4 behind the date, the name centred above it."""
    plain = '<w:ind w:rightChars="0" w:right="0"/><w:jc w:val="left"/>'
    data = pattern(r'(?<="Issuer"/>)<w:ind[^>]*/>', plain)(GOOD[CORRECTION])
    data = pattern(r'(?<="IssueDate"/>)<w:ind[^>]*/>', plain)(data)
    data = text(">2026年3月6日<", f">{'　' * 17} 2026年3月6日<")(data)
    placed = text('"Issuer"', '"Issuer" ')(data)
    placed = pattern(r'("Issuer" .*?<w:t [^>]*>)', rf"\1{'　' * 15}")(placed)
    assert faults_of(placed) == []
    assert rules_of(text(f"{'　' * 17} 2026", f"{'　' * 5} 2026")(placed)) == {"B8"}


def test_what_the_sample_city_s_office_is_given_has_no_fault_and_passes_the_gate(tmp_path, capsys):
    city = str(tmp_path / "清河")
    assert run(["init", city, "--demo"]) == ExitStatus.CLEAN
    for command in (
        ["report", "render", "--all", "--month", "2026-03"],
        ["roster", "generate", "--year", "2026"],
    ):
        assert run(["-w", city, *command]) in (ExitStatus.CLEAN, ExitStatus.FINDINGS)
    capsys.readouterr()
    assert run(["-w", city, "--format", "json", "report", "check", "out"]) == ExitStatus.CLEAN
    answer = json.loads(capsys.readouterr().out)
    assert len(answer["files"]) >= 2
    assert not any(one["faults"] for one in answer["files"])
