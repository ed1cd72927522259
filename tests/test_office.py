"""The documents as LibreOffice sets them: lines and characters, marks and rules, fonts, table heads."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from sanwu_cli.documents.blocks import AnnexStart, Column, Document, Paragraph, Table
from sanwu_cli.documents.compose import compose, search_path
from sanwu_cli.documents.word import DEFAULT_FONTS, write_document

GOLDEN = Path(__file__).parent / "golden" / "documents"
TOOLS = ("soffice", "pdftotext", "pdffonts", "pdftoppm", "pdfinfo", "fc-list")
SERIF, SANS = "Noto Serif CJK SC", "Noto Sans CJK SC"
PIXELS_A_MM = 5
KINDS = tuple(path.stem for path in sorted(GOLDEN.glob("*.json")))
LETTERS = ("feedback_letter", "reminder_letter", "staff_appraisal", "supervision_letter")
HEADED = tuple(kind for kind in KINDS if kind not in {*LETTERS, "meeting_material", "year_end_list"})

Convert = Callable[[dict[str, bytes]], dict[str, Path]]


def what_is_missing() -> str:
    """Name what this machine lacks for these tests, or nothing."""
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    if not missing:
        listed = run("fc-list", ":", "family")
        missing = [font for font in (SERIF, SANS) if font not in listed]
    return "、".join(missing)


def run(*command: str | Path, **options: object) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


pytestmark = pytest.mark.office
if lacking := what_is_missing():
    pytestmark = [pytest.mark.office, pytest.mark.skip(reason=f"本机没有 {lacking}，不能排版检查")]


@pytest.fixture(scope="module")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Set .docx files as PDF with a profile and a font mapping of our own."""
    folder = tmp_path_factory.mktemp("office")
    faces = {name: SANS if name == "黑体" else SERIF for name in list(DEFAULT_FONTS)[:-1]}
    aliases = "".join(
        f'<alias binding="same"><family>{name}</family><prefer><family>{face}</family></prefer></alias>'
        for name, face in faces.items()
    )
    fonts = folder / "fonts.conf"
    fonts.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'<include ignore_missing="yes">/etc/fonts/fonts.conf</include>{aliases}</fontconfig>',
        "utf-8",
    )

    def convert_all(files: dict[str, bytes]) -> dict[str, Path]:
        for name, data in files.items():
            (folder / f"{name}.docx").write_bytes(data)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        run(
            "soffice", "--headless", profile, "--convert-to", "pdf", "--outdir", folder,
            *(folder / f"{name}.docx" for name in files),
            env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
            timeout=180,
        )  # fmt: skip
        made = {name: folder / f"{name}.pdf" for name in files}
        assert all(path.exists() for path in made.values())
        return made

    return convert_all


@pytest.fixture(scope="module")
def samples(convert: Convert) -> dict[str, Path]:
    """Every kind of document and a long table, set in one go; the pages stay to be looked at."""
    files = {}
    for path in sorted(GOLDEN.glob("*.json")):
        document = compose(path.stem, json.loads(path.read_text("utf-8")), search_path())
        files[path.stem] = write_document(document, issued_on=date(2026, 2, 27))
    # 22 lines of 28, less the two blanks the first line begins with; one more character opens page 2.
    files["full"] = write_document(Document("x", "x", (Paragraph("值" * (22 * 28 - 2)),)))
    files["over"] = write_document(Document("x", "x", (Paragraph("值" * (22 * 28 - 1)),)))
    columns = (Column("序号", 1), Column("乡镇（街道）", 4), Column("地点", 6))
    rows = tuple((str(index), f"第{index}乡", "综治中心" * 12) for index in range(300))
    start = AnnexStart("附件3", "长表", ("长表",), landscape=True)
    files["long"] = write_document(Document("x", "x", (Paragraph("正文"), start, Table(columns, rows))))
    return convert(files)


def pages_of(pdf: Path) -> list[str]:
    return run("pdftotext", "-layout", pdf, "-").split("\f")[:-1]


def read_pixels(pdf: Path, page: int) -> list[bytes]:
    """Draw a page at five pixels a millimetre; each row as RGB bytes."""
    base = pdf.with_suffix(f".{page}")
    dpi = str(25.4 * PIXELS_A_MM)
    run("pdftoppm", "-r", dpi, "-f", str(page), "-l", str(page), "-singlefile", pdf, base)
    header, _, rest = Path(f"{base}.ppm").read_bytes().partition(b"\n255\n")
    width = int(header.split()[1])
    return [rest[start : start + width * 3] for start in range(0, len(rest), width * 3)]


def columns_where(row: bytes, *, red: bool) -> list[int]:
    """List the columns of a row that are red, or black."""
    return [
        index // 3
        for index in range(0, len(row), 3)
        if row[index + 1] < 110 and row[index + 2] < 110 and (row[index] > 170) == red
    ]


def test_a_page_holds_22_lines_of_28_characters(samples: dict[str, Path]) -> None:
    pages = pages_of(samples["full"])
    lines = [line.strip() for line in pages[0].splitlines() if "值" in line]
    assert [len(line) for line in lines] == [26] + [28] * 21
    assert len(pages) == 1
    assert len(pages_of(samples["over"])) == 2


@pytest.mark.parametrize("kind", HEADED)
def test_the_mark_stands_72_mm_down_and_the_red_line_is_156_mm(kind: str, samples: dict[str, Path]) -> None:
    rows = [columns_where(row, red=True) for row in read_pixels(samples[kind], 1)]
    inked = [index for index, columns in enumerate(rows) if columns]
    assert abs(inked[0] / PIXELS_A_MM - 72) <= 1
    line = max(rows, key=len)
    assert abs((line[-1] - line[0] + 1) / PIXELS_A_MM - 156) <= 0.6
    assert abs(line[0] / PIXELS_A_MM - 28) <= 0.6
    assert len(line) == line[-1] - line[0] + 1


def test_the_last_rule_of_the_colophon_is_the_lower_edge_of_the_type_area(samples: dict[str, Path]) -> None:
    pages = pages_of(samples["duty_roster_notice"])
    page = next(index for index, text in enumerate(pages, 1) if "抄送" in text)
    rows = [columns_where(row, red=False) for row in read_pixels(samples["duty_roster_notice"], page)]
    rules = [index / PIXELS_A_MM for index, columns in enumerate(rows) if len(columns) > 150 * PIXELS_A_MM]
    assert abs(rules[-1] - 262) <= 2
    assert rules[0] < rules[-1] - 12


def test_the_page_number_hangs_7_mm_below_the_type_area(samples: dict[str, Path]) -> None:
    rows = [columns_where(row, red=False) for row in read_pixels(samples["full"], 1)]
    below = [(index, columns) for index, columns in enumerate(rows) if index > 262 * PIXELS_A_MM and columns]
    dash = max(below, key=lambda entry: len(entry[1]))
    assert abs(dash[0] / PIXELS_A_MM - 269) <= 1
    assert min(dash[1]) > 105 * PIXELS_A_MM  # page 1 is odd: on the right


def test_the_head_of_a_long_table_is_on_every_page(samples: dict[str, Path]) -> None:
    pages = pages_of(samples["long"])[1:]
    assert len(pages) > 10
    assert all("乡镇（街道）" in page for page in pages)
    numbers = [int(found) for page in pages for found in re.findall(r"第 *(\d+) *乡", page)]
    assert numbers == list(range(300))


@pytest.mark.parametrize("kind", KINDS)
def test_a_chinese_font_is_embedded(kind: str, samples: dict[str, Path]) -> None:
    fonts = run("pdffonts", samples[kind])
    assert re.search(r"NotoSerifCJK\S* .* yes (yes|no) ", fonts)
    assert re.search(r"NotoSansCJK\S* .* yes (yes|no) ", fonts)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in LETTERS])
def test_no_page_is_empty_and_the_drafting_note_has_no_number(kind: str, samples: dict[str, Path]) -> None:
    pages = pages_of(samples[kind])
    assert all(len(re.sub(r"[\s—\d]", "", page)) > 5 for page in pages)
    numbered = [bool(re.search(r"— *\d+ *—\s*$", page)) for page in pages]
    note = next(index for index, page in enumerate(pages) if "起草说明" in page)
    assert all(numbered[: note - 1])
    assert not any(numbered[note:])


def test_the_landscape_annex_lies_across(samples: dict[str, Path]) -> None:
    page = next(
        i
        for i, text in enumerate(pages_of(samples["duty_roster_notice"]), 1)
        if "附件 3" in text or "附件3\n" in text
    )
    info = run("pdfinfo", "-f", str(page), "-l", str(page), samples["duty_roster_notice"])
    width, height = map(float, re.search(r"size:\s+([\d.]+) x ([\d.]+)", info).groups())
    assert (round(width), round(height)) == (842, 595)


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_hangs_between_two_red_double_lines(kind: str, samples: dict[str, Path]) -> None:
    rows = [columns_where(row, red=True) for row in read_pixels(samples[kind], 1)]
    inked = [index / PIXELS_A_MM for index, columns in enumerate(rows) if columns]
    assert abs(inked[0] - 30) <= 0.6  # the mark's upper edge, from the paper's
    lines = [i / PIXELS_A_MM for i, columns in enumerate(rows) if len(columns) > 160 * PIXELS_A_MM]
    upper, lower = [at for at in lines if at < 100], [at for at in lines if at > 200]
    assert len(upper) >= 2
    assert len(lower) >= 2
    mark_end = max(at for at in inked if at < upper[0] - 0.4)
    assert abs(upper[0] - mark_end - 4) <= 0.5
    assert abs(297 - lower[-1] - 20) <= 0.5
    widest = max(rows, key=len)
    assert abs((widest[-1] - widest[0] + 1) / PIXELS_A_MM - 170) <= 0.6
    assert abs(widest[0] / PIXELS_A_MM - 20) <= 0.6


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_has_no_number_on_its_first_page(kind: str, samples: dict[str, Path]) -> None:
    pages = pages_of(samples[kind])
    numbered = [bool(re.search(r"— *\d+ *—\s*$", page)) for page in pages]
    note = next(index for index, page in enumerate(pages) if "起草说明" in page)
    assert numbered[:note] == [False, *[True] * (note - 1)]
    assert not any(numbered[note:])


def test_the_number_of_a_second_page_of_a_letter_hangs_where_others_do(samples: dict[str, Path]) -> None:
    rows = [columns_where(row, red=False) for row in read_pixels(samples["feedback_letter"], 2)]
    below = [(index, columns) for index, columns in enumerate(rows) if index > 264 * PIXELS_A_MM and columns]
    dash = max(below, key=lambda entry: len(entry[1]))
    assert abs(dash[0] / PIXELS_A_MM - 269) <= 1
    assert max(dash[1]) < 105 * PIXELS_A_MM  # page 2 is even: on the left


def test_a_letters_colophon_is_copies_alone(samples: dict[str, Path]) -> None:
    page = next(text for text in pages_of(samples["feedback_letter"]) if "抄送：" in text)
    assert "印发" not in page
    rows = [columns_where(row, red=False) for row in read_pixels(samples["feedback_letter"], 2)]
    assert not [columns for columns in rows if len(columns) > 150 * PIXELS_A_MM]


def test_joint_issuers_stand_under_one_another_at_one_width(samples: dict[str, Path]) -> None:
    rows = [columns_where(row, red=True) for row in read_pixels(samples["naming_decision"], 1)]
    first = [columns for columns in rows[int(72 * PIXELS_A_MM) : int(86 * PIXELS_A_MM)] if columns]
    second = [columns for columns in rows[int(88 * PIXELS_A_MM) : int(101 * PIXELS_A_MM)] if columns]
    starts = [min(columns[0] for columns in block) / PIXELS_A_MM for block in (first, second)]
    assert abs(starts[0] - starts[1]) <= 1.5
    text = pages_of(samples["naming_decision"])[0]
    assert text.index("中共清河市委") < text.index("清河市人民政府")
    assert "文件" in text


def test_an_upward_paper_has_the_signer_right_of_its_number(samples: dict[str, Path]) -> None:
    page = pages_of(samples["work_report"])[0]
    (line,) = [line for line in page.splitlines() if "签发人" in line]
    assert line.index("\u3014") < line.index("签发人")


def test_who_was_present_stands_below_the_minutes(samples: dict[str, Path]) -> None:
    whole = "\n".join(pages_of(samples["meeting_minutes"]))
    assert whole.index("五、关于") < whole.index("出席：") < whole.index("请假：") < whole.index("列席：")
