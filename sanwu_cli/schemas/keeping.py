"""The documents about keeping what was done: month ends and their records, backups, the ledger verified."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import UNSET, Meta, UnsetType

from sanwu_cli.errors import ExitStatus
from sanwu_cli.schemas.parts import Checked, Count, Day, FindingCounts, MonthText, Part, Run
from sanwu_cli.terms import Severity

Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="sha256")]
MaybeHash = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$", description="sha256，读不了的是空的")]
Head = Annotated[
    str, Meta(pattern=r"^[0-9a-f]{12}$", description="台账末行的校验值，台账有任何一行变了，它就不一样")
]
# The last line of a table of the ledger: its number (0: there is none), its digest.
LastLine = tuple[Count, str]
InputKind = Literal["settings", "register", "template", "sheet"]
Cause = Literal["manual", "restore", "month-end"]


class Step(Part, frozen=True, kw_only=True):
    """月末的一步；exit 不是 0 的没有办成，原因在 result 里。"""

    title: str
    result: str
    file: str | None
    exit: ExitStatus


class Letter(Part, frozen=True, kw_only=True):
    """小结：邮件主题和正文各行。"""

    subject: str
    lines: list[str]


class MonthEnd(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/month-end/1"):
    """月末的各步和小结。"""

    month: MonthText
    steps: list[Step]
    summary: Letter


class RunInput(Part, frozen=True, kw_only=True):
    """月末依据的一个文件；有 readable 的读不了。"""

    file: str
    kind: InputKind
    sha256: MaybeHash
    readable: bool | UnsetType = UNSET


class RunLedger(Part, frozen=True, kw_only=True):
    """当时的台账：格式、末行的校验值、各表的末行（没有台账就没有这三项），最后一次操作，条目数，在册的表。"""

    format: Count | UnsetType = UNSET
    head: Head | UnsetType = UNSET
    lines: dict[str, LastLine] | UnsetType = UNSET
    last_run: Count
    entries: Count
    sheets: list[tuple[str, Hash]]


class RunOutput(Part, frozen=True, kw_only=True):
    """月末写出的一个文件。"""

    file: str
    bytes: Count
    sha256: Hash


class FailedStep(Part, frozen=True, kw_only=True):
    """没有办成的一步。"""

    step: str
    why: str
    remedy: str
    place: str
    exit: ExitStatus


class RunFinding(Part, frozen=True, kw_only=True):
    """当时检查出来的一条，空的几项不写。"""

    code: str
    severity: Severity
    file: str | UnsetType = UNSET
    sheet: str | UnsetType = UNSET
    cell: str | UnsetType = UNSET
    message: str


class RunRecord(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/run/2"):
    """月末的运行记录 out/月份/run.json：依据什么，写出什么，哪里没有办成；sha256 是其余各项的。"""

    month: MonthText
    as_of: Day
    program: str
    versions: dict[str, str]
    plan: str
    readings: dict[str, str | list[str] | dict[str, int]]
    inputs: list[RunInput]
    ledger: RunLedger
    outputs: list[RunOutput]
    failed: list[FailedStep]
    exit: ExitStatus
    counts: FindingCounts
    findings: list[RunFinding]
    sha256: Hash


class RunFile(Part, frozen=True, kw_only=True):
    """核对过的一项；trouble 为 null 的和运行记录一致。"""

    file: str
    kind: InputKind | Literal["output", "ledger", "program"]
    trouble: str | None


class RunCheck(Checked, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/run-check/1"):
    """月末写出的结果和依据，和运行记录比。"""

    month: MonthText
    files: list[RunFile]


class BackupLines(Part, frozen=True, kw_only=True):
    """备份里的台账：各表的末行。"""

    lines: dict[str, LastLine]


class Backup(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/backup/1"):
    """备份里的 manifest.json：哪天、为什么、里面有什么；没有台账的 ledger 为 null。"""

    program: str
    on: Day
    cause: Cause
    format: Count
    ledger: BackupLines | None
    files: dict[str, Hash]


class BackupMade(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/backup-made/1"):
    """做好的备份；new 为 false 的，最近一份就是现在的样子。没有台账的 runs 为 0，head 为 null。"""

    file: str
    new: bool
    runs: Count
    head: Head | None
    dropped: list[str]


class BackupLine(Part, frozen=True, kw_only=True):
    """一份备份；打不开的其余各项为 null。"""

    file: str
    readable: bool
    on: Day | None
    cause: Cause | None
    runs: Count | None
    head: Head | None


class Backups(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/backups/1"):
    """有哪些备份，从早到晚。"""

    backups: list[BackupLine]


class LostRun(Part, frozen=True, kw_only=True):
    """恢复后台账里没有了的一次操作。"""

    run: Run
    command: str
    as_of: Day


class Restore(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/restore/1"):
    """恢复会改什么；applied 为 true 的已经改了，kept 是恢复以前的样子。"""

    file: str
    made_on: Day | None
    damaged: bool
    lost_runs: list[LostRun]
    gained_runs: Count
    changed: list[str]
    made: list[str]
    left: list[str]
    applied: bool
    kept: str | None


class LedgerDamage(Part, frozen=True, kw_only=True):
    """台账坏了的一处：哪张表第几行（0 是整张表），怎么坏的。"""

    table: str
    line: Count
    place: str
    what: str


class Verify(Part, frozen=True, kw_only=True, tag_field="schema", tag="sanwu/verify/1"):
    """逐行核对过的台账；没有台账的 format、head 为 null，坏了的没有 head。"""

    sound: bool
    format: Count | None
    head: Head | None
    lines: dict[str, Count]
    compared: Count
    damages: list[LedgerDamage]
    unreadable: list[str]
