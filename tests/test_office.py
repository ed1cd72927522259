"""The documents as LibreOffice sets them: every kind of the sample city, page by page, in millimetres.

The pages stay as pictures in build/pages/ (SANWU_PAGES names another folder): look at them.
"""

from __future__ import annotations

import os
import re
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from office_city import PAPERS, make_city, write_papers
from office_pages import SANS, SERIF, Line, Page, Pages, set_as_pdf, what_is_missing

from sanwu_cli.documents.blocks import AnnexStart, Column, Document, Paragraph, Table
from sanwu_cli.documents.compose import list_kinds, search_path
from sanwu_cli.documents.titles import measure
from sanwu_cli.documents.word import write_document

PICTURES = Path(os.environ.get("SANWU_PAGES") or Path(__file__).parent.parent / "build" / "pages")
OFF = 0.5  # millimetres anything may be off
LINE = 579 / 1440 * 25.4  # a line of 三号, 22 of them 225 mm
CHARACTER, SMALL = 16 * 25.4 / 72, 14 * 25.4 / 72  # a character of 三号, of 四号
TOP, BOTTOM, WIDTH = 37.0, 262.0, 156.0
TITLE_LINE = 680 / 1440 * 25.4

LETTERS = ("feedback_letter", "reminder_letter", "staff_appraisal", "supervision_letter")
MATERIAL = ("meeting_material", "year_end_list")  # no head, no number, no colophon
UPWARD = ("annual_report", "work_report")
MINUTES, JOINT = "meeting_minutes", "naming_decision"
HEADED = tuple(kind for kind in PAPERS if kind not in {*LETTERS, *MATERIAL})
SIGNED = tuple(kind for kind in PAPERS if kind != MINUTES)
ANNEXED = {
    "monthly_circular": ("附件1", "附件2"),
    "duty_roster_notice": ("附件3",),
    "mediator_roster_notice": ("附件3",),
    "roster_correction": ("附件",),
    "naming_decision": ("附件",),
    "award_notice": ("附件",),
}
ACROSS = {"monthly_circular": [5, 6], "duty_roster_notice": [3], "mediator_roster_notice": [3, 4, 5, 6, 7, 8]}
# What ends an annex in bars, and all that may be written in them.
CHARTED = ("monthly_circular",)
CHART = re.compile(r"\d*月?|待报|待核|年(越级上访|行政诉讼|刑事案件)（件）")
# Pages of the document itself, and of the drafting note behind it.
LENGTHS = {
    "monthly_circular": (8, 1),
    "duty_roster_notice": (4, 1),
    "mediator_roster_notice": (9, 1),
    "roster_correction": (3, 1),
    "reminder_letter": (2, 1),
    "feedback_letter": (2, 1),
    "staff_appraisal": (2, 1),
    "meeting_invitation": (2, 1),
    "meeting_material": (4, 1),
    "meeting_minutes": (2, 1),
    "work_report": (2, 1),
    "annual_report": (2, 1),
    "year_end_list": (2, 2),
    "naming_decision": (3, 2),
    "award_notice": (4, 2),
    "disqualification_decision": (2, 2),
    "rectification_notice": (2, 2),
    "supervision_letter": (2, 1),
}

pytestmark = pytest.mark.office
if lacking := what_is_missing():
    pytestmark = [pytest.mark.office, pytest.mark.skip(reason=f"本机没有 {lacking}，不能排版检查")]


def write_specimens(folder: Path) -> dict[str, Path]:
    """Write what no paper of the sample city shows: a full page, one character more, a long table."""
    # 22 lines of 28, less the two blanks the first line begins with.
    full = 22 * 28 - 2
    columns = (Column("序号", 1), Column("乡镇（街道）", 4), Column("地点", 6))
    rows = tuple((str(index), f"第{index}乡", "综治中心" * 12) for index in range(300))
    start = AnnexStart("附件3", "长表", ("长表",), landscape=True)
    specimens = {
        "full": (Paragraph("值" * full),),
        "over": (Paragraph("值" * (full + 1)),),
        "long": (Paragraph("正文"), start, Table(columns, rows)),
    }
    files = {}
    for name, blocks in specimens.items():
        files[name] = folder / f"{name}.docx"
        files[name].write_bytes(write_document(Document("x", "x", blocks)))
    return files


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pages]:
    """Every kind of document and the specimens, set in one go."""
    folder = tmp_path_factory.mktemp("office")
    files = write_papers(make_city(folder / "清河"), folder / "made") | write_specimens(folder)
    (folder / "pdf").mkdir()
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    return {name: Pages(pdf, PICTURES) for name, pdf in set_as_pdf(files, folder / "pdf").items()}


def near(found: float, wanted: float, off: float = OFF) -> bool:
    return abs(found - wanted) <= off


def text_lines(page: Page) -> list[Line]:
    """The lines of 三号 in the type area: not titles, tables or page numbers."""
    return [line for line in page.lines if near(line.height, 7.3, 0.4) and line.bottom < BOTTOM + 1]


def titles_of(page: Page) -> list[Line]:
    """The lines of 二号."""
    lines: list[Line] = []
    for line in page.lines:
        if not near(line.height, 10.1, 0.4):
            continue
        if lines and near(line.bottom, lines[-1].bottom, 0.1):
            before = lines.pop()
            lines.append(Line(before.left, before.top, line.right, before.bottom, before.text + line.text))
        else:
            lines.append(line)
    return lines


def number_of(page: Page) -> Line | None:
    """The page number, wherever on the sheet it stands."""
    return next((line for line in page.lines if re.fullmatch(r"—\d+—", line.text)), None)


def find_date(pages: Pages) -> tuple[Page, list[Line], int]:
    """The page with the signature, its lines of text, and which of them is the date."""
    for page in pages.own:
        lines = text_lines(page)
        for index, line in enumerate(lines):
            if re.fullmatch(r"20\d\d年\d+月\d+日", line.text):
                return page, lines, index
    raise AssertionError("no date of issue")


def test_every_kind_is_set() -> None:
    assert {kind.id for kind in list_kinds(search_path())} == set(PAPERS) == set(LENGTHS)


# --- every page


@pytest.mark.parametrize("kind", PAPERS)
def test_the_pages_are_as_many_as_they_were_and_none_is_empty(kind: str, papers: dict[str, Pages]) -> None:
    pages = papers[kind]
    assert (len(pages.own), len(pages.all) - len(pages.own)) == LENGTHS[kind]
    assert all(len(re.sub(r"[\s—\d]", "", page.text)) > 5 for page in pages.all)


@pytest.mark.parametrize("kind", PAPERS)
def test_everything_is_on_a4_within_the_type_area(kind: str, papers: dict[str, Pages]) -> None:
    for page in papers[kind].own:
        assert near(page.width, 297 if page.is_landscape else 210)
        assert near(page.height, 210 if page.is_landscape else 297)
        top, width, height = (28, 225, 156) if page.is_landscape else (TOP, WIDTH, 225)
        for line in page.lines:
            if re.fullmatch(r"—\d+—", line.text) or (kind in LETTERS and page.number == 1 and line.top < 50):
                continue
            assert line.left >= page.left - OFF
            assert line.right <= page.left + width + CHARACTER + OFF  # a stop may hang out
            assert line.top >= top - OFF
            assert line.bottom <= top + height + OFF
    assert papers[kind].own[0].left == 28
    assert near(min(line.left for line in text_lines(papers[kind].own[0])), 28)
    second = papers[kind].own[1]
    flush = [line for line in second.lines if line.left < second.left + OFF]
    assert all(line.left >= 26 - OFF for line in flush)


@pytest.mark.parametrize("kind", PAPERS)
def test_the_lines_of_text_keep_one_pitch_and_28_characters(kind: str, papers: dict[str, Pages]) -> None:
    for page in papers[kind].own:
        if page.is_landscape:
            continue
        lines = text_lines(page)
        assert len({round(line.bottom) for line in lines}) <= 22
        for above, below in pairwise(lines):
            gap = below.bottom - above.bottom
            assert gap < 0.1 or gap > LINE - 0.1
            assert gap > LINE * 1.15 or gap < 0.1 or near(gap, LINE, 0.1)
        for line in lines:
            full = sum(1 for char in line.text if ord(char) > 0x2E80)
            assert full <= 29  # one stop may hang out


def test_a_page_holds_22_lines_of_28_characters(papers: dict[str, Pages]) -> None:
    (page,) = papers["full"].all
    lines = [line for line in page.lines if "值" in line.text]
    assert [len(line.text) for line in lines] == [26] + [28] * 21
    assert near(lines[0].left, 28 + 2 * CHARACTER)
    assert all(near(line.left, 28) and near(line.right, 184) for line in lines[1:])
    assert all(near(below.bottom - above.bottom, LINE, 0.1) for above, below in pairwise(lines))
    assert len(papers["over"].all) == 2


@pytest.mark.parametrize("kind", PAPERS)
def test_page_numbers_run_on_odd_right_and_even_left(kind: str, papers: dict[str, Pages]) -> None:
    pages = papers[kind]
    for page in pages.all[len(pages.own) :]:
        assert number_of(page) is None
    for page in pages.own:
        number = number_of(page)
        is_bare = (kind in LETTERS and page.number == 1) or (
            page is pages.own[-1] and not text_lines(page) and not page.rules()[2:]
        )
        assert (number is None) == is_bare
        if number is None:
            continue
        assert number.text == f"—{page.number}—"
        odd = bool(page.number % 2)
        # Landscape pages carry it at the same place of the sheet: turned, at their left edge.
        if page.is_landscape:
            start, end = number.top, number.bottom
            edge = 28.0 if odd else 26.0
            dash = page.ink(0, start, 35, start + 4)
            assert near(dash.middle[0], 297 - 269)
        else:
            start, end, edge = number.left, number.right, page.left
            dash = page.ink(start, BOTTOM + 0.5, start + 4, 290)
            assert near(dash.middle[1], 269)
        assert near(end, edge + WIDTH - SMALL) if odd else near(start, edge + SMALL)


@pytest.mark.parametrize("kind", PAPERS)
def test_the_faces_are_those_of_the_standard(kind: str, papers: dict[str, Pages]) -> None:
    pages = papers[kind]
    assert all(re.search(r" yes yes (yes|no) ", font) for font in pages.fonts()), "embedded, as a subset"
    assert {"NotoSerifCJK", "NotoSansCJK"} <= {
        match[0] for font in pages.fonts() if (match := re.search(r"Noto\w+?CJK", font))
    }
    own = pages.faces[: next((i for i, one in enumerate(pages.faces) if one[0] == "起草说明"), None)]
    for text, family, size, colour in own:
        chinese = "Sans" if SANS.split()[1] in family else "Serif" if SERIF.split()[1] in family else ""
        assert size in {12, 14, 16, 22, 42} or (
            kind in CHARTED and size in {9, 11} and CHART.fullmatch(text)
        ), text
        assert colour == ("#ff0000" if size == 42 else "#000000"), text
        if re.match(r"[一二三四五六七八九十]+、", text) and size == 16:
            assert chinese == "Sans", text
        if size in {14, 22, 42}:
            assert chinese != "Sans", text
    assert [size for *_, size, colour in own if colour == "#ff0000"] == [42] * len(
        [one for one in own if one[3] == "#ff0000"]
    )


# --- the head


@pytest.mark.parametrize("kind", HEADED)
def test_the_mark_stands_72_mm_down_in_the_middle_in_red(kind: str, papers: dict[str, Pages]) -> None:
    page = papers[kind].own[0]
    (line,) = page.rules(red=True)
    mark = page.ink(red=True, bottom=line.top - 1)
    assert near(mark.top, 72)
    assert near(mark.middle[0], 28 + WIDTH / 2, 1 if kind == JOINT else OFF)
    assert mark.width <= WIDTH
    assert mark.height < 32 if kind == JOINT else mark.height < 16
    assert not any(page.has_ink(red=True) for page in papers[kind].all[1:])


@pytest.mark.parametrize("kind", HEADED)
def test_the_red_line_is_156_mm_and_4_mm_below_the_number(kind: str, papers: dict[str, Pages]) -> None:
    page = papers[kind].own[0]
    (line,) = page.rules(red=True)
    number = page.find("〔")
    assert near(line.left, 28)
    assert near(line.width, WIDTH)
    assert near(line.top - number.bottom, 4)
    mark = page.ink(red=True, bottom=line.top - 1)
    # The number is the third line below the mark, whose strokes end above the lower edge of its em box.
    assert 3 * LINE <= number.bottom - mark.bottom <= 3 * LINE + 2.5
    if kind in UPWARD:
        signer = page.find("签发人：")
        assert near(number.left, 28 + CHARACTER)
        assert near(signer.top, number.top, 0.1)
        assert signer.right + 3 * CHARACTER <= 184 - CHARACTER + OFF
    else:
        parts = [line for line in page.lines if near(line.top, number.top, 0.1)]
        assert near((parts[0].left + parts[-1].right) / 2, 28 + WIDTH / 2)


@pytest.mark.parametrize("kind", PAPERS)
def test_the_title_is_two_lines_below_and_the_text_one_below_it(kind: str, papers: dict[str, Pages]) -> None:
    page = papers[kind].own[0]
    titles = titles_of(page)
    assert 1 <= len(titles) <= 4
    for line in titles:
        assert near((line.left + line.right) / 2, 28 + WIDTH / 2, 1.0)
    for above, below in pairwise(titles):
        assert near(below.bottom - above.bottom, TITLE_LINE, 0.1)
    if kind in HEADED:
        (rule,) = page.rules(red=True)
        assert near(titles[0].bottom - rule.bottom, 2 * LINE + TITLE_LINE)
    elif kind in LETTERS:
        assert near(titles[0].bottom - page.find("〔").bottom, 2 * LINE + TITLE_LINE)
    first = next(line for line in text_lines(page) if line.top > titles[-1].bottom)
    assert near(first.bottom - titles[-1].bottom, 2 * LINE)
    is_addressed = kind not in {*MATERIAL, MINUTES}
    assert near(first.left, 28 if is_addressed else 28 + 2 * CHARACTER)
    if is_addressed:
        lines = [line for line in text_lines(page) if line.top >= first.top]
        assert next(line for line in lines if line.text.endswith("：")).left < 28 + OFF
    assert any(line.text.endswith("。") or len(line.text) > 20 for line in text_lines(page)), "text on page 1"


# --- signature, annexes, colophon


@pytest.mark.parametrize("kind", SIGNED)
def test_the_signature_stands_over_the_date_four_from_the_right(kind: str, papers: dict[str, Pages]) -> None:
    page, lines, index = find_date(papers[kind])
    date, issuer = lines[index], lines[index - 1]
    # Two issuers side by side are longer than the date and four characters on both sides of it.
    from_right = 4.5 if kind == JOINT else 4
    assert near(date.right, page.left + WIDTH - from_right * CHARACTER)
    parts = [line for line in lines if near(line.bottom, issuer.bottom, 0.1)]
    # LibreOffice parts digits from Chinese characters, which the file forbids and Word does not do.
    middle = date.right - measure(date.text) * 15.75 / 16 * CHARACTER / 2
    assert near((parts[0].left + parts[-1].right) / 2, middle)
    assert near(date.bottom - issuer.bottom, LINE, 0.1)
    before = [line for line in lines if line.bottom < issuer.bottom - 1]
    assert before, "a signature without text on its page"
    assert near(issuer.bottom - before[-1].bottom, 3 * LINE, 0.1)
    if kind == "monthly_circular":
        assert near(lines[index + 1].left, page.left + 2 * CHARACTER)
        assert re.fullmatch(r"（.*）", lines[index + 1].text)


@pytest.mark.parametrize("kind", ANNEXED)
def test_the_annexes_are_told_below_the_text_and_begin_pages(kind: str, papers: dict[str, Pages]) -> None:
    page, lines, _ = find_date(papers[kind])
    at = next(i for i, line in enumerate(lines) if line.text.startswith("附件："))
    assert near(lines[at].left, page.left + 2 * CHARACTER)
    assert near(lines[at].bottom - lines[at - 1].bottom, 2 * LINE, 0.1)
    if len(ANNEXED[kind]) > 1:
        assert lines[at + 1].text.startswith("2.")
        assert near(lines[at + 1].left, page.left + 5 * CHARACTER)
    told = lines[at].text.removeprefix("附件：")
    starts = [one for one in papers[kind].own if one.lines[0].text in ANNEXED[kind] or _label_of(one)]
    assert [_label_of(one) for one in starts] == list(ANNEXED[kind])
    for one in starts:
        top = 28 if one.is_landscape else TOP
        label, title = one.find("附件"), titles_of(one)[0]
        assert near(label.left, one.left)
        assert near(label.bottom, top + LINE)
        assert near(title.bottom - label.bottom, LINE + TITLE_LINE)
        assert near((title.left + title.right) / 2, one.left + (225 if one.is_landscape else WIDTH) / 2, 1.0)
    title = "".join(line.text for line in titles_of(starts[0]))
    assert told.removeprefix(f"{ANNEXED[kind][0].removeprefix('附件')}.") == title
    assert ("附件", "Sans") in {
        (text[:2], "Sans" if "Sans" in face else "") for text, face, *_ in papers[kind].faces
    }


def _label_of(page: Page) -> str:
    return next((line.text for line in page.lines if re.fullmatch(r"附件\d?", line.text)), "")


@pytest.mark.parametrize("kind", HEADED)
def test_the_colophon_ends_the_last_page(kind: str, papers: dict[str, Pages]) -> None:
    page = papers[kind].own[-1]
    assert not page.is_landscape
    rules = page.rules()
    assert near(rules[-1].bottom, BOTTOM)
    own = rules[-3 if kind == MINUTES else -2 :]
    assert all(near(rule.left, page.left) and near(rule.width, WIDTH) for rule in own)
    inside = [line for line in page.lines if own[0].top < line.top < own[-1].bottom]
    (issue,) = [line for line in inside if line.text.endswith("印发")]
    assert near(issue.right, page.left + WIDTH - SMALL)
    beside = min(line.left for line in inside if near(line.bottom, issue.bottom, 0.2))
    assert near(beside, page.left + SMALL)
    assert not [line for line in page.lines if line.top > own[-1].bottom and line != number_of(page)]
    if kind == MINUTES:
        copies = [line for line in inside if line.bottom < own[1].top + 1]
        assert near(copies[0].left, page.left + SMALL)
        assert all(near(line.left, page.left + 4 * SMALL) for line in copies[1:])
        assert copies[-1].text.endswith("。")


@pytest.mark.parametrize("kind", [*LETTERS, *MATERIAL])
def test_no_other_paper_has_the_lines_of_a_colophon(kind: str, papers: dict[str, Pages]) -> None:
    assert not any("印发" in page.text for page in papers[kind].own)
    assert not [rule for rule in papers[kind].own[-1].rules() if rule.top > 245]


# --- tables


@pytest.mark.parametrize("kind", PAPERS)
def test_landscape_annexes_lie_across_225_mm(kind: str, papers: dict[str, Pages]) -> None:
    across = [page for page in papers[kind].own if page.is_landscape]
    assert [page.number for page in across] == ACROSS.get(kind, [])
    for page in across:
        rules = page.rules(least=215)
        if kind in CHARTED and not rules:
            ink = page.ink(left=35)  # right of the page number
            assert near(ink.left, 36, 5)
            assert near(ink.right, 261, 5)
            assert ink.bottom <= 28 + WIDTH
            assert len(re.findall("（件）", page.text)) == 3
            continue
        assert near(rules[0].left, 36)
        assert near(rules[0].width, 225)
        assert rules[-1].bottom <= 28 + WIDTH + OFF


@pytest.mark.parametrize("kind", ["monthly_circular", "mediator_roster_notice", "award_notice", "long"])
def test_the_head_of_a_long_table_is_on_every_page(kind: str, papers: dict[str, Pages]) -> None:
    start = next(page.number for page in papers[kind].own if _label_of(page))
    pages = [page for page in papers[kind].own[start - 1 :] if len(page.rules()) > 3]
    assert len(pages) > 1
    assert all("序号" in page.text for page in pages)


def test_no_row_of_a_long_table_is_split_or_lost(papers: dict[str, Pages]) -> None:
    pages = papers["long"].all[1:]
    assert len(pages) > 10
    numbers = [[int(found) for found in re.findall(r"第(\d+)乡", page.text)] for page in pages]
    assert [number for page in numbers for number in page] == list(range(300))
    for page, rows in zip(pages, numbers, strict=True):
        assert page.text.count("综治中心") == 12 * len(rows)


@pytest.mark.parametrize("kind", PAPERS)
def test_no_title_of_a_column_is_broken(kind: str, papers: dict[str, Pages]) -> None:
    """Heads have at most the lines their template gives them: 12 pt set in 17 pt lines."""
    heads = [text for text, face, size, _ in papers[kind].faces if size == 12 and SANS.split()[1] in face]
    broken = {"乡镇（街", "道）", "进驻人", "员", "序", "号", "村（社", "区）", "人民调解", "全部突", "破"}
    assert not broken & set(heads)


# --- the other formats


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_hangs_between_two_red_double_lines(kind: str, papers: dict[str, Pages]) -> None:
    page = papers[kind].own[0]
    above, below = [
        [rule for rule in page.rules(red=True, least=160) if (rule.top < 100) == is_upper]
        for is_upper in (True, False)
    ]
    assert len(above) == len(below) == 2
    assert above[0].height > above[1].height  # thick over thin
    assert below[0].height < below[1].height or near(below[0].height, below[1].height, 0.7)
    mark = page.ink(red=True, bottom=above[0].top - 0.4)
    assert near(mark.top, 30)
    assert near(mark.middle[0], 105, 1.0)
    assert near(above[0].top - mark.bottom, 4)
    assert near(297 - below[-1].bottom, 20)
    for rule in (*above, *below):
        assert near(rule.width, 170)
        assert near(rule.left, 20)
    number = [line for line in page.lines if near(line.top, page.find("〔").top, 0.1)]
    assert near(number[-1].right, 184)
    assert "文件" not in page.lines[0].text
    assert not any(page.has_ink(red=True) for page in papers[kind].all[1:])


@pytest.mark.parametrize("kind", [kind for kind in LETTERS if kind != "reminder_letter"])
def test_a_letters_colophon_is_copies_alone(kind: str, papers: dict[str, Pages]) -> None:
    page = papers[kind].own[-1]
    copies = page.find("抄送：")
    assert near(copies.left, page.left + SMALL)
    assert near(copies.bottom, BOTTOM, 1.0)
    assert copies.text.endswith("。")


def test_joint_issuers_stand_under_one_another_at_one_width(papers: dict[str, Pages]) -> None:
    page = papers[JOINT].own[0]
    mark = page.ink(red=True, bottom=110)
    middle = mark.middle[1]
    names = [page.ink(red=True, top=mark.top, bottom=middle - 0.5, right=132)]
    names.append(page.ink(red=True, top=middle + 0.5, bottom=110, right=132))
    assert near(names[0].left, names[1].left, 1.5)
    assert near(names[0].right, names[1].right, 1.5)
    word = page.ink(red=True, left=134, bottom=110)
    assert near(word.middle[1], middle, 1.5)
    assert page.text.index("中共清河市委") < page.text.index("清河市人民政府")


def test_who_was_present_stands_below_the_minutes(papers: dict[str, Pages]) -> None:
    pages = papers[MINUTES]
    assert "纪要" in pages.own[0].lines[0].text
    whole = "\n".join(page.text for page in pages.own)
    assert whole.index("五、关于") < whole.index("出席：") < whole.index("请假：") < whole.index("列席：")
    page = pages.own[-1]
    labels = [page.find(f"{word}：") for word in ("出席", "请假", "列席")]
    assert all(near(label.left, page.left + 2 * CHARACTER) for label in labels)
    before = [line for line in text_lines(page) if line.bottom < labels[0].top]
    assert near(labels[0].bottom - before[-1].bottom, 2 * LINE, 0.1)
    faces = {text[:2]: face for text, face, *_ in pages.faces}
    assert all("Sans" in faces[word] for word in ("出席", "请假", "列席"))
    assert not any(re.search(r"^20\d\d年\d+月\d+日$", line.text) for line in text_lines(page)), (
        "no seal, no date"
    )
