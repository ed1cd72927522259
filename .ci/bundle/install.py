"""Installs sanwu from this unpacked archive, without a network: python install.py [folder]."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
SUMS = "SHA256SUMS"
MARK = "sanwu-installed.txt"
_WINDOWS = os.name == "nt"
_MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "aarch64": "aarch64", "arm64": "aarch64"}
_CHUNK = 1 << 20


class RefusedError(Exception):
    """The installation cannot go on; the text says why and what helps."""


def main() -> int:
    """Check, install beside what is there, put the new version in charge; gives the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # a console of another code page shows ? instead of failing
    options = _read_options()
    try:
        check_machine(read_targets())
        check_files(HERE)
        version, environment = install(options.folder.absolute())
    except (RefusedError, OSError, subprocess.CalledProcessError) as error:
        print(f"没有装成：{error}", file=sys.stderr)
        return 1
    command = write_launcher(options.folder.absolute(), environment)
    print(f"已装好 sanwu {version}：{environment}")
    print(f"运行：{command} --help")
    print("以后升级：解开新的压缩包，再运行一次安装，原来的版本会留着，删去它的文件夹即可。")
    return 0


def read_targets() -> set[tuple[str, str]]:
    """Read which machines this archive is for: pairs as (`linux-x86_64`, `3.11`)."""
    lines = (HERE / "targets.txt").read_text(encoding="utf-8").split("\n")
    return {(system, python) for system, python in (line.split() for line in lines if line.strip())}


def check_machine(targets: set[tuple[str, str]]) -> None:
    """Refuse a machine or a Python the archive has no packages for."""
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    machine = _MACHINES.get(platform.machine().lower(), platform.machine())
    system = f"{'windows' if _WINDOWS else sys.platform}-{machine}"
    if sys.maxsize < 1 << 32:
        raise RefusedError("这个 Python 是32位的，请装64位的 Python 3.11、3.12 或 3.13")
    if (system, python) in targets:
        return
    known = sorted({one for one, _ in targets})
    pythons = sorted({one for _, one in targets})
    raise RefusedError(
        f"这台机器是 {system}、Python {python}；"
        f"本压缩包能装在 {'、'.join(known)}，Python {'、'.join(pythons)}。"
        "有多个 Python 时，请用合适的那一个运行 install.py"
    )


def check_files(folder: Path) -> None:
    """Hold every file of the archive against its sum; a missing or changed one stops the installation."""
    for line in (folder / SUMS).read_text(encoding="utf-8").splitlines():
        expected, name = line.split("  ", 1)
        path = folder / name
        if not path.is_file():
            raise RefusedError(f"压缩包里少了“{name}”，请重新解开，或重新拷贝一份")
        if digest_file(path) != expected:
            raise RefusedError(f"“{name}”与出厂时不一样（拷贝出错或被改动），请重新拷贝一份")


def digest_file(path: Path) -> str:
    """Give a file's sha-256 in hexadecimal digits."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def install(folder: Path) -> tuple[str, Path]:
    """Make the environment of this version below the folder; one that is whole already is left as it is."""
    version = (HERE / "version.txt").read_text(encoding="utf-8").strip()
    name = f"{version}-{digest_file(HERE / SUMS)[:8]}-py{sys.version_info[0]}.{sys.version_info[1]}"
    environment = folder / name
    if (environment / MARK).exists():
        return version, environment
    if environment.exists():  # an earlier attempt was cut off
        shutil.rmtree(environment)
    if folder.exists() and not folder.is_dir():
        raise RefusedError(f"“{folder}”是一个文件，请换一个安装位置")
    folder.mkdir(parents=True, exist_ok=True)
    print("正在安装，约需一两分钟……", flush=True)
    try:
        venv.EnvBuilder(with_pip=False, symlinks=not _WINDOWS).create(environment)
        _run_pip(environment)
        subprocess.run([program_in(environment, "sanwu"), "--version"], check=True, stdout=subprocess.DEVNULL)
    except BaseException:
        shutil.rmtree(environment, ignore_errors=True)
        raise
    (environment / MARK).write_text(version + "\n", encoding="utf-8")
    return version, environment


def program_in(environment: Path, name: str) -> Path:
    """Say where an environment keeps a program."""
    return environment / ("Scripts" if _WINDOWS else "bin") / (f"{name}.exe" if _WINDOWS else name)


def write_launcher(folder: Path, environment: Path) -> Path:
    """Put the version in charge: one small file that starts it, replaced in one step."""
    target = program_in(environment, "sanwu")
    if _WINDOWS:
        path, text = folder / "sanwu.cmd", f'@"{target}" %*\r\n'
    else:
        path, text = folder / "sanwu", f"#!/bin/sh\nexec '{_quote(target)}' \"$@\"\n"
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(text.encode(_console_encoding()))
    fresh.chmod(0o755)
    fresh.replace(path)
    return path


def _console_encoding() -> str:
    # The code page in which a command file is read.
    return "oem" if _WINDOWS else "utf-8"


def _quote(path: Path) -> str:
    return str(path).replace("'", "'\\''")


def _run_pip(environment: Path) -> None:
    """Install from the wheels of this archive alone, each held against its hash, with the pip it brings."""
    house = HERE / "wheelhouse"
    (pip,) = house.glob("pip-*.whl")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    start = [program_in(environment, "python"), f"{pip}/pip", "--isolated", "--disable-pip-version-check"]
    where = ["--no-index", "--find-links", str(house), "--require-hashes"]
    what = ["-r", str(HERE / "requirements.txt")]
    subprocess.run(
        [*start, "install", "--quiet", "--no-cache-dir", *where, *what],
        check=True,
        env={**clean, "PIP_CONFIG_FILE": os.devnull},
    )


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="安装 sanwu，不用联网")
    default = Path.home() / "sanwu"
    parser.add_argument("folder", nargs="?", type=Path, default=default, help=f"装在哪里，默认 {default}")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
