"""The offline archive's lists: what is inside (CycloneDX 1.6) and under which licence."""

from __future__ import annotations

import csv
import io
import json
import uuid
import zipfile
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bundle_wheels import Wheel

_LICENCE_WORDS = ("licen", "copying", "notice", "authors", "ofl")
# Our own name space: the same contents get the same serial number.
_SPACE = uuid.UUID("8b7f2d0e-6f1c-5a43-9b51-2f6f0c7a4d20")
_SHORT = 60


def licence_files(wheel: Wheel) -> Iterator[tuple[str, bytes]]:
    """Give the licence texts a wheel carries, of itself and of what is built into it, by safe names."""
    with zipfile.ZipFile(wheel.path) as packed:
        for member in sorted(packed.namelist()):
            folder, _, name = member.partition("/")
            words = name.lower().removeprefix("licenses/")
            is_text = not words.endswith((".py", ".pyc", ".so", ".pyd", ".dll"))
            inside = name.startswith("licenses/") or any(one in words for one in _LICENCE_WORDS)
            if folder.endswith(".dist-info") and name and inside and is_text and not member.endswith("/"):
                parts = [part for part in words.split("/") if part not in ("", ".", "..")]
                yield "__".join(parts), packed.read(member)


def describe_licence(wheel: Wheel) -> str:
    """Say a package's licence as it declares it: its expression, its short name, its classifiers."""
    if stated := wheel.field("License-Expression"):
        return stated[0]
    classified = [
        line.rpartition(" :: ")[2] for line in wheel.field("Classifier") if line.startswith("License ::")
    ]
    named = [line for line in wheel.field("License") if "\n" not in line and len(line) <= _SHORT]
    return (named or ["; ".join(classified)])[0] or "see the text"


def write_licence_table(wheels: list[Wheel]) -> str:
    """Write the table of packages, licences and the number of texts kept, one line a package."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["软件包", "版本", "许可", "许可文本", "主页"])
    for (name, version), group in groupby(wheels, key=lambda one: (one.name, one.version)):
        wheel = next(group)
        texts = len(list(licence_files(wheel)))
        writer.writerow([name, version, describe_licence(wheel), texts or "包里没有附", _find_page(wheel)])
    return target.getvalue()


def write_sbom(own: Wheel, wheels: list[Wheel]) -> str:
    """Write the bill of materials: a component for each package, with the sum of each of its files."""
    components = [
        _make_component(list(group)) for _, group in groupby(wheels, key=lambda one: (one.name, one.version))
    ]
    ours = next(one for one in components if one["name"] == own.name)
    others = [one for one in components if one is not ours]
    body = {
        "metadata": {"component": {**ours, "type": "application"}},
        "components": others,
        "dependencies": [
            {"ref": ours["bom-ref"], "dependsOn": [one["bom-ref"] for one in others if one["name"] != "pip"]}
        ],
    }
    serial = uuid.uuid5(_SPACE, json.dumps(body, sort_keys=True))
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        **body,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _find_page(wheel: Wheel) -> str:
    """Give the project's own page: the one named home or source before any other."""
    named = [line.partition(", ")[::2] for line in wheel.field("Project-URL")]
    wanted = ("home", "source", "repository", "")
    found = [page for word in wanted for label, page in named if word in label.lower()]
    return [*wheel.field("Home-page"), *found, ""][0]


def _make_component(group: list[Wheel]) -> dict[str, object]:
    """Describe a package; a component has one sum, so each file of it stands as a part with its own."""
    first = group[0]
    purl = f"pkg:pypi/{first.name}@{first.version}"
    component: dict[str, object] = {
        "type": "library",
        "bom-ref": purl,
        "name": first.name,
        "version": first.version,
        "purl": purl,
        "licenses": [_make_licence(first)],
    }
    summary = first.field("Summary")
    if summary:
        component["description"] = summary[0]
    parts = [
        {
            "type": "file",
            "bom-ref": f"{purl}#{wheel.path.name}",
            "name": wheel.path.name,
            "hashes": [{"alg": "SHA-256", "content": wheel.sha256}],
        }
        for wheel in group
    ]
    return {**component, "components": parts}


def _make_licence(wheel: Wheel) -> dict[str, object]:
    if stated := wheel.field("License-Expression"):
        return {"expression": stated[0]}
    return {"license": {"name": describe_licence(wheel)}}
