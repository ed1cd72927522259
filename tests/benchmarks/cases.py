"""What is measured: the groups, their cases, who is held against whom, and the ratios aimed at."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from data import LOADS, Load
from harness import HERE, Case, Group, child_environment
from months import SIZES, make_month_workspace

PYTHON = sys.executable
SANWU = str(Path(sys.executable).with_name("sanwu"))
_PARTLY = (0, 1)  # done, or done with findings


def list_groups(folder: Path, load: str, *, rounds: int) -> tuple[Group, ...]:
    """List everything that is measured on the data of `folder`."""
    return (
        _make_start_up(folder, rounds),
        _make_small(folder, LOADS[load], rounds),
        _make_big(folder, LOADS[load], rounds),
        _make_documents(folder, rounds),
        _make_year(folder, rounds),
        *_make_rosters(folder, load),
        *_make_months(folder, load),
    )


def _worker(script: str, case: str, folder: Path) -> tuple[str, ...]:
    return (PYTHON, str(HERE / f"work_{script}.py"), case, str(folder))


def _make_start_up(folder: Path, rounds: int) -> Group:
    floor, hello, own_help = "python -c pass", "typer hello --help", "sanwu check --help"
    check = (SANWU, "-w", str(folder / "usual"), "check", str(folder / "month"))
    script = folder / "completion.bash"

    def write_completion() -> None:
        command = (SANWU, "completion", "bash")
        done = subprocess.run(command, check=True, capture_output=True, env=child_environment())
        script.write_bytes(done.stdout)

    tab = f"source {shlex.quote(str(script))}; COMP_WORDS=(sanwu roster ''); COMP_CWORD=2; _sanwu"
    completion = (
        Case(
            "bash, the completion read and one Tab",
            ("bash", "--norc", "-c", tab),
            ((floor, 1.0),),
            prepare=write_completion,
        ),
    )
    return Group(
        "start-up (whole processes)",
        (
            Case(floor, (PYTHON, "-c", "pass")),
            Case(hello, (PYTHON, str(HERE / "hello.py"), "--help"), ((floor, None),)),
            Case("sanwu --version", (SANWU, "--version"), ((floor, 1.8), (hello, None))),
            Case("sanwu --help", (SANWU, "--help"), ((floor, 1.8), (hello, None))),
            Case(own_help, (SANWU, "check", "--help"), ((floor, 8.0), (hello, None))),
            Case(
                "sanwu score year --help", (SANWU, "score", "year", "--help"), ((floor, 8.0), (hello, None))
            ),
            Case("sanwu check, a usual month of 20 files", check, ((own_help, 3.0),), accepts=_PARTLY),
            *(completion if shutil.which("bash") else ()),
        ),
        max(11, rounds),
    )


def _make_small(folder: Path, load: Load, rounds: int) -> Group:
    def worker(name: str, case: str, *peers: tuple[str, float | None]) -> Case:
        return Case(name, _worker("sheets", f"small-{case}", folder), peers, is_worker=True)

    ledger = folder / "workspace" / "ledger.db"
    command = (SANWU, "-w", str(folder / "workspace"), "incidents", "import", "-q", str(folder / "small"))
    return Group(
        f"reading {load.small_files} workbooks of {load.small_rows} rows",
        (
            worker("calamine to_python (floor)", "calamine"),
            worker("pandas(calamine)", "pandas-calamine"),
            worker("pandas(calamine) + checks", "pandas-checks"),
            worker("pandas(calamine) + pandera", "pandera"),
            worker("pandas(openpyxl)", "pandas-openpyxl"),
            worker("sanwu read_book", "ours-values", ("calamine to_python (floor)", None)),
            worker(
                "sanwu, files to findings",
                "ours",
                ("calamine to_python (floor)", None),
                ("pandas(calamine)", None),
                ("pandas(calamine) + checks", None),
                ("pandas(calamine) + pandera", None),
                ("pandas(openpyxl)", 0.35),
            ),
            Case(
                "sanwu incidents import DIR (process)",
                command,
                (("pandas(calamine)", None), ("pandas(openpyxl)", None)),
                prepare=lambda: ledger.unlink(missing_ok=True),
                accepts=_PARTLY,
            ),
        ),
        rounds,
    )


def _make_big(folder: Path, load: Load, rounds: int) -> Group:
    def worker(name: str, case: str, *peers: tuple[str, float | None]) -> Case:
        return Case(name, _worker("sheets", f"big-{case}", folder), peers, is_worker=True)

    return Group(
        f"reading one workbook of {load.big_rows} x 12",
        (
            worker("calamine to_python (floor)", "calamine"),
            worker("pandas(calamine)", "pandas-calamine"),
            worker("pandas(calamine) + checks", "pandas-checks"),
            worker("pandas(calamine) + pandera", "pandera"),
            worker("pandas(openpyxl)", "pandas-openpyxl"),
            worker("sanwu read_book", "ours-values", ("calamine to_python (floor)", None)),
            worker(
                "sanwu, files to findings",
                "ours",
                ("calamine to_python (floor)", 2.5),
                ("pandas(calamine)", None),
                ("pandas(calamine) + checks", None),
                ("pandas(calamine) + pandera", 0.75),
                ("pandas(openpyxl)", None),
            ),
        ),
        rounds,
    )


def _make_documents(folder: Path, rounds: int) -> Group:
    def worker(name: str, case: str, *peers: tuple[str, float | None]) -> Case:
        return Case(name, _worker("documents", case, folder), peers, is_worker=True)

    floor, rows = "strings and zip, 200 notices", "strings and zip, table of 300 rows x 5"
    same, page, table = (
        "docxtpl, the same notice",
        "docxtpl, one page, no table",
        "docxtpl, table of 300 rows x 5",
    )
    return Group(
        "200 notices; five tables of 300 rows",
        (
            worker(same, "notices-same"),
            worker(page, "notices-one-page"),
            worker("sanwu, 200 notices", "notices-ours", (same, 1.0), (page, 1.0)),
            worker(floor, "pages-floor"),
            worker("sanwu, 200 notices without table", "pages-ours", (floor, 3.0)),
            worker(table, "tables-same"),
            worker(rows, "tables-floor"),
            worker("sanwu, table of 300 rows x 5", "tables-ours", (table, 1.0), (rows, 4.0)),
        ),
        rounds,
    )


def _make_year(folder: Path, rounds: int) -> Group:
    workspace = folder / "workspace"
    ledger, eleven, whole = workspace / "ledger.db", folder / "eleven.db", folder / "whole.db"
    imports = (SANWU, "-w", str(workspace), "incidents", "import", "-q")
    *before, december = sorted((folder / "year").iterdir())

    def fill() -> None:
        """Import the year once: eleven months, and then the twelfth."""
        ledger.unlink(missing_ok=True)
        for inputs, kept in ((before, eleven), ([december], whole)):
            command = [*imports, *map(str, inputs)]
            done = subprocess.run(command, check=False, capture_output=True, env=child_environment())
            if done.returncode not in _PARTLY:
                sys.exit(f"import of the year: exit status {done.returncode}\n{done.stderr.decode()[-2000:]}")
            shutil.copyfile(ledger, kept)

    def take(kept: Path) -> None:
        if not whole.exists():
            fill()
        shutil.copyfile(kept, ledger)

    def worker(name: str, case: str, *peers: tuple[str, float | None]) -> Case:
        command = _worker("ledger", case, folder)
        return Case(name, command, peers, prepare=lambda: take(whole), is_worker=True)

    floor = "select + json.loads (floor)"
    return Group(
        "a year of 60 townships, 1,500 villages, 60,000 incident rows",
        (
            worker(floor, "bare"),
            worker("score year", "judge", (floor, None)),
            worker("import December again, dry run", "again", (floor, None)),
            Case(
                "sanwu incidents import, month 12 (process)",
                (*imports, str(december)),
                ((floor, None),),
                prepare=lambda: take(eleven),
                accepts=_PARTLY,
            ),
        ),
        rounds,
    )


def _make_rosters(folder: Path, load: str) -> tuple[Group, ...]:
    """A round is enough: every search is limited in its own steps, not by the clock."""
    whole, parts, hand = "CP-SAT, one model a county", "CP-SAT, one model a sub-problem", "rotation by hand"

    def worker(name: str, case: str, *peers: tuple[str, float | None]) -> Case:
        return Case(name, _worker("rosters", case, folder), peers, is_worker=True)

    small = Group(
        "rosters S: 8 townships, 6 judges, 5 prosecutors, 8 lawyers",
        (
            worker(hand, "S-hand"),
            worker(whole, "S-whole"),
            worker(parts, "S-parts"),
            worker("sanwu, a year", "S", (whole, None), (parts, 0.2), (hand, None)),
        ),
        1,
    )
    peers = (worker(whole, "M-whole"), worker(parts, "M-parts")) if load == "full" else ()
    against = ((whole, None), (parts, 0.2)) if load == "full" else ()
    middle = Group(
        "rosters M: six counties of 8 to 14 townships",
        (worker(hand, "M-hand"), *peers, worker("sanwu, a year", "M", *against, (hand, None))),
        1,
    )
    changes = Group(
        "rosters S: repaired after a leave, gaps explained",
        (worker("sanwu, twelve repairs", "S-repair"), worker("sanwu, explanations", "S-clash")),
        1,
    )
    villages = Group(
        "rosters of villages: 110 villages, 30 mediators in 8 judicial offices",
        (worker("sanwu, a year", "S-villages"),),
        1,
    )
    tasks = Group(
        "rosters as shift minimisation, planted optimum (drawn in the manner of the published instances)",
        (worker("sanwu, fewest people", "tasks"),),
        1,
    )
    if load != "full":
        return small, middle, changes, villages, tasks
    large = Group(
        "rosters L: 1,500 townships in 100 counties",
        (worker(hand, "L-hand"), worker("sanwu, a year", "L", (hand, None))),
        1,
    )
    country = Group(
        "rosters of villages, a tenth of L: 2,000 villages, 500 mediators in 150 judicial offices",
        (worker("sanwu, a year", "L-villages"),),
        1,
    )
    return small, middle, changes, villages, tasks, large, country


def _make_months(folder: Path, load: str) -> tuple[Group, ...]:
    """Month ends of workspaces that know the whole year: the first takes everything in, the second little.

    A county of each size is held against the one before it, so that one sees how the time grows.
    """
    groups, before = [], ""
    for size in SIZES:
        if size == "L" and load != "full":
            break
        workspace = folder / f"month-end-{size}"
        first, again = f"{size}: month-end 11, a year's inbox", f"{size}: month-end 12, inbox known"
        command = (SANWU, "-w", str(workspace), "month-end", "-q")

        def prepare(workspace: Path = workspace, size: str = size) -> None:
            if not workspace.exists():
                make_month_workspace(workspace, size)
            shutil.rmtree(workspace / "out", ignore_errors=True)
            (workspace / "ledger.db").unlink(missing_ok=True)

        peers = ((before, None),) if before else ()
        cases = (
            Case(first, (*command, "2026-11"), peers, prepare=prepare, accepts=_PARTLY),
            Case(again, (*command, "2026-12"), ((first, None),), accepts=_PARTLY),
        )
        groups += cases
        before = first
    title = "month end of 9/90, 60/1,500 and 1,500/20,000 townships/villages" + (
        "" if load == "full" else " (the last in the full load)"
    )
    return (Group(title, tuple(groups), 1),)
