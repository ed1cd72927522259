"""Word forms of an office's own: filled as they are, mistakes told at their place, nothing hostile runs."""

from __future__ import annotations

import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Pt
from text_tables import make_workspace

from sanwu_cli.cli.app import run
from sanwu_cli.documents.compose import compose, search_path
from sanwu_cli.documents.forms import rendering
from sanwu_cli.documents.forms.fields import add_names, list_fields
from sanwu_cli.documents.forms.filling import fill_form
from sanwu_cli.documents.forms.texts import list_file_texts
from sanwu_cli.documents.kinds import list_kinds
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.gate import guard_file_texts
from sanwu_cli.shipped import find_shipped
from sanwu_cli.toml_text import load_toml

GOLDEN = Path(__file__).parent / "golden" / "documents"
KINDS = sorted(path.stem for path in GOLDEN.glob("*.json"))
FACTS = {
    "title": "值班表",
    "office": "政法委 & 信访局 <甲>",
    "none": None,
    "rows": [{"name": "清泉街道", "who": ["甲", "乙"]}, {"name": "{{ 7*7 }}", "who": []}],
    "empty": [],
    "lines": "第一行\n第二行",
}


def write(*lines: str, build=None) -> bytes:
    """A form with these paragraphs, and whatever `build` adds."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    if build:
        build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def fill(*lines: str, build=None, facts=FACTS) -> docx.document.Document:
    filled = fill_form(write(*lines, build=build), [facts], place="表样.docx")
    return docx.Document(io.BytesIO(filled.files[0]))


def texts(*lines: str, **options) -> list[str]:
    return [paragraph.text for paragraph in fill(*lines, **options).paragraphs]


def table_of(rows: list[list[str]]):
    def build(document) -> None:
        table = document.add_table(len(rows), len(rows[0]))
        for cells, row in zip(table.rows, rows, strict=True):
            for cell, text in zip(cells.cells, row, strict=True):
                cell.text = text

    return build


def cells(document, number: int = 0) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.tables[number].rows]


def refuse(*lines: str, build=None) -> SanwuError:
    with pytest.raises(SanwuError) as caught:
        fill_form(write(*lines, build=build), [FACTS], place="表样.docx")
    return caught.value


def rezip(data: bytes, change) -> bytes:
    """The same package with its parts changed by `change`, which is given a dict of them."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


# --- what is filled


def test_values_are_texts_whatever_signs_they_hold():
    assert texts("{{ office }}，{{ rows[1].name }}") == ["政法委 & 信访局 <甲>，{{ 7*7 }}"]
    assert texts("甲{{ lines }}乙") == ["甲第一行\n第二行乙"]


def test_a_tag_word_cut_into_runs_is_one_tag_and_each_run_keeps_its_look():
    def build(document) -> None:
        paragraph = document.add_paragraph()
        for text, bold in (
            ("标题：{", True),
            ("{ ti", False),
            ("tle", True),
            (" }", False),
            ("}（完）", True),
        ):
            paragraph.add_run(text).bold = bold
        paragraph.runs[0].font.size = Pt(22)

    paragraph = fill(build=build).paragraphs[-1]
    assert paragraph.text == "标题：值班表（完）"
    assert paragraph.runs[0].text == "标题：值班表"
    assert paragraph.runs[0].font.size == Pt(22)
    assert paragraph.runs[-1].text == "（完）"
    assert paragraph.runs[-1].bold


def test_everything_nobody_tagged_stays_byte_for_byte():
    form = write("{{ title }}", build=table_of([["甲", "乙"]]))
    filled = fill_form(form, [FACTS], place="表样.docx").files[0]
    with zipfile.ZipFile(io.BytesIO(form)) as old, zipfile.ZipFile(io.BytesIO(filled)) as new:
        assert set(old.namelist()) == set(new.namelist())
        changed = {name for name in old.namelist() if old.read(name) != new.read(name)}
    assert changed == {"word/document.xml"}


@pytest.mark.parametrize(
    "rows",
    [
        [["名称", "人"], ["{% for r in rows %}{{ r.name }}", "{{ r.who|join('、') or '—' }}{% endfor %}"]],
        [
            ["名称", "人"],
            ["{%tr for r in rows %}", ""],
            ["{{ r.name }}", "{{ r.who|join('、') or '—' }}"],
            ["{%tr endfor %}", ""],
        ],
        [
            ["名称", "人"],
            ["{%- for r in rows -%}", ""],
            ["{{r.name}}", "{{ r.who|join(‘、’) or “—” }}"],
            ["", "{% endfor %}"],
        ],
    ],
    ids=["in the row", "in rows of their own", "with the signs a word processor makes of quotes"],
)
def test_a_row_is_repeated_however_the_loop_is_written(rows):
    assert cells(fill(build=table_of(rows))) == [["名称", "人"], ["清泉街道", "甲、乙"], ["{{ 7*7 }}", "—"]]


def test_an_empty_list_leaves_the_head_row_alone():
    rows = [["名称"], ["{% for r in empty %}{{ r.name }}{% endfor %}"]]
    assert cells(fill(build=table_of(rows))) == [["名称"], [""]]  # within one cell only the text repeats
    rows = [["名称", "人"], ["{% for r in empty %}{{ r.name }}", "{% endfor %}"]]
    assert cells(fill(build=table_of(rows))) == [["名称", "人"]]


def test_paragraphs_are_chosen_and_repeated_whole():
    lines = (
        "{% if empty %}",
        "有",
        "{% else %}",
        "没有",
        "{% endif %}",
        "{% for r in rows %}",
        "{{ loop.index }}",
    )
    assert texts(*lines, "{% endfor %}", "完") == ["没有", "1", "2", "完"]
    assert texts("{% if none %}甲", "乙{% endif %}", "丙") == ["丙"]
    assert texts("{% set n = rows|length %}", "共{{ n }}个") == ["共2个"]
    assert texts("{# 说明 #}", "{% for r in rows %}{{ r.name }}；{% endfor %}") == ["清泉街道；{{ 7*7 }}；"]


def test_a_cell_whose_paragraphs_all_give_way_keeps_one():
    def build(document) -> None:
        cell = document.add_table(1, 1).rows[0].cells[0]
        cell.text = "{% if empty %}"
        cell.add_paragraph("甲")
        cell.add_paragraph("{% endif %}")

    document = fill(build=build)
    assert cells(document) == [[""]]
    assert document.tables[0]._tbl.findall(f".//{qn('w:p')}")


def test_headers_footers_and_nested_tables_are_filled():
    def build(document) -> None:
        document.sections[0].header.paragraphs[0].text = "页眉{{ title }}"
        document.sections[0].footer.paragraphs[0].text = "{{ office }}"
        outer = document.add_table(1, 2).rows[0].cells
        outer[0].add_table(1, 1).rows[0].cells[0].text = "{% for r in rows %}{{ loop.index }}{% endfor %}"
        outer[1].text = "{{ title }}"

    document = fill(build=build)
    assert document.sections[0].header.paragraphs[0].text == "页眉值班表"
    assert document.sections[0].footer.paragraphs[0].text == FACTS["office"]
    assert document.tables[0].rows[0].cells[0].tables[0].rows[0].cells[0].text == "12"


def test_same_form_and_facts_same_bytes_and_several_facts_several_files():
    form = write("{{ title }}")
    both = fill_form(form, [FACTS, {**FACTS, "title": "乙"}], place="表样.docx")
    assert both.files[0] == fill_form(form, [FACTS], place="别处.docx").files[0]
    assert both.files[0] != both.files[1]
    with zipfile.ZipFile(io.BytesIO(both.files[0])) as archive:
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- what is told


@pytest.mark.parametrize(
    ("line", "message", "place", "remedy"),
    [
        ("共{{ tilte }}份", "没有给出的内容“tilte”", "正文第2段“共{{ tilte }}份”", "您是不是想写“title”"),
        ("{{ rows[0].nane }}", "没有给出的内容“nane”", "正文第2段", "您是不是想写“name”"),
        ("{% for r in row %}{% endfor %}", "没有给出的内容“row”", "正文第2段", "您是不是想写“rows”"),
        ("{{ rows }}", "一个清单", "正文第2段", "join"),
        ("{{ none }}", "空的", "正文第2段", "if"),
        ("{{ a b }}", "写法有误", "正文第2段", ""),
        ("{{ title", "“{{”没有配成对", "正文第2段", "同一段"),
        ("title }}", "“}}”没有配成对", "正文第2段", "同一段"),
        ("\uff5b\uff5b title \uff5d\uff5d", "全角的花括号", "正文第2段", "半角"),
        ("{% if title %}", "后面没有 {% endif %}", "正文第2段", ""),
        ("{% endfor %}", "没有对应的 {% for %}", "正文第2段", ""),
        ("{% else %}", "前面没有 {% if %}", "正文第2段", ""),
        ("{% include 'x' %}", "不认识", "正文第2段", "{% for %}"),
        ("{% macro x() %}{% endmacro %}", "不认识", "正文第2段", ""),
        ("{% set a %}", "没有写等号", "正文第2段", ""),
    ],
)
def test_a_mistake_is_told_with_its_place(line, message, place, remedy):
    error = refuse("第一段", line)
    assert message in error.message
    assert error.place.startswith(f"表样.docx {place}")
    assert remedy in error.remedy
    assert error.status is ExitStatus.USAGE


def test_places_name_tables_heads_and_cells():
    assert refuse(build=table_of([["甲", "乙"], ["丙", "{{ tilte }}"]])).place.startswith(
        "表样.docx 正文第1张表第2行第2格"
    )

    def build(document) -> None:
        document.sections[0].header.paragraphs[0].text = "{{ tilte }}"

    assert refuse(build=build).place.startswith("表样.docx 页眉1第1段")
    assert "13800000000" not in refuse("13800000000{{ tilte }}").place


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["甲{% for r in rows %}", "{{ r.name }}{% endfor %}"]], "前面还有文字"),
        ([["{% for r in rows %}", "{{ r.name }}{% endfor %}乙"]], "后面还有文字"),
        ([["{% if rows %}甲", "{% else %}乙{% endif %}"]], "不能分开一行里的几格"),
    ],
)
def test_a_loop_over_cells_that_would_tear_the_row_is_refused(rows, message):
    assert message in refuse(build=table_of(rows)).message


def test_a_loop_from_inside_a_table_to_outside_is_refused():
    def build(document) -> None:
        document.add_table(1, 1).rows[0].cells[0].text = "{% for r in rows %}"
        document.add_paragraph("{% endfor %}")

    assert "却在另一层" in refuse(build=build).message


# --- what is hostile


@pytest.mark.parametrize(
    "line",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ cycler.__init__.__globals__.os.popen('touch x').read() }}",
        "{{ rows.append(1) }}",
        "{{ title.encode() }}",
        "{% for i in range(999999999) %}x{% endfor %}",
        "{{ 'a'*300000000 }}",
        "{{ rows*300000000 }}",
        "{{ 9**99 }}",
        "{{ '%999999999d'|format(1) }}",
        "{{ 'a'|center(999999999) }}",
        "{{ rows|random }}",
        "{% for r in rows %}" * 9 + "x" + "{% endfor %}" * 9,
    ],
)
def test_what_no_form_needs_is_refused_at_its_place(line):
    error = refuse(line)
    assert error.place.startswith("表样.docx 正文第1段")
    assert "{" not in error.message.partition("：")[2].replace("{{", "").replace("{%", "")


@pytest.mark.parametrize(
    "line",
    [
        "{% set a = 'aaaaaaaaaaaaaaaa' %}" + "{% set a = a ~ a %}" * 30 + "{{ a }}",
        "{{ '{:999999999}'.format(1) }}",
    ],
)
def test_what_grows_is_bounded(line):
    assert "不许用的写法" in refuse(line).message


def test_time_and_length_are_bounded(monkeypatch):
    many = {"rows": list(range(3000))}
    with pytest.raises(SanwuError, match="循环或者文字太多"):
        fill_form(
            write("{% for a in rows %}{% for b in rows %}一段文字{% endfor %}{% endfor %}"),
            [many],
            place="表样.docx",
        )
    monkeypatch.setattr(rendering, "_SECONDS", 1)
    endless = "{% for a in rows %}{{ (rows" + "|sort" * 100 + ")|length }}{% endfor %}"
    with pytest.raises(SanwuError, match="时间过长") as caught:
        fill_form(write(endless), [many], place="表样.docx")
    assert caught.value.place == "表样.docx"


def _external(parts: dict[str, bytes], kind: str) -> None:
    name = "word/_rels/document.xml.rels"
    link = (
        '<Relationship Id="rIdX" TargetMode="External" Target="http://example.invalid/x" '
        f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"/></Relationships>'
    )
    parts[name] = parts[name].replace(b"</Relationships>", link.encode())


def _field(parts: dict[str, bytes]) -> None:
    field = b'<w:r><w:instrText> DDEAUTO c:\\\\x "y" </w:instrText></w:r></w:p>'
    parts["word/document.xml"] = parts["word/document.xml"].replace(b"</w:p>", field, 1)


def _macro(parts: dict[str, bytes]) -> None:
    name = "[Content_Types].xml"
    parts[name] = parts[name].replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )


def _doctype(parts: dict[str, bytes]) -> None:
    name = "word/document.xml"
    parts[name] = re.sub(rb"(<\?xml.*?\?>)", rb'\1<!DOCTYPE x [<!ENTITY a "b">]>', parts[name], count=1)


@pytest.mark.parametrize(
    ("change", "message", "status"),
    [
        (lambda parts: _external(parts, "attachedTemplate"), "链接（所附的模板", ExitStatus.REFUSED),
        (lambda parts: _external(parts, "hyperlink"), "链接（超链接", ExitStatus.REFUSED),
        (lambda parts: parts.update({"word/vbaProject.bin": b"x"}), "有宏", ExitStatus.REFUSED),
        (_macro, "有宏", ExitStatus.REFUSED),
        (lambda parts: parts.update({"word/embeddings/a.bin": b"x"}), "嵌有别的文件", ExitStatus.REFUSED),
        (lambda parts: parts.update({"_xmlsignatures/sig1.xml": b"<a/>"}), "数字签名", ExitStatus.REFUSED),
        (_field, "从别处取内容的域", ExitStatus.REFUSED),
        (_doctype, "文档类型声明", ExitStatus.USAGE),
        (lambda parts: parts.update({"word/document.xml": b"<w:document"}), "XML 有错", ExitStatus.USAGE),
        (lambda parts: parts.pop("word/document.xml"), "没有 Word 正文", ExitStatus.USAGE),
        (lambda parts: parts.update({"word/big.xml": b" " * (17 << 20)}), "过大", ExitStatus.USAGE),
    ],
)
def test_a_form_not_to_be_trusted_is_refused(change, message, status):
    with pytest.raises(SanwuError, match=re.escape(message)) as caught:
        fill_form(rezip(write("{{ title }}"), change), [FACTS], place="表样.docx")
    assert caught.value.status is status
    assert caught.value.place == "表样.docx"


@pytest.mark.parametrize("data", [b"", b"{{ title }}", b"PK\x03\x04oops", b"\xd0\xcf\x11\xe0" + bytes(600)])
def test_what_is_no_word_file_is_refused(data):
    with pytest.raises(SanwuError, match="这份表样不能用"):
        fill_form(data, [FACTS], place="表样.docx")
    with pytest.raises(SanwuError):
        fill_form(write("{{ title }}")[:-80], [FACTS], place="表样.docx")


def test_a_tag_where_nothing_is_filled_is_told():
    data = rezip(
        write("甲"),
        lambda parts: parts.update(
            {
                "docProps/core.xml": re.sub(
                    rb"<dc:title>|<dc:title/>|</cp:coreProperties>",
                    rb"<dc:title>{{ title }}</dc:title></cp:coreProperties>",
                    re.sub(rb"<dc:title>.*?</dc:title>|<dc:title/>", b"", parts["docProps/core.xml"]),
                )
            }
        ),
    )
    with pytest.raises(SanwuError, match="填不了") as caught:
        fill_form(data, [FACTS], place="表样.docx")
    assert "core.xml" in caught.value.place


# --- the fields


@pytest.mark.parametrize("kind", KINDS)
def test_the_fields_listed_are_those_the_documents_are_told(kind):
    told: set[str] = set()

    def walk(value, path: str) -> None:
        if isinstance(value, dict):
            for key, one in value.items():
                walk(one, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            told.add(f"{path}[]")
            for one in value:
                if isinstance(one, dict):
                    walk(one, f"{path}[]")
        elif path != "issued_on":
            told.add(path)

    context = json.loads((GOLDEN / f"{kind}.json").read_text("utf-8"))
    walk(context, "")
    listed = {field.path for field in list_fields(kind)}
    own = set(load_toml("documents", "forms", "fields")["kinds"][kind])
    assert told <= listed
    assert own <= told
    assert all(field.meaning and re.search("[\u4e00-\u9fff]", field.chinese) for field in list_fields(kind))


def test_every_name_may_be_written_in_chinese():
    context = json.loads((GOLDEN / "duty_roster_notice.json").read_text("utf-8"))
    facts = add_names(context | {"title": "甲"})
    lines = (
        "{{ 标题 }} {{ 月份 }} {{ 县市区 }}",
        "{% for 项 in 值班表.行 %}{{ 项.乡镇 }}{{ 项.法官 }}；{% endfor %}",
    )
    first, second = texts(*lines, facts=facts)
    assert first == f"甲 {context['month']['label']} {context['county']['name']}"
    assert second.startswith("".join(context["roster"]["rows"][0][key] for key in ("township", "judge")))


# --- the command


@pytest.fixture(scope="module")
def city(tmp_path_factory) -> Path:
    return make_workspace(tmp_path_factory.mktemp("forms") / "城", {})


def render(city: Path, data: bytes, capsys, *more: str) -> tuple[int, list[Path], str]:
    (city / "市表.docx").write_bytes(data)
    shutil.rmtree(city / "文书", ignore_errors=True)
    command = ["-w", str(city), "report", "render", "duty_roster_notice", "--month", "2026-06"]
    status = run([*command, "--template", "市表.docx", "-o", str(city / "文书"), *more])
    return status, sorted((city / "文书").glob("*")), capsys.readouterr().err


FORM = (
    "{{ 标题 }}",
    "{% for 项 in 值班表.行 %}",
    "{{ 项.乡镇 }}：{{ 项.法官 }}",
    "{% endfor %}",
    "{{ 成文日期 }}",
)


def test_a_form_is_filled_and_the_note_stands_beside_it(city, capsys):
    status, made, _ = render(city, write(*FORM), capsys)
    assert status == 0
    assert [path.name for path in made] == [
        "2026年6月进驻值班表通知（依据）.docx",
        "2026年6月进驻值班表通知（市表）.docx",
    ]
    lines = [paragraph.text for paragraph in docx.Document(made[1]).paragraphs]
    assert "2026年6月进驻法官、检察官、律师值班表" in lines[0]
    assert lines[1:3] == ["甲镇：甲法官", "乙镇：甲法官"]
    assert lines[-1] == "　　　　年　　月　　日"
    assert "采用的口径" in "".join(paragraph.text for paragraph in docx.Document(made[0]).paragraphs)
    again = [path.read_bytes() for path in made]
    assert [path.read_bytes() for path in render(city, write(*FORM), capsys)[1]] == again


def test_a_form_that_prints_the_note_needs_no_second_file(city, capsys):
    for note in (
        "{% for 条 in 起草说明 %}{{ 条 }}{% endfor %}",
        "{% for r in readings %}{{ r.title }}{% endfor %}{% for u in unknowns %}{{ u }}{% endfor %}",
    ):
        status, made, _ = render(city, write(*FORM, note), capsys, "--issued-on", "2026-05-28")
        assert (status, len(made)) == (0, 1)
    assert docx.Document(made[0]).paragraphs[-2].text == "2026年5月28日"


def test_a_mistake_writes_nothing(city, capsys):
    status, made, told = render(city, write(*FORM, "{{ 标提 }}"), capsys)
    assert (status, made) == (2, [])
    assert "市表.docx" in told
    assert "没有给出的内容“标提”" in told
    assert "标题" in told


@pytest.mark.parametrize("where", ["body", "split", "header", "table", "property", "comment"])
def test_the_privacy_gate_looks_into_every_part_of_a_filled_form(where):
    number = "138" + "0" * 8

    def build(document) -> None:
        if where == "body":
            document.add_paragraph(f"找{number}")
        if where == "split":
            paragraph = document.add_paragraph()
            paragraph.add_run("1380000")
            paragraph.add_run("0000")
        if where == "header":
            document.sections[0].header.paragraphs[0].text = number
        if where == "table":
            document.add_table(1, 2).rows[0].cells[1].text = "身份证号"
        if where == "property":
            document.core_properties.subject = number
        if where == "comment":
            document.add_comment(document.paragraphs[0].runs, text=number)

    filled = fill_form(write("{{ title }}", build=build), [FACTS], place="表样.docx").files[0]
    with pytest.raises(SanwuError, match="个人信息") as caught:
        guard_file_texts("甲.docx", list_file_texts(filled, place="表样.docx"))
    assert caught.value.status is ExitStatus.REFUSED
    assert number not in caught.value.message + caught.value.place
    harmless = fill_form(write("办公电话：0951-4021234"), [FACTS], place="表样.docx").files[0]
    guard_file_texts("甲.docx", list_file_texts(harmless, place="表样.docx"))


def test_a_filled_form_with_something_personal_in_it_is_not_written(city, capsys):
    status, made, told = render(city, write(*FORM, "找138" + "0" * 8), capsys)
    assert (status, made) == (77, [])
    assert "手机号码" in told


def test_the_gate_itself_finds_what_was_deleted_and_what_describes_a_picture():
    def change(parts: dict[str, bytes]) -> None:
        runs = "".join(f"<w:r><w:delText>{part}</w:delText></w:r>" for part in ("138", "0" * 8))
        deleted = f"<w:p><w:del>{runs}</w:del></w:p>"
        parts["word/document.xml"] = parts["word/document.xml"].replace(
            b"<w:sectPr", deleted.encode() + b"<w:sectPr"
        )

    data = rezip(write("甲"), change)
    with pytest.raises(SanwuError, match="手机号码"):
        guard_file_texts("甲.docx", list_file_texts(data, place="甲.docx"))


def test_one_form_is_for_one_kind_and_is_there(city, capsys):
    command = ["-w", str(city), "report", "render", "--month", "2026-06", "--template"]
    assert run([*command, "市表.docx", "--all"]) == 2
    assert "一份表样只填一种文件" in capsys.readouterr().err
    assert run([*command, "没有.docx", "monthly_circular"]) == 66
    assert "没有.docx" in capsys.readouterr().err


def test_the_fields_are_listed_for_people_and_programs(capsys):
    assert run(["report", "fields", "duty_roster_notice"]) == 0
    assert "值班表.行[].法官" in capsys.readouterr().out
    assert run(["report", "fields", "duty_roster_notice", "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "sanwu/report-fields/1"
    loop = next(one for one in told["fields"] if one["path"] == "roster.rows")
    assert loop["loop"] == "{% for 项 in 值班表.行 %}"
    assert run(["report", "fields", "duty_roster"]) == 2


# --- the office's own wording


@pytest.mark.parametrize("kind", [kind.id for kind in list_kinds(search_path())])
def test_a_workspace_template_stands_for_ours_and_its_mistakes_are_told_by_line(kind, tmp_path):
    own = tmp_path / "templates"
    own.mkdir()
    text = (find_shipped("templates") / f"{kind}.md").read_text("utf-8")
    head, body = text.split("\n+++\n", 1)
    context = json.loads((GOLDEN / f"{kind}.json").read_text("utf-8")) | {"issued_on": None}
    (own / f"{kind}.md").write_text(f"{head}\n+++\n{body}\n本单位自己的一句话。\n", "utf-8")
    document = compose(kind, context, search_path(tmp_path))
    assert any(getattr(block, "text", "") == "本单位自己的一句话。" for block in document.blocks)
    (own / f"{kind}.md").write_text(f"{head}\n+++\n{body}\n{{{{ county.nane }}}}\n", "utf-8")
    with pytest.raises(SanwuError, match="“nane”") as caught:
        compose(kind, context, search_path(tmp_path))
    line = (f"{head}\n+++\n{body}\n").count("\n") + 1
    assert caught.value.place == f"{own / f'{kind}.md'} 第{line}行"
    assert "您是不是想写“name”" in caught.value.remedy
    for hostile in ("{{ ''.__class__ }}", "{{ 'a'*300000000 }}", "{% for i in range(9) %}{% endfor %}"):
        (own / f"{kind}.md").write_text(f"{head}\n+++\n{body}\n{hostile}\n", "utf-8")
        with pytest.raises(SanwuError):
            compose(kind, context, search_path(tmp_path))
