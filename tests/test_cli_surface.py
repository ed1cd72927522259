"""The face of the command line: Chinese everywhere, light to start, one exit status for every ending."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sanwu_cli import __version__, console
from sanwu_cli.cli import help_text
from sanwu_cli.cli.app import LAZY, expand_wildcards, root_help, run
from sanwu_cli.cli.common import OutputFormat, parse_date
from sanwu_cli.cli.help_page import split_help
from sanwu_cli.cli.zh import Lazy
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.model import Finding
from sanwu_cli.terms import Indicator, Severity

HEAVY = (
    "rich",
    "pandas",
    "numpy",
    "openpyxl",
    "docx",
    "lxml",
    "jinja2",
    "ortools",
    "python_calamine",
    "xlsxwriter",
)

SAMPLE = '''
"""A throw-away group of commands."""

import errno
import sys
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli import console
from sanwu_cli.cli.common import finish, run_options
from sanwu_cli.errors import ExitStatus, PlanError, SanwuError

app = typer.Typer(help="样例组。第二句。")
single = typer.Typer()


class Kind(str, Enum):
    ROSTER = "值班表"
    CHECK = "校验表"


@app.command()
def take(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(help="台账文件或文件夹", exists=True)],
    year: Annotated[int, typer.Option(help="年份", min=2000, max=2100)] = 2026,
    month: Annotated[str, typer.Option(help="月份")] = ...,
    kind: Annotated[Kind, typer.Option(help="种类")] = Kind.ROSTER,
    output: Annotated[Path | None, typer.Option("--output", "-o", dir_okay=False, help="写到哪里")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看差异，不写入")] = False,
) -> None:
    """把三项指标的台账导入总账，
    先给出差异。

    第二段说明：零报告也在这里导入，缺报的月份不会当作零；这一句写得很长，好让它在八十列的终端上折成两行，再看标点。

    示例：
      sanwu demo take inbox --month 2026-06
    """
    options = run_options(ctx)
    console.emit_json({"workspace": str(options.workspace), "format": options.format.value,
        "as_of": str(options.as_of), "quiet": options.quiet, "verbosity": options.verbosity,
        "color": options.color, "year": year, "paths": paths})


@app.command()
def fail(ctx: typer.Context, how: Annotated[str, typer.Argument()]) -> None:
    """以某种方式失败。

    示例：
      sanwu demo fail bug
    """
    if how == "findings":
        finish(ExitStatus.FINDINGS)
    if how == "returned":
        return ExitStatus.PARTIAL
    if how == "nested":
        try:
            raise OSError(errno.EROFS, "x", "a.xlsx")
        except OSError as error:
            raise RuntimeError("wrapped") from error
    if how == "pipe":
        for _ in range(100_000):
            console.print_line("一行结果")
        return None
    raise {
        "known": SanwuError(
            "登记表不在", remedy="把它放回去", place="registers/区划.xlsx", status=ExitStatus.INPUT_MISSING
        ),
        "plan": PlanError("clause stands twice"),
        "bug": KeyError("张三的秘密"),
        "full": OSError(errno.ENOSPC, "No space left", "ledger.db"),
        "memory": MemoryError(),
        "gone": FileNotFoundError(errno.ENOENT, "No such file", "a.xlsx"),
        "interrupt": KeyboardInterrupt(),
        "abort": typer.Abort(),
        "odd": OSError("no errno at all"),
    }[how]


@single.command()
def lonely(ctx: typer.Context) -> None:
    """一个单独的命令。

    示例：
      sanwu lonely
    """
    console.print_line(str(run_options(ctx).workspace))
'''

TABLE = {
    "demo": Lazy("sanwu_sample_commands:app", "样例组"),
    "lonely": Lazy("sanwu_sample_commands:single", "单独的命令", is_group=False),
    "broken": Lazy("sanwu_no_such_module:app", "缺了模块的组"),
}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("SANWU_WORKSPACE", "NO_COLOR", "SANWU_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def sanwu(tmp_path, monkeypatch, capsys):
    """Run a command line over the throw-away commands: status, stdout, stderr."""
    (tmp_path / "sanwu_sample_commands.py").write_text(SAMPLE, "utf-8")
    (tmp_path / "a.xlsx").write_bytes(b"")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "sanwu_sample_commands", raising=False)

    def call(*arguments):
        status = run(arguments, table=TABLE)
        return (status, *capsys.readouterr())

    yield call
    sys.modules.pop("sanwu_sample_commands", None)
    console.configure()


def python(code, *arguments, **environment):
    """Run Python code in a process of its own; environment None-values are removed."""
    variables = {key: value for key, value in (os.environ | environment).items() if value is not None}
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, env=variables, check=False
    )


# --- the table


@pytest.mark.parametrize("name", LAZY)
def test_every_lazy_string_resolves(name):
    command = LAZY[name].load(name)
    assert command.name == name
    assert hasattr(command, "commands") == LAZY[name].is_group


def _leaves(command, path):
    if not hasattr(command, "commands"):
        return [(path, command)]
    return [leaf for name, child in command.commands.items() for leaf in _leaves(child, f"{path} {name}")]


@pytest.mark.parametrize("name", LAZY)
def test_every_command_has_a_chinese_summary_and_an_example(name):
    for path, command in _leaves(LAZY[name].load(name), f"sanwu {name}"):
        parts = split_help(command.help)
        assert re.search(r"[\u4e00-\u9fff]", "".join(parts.paragraphs[:1])), f"{path}: no summary"
        assert parts.examples, f"{path}: no example (a line 示例： in the docstring, examples below)"
        assert all(line.startswith(("sanwu", "#")) for line in parts.examples), f"{path}: {parts.examples}"
        assert any(
            re.match(rf"sanwu( -\S+ \S+)* {path.removeprefix('sanwu ')}\b", line) for line in parts.examples
        ), path


@pytest.mark.parametrize("name", LAZY)
def test_every_parameter_is_explained_in_chinese(name):
    for path, command in _leaves(LAZY[name].load(name), f"sanwu {name}"):
        for param in command.params:
            assert re.search(r"[\u4e00-\u9fff]", param.help or ""), (
                f"{path}: {param.name} has no Chinese help"
            )


def test_help_of_the_real_commands_loads_nothing_heavy():
    code = (
        "import sys, io\n"
        "from sanwu_cli.cli.app import LAZY, build_root, run\n"
        "for name, entry in LAZY.items():\n"
        "    run([name, '--help']); run([name, '--no-such-option'])\n"
        "    for child in getattr(entry.load(name), 'commands', {}):\n"
        "        run([name, child, '--help'])\n"
        f"sys.stderr.write('LOADED:' + ','.join(m for m in {HEAVY!r} if m in sys.modules))\n"
    )
    done = python(code)
    assert done.stderr.decode().endswith("LOADED:"), done.stderr.decode()[-2000:]


# --- the fast path


def test_packaged_help_equals_the_live_rendering():
    live = root_help()
    if os.environ.get("SANWU_GOLDEN") == "write":
        head = f'"""{help_text.__doc__}"""'
        Path(help_text.__file__).write_text(f'{head}\n\nTEXT = """\\\n{live}"""\n', "utf-8")
        return
    assert live == help_text.TEXT, "run: make golden"


@pytest.mark.parametrize("argument", ["--version", "-V", "--help", "-h"])
def test_the_fast_path_loads_no_library(argument):
    code = (
        "import sys; from sanwu_cli.__main__ import main\n"
        "status = main()\n"
        f"heavy = [m for m in ('typer', 'pydantic', *{HEAVY!r}) if m in sys.modules]\n"
        "sys.stderr.write(f'{status} {heavy}')\n"
    )
    done = python(code, argument)
    assert done.stderr.decode() == "0 []"
    expected = f"sanwu {__version__}\n" if argument in ("--version", "-V") else help_text.TEXT
    assert done.stdout.decode("utf-8") == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["demo", "take", "--help"],
        ["demo", "--help"],
        ["demo", "take", "--nix"],
        ["lonely", "--help"],
        ["dem"],
        [],
    ],
)
def test_help_and_usage_errors_load_nothing_heavy(tmp_path, arguments):
    (tmp_path / "sanwu_sample_commands.py").write_text(SAMPLE, "utf-8")
    code = (
        "import sys; from sanwu_cli.cli.app import run; from sanwu_cli.cli.zh import Lazy\n"
        "table = {'demo': Lazy('sanwu_sample_commands:app', '样例'),"
        " 'lonely': Lazy('sanwu_sample_commands:single', '样例', is_group=False)}\n"
        "run(table=table)\n"
        f"sys.stderr.write('LOADED:' + ','.join(m for m in {HEAVY!r} if m in sys.modules))\n"
    )
    done = python(code, *arguments, PYTHONPATH=str(tmp_path))
    assert done.stderr.decode().endswith("LOADED:")


def test_the_root_loads_no_command_module():
    done = python("import sys; from sanwu_cli.cli.app import build_root; build_root()\n"
                  "print([m for m in sys.modules if '.cmd_' in m])")  # fmt: skip
    assert done.stdout.decode().strip() == "[]"


def test_version_also_works_beside_other_options(sanwu):
    assert sanwu("-q", "--version") == (0, f"sanwu {__version__}\n", "")


# --- wholly Chinese

SITUATIONS = {
    "help of the root": ["--help"],
    "help of a group": ["demo", "--help"],
    "help of a command": ["demo", "take", "--help"],
    "no command": [],
    "no command in a group": ["demo"],
    "unknown command": ["dmeo"],
    "unknown command in a group": ["demo", "tkae"],
    "unknown option": ["demo", "take", "a.xlsx", "--yaer", "2026"],
    "unknown short option": ["demo", "take", "a.xlsx", "-z"],
    "missing argument": ["demo", "take", "--month", "6"],
    "missing option": ["demo", "take", "a.xlsx"],
    "not a number": ["demo", "take", "a.xlsx", "--month", "6", "--year", "今年"],
    "number out of range": ["demo", "take", "a.xlsx", "--month", "6", "--year", "1999"],
    "not a choice": ["demo", "take", "a.xlsx", "--month", "6", "--kind", "较验表"],
    "missing path": ["demo", "take", "没有.xlsx", "--month", "6"],
    "a folder for a file": ["demo", "take", "a.xlsx", "--month", "6", "--output", "."],
    "extra argument": ["lonely", "多余"],
    "option without value": ["demo", "take", "a.xlsx", "--month"],
    "value for a flag": ["demo", "take", "a.xlsx", "--month", "6", "--dry-run=1"],
    "bad date": ["lonely", "--as-of", "2026-13-01"],
    "bad format": ["--format", "yaml", "lonely"],
    "abort": ["demo", "fail", "abort"],
    "interrupt": ["demo", "fail", "interrupt"],
    "known fault": ["demo", "fail", "known"],
    "full disk": ["demo", "fail", "full"],
    "no memory": ["demo", "fail", "memory"],
}  # fmt: skip

LATIN_ALLOWED = {
    *("sanwu", "SANWU_WORKSPACE", "NO_COLOR", "table", "json", "csv", "xlsx", "registers", "ledger", "db"),
    *("CSV", "BOM", "utf-", "sig", "gb"),
    *("demo", "take", "fail", "lonely", "broken", "how", "bug"),
    *("init", "inbox", "check", "incidents", "import", "score", "year", "month-end"),
}


@pytest.mark.parametrize("situation", SITUATIONS)
def test_no_english_is_left(sanwu, situation):
    status, out, err = sanwu(*SITUATIONS[situation])
    text = re.sub(r"(?<![\w-])--?[a-z][a-z-]*", "", out + err)  # options are English by contract
    text = re.sub(r"“[^”]*”", "", text)  # what the user typed
    words = set(re.findall(r"[A-Za-z][A-Za-z_-]+", text)) - LATIN_ALLOWED
    assert not words, f"{words} in\n{out}{err}"
    if "help" not in situation:
        assert status in (ExitStatus.USAGE, 66, 74, 130)
        assert not out
        assert re.search(r"[\u4e00-\u9fff]", err)
        assert "Traceback" not in err


@pytest.mark.parametrize("situation", ["help of the root", "help of a group", "help of a command"])
def test_help_fits_eighty_columns_and_breaks_lines_like_print(sanwu, situation):
    status, out, err = sanwu(*SITUATIONS[situation])
    assert (status, err) == (0, "")
    for line in out.splitlines():
        assert console.measure_width(line) <= 80, line
        assert not re.match(r"\s*[，。；：、！？）》”]", line), line
        assert not re.search(r"[（《“]\s*$", line), line


def test_help_of_a_command_has_its_parts(sanwu):
    _, out, _ = sanwu("demo", "take", "--help")
    assert out.startswith("用法：sanwu demo take [选项] 路径...\n")
    for part in ("把三项指标的台账导入总账，先给出差异。", "参数：", "选项：", "通用选项：",
                 "示例：\n  sanwu demo take inbox --month 2026-06\n", "--kind 值班表|校验表", "--year 整数",
                 "默认 2026", "必填", "-o, --output 文件", "-h, --help"):  # fmt: skip
        assert part in out, part
    assert "显示这份说明" in out
    assert "--no-dry-run" not in out


def test_suggestions(sanwu):
    assert "您是不是想输入：demo" in sanwu("dmeo")[2]
    assert "您是不是想输入：take" in sanwu("demo", "tkae")[2]
    assert "您是不是想输入：--year" in sanwu("demo", "take", "a.xlsx", "--yaer", "2026")[2]
    assert "您是不是想输入：校验表" in sanwu("demo", "take", "a.xlsx", "--month", "6", "--kind", "较验表")[2]
    assert "可以用：demo、lonely、broken" in sanwu("完全不像")[2]


def test_bad_values_name_the_parameter_and_the_bound(sanwu):
    _, _, err = sanwu("demo", "take", "a.xlsx", "--month", "6", "--year", "1999")
    assert "“--year”" in err
    assert "2000" in err
    assert (
        "“--year”的值“今年”不是整数" in sanwu("demo", "take", "a.xlsx", "--month", "6", "--year", "今年")[2]
    )
    assert "“路径”指的地方不存在：没有.xlsx" in sanwu("demo", "take", "没有.xlsx", "--month", "6")[2]
    assert "sanwu demo take --help" in sanwu("demo", "take", "a.xlsx", "--month")[2]
    assert "缺少选项“--month”" in sanwu("demo", "take", "a.xlsx")[2]


# --- common options


def _options(sanwu, *arguments):
    before, after = arguments
    status, out, err = sanwu(*before, "demo", "take", "a.xlsx", "--month", "6", *after)
    assert status == 0, err
    return json.loads(out)


def test_common_options_work_at_the_root_and_after_the_command(sanwu):
    words = ["-w", "W", "--format", "json", "--as-of", "2026年6月30日", "-q", "-v", "--no-color"]
    expected = {"workspace": "W", "format": "json", "as_of": "2026-06-30", "quiet": True, "verbosity": 1,
                "color": False, "year": 2026, "paths": ["a.xlsx"]}  # fmt: skip
    assert _options(sanwu, words, []) == expected
    assert _options(sanwu, [], words) == expected
    assert run(["demo", *words, "take", "a.xlsx", "--month", "6"], table=TABLE) == 0


def test_the_later_option_wins(sanwu, monkeypatch):
    monkeypatch.setenv("SANWU_WORKSPACE", "E")
    assert _options(sanwu, [], [])["workspace"] == "E"
    assert _options(sanwu, ["-w", "A"], [])["workspace"] == "A"
    assert _options(sanwu, ["-w", "A"], ["-w", "B"])["workspace"] == "B"
    assert _options(sanwu, ["--format", "csv"], ["--format", "json"])["format"] == "json"
    assert _options(sanwu, ["--format", "csv"], [])["format"] == OutputFormat.CSV
    assert _options(sanwu, [], ["-vv"])["verbosity"] == 2


def test_defaults_do_not_carry_over_to_the_next_run(sanwu):
    _options(sanwu, ["-w", "A", "-q", "--format", "json"], [])
    fresh = _options(sanwu, [], [])
    assert (fresh["workspace"], fresh["format"], fresh["quiet"]) == ("None", "table", False)
    assert (fresh["as_of"], fresh["verbosity"], fresh["color"]) == ("None", 0, True)


def test_no_color_of_the_environment(sanwu, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert _options(sanwu, [], [])["color"] is False


@pytest.mark.parametrize("text", ["2026-06-30", "2026.6.30", "2026/6/30", "2026年6月30日", "20260630"])
def test_dates_people_write(text):
    assert parse_date(text) == date(2026, 6, 30)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "明天", "", "26-1-1", "2026063", "0000-01-01"])
def test_dates_that_are_none(text):
    with pytest.raises(SanwuError) as caught:
        parse_date(text)
    assert caught.value.status is ExitStatus.USAGE
    assert caught.value.remedy


# --- endings


@pytest.mark.parametrize(
    ("how", "status", "said"),
    [
        ("findings", 1, ""),
        ("returned", 3, ""),
        ("known", 66, "registers/区划.xlsx: 登记表不在\n  修复：把它放回去\n"),
        ("plan", 70, "PlanError"),
        ("bug", 70, "KeyError"),
        ("odd", 70, "OSError"),
        ("full", 74, "ledger.db: 磁盘已满"),
        ("nested", 74, "a.xlsx: 这个位置是只读的"),
        ("memory", 74, "内存不足"),
        ("gone", 66, "a.xlsx: "),
        ("interrupt", 130, "已中断"),
        ("abort", 130, "已中断"),
    ],
)
def test_every_ending_has_its_status(sanwu, how, status, said):
    code, out, err = sanwu("demo", "fail", how)
    assert (code, out) == (status, "")
    assert said in err
    assert "Traceback" not in err
    assert bool(err) == bool(said)


def test_a_bug_keeps_data_to_itself_until_asked(sanwu, monkeypatch):
    assert "张三" not in sanwu("demo", "fail", "bug")[2]
    assert "Traceback" in sanwu("demo", "fail", "bug", "-vv")[2]
    assert "Traceback" not in sanwu("demo", "fail", "bug")[2]
    monkeypatch.setenv("SANWU_DEBUG", "1")
    assert "Traceback" in sanwu("demo", "fail", "bug")[2]


def test_a_command_module_that_is_not_there_is_a_bug_of_ours(sanwu):
    status, _, err = sanwu("broken", "x")
    assert status == ExitStatus.BUG
    assert "ModuleNotFoundError" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("demo", "fail", "known", "--format", "json"),
        ("--format=json", "demo", "fail", "known"),
        ("demo", "take", "--format", "json", "--nix"),
    ],
)
def test_errors_for_programs(sanwu, arguments):
    status, out, err = sanwu(*arguments)
    last = json.loads(err.splitlines()[-1])
    assert not out
    assert last["type"] == "error"
    assert last["exit"] == status
    assert set(last) == {"schema", "type", "exit", "message", "remedy", "place"}
    if "known" in arguments:
        assert last["place"] == "registers/区划.xlsx"
        assert last["remedy"] == "把它放回去"


def test_a_closed_pipe_is_quiet(tmp_path):
    (tmp_path / "sanwu_sample_commands.py").write_text(SAMPLE, "utf-8")
    code = (
        "import sys; from sanwu_cli.cli.app import run; from sanwu_cli.cli.zh import Lazy\n"
        "sys.exit(run(['demo', 'fail', 'pipe'], table={'demo': Lazy('sanwu_sample_commands:app', '样例')}))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert process.stdout.readline().decode("utf-8") == "一行结果\n"
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == ExitStatus.CLOSED_PIPE


def test_the_program_itself():
    done = subprocess.run([sys.executable, "-m", "sanwu_cli", "没有这个"], capture_output=True, check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii"})  # fmt: skip
    assert done.returncode == 2
    assert "没有“没有这个”这个命令" in done.stderr.decode("utf-8")


def test_a_gbk_pipe_still_gets_utf8():
    code = "from sanwu_cli.cli.streams import prepare_streams; prepare_streams(); print('𠮷⚠')"
    done = python(code, PYTHONIOENCODING="gbk")
    assert done.stdout.decode("utf-8") == "𠮷⚠\n"


def test_wildcards_are_expanded_where_the_shell_does_not(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("b.xlsx", "a.xlsx"):
        (tmp_path / name).write_bytes(b"")
    words = ["check", "*.xlsx", "*.et", "-x*"]
    assert expand_wildcards(words, on_windows=False) == words
    assert expand_wildcards(words, on_windows=True) == ["check", "a.xlsx", "b.xlsx", "*.et", "-x*"]


# --- printing


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("text", "width"),
    [("abc", 3), ("三无村", 6), ("“三无”", 6), ("e\u0301", 1), ("𠮷", 2), ("", 0), ("·", 1)],
)
def test_width_in_cells(text, width):
    assert console.measure_width(text) == width


@pytest.mark.parametrize("width", range(8, 40))
def test_wrapping_loses_nothing_and_keeps_the_rules(width):
    text = "导入“三无”台账（含零报告）：先看差异，再写入；可以用 sanwu incidents import inbox --dry-run。" * 2
    lines = console.wrap_text(text, width)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert not re.match(r"[，。；：、！？）》”]", line)
        assert not re.search(r"[（《“]$", line)
        assert console.measure_width(line) <= width


def test_table_is_aligned_by_cells():
    lines = console.render_table(
        ["村", "件数", "备注"], [["新华村", 12, None], ["abc", 3, "有"], ["𠮷村", Decimal("0.5"), True]]
    )
    assert lines == [
        "村      件数  备注",
        "------  ----  ----",
        "新华村    12",
        "abc        3  有",
        "𠮷村     0.5  是",
    ]


def test_table_fits_a_terminal_and_keeps_every_character():
    rows = [["第一村民委员会", "需要说明的事项很多，" * 8, 5]]
    lines = console.render_table(["村", "说明", "数"], rows, width=60)
    assert all(console.measure_width(line) <= 60 for line in lines)
    assert "".join(lines).count("需") == 8
    assert len(console.render_table(["村", "说明", "数"], rows)) == 3


_CELLS = st.lists(st.sampled_from("一（好）。”“,ab.]/ \u0301𠮷"), max_size=40).map("".join)


@given(st.lists(st.tuples(_CELLS, _CELLS, _CELLS), min_size=1, max_size=4), st.integers(20, 90))
@example([("一一", "一一一", ",a）））")], 20)
@example([("", "", "一一一"), ("一一", ",a）））", "")], 20)
def test_every_line_of_a_table_keeps_to_its_columns(rows, width):
    lines = console.render_table(["村", "说明", "数"], rows, align="llr", width=width)
    rule = next(line for line in lines if re.fullmatch(r"-+( {1,2}-+)+", line))
    gaps = [at for match in re.finditer(" +", rule) for at in range(*match.span())]
    for line in lines:
        assert console.measure_width(line) <= width
        assert all(cell == " " for at, cell in enumerate(_spread(line)) if at in gaps), lines


def _spread(line):
    """Give what stands in each cell of the terminal."""
    cells = []
    for character in line:
        cells += [character] * console.measure_width(character)
    return cells


def test_table_without_rows_keeps_its_header():
    assert console.render_table(["村", "数"], []) == ["村  数", "--  --"]


def test_table_in_a_pipe_is_plain_and_whole(capsys):
    console.print_table(["村", "说明"], [["甲村", "很长" * 100]])
    out = capsys.readouterr().out
    assert "很长" * 100 in out
    assert "\x1b" not in out


def test_colour_only_on_a_terminal_that_wants_it(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for color, escapes in ((True, True), (False, False)):
        monkeypatch.setattr(sys, "stdout", Terminal())
        console.configure(console.Settings(color=color))
        console.print_table(["村"], [["甲"]])
        assert ("\x1b[1m" in sys.stdout.getvalue()) is escapes
    console.configure()


@pytest.mark.parametrize(
    "hostile",
    ["\x1b[31m红", "\x1b]0;标题\x07", "a\x00b", "\u202e反", "[/终稿]", "[red]x.xlsx", "两\n行", "\x9b31m"],
)
def test_cells_cannot_command_the_terminal(capsys, hostile):
    console.print_table(["格"], [[hostile]])
    console.print_line(hostile)
    console.print_findings([Finding("X", Severity.ERROR, hostile, hostile, file=hostile)])
    console.emit_csv(["格"], [[hostile]])
    console.emit_json({"格": hostile})
    out, err = capsys.readouterr()
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out + err)
    assert json.loads(out[out.rindex("{") :])["格"] == hostile
    if hostile.startswith("["):
        assert hostile in out


def _finding(code, severity, row, file="信访局-2026-06.xlsx"):
    return Finding(code, severity, f"第{row}行有问题", "按样式填写", file=file, sheet="台账", cell=f"C{row}")


def test_findings_one_line_each_with_the_remedy(capsys):
    console.print_findings(
        [_finding("AREA-UNKNOWN", Severity.ERROR, 7), Finding("NOTE", Severity.WARNING, "缺一个月")]
    )
    assert capsys.readouterr().err == (
        "信访局-2026-06.xlsx:台账!C7: AREA-UNKNOWN 错误 第7行有问题\n"
        "  修复：按样式填写\n"
        "NOTE 提示 缺一个月\n"
        "合计：错误 1 处，提示 1 处\n"
    )


def _cell_finding(cell, text, *, code="VALUE-DATE", hint=""):
    message = f"“立案日期”写的是“{text}”，读不成日期{hint}"
    return Finding(code, Severity.ERROR, message, "请改", file="表.xlsx", sheet="Sheet1", cell=cell)


def test_one_reason_in_one_column_is_told_once_with_its_cells(capsys):
    many = [_cell_finding(f"D{row}", f"坏{row}") for row in range(5, 42)]
    many += [_cell_finding("F5", "坏"), _cell_finding("D50", "坏", hint="（缺日）")]
    console.print_findings(many)
    err = capsys.readouterr().err
    assert "D列共 37 处，同一原因：D5、D6、D7、D8、D9、D10、D11、D12……" in err
    assert err.count("VALUE-DATE") == 3
    assert "合计：错误 39 处" in err
    console.print_findings(many, verbosity=1)
    err = capsys.readouterr().err
    assert "同一原因" not in err
    assert err.count("VALUE-DATE") == 39


def test_many_reasons_of_a_kind_are_cut_and_counted(capsys):
    names = "甲乙丙丁戊己庚辛"
    many = [
        Finding(
            "AREA-X", Severity.ERROR, f"没有“{name}村”", "请改", file="表.xlsx", sheet="一", cell=f"F{row}"
        )
        for name in names
        for row in (1, 2)
    ]
    console.print_findings(many)
    err = capsys.readouterr().err
    assert err.count("AREA-X") == 5
    assert "同类还有 3 种、6 处（加 -v 全部列出）" in err
    assert err.count("修复：") == 1
    console.print_findings(many, verbosity=1)
    assert capsys.readouterr().err.count("AREA-X") == 16


def test_findings_of_a_file_stand_by_row_and_column(capsys):
    cells = ["B10", "AA2", "B2", "", "C9"]
    listed = [_cell_finding(cell, cell, hint=cell) for cell in cells]
    listed.insert(2, Finding("Z", Severity.ERROR, "别的文件", file="甲.xlsx", sheet="一", cell="A1"))
    console.print_findings(listed, verbosity=1)
    err = capsys.readouterr().err
    order = [err.index(f"写的是“{cell}”") for cell in ("", "B2", "AA2", "C9", "B10")]
    assert order == sorted(order)
    assert err.index("甲.xlsx") > max(order)
    assert [one.cell for one in console.sort_findings(listed)] == ["", "B2", "AA2", "C9", "B10", "A1"]


def test_info_is_said_only_when_asked(capsys):
    console.print_findings([_finding("I", Severity.INFO, 3)])
    assert " I " not in capsys.readouterr().err
    console.print_findings([_finding("I", Severity.INFO, 3)], verbosity=1)
    assert " I " in capsys.readouterr().err


def test_quiet_says_errors_only(capsys):
    console.configure(console.Settings(quiet=True))
    console.print_findings([_finding("W", Severity.WARNING, 1)])
    console.say("说明")
    assert capsys.readouterr().err == ""
    console.print_findings([_finding("E", Severity.ERROR, 1), _finding("W", Severity.WARNING, 1)])
    assert " W " not in capsys.readouterr().err
    console.configure()


def test_nothing_found_says_nothing(capsys):
    console.print_findings([])
    assert capsys.readouterr() == ("", "")


def test_finding_as_json_and_counts():
    finding = _finding("A", Severity.WARNING, 2)
    assert list(console.finding_as_json(finding)) == [
        "code", "severity", "file", "sheet", "cell", "message", "remedy", "clause"]  # fmt: skip
    assert console.finding_as_json(finding)["severity"] == "warning"
    assert console.count_findings([finding, finding]) == {"error": 0, "warning": 2, "info": 0}


def test_json_keeps_the_order_of_keys_and_every_digit(capsys):
    document = {
        "schema": "sanwu/x/1",
        "b": Decimal("96.50"),
        "a": [date(2026, 6, 30), Indicator.CRIMINAL_CASE, None],
    }
    console.emit_json(document)
    out = capsys.readouterr().out
    assert out.endswith("}\n")
    assert list(json.loads(out)) == ["schema", "b", "a"]
    assert json.loads(out) == {
        "schema": "sanwu/x/1",
        "b": "96.50",
        "a": ["2026-06-30", "criminal_case", None],
    }
    with pytest.raises(TypeError):
        console.dump_json({"x": object()})


def test_csv_is_plain_and_disarmed(capsys):
    console.emit_csv(["村", "值"], [["甲村", "=1+1"], ["乙村", "-5"], ["丙,村", "＝cmd"], ["丁村", -3]])
    assert capsys.readouterr().out == "村,值\n甲村,'=1+1\n乙村,-5\n\"丙,村\",'＝cmd\n丁村,-3\n"


def test_json_output_loads_no_rich():
    code = (
        "import sys; from sanwu_cli import console\n"
        "console.emit_json({'a': 1}); console.print_table(['a'], [[1]])\n"
        "sys.stderr.write(str('rich' in sys.modules))"
    )
    assert python(code).stderr == b"False"


def test_tree_of_reasons():
    leaf = console.TreeLine("没有越级上访", "满足", seen="0", bound="0", evidence=("信访局.xlsx:台账 第3行",))
    root = console.TreeLine(
        "命名为三无乡镇(街道)",
        "不满足",
        seen="65/93",
        bound="70%",
        clause="X",
        reading="按年",
        children=(leaf,),
    )
    assert console.render_tree(root) == [
        "不满足 命名为三无乡镇(街道) 实际 65/93 标准 70% \u3014X\u3015",
        "  口径：按年",
        "  满足 没有越级上访 实际 0 标准 0",
        "    依据：信访局.xlsx:台账 第3行",
    ]
    assert all(console.measure_width(line) <= 40 for line in console.render_tree(root, width=40))


def test_progress_is_silent_in_a_pipe_and_drawn_on_a_terminal(capsys, monkeypatch):
    assert list(console.track([1, 2, 3], "读表")) == [1, 2, 3]
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert list(console.track([1, 2], "读[/终稿]")) == [1, 2]
    assert capsys.readouterr().out == ""
