"""README.md says what is true: commands run and answer as shown, lists are current; so do its neighbours."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from test_architecture import LAYERS

from sanwu_cli.cli.app import LAZY
from sanwu_cli.cli.help_page import split_help
from sanwu_cli.errors import ExitStatus
from sanwu_cli.sheets.schema import load_schemas
from sanwu_cli.terms import Intake

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
TEXT = README.read_text("utf-8")
GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
BEGIN, END = "<!-- 命令 开始：由 make golden 生成，请勿手改 -->\n", "<!-- 命令 结束 -->"
FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
DONE = (0, 1)  # done, or done with findings
LARGEST_PICTURE = 300_000


@dataclass(frozen=True)
class Step:
    """Commands of one block, and the lines that must stand in the answer of the last one."""

    lines: tuple[str, ...]
    shown: tuple[str, ...] = ()


def read_steps() -> list[Step]:
    """Read the blocks of commands in order; a block of text right below one is its answer."""
    steps: list[Step] = []
    end = 0
    for block in FENCE.finditer(TEXT):
        lines = tuple(line.strip() for line in block[3].splitlines() if line.strip())
        if block[2] == "sh":
            steps.append(Step(lines))
        elif block[2] == "text":
            assert not TEXT[end : block.start()].strip(), f"output of no command: {lines[0]}"
            steps[-1] = Step(steps[-1].lines, lines)
        end = block.end()
    return steps


STEPS = read_steps()


def squeeze(text: str) -> str:
    """Blanks make columns and fold lines; they are not what is said."""
    return re.sub(r"\s+", "", text)


def test_every_command_shown_runs_and_answers_as_shown(tmp_path: Path) -> None:
    folder = tmp_path
    env = {name: value for name, value in os.environ.items() if not name.startswith("SANWU_")}
    env |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    for step in STEPS:
        answer = ""
        for line in step.lines:
            words = shlex.split(line, comments=True)
            if words[0] == "cd":
                folder = (folder / words[1]).resolve()
                assert folder.is_dir(), line
            elif words[0] == "sanwu":
                done = subprocess.run(
                    [sys.executable, "-m", "sanwu_cli", *words[1:]],
                    cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False,
                )  # fmt: skip
                answer = done.stdout + done.stderr
                assert done.returncode in DONE, f"{line}\n{answer}"
        rest = squeeze(answer)
        for shown in step.shown:
            before, found, rest = rest.partition(squeeze(shown))
            assert found, f"{step.lines[-1]} does not say, or not in this order: {shown}\n{before[:3000]}"


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\bmake ([a-z]+)", TEXT))))
def test_every_make_target_shown_is_there(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


def list_commands() -> str:
    """Write the table of commands from the live command line."""
    rows = ["| 命令 | 做什么 |", "|---|---|"]
    for name in LAZY:
        for path, command in list_leaves(LAZY[name].load(name), f"sanwu {name}"):
            rows.append(f"| `{path}` | {split_help(command.help).paragraphs[0]} |")
    return "\n".join(rows) + "\n"


def list_leaves(command: Any, path: str) -> list[tuple[str, Any]]:
    if not hasattr(command, "commands"):
        return [(path, command)]
    return [leaf for name, child in command.commands.items() for leaf in list_leaves(child, f"{path} {name}")]


def test_the_list_of_commands_is_current() -> None:
    before, begin, rest = TEXT.partition(BEGIN)
    listed, end, after = rest.partition(END)
    assert begin, "the marker before the list is gone"
    assert end, "the marker after the list is gone"
    if os.environ.get("SANWU_GOLDEN") == "write":
        README.write_text(before + begin + list_commands() + end + after, "utf-8")
        return
    assert listed == list_commands(), "run: make golden"


def test_every_command_named_in_the_prose_is_there() -> None:
    known = {path for name in LAZY for path, _ in list_leaves(LAZY[name].load(name), name)}
    groups = "|".join(name for name in LAZY if LAZY[name].is_group)
    for named in re.findall(rf"`(?:sanwu )?((?:{groups}) [a-z]+(?:-[a-z]+)*)", TEXT):
        assert named in known, named


@pytest.mark.parametrize("schema", load_schemas().values(), ids=lambda schema: schema.id)
def test_every_sheet_and_register_stands_in_its_table(schema: Any) -> None:
    if schema.intake is Intake.REGISTER:
        assert f"| `{schema.title.removesuffix('登记表')}.xlsx` |" in TEXT
    else:
        row = next(line for line in TEXT.splitlines() if line.startswith(f"| `{schema.id}` |"))
        assert schema.title in row
        assert f"`{schema.intake.label}`" in row


def test_every_exit_status_is_explained() -> None:
    rows = re.findall(r"^\| ([\d /]+) \|", TEXT, re.MULTILINE)
    explained = {int(number) for row in rows for number in row.split(" / ")}
    assert explained == {int(status) for status in ExitStatus}


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_links_and_pictures_lead_somewhere(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    for target in re.findall(r"\]\(([^)#:]+)\)", text):
        path = ROOT / target
        assert path.exists(), target
        assert path.suffix != ".png" or path.stat().st_size < LARGEST_PICTURE, target


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_no_machine_and_no_registry_is_named(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    assert not re.search(r"/work/|/tmp/|/home/|/root/|https?://|pypi|index-url", text)


def test_every_path_of_the_layout_is_there() -> None:
    for named in re.findall(r"`((?:sanwu_cli|tests|templates|sample_data|\.ci|\.pictures)/[\w./-]*)`", GUIDE):
        assert (ROOT / named).exists(), named


PACKAGE_ROWS = re.findall(r"^\| `sanwu_cli/([\w/]+)/` \| (.*) \|$", GUIDE, re.MULTILINE)


@pytest.mark.parametrize("package", sorted({package for package, _ in PACKAGE_ROWS}))
def test_the_modules_named_of_a_package_are_those_it_has(package: str) -> None:
    """A package may have several rows; `cmd_*.py` stands for all modules of that pattern."""
    folder = ROOT / "sanwu_cli" / package
    text = " ".join(row for name, row in PACKAGE_ROWS if name == package)
    named = [path for name in re.findall(r"`([\w*]+\.py)`", text) for path in list_named(folder, name)]
    assert len(named) == len(set(named)), "a module stands there twice"
    assert set(named) == {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    for name in re.findall(r"`(\w+\.toml)`", text):
        assert (folder / name).exists(), name


def list_named(folder: Path, name: str) -> list[str]:
    return [path.name for path in folder.glob(name)] if "*" in name else [name]


def test_every_package_has_its_row() -> None:
    packages = {path.parent.relative_to(ROOT / "sanwu_cli") for path in ROOT.glob("sanwu_cli/*/**/*.py")}
    assert {package for package, _ in PACKAGE_ROWS} == {package.as_posix() for package in packages}


def test_every_module_of_the_layer_table_is_there() -> None:
    for row in re.findall(r"^\| L\d \| (.*) \|$", GUIDE, re.MULTILINE):
        for named in re.findall(r"`([\w/]+(?:\.py|\.toml|/))`", row):
            assert (ROOT / "sanwu_cli" / named).exists(), named


def test_the_layer_table_is_the_one_that_is_kept() -> None:
    for row in re.findall(r"^\| L(\d) \| (.*) \|$", GUIDE, re.MULTILINE):
        for named in re.findall(r"`([\w/]+)(?:\.py|/)`", row[1]):
            assert LAYERS[named.strip("/").replace("/", ".")] == int(row[0]), named
