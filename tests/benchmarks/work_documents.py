"""Word documents: two hundred notices and one long duty table, ours and docxtpl's."""
# ruff: noqa: PLC0415 - every case runs in a process of its own and loads its own libraries only

from __future__ import annotations

import copy
import io
import json
import re
import zipfile
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from meter import Work, run_case

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NOTICES = 200
TABLES = 5
TABLE_ROWS = 300
KIND = "duty_roster_notice"
PAGE = "meeting_invitation"  # a notice without table
FACTS = Path(__file__).parent.parent / "golden" / "documents"
CONTEXT = FACTS / f"{KIND}.json"


def make_notices(count: int = NOTICES) -> Iterator[dict]:
    """Two hundred contexts, no two alike: another county, month and staff each time."""
    base = json.loads(CONTEXT.read_text("utf-8"))
    for number in range(count):
        context = copy.deepcopy(base)
        context["county"]["name"] = f"清河{number}市"
        context["issuer"] = f"中共清河{number}市委政法委员会"
        context["month"] |= {"number": number % 12 + 1, "label": f"2026年{number % 12 + 1}月"}
        for row in context["roster"]["rows"]:
            row["judge"] = f"法官{number}"
        yield context


def make_pages() -> Iterator[dict]:
    """Two hundred contexts of the notice without table."""
    base = json.loads((FACTS / f"{PAGE}.json").read_text("utf-8"))
    for number in range(NOTICES):
        context = copy.deepcopy(base)
        context["county"]["name"] = f"清河{number}市"
        context["issuer"] = f"中共清河{number}市委政法委员会"
        yield context


def make_tables() -> Iterator[dict]:
    """The same notice with a roster of three hundred rows."""
    for context in make_notices(TABLES):
        rows = context["roster"]["rows"]
        context["roster"]["rows"] = [
            {**rows[number % len(rows)], "place": f"第{number}综治中心"} for number in range(TABLE_ROWS)
        ]
        yield context


def write_ours(folder: Path, contexts: list[dict], kind: str = KIND) -> Work:
    """Compose and write, each to a file."""
    from sanwu_cli.documents.compose import compose, search_path
    from sanwu_cli.documents.word import write_document

    target = folder / "ours.docx"

    def work() -> int:
        for context in contexts:
            target.write_bytes(write_document(compose(kind, context, search_path())))
        return len(contexts)

    return work


def write_floor(folder: Path, kind: str, contexts: list[dict]) -> Work:
    """The floor: the text of our own file put together from strings, its parts zipped, nothing checked."""
    from sanwu_cli.documents.compose import compose, search_path
    from sanwu_cli.documents.word import write_document

    with zipfile.ZipFile(io.BytesIO(write_document(compose(kind, contexts[0], search_path())))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["word/document.xml"].decode()
    fields = [contexts[0]["issuer"], contexts[0]["county"]["name"], *(f"第{number}项" for number in range(9))]
    rows = contexts[0].get("roster", {}).get("rows", [])
    row, head, tail = _cut_row(text) if len(rows) == TABLE_ROWS else ([], text, "")
    target = folder / "floor.docx"

    def work() -> int:
        for context in contexts:
            written = head
            for field, value in zip(
                fields, [context["issuer"], context["county"]["name"], *fields[2:]], strict=True
            ):
                written = written.replace(field, escape(value))
            if row:
                written += "".join(_join_row(row, one) for one in context["roster"]["rows"]) + tail
            with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
                for name, content in parts.items():
                    archive.writestr(name, written if name == "word/document.xml" else content)
        return len(contexts)

    return work


def _cut_row(text: str) -> tuple[list[str], str, str]:
    """Cut the first row of the table where its texts stand; what is before the rows, what behind them."""
    start = text.index("<w:tr>", text.index("</w:tr>"))
    row = text[start : text.index("</w:tr>", start) + len("</w:tr>")]
    pieces = re.split(r"(?<=preserve\">)[^<]*(?=</w:t>)", row)
    return pieces, text[:start], text[text.rindex("</w:tr>") + len("</w:tr>") :]


def _join_row(pieces: list[str], row: dict) -> str:
    values = [escape(str(value)) for value in row.values()]
    return "".join(map("".join, zip(pieces, [*values[: len(pieces) - 1], ""], strict=True)))


def write_docxtpl(folder: Path, contexts: list[dict], make_template: Callable[[], bytes]) -> Work:
    """Open the template, render and save it for each context, as its manual shows."""
    from docxtpl import DocxTemplate

    template, target = folder / "template.docx", folder / "theirs.docx"
    template.write_bytes(make_template())

    def work() -> int:
        for context in contexts:
            document = DocxTemplate(template)
            document.render(context, autoescape=True)
            document.save(target)
        return len(contexts)

    return work


def make_same_template() -> bytes:
    """Our own notice with tags put where its facts stand: the same text, table and form."""
    import docx

    from sanwu_cli.documents.compose import compose, search_path
    from sanwu_cli.documents.word import write_document

    context = json.loads(CONTEXT.read_text("utf-8"))
    document = docx.Document(io.BytesIO(write_document(compose(KIND, context, search_path()))))
    tags = {
        context["issuer"]: "{{ issuer }}",
        context["county"]["name"]: "{{ county.name }}",
        context["month"]["label"]: "{{ month.label }}",
        context["issued_on"]["label"]: "{{ issued_on.label }}",
    }
    for paragraph in document.paragraphs:
        text = paragraph.text.replace("\n", "")
        for value, tag in tags.items():
            text = text.replace(value, tag)
        if "{{" in text:
            paragraph.runs[0].text = text
            for run in paragraph.runs[1:]:
                run.text = ""
    _tag_table(document.tables[0])
    return _save(document)


def _tag_table(table) -> None:
    """Leave the head and one row, which the template repeats."""
    for row in table.rows[2:]:
        table._tbl.remove(row._tr)
    names = ("day_label", "judge", "prosecutor", "lawyer", "place", "hours", "note")
    texts = ("{{ loop.index }}", "{{ row.township }}", *(f"{{{{ row.{name} }}}}" for name in names))
    line = table.rows[1]._tr
    for tag, place in (
        ("{%tr for row in roster.rows %}", line.addprevious),
        ("{%tr endfor %}", line.addnext),
    ):
        marker = copy.deepcopy(line)
        place(marker)
        _fill(next(row for row in table.rows if row._tr is marker), [tag])
    _fill(next(row for row in table.rows if row._tr is line), texts)


def _fill(row, texts) -> None:
    for cell, text in zip(row.cells, (*texts, *([""] * len(row.cells))), strict=False):
        cell.text = text


def make_one_page() -> bytes:
    """A one-page notice on the library's own styles, eleven facts in its text; no table."""
    import docx

    document = docx.Document()
    document.add_heading("{{ issuer }}关于{{ month.label }}值班的通知", level=1)
    for text in (
        "{{ recipients|join('，') }}：",
        "现将{{ county.name }}{{ month.label }}进驻值班安排印发给你们，请照此安排值班。",
        "一、按时到岗值班。每个乡镇每月固定{{ fixed_days_a_month }}天为进驻日。",
        "二、做好公示和签到。{{ county.name }}各乡镇通过公示栏公布值班安排。",
        "三、{{ roster.rows[0].township }}由{{ roster.rows[0].judge }}、{{ roster.rows[0].lawyer }}值班。",
        "{{ issuer }}",
        "{{ issued_on.label }}",
    ):
        document.add_paragraph(text)
    return _save(document)


def _save(document) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


CASES = {
    "pages-ours": lambda folder: write_ours(folder, list(make_pages()), PAGE),
    "pages-floor": lambda folder: write_floor(folder, PAGE, list(make_pages())),
    "tables-floor": lambda folder: write_floor(folder, KIND, list(make_tables())),
    "notices-ours": lambda folder: write_ours(folder, list(make_notices())),
    "notices-same": lambda folder: write_docxtpl(folder, list(make_notices()), make_same_template),
    "notices-one-page": lambda folder: write_docxtpl(folder, list(make_notices()), make_one_page),
    "tables-ours": lambda folder: write_ours(folder, list(make_tables())),
    "tables-same": lambda folder: write_docxtpl(folder, list(make_tables()), make_same_template),
}

if __name__ == "__main__":
    run_case(CASES)
