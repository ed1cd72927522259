"""What makes a run start quickly gives the same as what it stands for: plain TOML, patterns compiled late."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import tomllib
from typing import TYPE_CHECKING

import pytest

import sanwu_cli
from sanwu_cli import toml_text
from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.values import months
from sanwu_cli.toml_text import PACKAGE, parse_toml

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted(PACKAGE.rglob("*.toml"))
# Each stands one step beside what is read quickly; about half are no TOML.
ODD = (
    "a = 1\na = 2", "[a]\n[a]", "[a]\nb = 1\n[a.b]", "[[a]]\n[a]", "a = []\n[[a]]", "a = {}\n[a.b]",
    "[a.b]\n[a]", "[a.b]\nc = 1\n[[a]]", "[[a]]\n[a.b]\n[a.b]", "[[a]]\n[a.b]\n[[a]]\n[a.b]",
    "[[a]]\n[[a.b]]\n[[a.b]]", "[a]]", "[[a]", "[a]\n[[a.b]]\n[a.b]", "[a]\nb = [{c = 1}]\n[[a.b]]",
    "a.b = 1", "a.b = 1\n[a]", '"a" = 1\na = 2', '"" = 1', "= 1", "a =", "a = 01", "a = 1_000", "a = +1",
    "a = -0", "a = 1.5", "a = 1e5", "a = 12345678901234567890", "a = null", "a = True", "a = 1 2",
    "a = 1 # one", "a = 1 ", " a = 1", "a=1", "a\t=\t1", "\ta = 1", "# \x01", "#\tx", "a = 1\r\nb = 2",
    "a = 1\rb = 2", "\x00", "\ufeffa = 1", 'a = "\\\\"', 'a = "\\n"', 'a = "\\/"', 'a = "\\u4e00"',
    'a = "\\ud800"', 'a = "\\', 'a = "x', "a = 'x'", "a = ''", 'a = """x"""', 'a = """x\nb = 1\n"""',
    "a = '''\n]\n'''", 'a = "\t"', 'a = "\x7f"', 'a = "\x85\u2028"', 'a = [",", ", ", ""]',
    'a = ["\\\\", "x"]', 'a = ["x",]', 'a = ["x",, "y"]', 'a = ["x" "y"]', "a = [,]", "a = [1, 2]",
    "a = [1, [2, []], {}]", "a = [1 2]", 'a = [\n  "x", # one\n]', 'a = [\n"""\n]\n"""]',
    'a = [\n  "x",\n]', 'a = [\n  "x"\n  "y",\n]', "a = [\n]", 'a = [\n"x"', "a = [\n  ]", "a = [\n] b = 1",
    'a = [\n[\n"x",\n]\n]', 'a = [{ b = [\n"x",\n] }]', "a = [{ b = 1\n}]", "a = [\n{ b = 1, c = 2 },\n]",
    "a = {b = 1}", "a = { b = 1, }", "a = { b = 1, b = 2 }", "a = { b.c = 1 }", "a = {}", "a = { , }",
    "a = { b = 2020-06-08 }", "a = { b = 2020-02-30 }", "a = 2020-06-08", "a = [2020-06-08 10:00:00]",
    "a = [2020-06-08T10:00:00Z]", "a = [1979-05-27, 07:32:00]", "a = true\nb = false", "a = [true, false]",
    "a = [truefalse]", "a = [1true]", "[a]b = 1", "[甲]", "甲 = 1", '"甲" = 1', "[]", "[a.]",
    "[a.b.c]\nd = 1", "a = []  # b", "a = [] #\tb", "a = 1# b", 'a = "#" # "#', "a = true  #",
    "a = {}  # b", "a = [1]  # b",
    "[ a ]", "[a] # x", "a", "a = { b = 'x' }", "a = [1,\t2]", "a = [\n\t1,\n]",
)  # fmt: skip


def _outcome(read: object, text: str) -> str:
    try:
        return repr(read(text))  # type: ignore[operator]
    except ValueError as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_our_own_files_are_plain_and_read_as_the_standard_library_reads_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = path.read_text("utf-8")
    monkeypatch.setattr(toml_text, "_parse_any", lambda _text: pytest.fail(f"{path.name} is not plain"))
    assert repr(parse_toml(text)) == repr(tomllib.loads(text))


@pytest.mark.parametrize("text", ODD)
def test_whatever_is_not_plain_is_read_or_refused_by_the_standard_library(text: str) -> None:
    assert _outcome(parse_toml, text) == _outcome(tomllib.loads, text)


def test_damaged_files_are_read_or_refused_as_the_standard_library_does() -> None:
    draw = random.Random(20260101)  # noqa: S311 - the same damage every time
    texts = [path.read_text("utf-8").split("\n") for path in SHIPPED]
    for _ in range(1500):
        lines = list(draw.choice(texts))
        start = draw.randrange(len(lines))
        lines = lines[start : start + 30]
        _damage(lines, draw)
        text = "\n".join(lines)
        assert _outcome(parse_toml, text) == _outcome(tomllib.loads, text), text


def _damage(lines: list[str], draw: random.Random) -> None:
    at = draw.randrange(len(lines))
    line, other = lines[at], draw.choice(lines)
    place = draw.randrange(len(line) + 1)
    lines[at] = draw.choice((
        line[:place] + draw.choice("\"'\\[]{}=,.#\n\t 1a村") + line[place:],
        line[:place] + line[place + 1 :],
        f"{line}\n{other}",
        line[:place] + other,
        "",
    ))  # fmt: skip


def test_titles_that_need_few_patterns_say_what_all_patterns_together_say() -> None:
    draw = random.Random(20260101)  # noqa: S311 - the same titles every time
    parts = (
        "2026", "1998", "202", "3", "13", "03", "1", "年", "年度", "月", "月份", "份", "日", "号", "季", "度",
        "季度", "半", "上",
        "前", "后", "近", "个", "第", "至", "-", "~", "、", "和", "/", ".", "_", "(", ")", "全年", "初", "旬",
        "止", "累计", "县", "报表", "2026年3月", "2026年", "3月", "半年", "个月",
    )  # fmt: skip
    for _ in range(60_000):
        text = "".join(draw.choices(parts, k=draw.randint(1, 6)))
        assert months._search(text) == months._search_by(months._SPANS, text), text


def test_a_pattern_compiled_late_does_what_a_compiled_one_does() -> None:
    late, early = compile_later(r"(a+)b", re.IGNORECASE), re.compile(r"(a+)b", re.IGNORECASE)
    assert late.pattern == early.pattern
    assert late.sub(r"<\1>", "xAAby") == early.sub(r"<\1>", "xAAby")
    assert late.fullmatch("aab").groups() == ("aa",)  # type: ignore[union-attr]  # it matches
    assert late.search("b") is None
    with pytest.raises(AttributeError):
        late.nothing  # type: ignore[attr-defined]  # noqa: B018 - asking is the test


def test_every_pattern_of_ours_can_be_compiled() -> None:
    count = 0
    for info in pkgutil.walk_packages(sanwu_cli.__path__, "sanwu_cli."):
        if info.name.endswith("__main__"):
            continue
        for value in vars(importlib.import_module(info.name)).values():
            if type(value).__module__ == "sanwu_cli.patterns":
                assert callable(value.search)
                count += 1
    assert count > 100


def test_a_mistake_in_a_pattern_shows_when_it_is_used() -> None:
    with pytest.raises(re.error):
        compile_later("(").search("")
