"""What the offline archive holds: pins of the lock file, machines it is for, wheels that fit them."""

from __future__ import annotations

import hashlib
import re
import sys
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from typing import TYPE_CHECKING

from packaging.markers import Marker
from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MACHINES = ("linux-x86_64", "linux-aarch64", "windows-x86_64")
PYTHONS = ("3.11", "3.12", "3.13")
# The C library of the oldest systems meant: the domestic Linux releases of 2020.
_OLDEST_GLIBC, _FIRST_GLIBC = 28, 17
_PIN = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)\s*(?:;\s*([^\\\n]+?))?\s*((?:\\\n\s*--hash=\S+\s*)+)")
_HASH = re.compile(r"--hash=(\S+)")


@dataclass(frozen=True)
class Target:
    """A machine and a Python the archive is for."""

    system: str
    python: str

    def __str__(self) -> str:
        """Name it in a line of the log."""
        return f"{self.system}, Python {self.python}"

    @property
    def platforms(self) -> list[str]:
        """The platform tags a wheel may carry, the newest first."""
        machine = self.system.split("-")[1]
        if self.system.startswith("windows"):
            return ["win_amd64"]
        newest_first = range(_OLDEST_GLIBC, _FIRST_GLIBC - 1, -1)
        return [f"manylinux_2_{n}_{machine}" for n in newest_first] + [f"manylinux2014_{machine}"]

    @property
    def tags(self) -> frozenset[Tag]:
        """Every tag this machine's pip would take."""
        version = tuple(map(int, self.python.split(".")))
        digits = self.python.replace(".", "")
        own = cpython_tags(version, platforms=self.platforms)
        return frozenset([*own, *compatible_tags(version, f"cp{digits}", self.platforms)])

    @property
    def environment(self) -> dict[str, str]:
        """What markers are judged by; the machine that builds must not show through."""
        windows = self.system.startswith("windows")
        machine = self.system.split("-")[1]
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{self.python}.0",
            "os_name": "nt" if windows else "posix",
            "platform_machine": "AMD64" if windows else machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Windows" if windows else "Linux",
            "platform_version": "",
            "python_full_version": f"{self.python}.0",
            "python_version": self.python,
            "sys_platform": "win32" if windows else "linux",
        }


@dataclass(frozen=True)
class Pin:
    """One line of the lock: a package of one version, for whom, and the sums of its files."""

    name: str
    version: str
    marker: str | None
    hashes: tuple[str, ...]

    def is_for(self, target: Target) -> bool:
        """Whether this machine needs it."""
        return self.marker is None or Marker(self.marker).evaluate(dict(target.environment))

    def as_line(self) -> str:
        """Write it as a requirement without a marker."""
        sums = "".join(f" \\\n    --hash={one}" for one in self.hashes)
        return f"{self.name}=={self.version}{sums}\n"

    @classmethod
    def of_wheel(cls, wheel: Wheel) -> Pin:
        """Pin a wheel that is here."""
        return cls(wheel.name, wheel.version, None, (f"sha256:{wheel.sha256}",))


@dataclass(frozen=True)
class Wheel:
    """A wheel in the house: its names, tags, sum, and its METADATA's fields."""

    path: Path
    name: str
    version: str
    tags: frozenset[Tag]
    sha256: str
    fields: tuple[tuple[str, str], ...]

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name}-{self.version}"

    def field(self, key: str) -> list[str]:
        """Every value of one field of METADATA."""
        return [value for name, value in self.fields if name.lower() == key.lower()]


def read_lock(text: str) -> list[Pin]:
    """Read a hashed lock file; stops when a line of it was not understood."""
    pins = [
        Pin(canonicalize_name(name), version, marker or None, tuple(_HASH.findall(sums)))
        for name, version, marker, sums in _PIN.findall(text)
    ]
    stated = sum(1 for line in text.splitlines() if "==" in line and not line.startswith(("#", " ")))
    if stated != len(pins):
        sys.exit(f"the lock file names {stated} packages, {len(pins)} were understood")
    return pins


def select_pins(pins: Iterable[Pin], target: Target) -> list[Pin]:
    """Choose what one machine needs."""
    return [pin for pin in pins if pin.is_for(target)]


def read_wheels(house: Path) -> list[Wheel]:
    """Read every wheel of a folder, in the order of names."""
    return [read_wheel(path) for path in sorted(house.glob("*.whl"))]


def read_wheel(path: Path) -> Wheel:
    """Read a wheel's name, tags, sum and METADATA."""
    name, version, _, tags = parse_wheel_filename(path.name)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with zipfile.ZipFile(path) as packed:
        (metadata,) = (
            one for one in packed.namelist() if one.endswith(".dist-info/METADATA") and one.count("/") == 1
        )
        message = Parser().parsestr(packed.read(metadata).decode("utf-8"), headersonly=True)
    fields = tuple((key, str(value)) for key, value in message.items())
    return Wheel(path, str(name), str(version), tags, digest, fields)


def check_complete(pins: Iterable[Pin], targets: Iterable[Target], wheels: list[Wheel]) -> None:
    """Stop when a machine would miss a package, or when a wheel's sum is not in the lock."""
    known = list(pins)
    for target in targets:
        tags = target.tags
        for pin in select_pins(known, target):
            fitting = [
                wheel
                for wheel in wheels
                if (wheel.name, wheel.version) == (pin.name, pin.version) and wheel.tags & tags
            ]
            if not fitting:
                sys.exit(f"{target}: no wheel for {pin.name} {pin.version}")
            if not any(f"sha256:{wheel.sha256}" in pin.hashes for wheel in fitting):
                sys.exit(f"{target}: the wheel for {pin.name} {pin.version} is not the one locked")
