"""What makes a run start quickly gives the same as what it stands for: TOML, patterns compiled late."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

import sanwu_cli
from sanwu_cli.patterns import compile_later
from sanwu_cli.plan.loader import load_plan
from sanwu_cli.plan.switches import load_switches
from sanwu_cli.sheets.values import fold, months
from sanwu_cli.toml_text import PACKAGE, parse_toml

if TYPE_CHECKING:
    from pathlib import Path

SHIPPED = sorted(PACKAGE.rglob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_our_own_files_are_read_as_the_standard_library_reads_them(path: Path) -> None:
    text = path.read_text("utf-8")
    assert repr(parse_toml(text)) == repr(tomllib.loads(text))


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


def test_settings_are_given_the_readings_and_the_number_the_whole_plan_has() -> None:
    plan, switches = load_plan(), load_switches()
    assert (switches.number, switches.readings) == (plan.number, plan.readings)


def test_every_sign_is_folded_alike_whether_letters_stand_alone_or_beside_blanks_and_brackets() -> None:
    for number in range(sys.maxunicode + 1):
        sign = chr(number)
        # The bracket and the blank behind it send the text the long way.
        assert fold(f"{sign}村") + "()" == fold(f"{sign}村 ()"), hex(number)
        assert fold(f"{sign}a") + "()" == fold(f"{sign}a ()"), hex(number)
