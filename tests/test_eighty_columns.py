"""Every command on a terminal of eighty columns: no line wider, columns aligned by cells, no escapes."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
from every_command import CALLS, make_box, make_part

from sanwu_cli import console
from sanwu_cli.cli.app import run

WIDTH = 80
# A closing mark may hang over the edge rather than begin a line.
HANGING = 2
NOT_FOR_PEOPLE = {"schema score-year"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def screens(tmp_path_factory):
    """What each call prints on a terminal that must not be coloured."""
    place = tmp_path_factory.mktemp("八十")
    city, box = make_part(place / "清河"), make_box(place / "箱")
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("COLUMNS", str(WIDTH)), ("TERM", "xterm"), ("NO_COLOR", "1")):
            patch.setenv(name, value)
        for call in CALLS:
            screen = Terminal()
            with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(io.StringIO()):
                run([*(word.format(box=box) for word in call.split()), "-w", str(city)])
            found[call] = screen.getvalue()
    console.configure()
    return found


def test_no_line_is_wider_than_the_terminal(screens):
    wide = [
        (call, line)
        for call, text in screens.items()
        if call not in NOT_FOR_PEOPLE
        for line in text.splitlines()
        if console.measure_width(line) > WIDTH + HANGING and not re.search(r"\S{40}", line)
    ]
    assert not wide, wide[:5]


def test_no_escape_reaches_a_terminal_that_wants_no_colour(screens):
    assert not [call for call, text in screens.items() if "\x1b" in text]


def test_columns_are_aligned_by_cells(screens):
    """Each gap of the rule of dashes is a gap of the header above it."""
    checked = 0
    for call, text in screens.items():
        lines = text.splitlines()
        for at, rule in enumerate(lines):
            if re.fullmatch(r"-+( {1,2}-+)+", rule):
                gaps = [match.start() for match in re.finditer(" +", rule)]
                for line in lines[at - 1 : at]:
                    cells = "".join(c + "\0" * (console.measure_width(c) - 1) for c in line).ljust(len(rule))
                    assert all(cells[gap] == " " for gap in gaps), (call, line)
                    checked += 1
    assert checked > 40
