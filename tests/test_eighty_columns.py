"""Every command on a terminal of eighty columns: no line wider, columns aligned by cells, no escapes."""

from __future__ import annotations

import contextlib
import io
import re

import pytest
from every_command import CALLS, make_box, make_part

from sanwu_cli import console
from sanwu_cli.cli.app import run
from sanwu_cli.console import tables

WIDTH = 80
NOT_FOR_PEOPLE = {"schema score-year"}


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(scope="module")
def printed(tmp_path_factory):
    """What each call prints on a terminal that must not be coloured; the lines of each table in it."""
    place = tmp_path_factory.mktemp("八十")
    city, box = make_part(place / "清河"), make_box(place / "箱")
    found, laid = {}, []
    render = tables.render_table

    def keep_table(*given, **named):
        lines = render(*given, **named)
        laid.append((call, list(lines)))
        return lines

    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("COLUMNS", str(WIDTH)), ("TERM", "xterm"), ("NO_COLOR", "1")):
            patch.setenv(name, value)
        patch.setattr(tables, "render_table", keep_table)
        for call in CALLS:
            screen = Terminal()
            with contextlib.redirect_stdout(screen), contextlib.redirect_stderr(io.StringIO()):
                run([*(word.format(box=box) for word in call.split()), "-w", str(city)])
            found[call] = screen.getvalue()
    console.configure()
    return found, laid


@pytest.fixture(scope="module")
def screens(printed):
    return printed[0]


def _is_a_path(line):
    """Say whether a line is nothing that could be broken: a path outside the workspace, behind one word."""
    return re.fullmatch(r"(\S{1,5}[ ：])?/\S*/八十0/\S+", line)


def test_no_line_is_wider_than_the_terminal(screens):
    wide = [
        (call, line)
        for call, text in screens.items()
        if call not in NOT_FOR_PEOPLE
        for line in text.splitlines()
        if console.measure_width(line) > WIDTH and not _is_a_path(line)
    ]
    assert not wide, wide[:5]


def test_no_escape_reaches_a_terminal_that_wants_no_colour(screens):
    assert not [call for call, text in screens.items() if "\x1b" in text]


def test_columns_are_aligned_by_cells(printed):
    """Each gap of the rule of dashes is a gap of every line of its table, above it and below."""
    checked = 0
    for call, lines in printed[1]:
        rule = next((line for line in lines if re.fullmatch(r"-+( {1,2}-+)*", line)), "")
        gaps = [match.start() for match in re.finditer(" +", rule)]
        for line in lines if gaps else ():
            cells = "".join(c + "\0" * (console.measure_width(c) - 1) for c in line).ljust(len(rule))
            assert all(cells[gap] == " " for gap in gaps), (call, line)
            checked += 1
    assert checked > 1_000


def test_the_tables_are_on_the_screen_as_they_were_laid(printed):
    screens, laid = printed
    assert len({call for call, _ in laid}) > 50
    assert all("\n".join(lines) in screens[call] for call, lines in laid)
