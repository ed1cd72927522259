"""Documents to check, faults planted in them: an edit of a good file each, the rule that must catch it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from sanwu_cli.documents.compose import compose, search_path
from sanwu_cli.documents.word import write_document

GOLDEN = Path(__file__).parent / "golden" / "documents"
KINDS = tuple(sorted(path.stem for path in GOLDEN.glob("*.json")))
NOTICE, CORRECTION, CIRCULAR = "duty_roster_notice", "roster_correction", "monthly_circular"
LETTER, UPWARD, MINUTES, ORDER = "letter", "upward", "minutes", "order"
NUMBER = "清政法发\u30142026\u301512号"

_BLANK = "\u3014(?:[0-9]{4}|\u3000+)\u3015\u3000*号"  # a number nobody has given yet

Edit = Callable[[bytes], bytes]


def write_sample(kind: str, **changes: object) -> bytes:
    """Write one of our own documents from its golden facts."""
    facts = json.loads((GOLDEN / f"{kind}.json").read_text("utf-8")) | changes
    return write_document(compose(kind, facts, search_path()), issued_on=date(2026, 2, 27))


def edit_part(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Change one part of a package as text; raises AssertionError where nothing changes."""
    source, out = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                changed = change(content.decode())
                assert changed != content.decode(), f"nothing changed in {part}"
                content = changed.encode()
            target.writestr(name, content)
    return out.getvalue()


def text(old: str, new: str, part: str = "word/document.xml", count: int = 1) -> Edit:
    """Replace a text of a part."""
    return lambda data: edit_part(data, part, lambda xml: xml.replace(old, new, count))


def pattern(old: str, new: str, part: str = "word/document.xml", count: int = 1) -> Edit:
    """Replace what a pattern finds in a part."""
    return lambda data: edit_part(data, part, lambda xml: re.sub(old, new, xml, count=count))


def style(name: str, old: str, new: str) -> Edit:
    """Change a style of ours by its id."""

    def change(xml: str) -> str:
        start = xml.index(f'w:styleId="{name}"')
        end = xml.index("</w:style>", start)
        return xml[:start] + xml[start:end].replace(old, new, 1) + xml[end:]

    return lambda data: edit_part(data, "word/styles.xml", change)


def paragraph(begins: str, change: Callable[[docx.text.paragraph.Paragraph], None]) -> Edit:
    """Change the first paragraph that begins so, through python-docx."""

    def edit(data: bytes) -> bytes:
        document = docx.Document(io.BytesIO(data))
        change(next(one for one in document.paragraphs if one.text.startswith(begins)))
        return _save(document)

    return edit


def section(index: int, **values: object) -> Edit:
    """Set attributes of a section through python-docx."""

    def edit(data: bytes) -> bytes:
        document = docx.Document(io.BytesIO(data))
        for name, value in values.items():
            setattr(document.sections[index], name, value)
        return _save(document)

    return edit


def _save(document: docx.document.Document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def set_run(**values: object) -> Callable[[docx.text.paragraph.Paragraph], None]:
    """Set attributes of the first run's font; `east` is its Chinese font."""

    def change(para: docx.text.paragraph.Paragraph) -> None:
        for run in para.runs:
            for name, value in values.items():
                if name == "east":
                    run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), value)
                elif name == "color":
                    run.font.color.rgb = value
                else:
                    setattr(run.font, name, value)

    return change


def align(how: WD_ALIGN_PARAGRAPH) -> Callable[[docx.text.paragraph.Paragraph], None]:
    """Set a paragraph's alignment."""
    return lambda para: setattr(para.paragraph_format, "alignment", how)


def before(text_: str) -> Callable[[docx.text.paragraph.Paragraph], None]:
    """Put a paragraph of the same style before."""
    return lambda para: para.insert_paragraph_before(text_, para.style)


def drop(para: docx.text.paragraph.Paragraph) -> None:
    """Take a paragraph out."""
    para._p.getparent().remove(para._p)


def indent(**values: object) -> Callable[[docx.text.paragraph.Paragraph], None]:
    """Set indents in twips as they stand in the XML, instead of those there are."""

    def change(para: docx.text.paragraph.Paragraph) -> None:
        properties = para._p.get_or_add_pPr()
        for old in properties.findall(qn("w:ind")):
            properties.remove(old)
        zeros = {"firstLineChars": 0, "firstLine": 0, "left": 0, "rightChars": 0, "right": 0}
        written = " ".join(f'w:{key}="{value}"' for key, value in (zeros | values).items())
        properties._insert_ind(parse_xml(f"<w:ind {nsdecls('w')} {written}/>"))

    return change


def chain(*edits: Edit) -> Edit:
    """Do several edits in turn."""

    def edit(data: bytes) -> bytes:
        for one in edits:
            data = one(data)
        return data

    return edit


# --- good files that no template of ours gives yet


def border(kind: str, colour: str = "FF0000") -> str:
    """A double line below a paragraph."""
    return (
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="{kind}" w:sz="24" w:space="6" w:color="{colour}"/></w:pBdr>'
    )


def _double(para: docx.text.paragraph.Paragraph, kind: str) -> None:
    properties = para._p.get_or_add_pPr()
    properties.insert(1, parse_xml(border(kind)))
    properties.append(parse_xml(f'<w:ind {nsdecls("w")} w:left="-397" w:right="-397"/>'))


def make_letter() -> bytes:
    """A letter: no 文件, double lines, number on the right, no number on page 1, no printing office."""
    data = chain(
        text("〔2026〕　　号", NUMBER.replace("发", "函")),
        text("委员会文件", "委员会"),
        text("的通知", "的函"),
        pattern(r"<w:tr>(?:(?!<w:tr>).)*2026年3月6日印发.*?</w:tr>", ""),
    )(write_sample(CORRECTION))
    document = docx.Document(io.BytesIO(data))
    mark, number = document.paragraphs[:2]
    mark.paragraph_format.space_before = Pt(0)
    _double(mark, "thickThinSmallGap")
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    number.paragraph_format.space_before = Pt(10)
    number._p.get_or_add_pPr().insert(
        1, parse_xml(f'<w:pBdr {nsdecls("w")}><w:bottom w:val="nil"/></w:pBdr>')
    )
    first = document.sections[0]
    first.top_margin, first.different_first_page_header_footer = Mm(30), True
    _double(first.first_page_footer.paragraphs[0], "thinThickSmallGap")
    return _save(document)


def make_upward() -> bytes:
    """A report upwards with 签发人 on the number's line."""
    rpr = '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    kai = '<w:rPr><w:rFonts w:eastAsia="楷体_GB2312" w:hint="eastAsia"/></w:rPr>'
    line = f"{NUMBER}</w:t></w:r><w:r>{rpr}<w:tab/><w:t>签发人：</w:t></w:r><w:r>{kai}<w:t>林知远"
    return chain(
        text("〔2026〕　　号", line), text("的通知", "的报告"), text("各乡镇（街道）党", "中共清河市委、党")
    )(write_sample(CORRECTION))


def make_minutes() -> bytes:
    """Minutes: the mark ends with 纪要, labels in 黑体."""
    data = chain(
        text("委员会文件", "委员会会议纪要"),
        text("更正2026年3月", "3月工作"),
        text("进驻值班表的通知", "推进会议纪要"),
    )(write_sample(CORRECTION))
    document = docx.Document(io.BytesIO(data))
    last = next(one for one in document.paragraphs if one.text.startswith("更正后标"))
    body = last.style
    for label in ("出席：", "请假："):
        para = last.insert_paragraph_before("", body)
        for words, font in ((label, "黑体"), ("林知远、韩立群", "仿宋_GB2312")):
            run = para.add_run(words)
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return _save(document)


def make_order() -> bytes:
    """An order: the mark ends with 令 and stands 20 mm down, the number is 第12号."""
    return chain(
        text("委员会文件", "委员会令"),
        text("〔2026〕　　号", "第12号"),
        style("Mark", 'w:before="1984"', 'w:before="1134"'),
    )(write_sample(CORRECTION))


def make_good(kind: str) -> bytes:
    """A file without fault: one of ours with its number filled in, or a format of its own."""
    made = {LETTER: make_letter, UPWARD: make_upward, MINUTES: make_minutes, ORDER: make_order}.get(kind)
    if made is not None:
        return made()
    data = write_sample(kind)
    has_blank = re.search(_BLANK, zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode())
    return pattern(_BLANK, NUMBER)(data) if has_blank else data


CENTRE, LEFT, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT
TOP = "中共清河市委政法委员会文件"
TITLE = "中共清河市委政法委员会\n关于"
BODY = "根据《清河市"
FOOTER, EVEN = "word/footer_odd.xml", "word/footer_even.xml"

# What another rule rightly says of the same fault.
SIDE = {
    "P1": {"P4", "P6"}, "P2": {"P4"}, "P3": {"P4", "P6"}, "P4": {"P6", "N1"}, "A1": {"P4"}, "F2": {"P5"},
    "P5": {"B3", "B4", "B7", "B8", "C3", "C5", "H6"}, "H1": {"H4"}, "H2": {"H4"}, "H3": {"H4"}, "B6": {"B5"},
    "B11": {"B4", "B8", "B13"}, "C2": {"N2"}, "C3": {"C5"}, "S1N": {"S1"},
}  # fmt: skip
# Rule, what is wrong, in which file, and how it is done.
FAULTS: list[tuple[str, str, str, Edit]] = [
    ("P1", "纸张是Letter", CORRECTION, text('w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"')),
    ("P1", "附件一节是A3", NOTICE, text('w:w="16838" w:h="11906"', 'w:w="23811" w:h="16838"')),
    ("P2", "天头25.4毫米", CORRECTION, section(0, top_margin=Mm(25.4))),
    ("P2", "天头40毫米", CORRECTION, section(0, top_margin=Mm(40))),
    ("P3", "左边距31.8毫米", CORRECTION, section(0, left_margin=Mm(31.8))),
    ("P3", "另加装订线10毫米", CORRECTION, section(0, gutter=Mm(10))),
    ("P4", "右边距31.8毫米", CORRECTION, section(0, right_margin=Mm(31.8))),
    ("P4", "下边距20毫米", CORRECTION, section(0, bottom_margin=Mm(20))),
    ("P5", "正文小四", CORRECTION, paragraph(BODY, set_run(size=Pt(12)))),
    ("P5", "正文宋体", CORRECTION, paragraph(BODY, set_run(east="宋体"))),
    (
        "P5",
        "样式里的字体错了",
        CORRECTION,
        style("Normal", 'w:eastAsia="仿宋_GB2312"', 'w:eastAsia="微软雅黑"'),
    ),
    ("P5", "正文蓝色", CORRECTION, paragraph(BODY, set_run(color=RGBColor(0, 0, 255)))),
    ("P5", "正文加粗", CORRECTION, paragraph(BODY, set_run(bold=True))),
    (
        "P6",
        "单倍行距没有网格",
        CORRECTION,
        chain(
            pattern("<w:docGrid[^>]*/>", "", count=9),
            style("Body", 'w:line="579" w:lineRule="exact"', 'w:line="240" w:lineRule="auto"'),
        ),
    ),
    ("P6", "行距20磅", CORRECTION, style("Body", 'w:line="579"', 'w:line="400"')),
    ("P6", "字距没有紧缩，每行27字", CORRECTION, style("Normal", '<w:spacing w:val="-5"/>', "")),
    ("H1", "份号4位", CORRECTION, paragraph(TOP, before("0001"))),
    ("H2", "密级没写星号", CORRECTION, paragraph(TOP, before("机密1年"))),
    ("H3", "紧急程度写成急件", CORRECTION, paragraph(TOP, before("急件"))),
    ("H4", "标志黑色", CORRECTION, style("Mark", 'w:val="FF0000"', 'w:val="000000"')),
    ("H4", "标志用黑体", CORRECTION, style("Mark", "方正小标宋简体", "黑体")),
    ("H4", "标志居左", CORRECTION, paragraph(TOP, align(LEFT))),
    ("H4", "标志顶在版心上边", CORRECTION, style("Mark", 'w:before="1984"', 'w:before="0"')),
    ("H4", "没有标志", CORRECTION, paragraph(TOP, drop)),
    ("H6", "方括号", CORRECTION, text(NUMBER, "清政法发[2026]12号")),
    ("H6", "圆括号", CORRECTION, text(NUMBER, "清政法发（2026）12号")),
    ("H6", "编虚位", CORRECTION, text(NUMBER, "清政法发\u30142026\u3015012号")),
    ("H6", "加了第字", CORRECTION, text(NUMBER, "清政法发\u30142026\u3015第12号")),
    ("H6", "年份简写", CORRECTION, text(NUMBER, "清政法发\u301426\u301512号")),
    ("H6", "没有号字", CORRECTION, text(NUMBER, "清政法发\u30142026\u301512")),
    ("H6", "字号居左", CORRECTION, paragraph("清政法发", align(LEFT))),
    ("H6", "字号紧接标志", CORRECTION, style("Number", 'w:before="1158"', 'w:before="0"')),
    ("H6", "没有字号", CORRECTION, paragraph("清政法发", drop)),
    ("H7", "下行文写签发人", CORRECTION, text(NUMBER, f"{NUMBER}　签发人：林知远")),
    ("H7", "报告没有签发人", CORRECTION, text("的通知", "的报告")),
    ("H7", "签发人姓名不是楷体", UPWARD, text('w:eastAsia="楷体_GB2312" w:hint', "w:hint")),
    ("H8", "红线黑色", CORRECTION, style("Number", 'w:color="FF0000"', 'w:color="000000"')),
    (
        "H8",
        "没有红线",
        CORRECTION,
        pattern("<w:pBdr><w:bottom[^>]*FF0000[^>]*/></w:pBdr>", "", "word/styles.xml"),
    ),
    ("H8", "红线紧贴字号", CORRECTION, style("Number", 'w:space="11"', 'w:space="1"')),
    ("H8", "红线短", CORRECTION, paragraph("清政法发", indent(left=1000, right=1000))),
    ("B1", "标题黑体", CORRECTION, style("DocumentTitle", "方正小标宋简体", "黑体")),
    ("B1", "标题三号", CORRECTION, paragraph(TITLE, set_run(size=Pt(16)))),
    ("B1", "标题加粗", CORRECTION, paragraph(TITLE, set_run(bold=True))),
    ("B1", "标题居左", CORRECTION, paragraph(TITLE, align(LEFT))),
    ("B1", "标题紧接红线", CORRECTION, style("DocumentTitle", 'w:before="1158"', 'w:before="0"')),
    (
        "B2",
        "断开一个词",
        NOTICE,
        pattern("法官、</w:t><w:br/>(<w:t[^>]*>)检察官", r"法官、检察</w:t><w:br/>\1官"),
    ),
    ("B2", "行首是的", CORRECTION, pattern("进驻值班表的通知", "进驻值班表</w:t><w:br/><w:t>的通知")),
    ("B2", "不回行，一行放不下", NOTICE, pattern("</w:t><w:br/><w:t[^>]*>(?=关于印发|检察官)", "", count=2)),
    (
        "B2",
        "断在书名号中间",
        CORRECTION,
        text("关于更正2026年3月", "关于印发《更正</w:t><w:br/><w:t>方案》2026年3月"),
    ),
    ("B2P", "标题有句号", CORRECTION, text("值班表的通知", "值班表的通知。")),
    ("B2P", "标题没有文种", CORRECTION, text("值班表的通知", "值班表有关事项")),
    ("B2P", "半角括号", NOTICE, text("律师值班表的通知", "律师(兼职)值班表的通知")),
    ("B3", "主送机关半角冒号", CORRECTION, text("市司法局：", "市司法局:")),
    ("B3", "主送机关没有冒号", CORRECTION, text("市司法局：", "市司法局")),
    ("B3", "主送机关缩进", CORRECTION, paragraph("各乡镇", indent(firstLine=640, firstLineChars=200))),
    ("B3", "主送机关紧接标题", CORRECTION, style("DocumentTitle", 'w:after="579"', 'w:after="0"')),
    ("B3", "没有主送机关", CORRECTION, paragraph("各乡镇", drop)),
    ("B4", "首行不缩进", CORRECTION, paragraph(BODY, indent())),
    ("B4", "首行缩进4字", CORRECTION, paragraph(BODY, indent(firstLine=1280))),
    ("B5", "一级写成一.", CORRECTION, text("一、更正的内容", "一.更正的内容")),
    ("B5", "一级用仿宋", CORRECTION, paragraph("一、", set_run(east="仿宋_GB2312"))),
    ("B5", "一级加粗", CORRECTION, paragraph("一、", set_run(bold=True))),
    ("B5", "二级半角括号", CORRECTION, text("（一）更正范围", "(一)更正范围")),
    ("B5", "二级标题用黑体", CORRECTION, style("Level2Lead", "楷体_GB2312", "黑体")),
    ("B5", "三级写成1、", CIRCULAR, text("1.越级", "1、越级")),
    ("B6", "跳号", CORRECTION, text("二、更新公示", "三、更新公示")),
    ("B6", "重号", CORRECTION, text("（二）替代的", "（一）替代的")),
    ("B6", "层次倒置", CIRCULAR, pattern("3.刑事案件台账（市公安局）", "（一）刑事案件台账（市公安局）")),
    ("B7", "附件说明半角冒号", CORRECTION, text("附件：2026", "附件:2026")),
    (
        "B7",
        "名称后有分号",
        CIRCULAR,
        text(
            '建设情况表</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="AnnexNoteNext"',
            '建设情况表；</w:t></w:r></w:p><w:p><w:pPr><w:pStyle w:val="AnnexNoteNext"',
        ),
    ),
    ("B7", "序号用顿号", CIRCULAR, text("附件：1. ", "附件：1、")),
    ("B7", "附件说明紧接正文", CORRECTION, style("AnnexNote", 'w:before="579"', 'w:before="0"')),
    ("B8", "日期顶右", CORRECTION, paragraph("2026年3月6日", indent())),
    (
        "B8",
        "署名没有居中在日期上",
        CORRECTION,
        pattern(r'(<w:pStyle w:val="Issuer"/><w:ind) [^>]*/>', r'\1 w:rightChars="800" w:right="2560"/>'),
    ),
    ("B8", "没有署名", CORRECTION, pattern(r'<w:p><w:pPr><w:pStyle w:val="Issuer"/>.*?</w:p>', "")),
    ("B11", "日期编虚位", CORRECTION, text(">2026年3月6日<", ">2026年03月06日<")),
    ("B11", "日期用汉字", CORRECTION, text(">2026年3月6日<", ">二〇二六年三月六日<")),
    ("B11", "日期用点号", CORRECTION, text(">2026年3月6日<", ">2026.3.6<")),
    ("B11", "日历上没有的日子", CORRECTION, text(">2026年3月6日<", ">2026年2月30日<")),
    ("B11", "没有日期", CORRECTION, paragraph("2026年3月6日", drop)),
    ("B12", "附注半角括号", CIRCULAR, pattern("（(此件[^<]*)）", r"(\1)")),
    ("B12", "附注没有括号", CIRCULAR, pattern("（(此件[^<]*)）", r"\1")),
    ("B12", "附注不缩进", CIRCULAR, paragraph("（此件", indent())),
    ("B13", "附件标签写成附件一：", CIRCULAR, text(">附件1<", ">附件一：<")),
    ("B13", "附件标签仿宋", CIRCULAR, style("AnnexLabel", "黑体", "仿宋_GB2312")),
    ("B13", "附件标签居中", CIRCULAR, paragraph("附件1", align(CENTRE))),
    ("B13", "附件没有另起一面", CORRECTION, pattern(r"<w:sectPr>.*?</w:sectPr>", "")),
    ("B13", "附件标题与附件说明不同", CORRECTION, text("附件：2026年3月进驻", "附件：2026年4月进驻")),
    ("B13", "附件序号与附件说明不同", CIRCULAR, text(">附件2<", ">附件3<")),
    ("B13", "没有附件说明", CORRECTION, paragraph("附件：", drop)),
    ("B13", "附件标题居左", CORRECTION, paragraph("2026年3月进驻值班表更正表", align(LEFT))),
    (
        "C1",
        "版记没有线",
        CORRECTION,
        pattern(r'(w:styleId="Colophon">.*?)<w:tblBorders>.*?</w:tblBorders>', r"\1", "word/styles.xml"),
    ),
    (
        "C1",
        "版记首条用细线",
        CORRECTION,
        style("Colophon", '<w:top w:val="single" w:sz="8"', '<w:top w:val="single" w:sz="4"'),
    ),
    ("C1", "版记比版心窄", CORRECTION, pattern(r'(w:val="Colophon"/><w:tblW w:w=)"8844"', r'\1"7000"')),
    (
        "C2",
        "版记后还有内容",
        CORRECTION,
        pattern(r"(</mc:AlternateContent></w:r>)(</w:p>)", r"\1\2<w:p><w:r><w:t>补充说明</w:t></w:r></w:p>"),
    ),
    ("C3", "抄送没有句号", CORRECTION, text("市人民政府办公室。", "市人民政府办公室")),
    ("C3", "抄送半角冒号", CORRECTION, text("抄送：", "抄送:")),
    ("C3", "抄送三号字", CORRECTION, style("ColophonCopies", '<w:sz w:val="28"/>', '<w:sz w:val="32"/>')),
    ("C3", "抄送不空一字", CORRECTION, style("Colophon", '<w:left w:w="280"', '<w:left w:w="0"')),
    ("C5", "印发日期没有印发二字", CORRECTION, text("2026年3月6日印发", "2026年3月6日")),
    ("C5", "印发日期编虚位", CORRECTION, text("2026年3月6日印发", "2026年03月06日印发")),
    ("C5", "印发早于成文", CORRECTION, text("2026年3月6日印发", "2026年3月5日印发")),
    ("C5", "没有版记", CORRECTION, pattern(r"<mc:AlternateContent>.*?</mc:AlternateContent>", "")),
    ("N1", "奇偶页相同", CORRECTION, text("<w:evenAndOddHeaders/>", "", "word/settings.xml")),
    ("N1", "页码居中", CORRECTION, style("FooterOdd", '<w:jc w:val="right"/>', '<w:jc w:val="center"/>')),
    ("N1", "双页页码居右", CORRECTION, style("FooterEven", '<w:jc w:val="left"/>', '<w:jc w:val="right"/>')),
    ("N1", "没有一字线", CORRECTION, text("— ", "", FOOTER)),
    ("N1", "用连字符", CORRECTION, chain(text("— ", "- ", EVEN), text(" —", " -", EVEN))),
    ("N1", "页码五号", CORRECTION, style("FooterOdd", '<w:sz w:val="28"/>', '<w:sz w:val="21"/>')),
    ("N1", "页码用Times", CORRECTION, style("FooterOdd", 'w:ascii="宋体"', 'w:ascii="Times New Roman"')),
    ("N1", "页码太低", CORRECTION, section(0, footer_distance=Mm(10))),
    ("N1", "页码不空一字", CORRECTION, style("FooterOdd", 'w:rightChars="100" w:right="280"', 'w:right="0"')),
    (
        "N2",
        "附件重新编页码",
        CORRECTION,
        pattern(r"(<w:pgMar[^>]*/>)(?!.*<w:pgMar.*<w:pgMar)", r'\1<w:pgNumType w:start="1"/>'),
    ),
    ("N2", "没有页码", CORRECTION, text("PAGE", "TITLE", FOOTER)),
    ("A1", "横页边距照直页", NOTICE, text('w:top="1588" w:right="2041"', 'w:top="2098" w:right="1474"')),
    ("A2", "表头不重复", NOTICE, text("<w:tblHeader/>", "")),
    ("A3", "行可跨页断开", NOTICE, pattern("<w:trPr><w:cantSplit/></w:trPr>", "", count=5)),
    (
        "F1",
        "引号用西文字体",
        CORRECTION,
        pattern('(<w:rPr>)<w:rFonts w:hint="eastAsia"/>(</w:rPr><w:t [^>]*>根据)', r"\1\2"),
    ),
    ("F2", "只设西文字体", CORRECTION, chain(paragraph(BODY, set_run(name="仿宋", east="Arial")))),
    ("X1", "遗留标签", CORRECTION, text("现对已经公布", "现对{{ 月份 }}已经公布")),
    ("S1", "信函标志带文件", LETTER, text("政法委员会</w:t>", "政法委员会文件</w:t>")),
    ("S1", "信函字号居中", LETTER, paragraph("清政法函", align(CENTRE))),
    (
        "S1",
        "信函双线黑色",
        LETTER,
        text(
            'w:val="thickThinSmallGap" w:sz="24" w:space="6" w:color="FF0000"',
            'w:val="thickThinSmallGap" w:sz="24" w:space="6" w:color="000000"',
        ),
    ),
    ("S1", "信函双线上细下粗", LETTER, text("thickThin", "thinThick")),
    ("S1", "信函双线短", LETTER, text('<w:ind w:left="-397" w:right="-397"/>', "")),
    ("S1N", "信函首页有页码", LETTER, section(0, different_first_page_header_footer=False)),
    ("S2", "令号编虚位", ORDER, text("第12号", "第012号")),
    ("S2", "令号居左", ORDER, paragraph("第12号", align(LEFT))),
    ("S2", "令的标志太低", ORDER, style("Mark", 'w:before="1134"', 'w:before="1984"')),
    (
        "S3",
        "纪要出席用仿宋",
        MINUTES,
        text('w:eastAsia="黑体"/></w:rPr><w:t>出席', 'w:eastAsia="仿宋_GB2312"/></w:rPr><w:t>出席'),
    ),
    ("S3", "纪要请假没有冒号", MINUTES, text("请假：", "请假 ")),
]
