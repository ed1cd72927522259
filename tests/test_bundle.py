"""The offline archive: what each machine needs, what is refused, the lists; `make bundle` builds it."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / ".ci"


@pytest.fixture(scope="module")
def parts() -> Iterator[dict[str, Any]]:
    sys.path.insert(0, str(BUILD))
    try:
        names = ("bundle_wheels", "bundle_lists", "bundle")
        loaded = {name: importlib.import_module(name) for name in names}
        spec = importlib.util.spec_from_file_location("offline_install", BUILD / "bundle" / "install.py")
        assert spec is not None
        assert spec.loader is not None
        loaded["install"] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded["install"])
        yield loaded
    finally:
        sys.path.remove(str(BUILD))
        for name in names:
            sys.modules.pop(name, None)


def make_wheel(folder: Path, file_name: str, *, licence: str | None = "MIT", text: bool = True) -> Path:
    name, version = file_name.split("-")[:2]
    path = folder / file_name
    info = f"{name}-{version}.dist-info"
    fields = f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\nSummary: 试\n"
    fields += f"License-Expression: {licence}\n" if licence else "Classifier: License :: X11\n"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{info}/METADATA", fields)
        packed.writestr(f"{name}/licence_checker.py", "not a text")
        if text:
            packed.writestr(f"{info}/licenses/vendor/LICENSE.txt", "may be used")
    return path


LOCK = """\
alpha==1.0 \\
    --hash=sha256:{alpha}
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:{colorama} \\
    --hash=sha256:00
numpy==2.4 ; python_full_version < '3.12' \\
    --hash=sha256:{old}
numpy==2.5 ; python_full_version >= '3.12' \\
    --hash=sha256:{new}
"""
EMPTY = dict.fromkeys(("alpha", "colorama", "old", "new"), "11")


def test_markers_are_judged_by_the_machine_meant_not_by_this_one(parts: dict[str, Any]) -> None:
    wheels = parts["bundle_wheels"]
    pins = wheels.read_lock(LOCK.format(**EMPTY))
    needs = {
        (system, python): [
            f"{pin.name} {pin.version}" for pin in wheels.select_pins(pins, wheels.Target(system, python))
        ]
        for system in wheels.MACHINES
        for python in wheels.PYTHONS
    }
    assert needs["linux-x86_64", "3.11"] == ["alpha 1.0", "numpy 2.4"]
    assert needs["linux-aarch64", "3.13"] == ["alpha 1.0", "numpy 2.5"]
    assert needs["windows-x86_64", "3.12"] == ["alpha 1.0", "colorama 0.4.6", "numpy 2.5"]
    assert pins[1].as_line() == "colorama==0.4.6 \\\n    --hash=sha256:11 \\\n    --hash=sha256:00\n"


def test_a_line_of_the_lock_that_is_not_understood_stops_the_build(parts: dict[str, Any]) -> None:
    with pytest.raises(SystemExit, match="names 2 packages, 1 were understood"):
        parts["bundle_wheels"].read_lock("alpha==1.0 \\\n    --hash=sha256:11\nbeta==2.0\n")


@pytest.mark.parametrize(
    ("system", "file_name", "fits"),
    [
        ("linux-x86_64", "alpha-1.0-py3-none-any.whl", True),
        ("linux-x86_64", "alpha-1.0-cp311-cp311-manylinux_2_28_x86_64.whl", True),
        ("linux-x86_64", "alpha-1.0-cp38-abi3-manylinux2014_x86_64.whl", True),
        ("linux-x86_64", "alpha-1.0-cp311-cp311-manylinux_2_31_x86_64.whl", False),
        ("linux-x86_64", "alpha-1.0-cp311-cp311-musllinux_1_2_x86_64.whl", False),
        ("linux-x86_64", "alpha-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", False),
        ("linux-aarch64", "alpha-1.0-cp311-cp311-manylinux_2_28_x86_64.whl", False),
        ("linux-aarch64", "alpha-1.0-cp311-cp311-manylinux_2_17_aarch64.whl", True),
        ("windows-x86_64", "alpha-1.0-cp311-cp311-win_amd64.whl", True),
        ("windows-x86_64", "alpha-1.0-cp311-cp311-win32.whl", False),
    ],
)
def test_a_wheel_counts_only_where_that_machine_can_use_it(
    parts: dict[str, Any], tmp_path: Path, system: str, file_name: str, *, fits: bool
) -> None:
    wheels = parts["bundle_wheels"]
    wheel = wheels.read_wheel(make_wheel(tmp_path, file_name))
    target = wheels.Target(system, "3.11")
    pin = wheels.Pin.of_wheel(wheel)
    if fits:
        wheels.check_complete([pin], [target], [wheel])
    else:
        with pytest.raises(SystemExit, match=r"no wheel for alpha 1\.0"):
            wheels.check_complete([pin], [target], [wheel])


def test_a_wheel_that_is_not_the_one_locked_stops_the_build(parts: dict[str, Any], tmp_path: Path) -> None:
    wheels = parts["bundle_wheels"]
    wheel = wheels.read_wheel(make_wheel(tmp_path, "alpha-1.0-py3-none-any.whl"))
    pin = wheels.Pin("alpha", "1.0", None, ("sha256:00",))
    with pytest.raises(SystemExit, match="is not the one locked"):
        wheels.check_complete([pin], [wheels.Target("linux-x86_64", "3.11")], [wheel])


def test_the_archive_is_locked_to_the_versions_the_tests_run_with(parts: dict[str, Any]) -> None:
    read = parts["bundle_wheels"].read_lock
    house = {(pin.name, pin.version) for pin in read((BUILD / "requirements.lock").read_text("utf-8"))}
    shipped = read((BUILD / "runtime.lock").read_text("utf-8"))
    assert {(pin.name, pin.version) for pin in shipped if pin.name != "pip"} <= house
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {re.split(r"[<>=!~;\[ ]", line)[0].lower() for line in wanted}
    assert names - {pin.name for pin in shipped} == set()


def test_the_lists_name_every_package_its_licence_and_its_sums(parts: dict[str, Any], tmp_path: Path) -> None:
    make_wheel(tmp_path, "alpha-1.0-cp311-cp311-win_amd64.whl")
    make_wheel(tmp_path, "alpha-1.0-cp311-cp311-manylinux_2_28_x86_64.whl")
    make_wheel(tmp_path, "beta-2.0-py3-none-any.whl", licence=None, text=False)
    make_wheel(tmp_path, "sanwu-0.1-py3-none-any.whl", licence="Apache-2.0")
    found = parts["bundle_wheels"].read_wheels(tmp_path)
    own = found[-1]
    text = parts["bundle_lists"].write_sbom(own, found)
    document = json.loads(text)
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    assert document["metadata"]["component"]["name"] == "sanwu"
    sums = {
        part["name"]: part["hashes"][0]["content"]
        for component in [document["metadata"]["component"], *document["components"]]
        for part in component["components"]
    }
    assert sums == {wheel.path.name: wheel.sha256 for wheel in found}
    references = [component["bom-ref"] for component in document["components"]]
    assert references == ["pkg:pypi/alpha@1.0", "pkg:pypi/beta@2.0"]
    assert parts["bundle_lists"].write_sbom(own, found) == text
    rows = list(csv.reader(parts["bundle_lists"].write_licence_table(found).splitlines()))
    assert [row[:4] for row in rows[1:]] == [
        ["alpha", "1.0", "MIT", "1"],
        ["beta", "2.0", "X11", "包里没有附"],
        ["sanwu", "0.1", "Apache-2.0", "1"],
    ]
    assert list(parts["bundle_lists"].licence_files(own)) == [("vendor__license.txt", b"may be used")]


def make_archive(parts: dict[str, Any], folder: Path) -> Path:
    house = folder / "wheelhouse"
    house.mkdir(parents=True)
    own = parts["bundle_wheels"].read_wheel(make_wheel(house, "sanwu-0.1-py3-none-any.whl"))
    targets = [parts["bundle_wheels"].Target("linux-x86_64", "3.11")]
    parts["bundle"].write_parts(folder, own, [own], targets)
    return folder


def test_the_same_files_give_the_same_archive(parts: dict[str, Any], tmp_path: Path) -> None:
    packed = []
    for name in ("one", "two"):
        folder = make_archive(parts, tmp_path / name)
        parts["bundle"].write_archive(tmp_path / f"{name}.zip", folder, "sanwu-0.1")
        packed.append((tmp_path / f"{name}.zip").read_bytes())
    assert packed[0] == packed[1]
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert {name.split("/")[0] for name in names} == {"sanwu-0.1"}
        assert archive.getinfo("sanwu-0.1/install.sh").external_attr >> 16 & 0o111


def test_a_file_changed_or_missing_on_the_way_stops_the_installation(
    parts: dict[str, Any], tmp_path: Path
) -> None:
    folder, install = make_archive(parts, tmp_path / "got"), parts["install"]
    install.check_files(folder)
    wheel = next((folder / "wheelhouse").iterdir())
    good = wheel.read_bytes()
    wheel.write_bytes(good[:-1] + b"?")
    with pytest.raises(install.RefusedError, match=r"sanwu-0\.1-py3-none-any\.whl”与出厂时不一样"):
        install.check_files(folder)
    wheel.unlink()
    with pytest.raises(install.RefusedError, match="压缩包里少了"):
        install.check_files(folder)


def test_a_machine_without_packages_is_told_which_ones_have_them(parts: dict[str, Any]) -> None:
    install = parts["install"]
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    with pytest.raises(install.RefusedError, match=r"本压缩包能装在 solaris-sparc，Python 2\.7"):
        install.check_machine({("solaris-sparc", "2.7")})
    if sys.platform == "linux":
        known = {(f"linux-{machine}", here) for machine in ("x86_64", "aarch64")}
        install.check_machine(known)


@pytest.mark.skipif(sys.platform == "win32", reason="the launcher of Windows is a command file")
def test_the_launcher_starts_the_version_in_charge_whatever_its_path(
    parts: dict[str, Any], tmp_path: Path
) -> None:
    folder = tmp_path / "it's 这里"
    for version in ("1", "2"):
        program = parts["install"].program_in(folder / version, "sanwu")
        program.parent.mkdir(parents=True)
        program.write_text(f'#!/bin/sh\necho "{version} $1"\n')
        program.chmod(0o755)
        command = parts["install"].write_launcher(folder, folder / version)
        done = subprocess.run([command, "两 字"], check=True, capture_output=True, text=True)
        assert done.stdout == f"{version} 两 字\n"


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_shell_script_refuses_without_a_fitting_python(tmp_path: Path) -> None:
    script = BUILD / "bundle" / "install.sh"
    done = subprocess.run(
        ["/bin/sh", script], check=False, capture_output=True, text=True, env={"PATH": str(tmp_path)}
    )
    assert done.returncode == 1
    assert "没有找到 Python 3.11、3.12 或 3.13" in done.stderr


def test_the_command_file_is_ascii_with_the_line_ends_of_its_system() -> None:
    data = (BUILD / "bundle" / "install.bat").read_bytes()
    assert data.isascii()
    assert data.count(b"\n") == data.count(b"\r\n")
