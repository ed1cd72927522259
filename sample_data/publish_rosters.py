"""Writes city_maker/published.json: the rosters the office announced month by month.

Run once with sanwu installed, and again only when the registers of the sample change:
python sample_data/publish_rosters.py. The generator itself reads the file and never the program.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
OUT = HERE / "city_maker" / "published.json"
YEAR = 2026
ROLES = ("judge", "prosecutor", "lawyer")
FIELDS = ("date", "area_code", "role", "person_id", "person")


def ask_roster(workspace: Path) -> list[list[str]]:
    """Ask the program for the year's duties in the townships, in the order of day, place and role."""
    command = [sys.executable, "-m", "sanwu_cli", "-w", str(workspace), "roster", "generate"]
    command += ["--year", str(YEAR), "--format", "json"]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - our own program
    duties = [duty for duty in json.loads(answer.stdout)["duties"] if duty["role"] in ROLES]
    return sorted([duty[field] for field in FIELDS] for duty in duties)


def main() -> None:
    """Make a demonstration workspace, ask for its year's roster, write it."""
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder) / "w"
        init = [sys.executable, "-m", "sanwu_cli", "init", str(workspace), "--demo"]
        subprocess.run(init, check=True, capture_output=True)  # noqa: S603 - our own program
        lines = [json.dumps(duty, ensure_ascii=False) for duty in ask_roster(workspace)]
    OUT.write_text("[\n " + ",\n ".join(lines) + "\n]\n", encoding="utf-8", newline="\n")
    print(f"写出 {len(lines)} 个班次：{OUT.name}")


if __name__ == "__main__":
    main()
