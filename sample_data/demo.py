"""A month end and a year end on the invented sample city, as a clerk would run them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

YEAR = 2026
MONTHS = ("2026-06", "2026-12")
NOVEMBER = "2026-11"
NOVEMBER_DAY = "2026-11-20"
LATE = Path(__file__).parent / "city" / "late"
# A month end with open questions ends in 1: the sample has some on purpose.
EXPECTED = (0, 1)


def run(*words: str, is_quiet: bool = False) -> None:
    """Run one sanwu command and show it; stop on any status that is not “done”."""
    print(f"\n$ sanwu {' '.join(words)}", flush=True)
    command = [sys.executable, "-m", "sanwu_cli", *words]
    errors = subprocess.DEVNULL if is_quiet else None
    status = subprocess.run(command, check=False, stderr=errors).returncode  # noqa: S603 - our own program
    if status not in EXPECTED:
        raise SystemExit(f"演示中断：退出状态 {status}")


def make_rosters(folder: str) -> None:
    """Make the year's rosters, explain the one place nobody can go to, publish them month by month."""
    print(
        "\n全年的值班表一起排：法官、检察官、律师到乡镇(街道)，人民调解员到村(社区)，每一级都说明证明到什么程度："
    )
    run("-w", folder, "roster", "generate", "--year", f"{YEAR}", is_quiet=True)
    print("\n9月沙井镇没有检察官可派，为什么，怎样才排得上：")
    run(
        "-w",
        folder,
        "roster",
        "explain",
        "沙井镇",
        "--month",
        f"{YEAR}-09",
        "--role",
        "检察官",
        is_quiet=True,
    )
    print("\n每个月的值班表月初以前公布，公布以后不再重排：")
    for number in range(1, 13):
        day = date(YEAR, number, 1) - timedelta(days=1)
        words = ("publish", "--month", f"{YEAR}-{number:02d}", "--role", "法官", "--as-of", f"{day}")
        run("-w", folder, "roster", *words, is_quiet=True)


def show_repair(folder: str) -> None:
    """Show what a judge's absence in December changes; nothing is published."""
    print("\n方知远12月7日到18日来不了，已公布的班最少改几个（只是建议，没有公布）：")
    words = ("--person", "方知远", "--from", f"{YEAR}-12-07", "--to", f"{YEAR}-12-18")
    run("-w", folder, "roster", "repair", *words, "--as-of", f"{YEAR}-12-01", is_quiet=True)


def show_november(folder: str) -> None:
    """Show what the year's work looks like on a day in November."""
    print("\n这一年的工作：看11月谁没有到岗，11月20日有哪些异议、到期和逾期的事、超期的纠纷：")
    run("-w", folder, "attendance", "show", "--month", NOVEMBER, "--as-of", NOVEMBER_DAY, is_quiet=True)
    run("-w", folder, "incidents", "objections", "--as-of", NOVEMBER_DAY, is_quiet=True)
    run("-w", folder, "due", "--as-of", NOVEMBER_DAY, is_quiet=True)
    run("-w", folder, "grassroots", "show", "disputes", "--overdue", "--as-of", NOVEMBER_DAY, is_quiet=True)


def main() -> None:
    """Run the demonstration in the folder given, or in .demo."""
    folder = sys.argv[1] if len(sys.argv) > 1 else ".demo"
    print("以下全部是虚构的样例：清河市的登记表和一年的部门台账。")
    run("init", folder, "--demo")
    make_rosters(folder)
    for month in MONTHS:
        run("-w", folder, "month-end", month, is_quiet=month != MONTHS[-1])
    run("-w", folder, "score", "year", "--year", "2026", is_quiet=True)
    show_november(folder)
    show_repair(folder)
    print("\n沙井镇3月的刑事案件台账晚到了，放进收件目录，补进去以后：")
    for sheet in sorted(LATE.iterdir()):
        shutil.copy(sheet, Path(folder, "inbox", "2026-03"))
    run("-w", folder, "incidents", "import", "inbox/2026-03", is_quiet=True)
    run("-w", folder, "score", "explain", "沙井镇", "--year", "2026", is_quiet=True)
    run("-w", folder, "month-end", MONTHS[-1], is_quiet=True)
    print("\n年终收口：谁命名、谁待定、要问谁什么，哪些结论取决于口径；按示例细则逐项试算的得分：")
    run("-w", folder, "score", "year-end", "--year", "2026", is_quiet=True)
    run("-w", folder, "score", "readings", "--year", "2026", is_quiet=True)
    run("-w", folder, "assess", "score", "--year", "2026", is_quiet=True)
    out = Path(folder).resolve() / "out"
    print("\n演示完成。结果在这里：")
    for title, pattern in (
        ("值班表（附件3）", "*/附件3*.xlsx"),
        ("调解员值班表", "*/*人民调解员值班表.xlsx"),
        ("手机日历（更正建议）", "*/日历/*.ics"),
        ("通知和通报（Word）", "*/*.docx"),
        ("年终名单（核算）", "*/*年三无名单*.xlsx"),
        ("台账", "*/三无台账.xlsx"),
    ):
        for path in sorted(out.glob(pattern)):
            print(f"  {title}：{path}")


if __name__ == "__main__":
    main()
