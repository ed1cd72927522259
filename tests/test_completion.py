"""Completion in the shells themselves: commands, options, values, and the words of a workspace."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest
from every_command import answer, list_commands, make_part

from sanwu_cli import console
from sanwu_cli.cli.app import LAZY
from sanwu_cli.cli.completion_scripts import render_script
from sanwu_cli.cli.completion_tree import build_tree
from sanwu_cli.errors import ExitStatus

SHELLS = ("bash", "zsh", "fish", "powershell")
CASES = [
    ("sanwu inc", "incidents"),
    ("sanwu sheet sh", "show"),
    ("sanwu incidents list --st", "--status"),
    ("sanwu incidents list --status with", "withdrawn"),
    ("sanwu incidents list --area 长桥镇", "长桥镇"),
    ("sanwu --format js", "json"),
    ("sanwu sheet show cri", "crime"),
    ("sanwu roster generate --role 检", "检察官"),
    ("sanwu score explain 长桥镇", "长桥镇"),
    ("sanwu score month 2026-01", "2026-01"),
    ("sanwu incidents undo 1", "1"),
    ("sanwu report render monthly_c", "monthly_circular"),
    ("sanwu plan show T-02", "T-02"),
    ("sanwu schema score-y", "score-year"),
]


@pytest.fixture(scope="module")
def city(tmp_path_factory):
    path = make_part(tmp_path_factory.mktemp("补全") / "清河")
    assert answer(path, path, "incidents import inbox").status == ExitStatus.FINDINGS
    assert answer(path, path, "completion --refresh").status == ExitStatus.CLEAN
    console.configure()
    return path


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("脚本")
    tree = build_tree(LAZY)
    for shell in SHELLS:
        (folder / shell).write_text(render_script(shell, tree), "utf-8")
    return folder


def _ask(shell, code, city, script):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    environment = {k: v for k, v in os.environ.items() if k != "SANWU_WORKSPACE"} | {"LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        [shell, "-c", code, shell, str(script)], capture_output=True, check=False, cwd=city, env=environment
    )
    assert done.stderr == b"", done.stderr.decode()
    return done.stdout.decode().split("\n")


def _bash_code(line):
    words = line.split(" ")
    return (
        f'source "$1"; COMP_WORDS=({" ".join(words)}); COMP_CWORD={len(words) - 1}; _sanwu; '
        'printf "%s\\n" "${COMPREPLY[@]}"'
    )


@pytest.mark.parametrize(("line", "word"), CASES)
def test_bash_completes(city, scripts, line, word):
    found = _ask("bash", _bash_code(line), city / "inbox", scripts / "bash")
    assert found == [word, ""]


def test_bash_completes_a_value_after_an_equals_sign_and_in_a_named_workspace(city, scripts, tmp_path):
    assert _ask("bash", _bash_code("sanwu --format = js"), city, scripts / "bash") == ["json", ""]
    named = _bash_code(f"sanwu -w {city} score explain 长桥镇")
    assert _ask("bash", named, tmp_path, scripts / "bash") == ["长桥镇", ""]
    assert _ask("bash", _bash_code("sanwu score explain 长桥镇"), tmp_path, scripts / "bash") == ["", ""]


@pytest.mark.parametrize(("line", "word"), CASES)
def test_fish_completes(city, scripts, line, word):
    found = _ask("fish", f'source $argv[2]; complete -C "{line}"', city / "inbox", scripts / "fish")
    assert word in found
    assert all(one.startswith(line.rpartition(" ")[2]) for one in found if one)


@pytest.mark.parametrize(("line", "word"), CASES)
def test_zsh_completes(city, scripts, line, word):
    words = line.split(" ")
    code = (
        "compdef() { : }; compset() { : }; compadd() { shift; print -l -- $@ }; _files() { : }; "
        f'source "$1"; words=({" ".join(words)}); CURRENT={len(words)}; _sanwu'
    )
    assert word in _ask("zsh", code, city / "inbox", scripts / "zsh")


def test_every_command_and_every_shell_is_there(scripts):
    for shell in SHELLS:
        text = (scripts / shell).read_text("utf-8")
        for command in list_commands():
            assert f"'{command}'" in text, (shell, command)


def test_a_shell_that_is_not_known(city):
    said = answer(city, city, "completion bsh")
    assert said.status == ExitStatus.USAGE
    assert "您是不是想写“bash”？" in said.err
    assert answer(city, city, "completion").status == ExitStatus.USAGE
    console.configure()
