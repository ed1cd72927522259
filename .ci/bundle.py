"""Builds one archive that installs sanwu with no network: python .ci/bundle.py [--target …] [--prove]."""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from bundle_lists import licence_files, write_licence_table, write_sbom
from bundle_wheels import (
    MACHINES,
    PYTHONS,
    Pin,
    Target,
    Wheel,
    check_complete,
    read_lock,
    read_wheels,
    select_pins,
)

ROOT = Path(__file__).resolve().parent.parent
PARTS = ROOT / ".ci" / "bundle"
LOCK = ROOT / ".ci" / "runtime.lock"
# The oldest date a zip can hold: the same input gives the same archive.
_STAMP = (1980, 1, 1, 0, 0, 0)
_EPOCH = "315532800"
_CHUNK = 1 << 20


def main() -> None:
    """Build the wheels' house, the lists and the archive; --prove also installs it where no network is."""
    options = _read_options()
    targets = [Target(machine, python) for machine in options.target for python in options.python]
    build, out = ROOT / "build" / "bundle", ROOT / "dist"
    shutil.rmtree(build, ignore_errors=True)
    house = build / "wheelhouse"
    house.mkdir(parents=True)
    out.mkdir(exist_ok=True)
    own = build_wheel(house)
    pins = read_lock(LOCK.read_text(encoding="utf-8"))
    for target in targets:
        fetch_wheels(target, select_pins(pins, target), house)
    wheels = read_wheels(house)
    check_complete([*pins, Pin.of_wheel(own)], targets, wheels)
    archive = out / f"sanwu-{own.version}-offline{_name_targets(options)}.zip"
    write_parts(build, own, wheels, targets)
    if options.prove is not None:
        write_archive(archive, build, f"sanwu-{own.version}")
        proofs = [prove(archive, python) for python in options.prove or [sys.executable]]
        write_guide(build, targets, proofs)
    write_archive(archive, build, f"sanwu-{own.version}")
    print(f"{archive.relative_to(ROOT)}: {len(wheels)} wheels, {archive.stat().st_size / 1e6:.0f} MB")
    print(f"sha256 {_digest(archive)}")


def build_wheel(house: Path) -> Wheel:
    """Build our own wheel, the same bytes from the same sources."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(house)],
        check=True,
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": _EPOCH},
    )
    (own,) = read_wheels(house)
    return own


def fetch_wheels(target: Target, pins: list[Pin], house: Path) -> None:
    """Download what one machine needs. We judge the markers: pip would judge them by this machine."""
    with tempfile.TemporaryDirectory() as folder:
        wanted = Path(folder) / "wanted.txt"
        wanted.write_text("".join(pin.as_line() for pin in pins), encoding="utf-8")
        pip = [sys.executable, "-m", "pip", "download", "-qq", "--disable-pip-version-check"]
        ways = ["--no-deps", "--require-hashes", "--only-binary=:all:", "--implementation", "cp"]
        machine = ["--python-version", target.python, *(f"--platform={one}" for one in target.platforms)]
        subprocess.run([*pip, *ways, *machine, "-r", str(wanted), "-d", str(house)], check=True)
    print(f"{target}: {len(pins)} packages", flush=True)


def write_parts(build: Path, own: Wheel, wheels: list[Wheel], targets: list[Target]) -> None:
    """Write everything beside the wheels; the sums come last, they cover all the rest."""
    requirements = LOCK.read_text(encoding="utf-8") + Pin.of_wheel(own).as_line()
    _write(build / "requirements.txt", requirements)
    _write(build / "version.txt", own.version + "\n")
    _write(build / "targets.txt", "".join(f"{one.system} {one.python}\n" for one in targets))
    for wheel in wheels:
        for name, data in licence_files(wheel):
            path = build / "licences" / wheel.label / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    _write(build / "licences" / "licences.csv", "\ufeff" + write_licence_table(wheels))
    _write(build / "sbom.cdx.json", write_sbom(own, wheels))
    for part in ("install.py", "install.sh", "install.bat"):
        shutil.copyfile(PARTS / part, build / part)
    write_guide(build, targets, [])


def write_guide(build: Path, targets: list[Target], proofs: list[str]) -> None:
    """Write what the clerk reads, with where the archive was tried, and the sums of every file."""
    names = {"linux-x86_64": "Linux x86-64", "linux-aarch64": "Linux ARM64", "windows-x86_64": "Windows 64位"}
    text = (
        (PARTS / "使用说明.txt")
        .read_text(encoding="utf-8")
        .format(
            targets="、".join(dict.fromkeys(names[one.system] for one in targets)),
            pythons="、".join(dict.fromkeys(one.python for one in targets)),
            proof="；".join([*proofs, "此外的机器只核对过软件包齐全，没有在真的机器上试过"]),
        )
    )
    _write(build / "使用说明.txt", "\ufeff" + text.replace("\n", "\r\n"))
    files = [path for path in _list_files(build) if path.name != "SHA256SUMS"]
    sums = "".join(f"{_digest(path)}  {path.relative_to(build).as_posix()}\n" for path in files)
    _write(build / "SHA256SUMS", sums)


def write_archive(archive: Path, folder: Path, top: str) -> None:
    """Pack a folder: sorted members, one date, same bytes from same files; wheels are packed already."""
    fresh = archive.with_name(archive.name + ".new")
    with zipfile.ZipFile(fresh, "w") as packed:
        for path in _list_files(folder):
            member = zipfile.ZipInfo(f"{top}/{path.relative_to(folder).as_posix()}", _STAMP)
            member.external_attr = (0o755 if path.suffix == ".sh" else 0o644) << 16
            is_packed = path.suffix == ".whl"
            member.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
            with path.open("rb") as source, packed.open(member, "w") as into:
                shutil.copyfileobj(source, into, _CHUNK)
    fresh.replace(archive)


def prove(archive: Path, python: str) -> str:
    """Install the archive in an empty place, its network taken away, run a month end; says what was seen."""
    with tempfile.TemporaryDirectory(prefix="sanwu 试装 ") as name:
        folder = Path(name)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder)
        (top,) = folder.iterdir()
        cut = _network_cut()
        # An index that cannot be: whoever asks one after all, fails.
        nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/none", "PATH": os.environ["PATH"]}
        environment = {**nowhere, "HOME": name, "LANG": "C.UTF-8", "PYTHON": python}
        _run([*cut, "sh", str(top / "install.sh"), str(folder / "装在这里")], environment)
        sanwu = str(folder / "装在这里" / "sanwu")
        demo = folder / "demo"
        _run([*cut, sanwu, "init", str(demo), "--demo"], environment)
        # 1 says that the sample's sheets have faults, which they are made to have.
        _run([*cut, sanwu, "-w", str(demo), "month-end", "2026-06", "-q"], environment, good=(0, 1))
        if not list((demo / "out").rglob("*.docx")):
            sys.exit("the month end wrote no document")
        version = _run([python, "--version"], environment).split()[-1]
    how = "断开网络" if cut else "关掉软件源"
    print(f"proven: Python {version}, {'no network' if cut else 'index switched off'}", flush=True)
    return f"Linux {platform.machine()}、Python {version}：{how}装过，跑过一次月末"


def _network_cut() -> list[str]:
    """Give the words that start a program without any network, where the system can do that."""
    cut = [shutil.which("unshare") or "", "--net", "--map-root-user"]
    works = cut[0] and subprocess.run([*cut, "true"], check=False, capture_output=True).returncode == 0
    return cut if works else []


def _run(command: list[str], environment: dict[str, str], good: tuple[int, ...] = (0,)) -> str:
    done = subprocess.run(command, check=False, env=environment, capture_output=True, text=True)
    if done.returncode not in good:
        sys.exit(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def _list_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _name_targets(options: argparse.Namespace) -> str:
    is_whole = options.target == list(MACHINES) and options.python == list(PYTHONS)
    return "" if is_whole else "-" + "-".join([*options.target, *(f"py{one}" for one in options.python)])


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", nargs="+", choices=MACHINES, default=list(MACHINES))
    parser.add_argument("--python", nargs="+", choices=PYTHONS, default=list(PYTHONS))
    parser.add_argument(
        "--prove", nargs="*", metavar="PYTHON", help="install it without a network with these, and run it"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
