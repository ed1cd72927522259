"""The QR code on a roster picture: its modules stand in the pixels, large enough to be read."""

from __future__ import annotations

import shutil
import subprocess

import pytest
import segno
from PIL import Image
from text_tables import make_workspace

from sanwu_cli.cli.app import run
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.jobs.roster_picture import describe_roster, write_roster_text
from sanwu_cli.jobs.rostering import build_roster
from sanwu_cli.jobs.workspace import open_workspace, read_registers
from sanwu_cli.periods import parse_month
from sanwu_cli.pictures.qr import QUIET, make_matrix
from sanwu_cli.terms import RosterGroup

PICTURE = ("roster", "picture", "--month", "2026-03")
ADDRESS = "https://example.invalid/zhiban"


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return make_workspace(tmp_path_factory.mktemp("qr") / "w", {})


def draw(office, target, *more):
    assert run(["-w", str(office), *PICTURE, *more, "-o", str(target)]) == ExitStatus.CLEAN
    return Image.open(target).convert("L")


def find_code(image, matrix):
    """Find a code by its finder patterns alone: the first row of it, and how many pixels a module has.

    A finder is 7 modules dark, so the code's first row of pixels begins and ends with a run of 7 modules.
    """
    count, pixels = len(matrix), image.load()
    for y in range(image.height):
        runs, x = [], 0
        while x < image.width:
            start = x
            is_dark = pixels[x, y] < 128
            while x < image.width and (pixels[x, y] < 128) is is_dark:
                x += 1
            if is_dark:
                runs.append((start, x - start))
        for left, length in runs:
            module, rest = divmod(length, 7)
            whole = module * count
            if not rest and module >= 4 and (left + whole - length, length) in runs:
                return left, y, module
    raise AssertionError("no code in the picture")


def read_code(image, matrix):
    left, top, module = find_code(image, matrix)
    half = module // 2
    seen = tuple(
        tuple(
            image.getpixel((left + column * module + half, top + row * module + half)) < 128
            for column in range(len(matrix))
        )
        for row in range(len(matrix))
    )
    return seen, (left, top, module)


@pytest.mark.parametrize("poster", [[], ["--poster", "a4"], ["--poster", "a3"]])
def test_the_pixels_are_the_modules_of_the_text(office, tmp_path, poster):
    image = draw(office, tmp_path / "x.png", "--qr-text", ADDRESS, *poster)
    code = segno.make_qr(ADDRESS, error="l", encoding="utf-8", boost_error=True)
    wanted = tuple(tuple(bool(one) for one in row) for row in code.matrix)
    seen, (left, top, module) = read_code(image, wanted)
    assert seen == wanted
    # On paper a module is half a millimetre at least: 4 pixels at 200 dpi.
    assert module >= 4
    quiet = QUIET * module
    for box in (
        (left - quiet, top - quiet, left, top + module * len(wanted)),
        (left, top + module * len(wanted), left + module * len(wanted), top + module * len(wanted) + quiet),
    ):
        assert image.crop(box).getextrema()[0] > 200, "something stands in the quiet zone"


def test_the_roster_s_own_text_goes_in(office, tmp_path):
    workspace = open_workspace(office)
    registers = read_registers(workspace)
    roster, _ = build_roster(workspace, registers, parse_month("2026-03"))
    text = write_roster_text(describe_roster(workspace, registers, RosterGroup.TOWNSHIP, roster))
    assert text.splitlines()[0].startswith("清河市2026年3月")
    for name in ("甲镇", "3月10日", "法官甲法官", "检察官乙检察官", "律师丙律师", "9:00"):
        assert name in text
    matrix = make_matrix(text)
    assert read_code(draw(office, tmp_path / "x.png", "--qr", "--poster", "a4"), matrix)[0] == matrix


def test_without_being_asked_there_is_none(office, tmp_path):
    matrix = make_matrix(ADDRESS)
    with pytest.raises(AssertionError, match="no code"):
        find_code(draw(office, tmp_path / "x.png"), matrix)


def test_a_text_too_long_or_personal_is_refused(office, tmp_path, capsys):
    words = ["-w", str(office), *PICTURE, "-o", str(tmp_path / "x.png"), "--qr-text"]
    assert run([*words, "长" * 2000]) == ExitStatus.USAGE
    assert "--qr-text" in capsys.readouterr().err
    assert run([*words, "找李某13800000000"]) == ExitStatus.REFUSED
    assert "二维码" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    with pytest.raises(SanwuError):
        make_matrix("长" * 700)


def test_the_same_text_gives_the_same_bytes(office, tmp_path):
    for name in ("a.png", "b.png"):
        draw(office, tmp_path / name, "--qr")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.office
def test_a_decoder_reads_it(office, tmp_path):
    if shutil.which("zbarimg") is None:
        pytest.skip("zbarimg is not installed")
    draw(office, tmp_path / "x.png", "--qr", "--poster", "a4")
    told = subprocess.run(
        ["zbarimg", "-q", "--raw", str(tmp_path / "x.png")], capture_output=True, check=True
    ).stdout.decode()
    assert "甲镇" in told
