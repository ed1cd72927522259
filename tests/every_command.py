"""Every command of the tree with arguments that work on the sample city, in an order that can run."""

from __future__ import annotations

import contextlib
import io
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

import openpyxl

from sanwu_cli.cli.app import LAZY, run

if TYPE_CHECKING:
    from pathlib import Path

PART = ("649901001", "649901101")
OFFICES = ("清泉司法所", "长桥司法所")
MONTHS = ("2026-01", "2026-02", "2026-11", "2026-12")
VILLAGE, TOWNSHIP, JUDGE = "649901101203", "649901101", "F01"
DECIDED = "--reason 查明 --document 政法〔2026〕8号"
# {box} is a folder outside the workspace. Reads stand before writes that would change them.
CALLS: tuple[str, ...] = (
    "sheet list",
    "sheet show crime",
    "sheet form petition -o {box}/空白表.xlsx",
    "sheet findings",
    "sheet findings VALUE-DATE",
    "plan show",
    "plan show 六(四)",
    "plan show T-03",
    "plan show T-01",
    "plan show T-02",
    "plan show O-29",
    "plan coverage",
    "schema",
    "schema score-year",
    "doctor",
    "doctor --verify",
    "completion --refresh",
    "init {box}/新区 --name 灵武市 --code 640181",
    "check inbox/2026-02",
    "check {box}/坏表.xlsx",
    "check inbox/2026-02/2026年2月越级上访台账.xlsx --annotate --remember",
    "sheet maps",
    "sheet forget h979ff75899",
    "incidents import inbox",
    "incidents import inbox/2026-02 --dry-run",
    "records import inbox",
    "doctor --verify",
    "backup --to {box}/备份 --as-of 2026-03-31",
    "backup --to {box}/备份 --as-of 2026-04-01",
    "backup --list --to {box}/备份",
    "incidents list",
    "incidents held",
    "incidents held -o {box}/待归属.xlsx",
    "incidents show A6499012611005",
    "incidents export -o {box}/三无台账.xlsx",
    "incidents objections",
    "records list --sheet dispute --month 2026-02",
    "records list --sheet meeting",
    "records show JF202601-001 --sheet dispute",
    "records export -o {box}/其他台账.xlsx",
    "places find 锦绣社区居委会",
    "places find 没有的地方",
    "places alias 桃园新村 锦绣社区 --dry-run",
    "roster days --year 2026",
    "roster days --year 2026 --suggest --role 法官 -o {box}/进驻日.xlsx",
    "roster generate --month 2026-07 --role 法官 -o {box}/排班",
    "roster publish --month 2026-07 --role 法官 --as-of 2026-06-30",
    "roster check {box}/排班",
    "roster diff 公布 现排 --month 2026-07",
    "roster export --month 2026-07 --role 法官 -o {box}/导出",
    "roster explain 长桥镇 --month 2026-07 --role 法官",
    f"roster repair --person {JUDGE} --from 2026-07-01 --to 2026-07-20 --month 2026-07 -o {{box}}/更正",
    "roster recheck --year 2026",
    f"roster consent --person {JUDGE} --note 本人签字 --until 2026-12-31 --as-of 2026-03-01",
    "roster consent --as-of 2026-03-01",
    "roster form-fields",
    "roster picture --month 2026-07 --role 法官 -o {box}/图.png",
    "attendance show --month 2026-02",
    "attendance show --month 2026-01 --by duty",
    "grassroots show --year 2026 -o {box}/基层.xlsx",
    "grassroots show centres --year 2026",
    "grassroots show --overdue --year 2026",
    "score month 2026-06",
    "score year --year 2026 -o {box}/全年.xlsx",
    f"score explain {VILLAGE} --year 2026",
    "score year-end --year 2026 -o {box}/年终.xlsx",
    "score readings --year 2026 --reading T-05",
    "score compare 2026-05 2026-06",
    "assess check --year 2026",
    "assess score --year 2026 -o {box}/考核.xlsx",
    f"assess explain {TOWNSHIP} --year 2026",
    "assess measures",
    "assess example --year 2026 -o {box}/细则示例.xlsx",
    "due --as-of 2026-03-15 --ics {box}/事项.ics",
    "report list",
    "report fields monthly_circular",
    "report list --month 2026-02 --as-of 2026-03-15",
    "report render monthly_circular --month 2026-06 -o {box}/公文",
    "report check {box}/公文",
    "report overview --year 2026 --as-of 2026-03-31 -o {box}/总览.html",
    "month-end 2026-02",
    "month-end 2026-02 --verify",
    f"attendance record --step 提醒 --person {JUDGE} --absent-on 2026-03-10 --reason 没有到岗",
    "incidents place A6499012611005 锦绣社区 --reason 查明 --dry-run",
    f"incidents place A6499012611005 锦绣社区 {DECIDED}",
    "incidents object A6499012611005 --unit 清泉街道 --reason 发案地不在本街道 --on 2026-11-20 --dry-run",
    f"incidents rule A6499012611005 --matter 维持 {DECIDED} --on 2026-12-01 --dry-run",
    f"incidents correct A6499012611005 --area {VILLAGE} {DECIDED}",
    f"incidents withdraw A6499012611005 {DECIDED}",
    "incidents undo",
    f"records correct JF202601-001 --sheet dispute --set 是否化解=否 {DECIDED}",
    f"records withdraw JF202601-001 --sheet dispute {DECIDED}",
    "restore {box}/备份/sanwu-2026-03-31-r000002.zip",
    "restore {box}/备份/sanwu-2026-03-31-r000002.zip --yes --as-of 2026-12-31",
)


@dataclass(frozen=True)
class Answer:
    """What one call gave."""

    call: str
    status: int
    out: str
    err: str


def list_commands() -> set[str]:
    """Walk the tree: every command that can be run, by its words."""

    def walk(command, path):
        children = getattr(command, "commands", None)
        if children is None:
            return {path}
        return {leaf for name, child in children.items() for leaf in walk(child, f"{path} {name}")}

    return {leaf for name in LAZY for leaf in walk(LAZY[name].load(name), name)}


def command_of(call: str, commands: set[str]) -> str:
    """Name the command a call runs."""
    return max((one for one in commands if call == one or call.startswith(f"{one} ")), key=len, default="")


def make_box(folder: Path) -> Path:
    """Make the folder that calls write to, with the one bad file they read."""
    folder.mkdir()
    (folder / "坏表.xlsx").write_bytes(b"nix")
    return folder


def answer(city: Path, box: Path, call: str, *more: str) -> Answer:
    """Run one call in this process."""
    words = [word.format(box=box) for word in call.split()]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([*words, "-w", str(city), *more])
    return Answer(call, int(status), out.getvalue(), err.getvalue())


def make_part(folder: Path) -> Path:
    """Make a workspace of a part of the sample city, two townships and four months: quick to run."""
    assert run(["init", str(folder), "--demo", "-q"]) == 0
    for name, columns in (("区划", (1,)), ("进驻日", (1,)), ("网格", (3,)), ("人员", (5, 6))):
        path = folder / "registers" / f"{name}.xlsx"
        book = openpyxl.load_workbook(path)
        sheet = book.active
        for row in range(sheet.max_row, 1, -1):
            # Mediators of every office in two townships: no flow settles that, and a solver takes seconds.
            unit = str(sheet.cell(row, 4).value)
            if name == "人员" and unit.endswith("司法所") and unit not in OFFICES:
                sheet.delete_rows(row)
                continue
            for column in columns:
                told = str(sheet.cell(row, column).value or "").split("、")
                kept = [code for code in told if not code or code.startswith(PART)]
                sheet.cell(row, column).value = "、".join(kept) or None
                if not kept and column == columns[0]:
                    sheet.delete_rows(row)
                    break
        book.save(path)
    settings = folder / "sanwu.toml"
    settings.write_text(settings.read_text("utf-8").replace("# effort = 2 ", "effort = 0.01 "), "utf-8")
    for month in (folder / "inbox").iterdir():
        if month.name not in MONTHS:
            shutil.rmtree(month)
    return folder
