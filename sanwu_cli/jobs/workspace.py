"""A workspace: found, opened, its settings and registers read."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import list_inputs, refuse_outside
from sanwu_cli.findings import make_finding
from sanwu_cli.jobs.mappings import STEM, read_memory
from sanwu_cli.places import Places
from sanwu_cli.plan.switches import load_switches
from sanwu_cli.registers import build_registers
from sanwu_cli.settings import FILE_NAME, Settings, parse_settings
from sanwu_cli.sheets.read import read_all
from sanwu_cli.sheets.remembered import Memory
from sanwu_cli.sheets.schema import load_office_schemas, load_schemas
from sanwu_cli.shipped import find_shipped
from sanwu_cli.terms import Indicator, Intake, Severity
from sanwu_cli.workbook.read import read_book

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanwu_cli.ledger.store import Ledger
    from sanwu_cli.model import Finding, Registers, SheetReading
    from sanwu_cli.plan.records import Plan
    from sanwu_cli.sheets.schema import SheetSchema

AREA_REGISTER = "区划.xlsx"
# Stands in a workspace while it is put back to a backup; whoever opens it goes on with that.
RESTORING = ".sanwu-restore.zip"
_KNOWN_STEMS = frozenset({"区划", "人员", "进驻日", "请假", "节假日", "限额", "网格", "里程"})
_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".et"})


class Workspace(Struct, frozen=True, dict=True):
    """An opened workspace: its folder and its settings."""

    path: Path
    settings: Settings

    @cached_property
    def plan(self) -> Plan:
        """The plan it follows, with the indicators the office added."""
        from sanwu_cli.plan.added import add_indicators  # noqa: PLC0415 - start-up: looking at sheets judges nothing
        from sanwu_cli.plan.loader import load_plan  # noqa: PLC0415

        return add_indicators(load_plan(), self.settings.added)

    @property
    def inbox(self) -> Path:
        """Where department sheets lie."""
        return self.path / "inbox"

    @property
    def out(self) -> Path:
        """Where everything generated goes."""
        return self.path / "out"

    @property
    def schemas(self) -> Mapping[str, SheetSchema]:
        """Every sheet we know, by id, with the indicators the office added."""
        return load_office_schemas(self.settings.added)

    @cached_property
    def _base(self) -> Path:
        return self.path.resolve()

    @property
    def ledger(self) -> Ledger:
        """The workspace's ledger."""
        from sanwu_cli.ledger.store import Ledger  # noqa: PLC0415 - start-up: looking at sheets needs none

        path = self.path / "ledger.db"
        refuse_outside(path)  # SQLite follows links
        return Ledger(path)

    @property
    def template_folders(self) -> tuple[Path, ...]:
        """Where document templates are looked for: the office's own first."""
        return (self.path / "templates", find_shipped("templates"))

    def resolve_input(self, path: Path) -> Path:
        """Take a path as given, or, when nothing is there, as inside the workspace."""
        inside = self.path / path
        return inside if not path.exists() and inside.exists() else path

    def show(self, path: Path) -> str:
        """Give a path as it is reported: relative to the workspace when it lies inside."""
        if path.is_relative_to(self.path):
            return path.relative_to(self.path).as_posix()
        base, whole = self._base, path.resolve()
        return whole.relative_to(base).as_posix() if whole.is_relative_to(base) else path.as_posix()


def locate_workspace(given: Path | None) -> Path:
    """Say which folder is meant: the one given, or the workspace above here. Nothing in it is read."""
    return given if given is not None else _find_upwards(Path.cwd())


def find_workspace(given: Path | None) -> Path:
    """Find the folder of the workspace given, or of the one above here; raises SanwuError."""
    path = locate_workspace(given)
    if not (path / FILE_NAME).is_file() and not (path / RESTORING).exists():
        raise SanwuError(
            f"“{path}”不是 sanwu 的工作区，里面没有 {FILE_NAME}",
            remedy="请用 -w 指明工作区，或用 sanwu init 目录 新建一个",
            status=ExitStatus.INPUT_MISSING,
        )
    return path


def open_workspace(given: Path | None) -> Workspace:
    """Open the workspace given, or the one above here; a restoring cut short is gone on with first.

    Raises SanwuError.
    """
    path = find_workspace(given)
    if (path / RESTORING).exists():
        from sanwu_cli.jobs.restoring import finish_alone  # noqa: PLC0415 - hardly ever

        finish_alone(path)
    try:
        text = (path / FILE_NAME).read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SanwuError(
            "设置文件不是 UTF-8 编码", place=FILE_NAME, remedy="请另存为 UTF-8 编码后再运行"
        ) from error
    return Workspace(path, parse_settings(text, load_switches()))


def _find_upwards(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    raise SanwuError(
        "这里不在 sanwu 的工作区里",
        remedy="请进入工作区的目录，或用 -w 指明工作区；还没有工作区时，用 sanwu init 目录 新建",
        status=ExitStatus.INPUT_MISSING,
    )


class RegisterReading(Struct, frozen=True):
    """The registers as read: records, places for looking names up, findings, accepted header readings."""

    registers: Registers
    places: Places
    findings: tuple[Finding, ...]
    memory: Memory = field(default_factory=Memory)


def list_registers(folder: Path) -> list[Path]:
    """List the workbooks of the register folder, those with a register's own name first."""
    books = [path for path in list_inputs([folder]) if path.suffix.lower() in _SUFFIXES and path.stem != STEM]
    return sorted(books, key=lambda path: (path.stem not in _KNOWN_STEMS, str(path)))


def read_registers(workspace: Workspace) -> RegisterReading:
    """Read and cross-check every register of the workspace; raises SanwuError when 区划 is missing."""
    folder = workspace.path / "registers"
    if not (folder / AREA_REGISTER).is_file() and not list(folder.glob("区划.*")):
        raise SanwuError(
            "缺少区划登记表",
            place=f"registers/{AREA_REGISTER}",
            remedy="请把本地乡镇(街道)和村(社区)填进这张表；空白表用 sanwu sheet form register_area -o 生成",
            status=ExitStatus.INPUT_MISSING,
        )
    readings: dict[str, SheetReading] = {}
    findings: list[Finding] = []
    schemas = {i: s for i, s in load_schemas().items() if s.intake is Intake.REGISTER}
    nowhere = Places.of(())
    for path in list_registers(folder):
        book, problems = read_book(path, shown_as=workspace.show(path))
        findings += problems
        if book is None and path.stem not in _KNOWN_STEMS:
            continue
        if book is None:
            raise SanwuError(
                f"登记表打不开：{problems[0].message if problems else ''}",
                place=workspace.show(path),
                remedy=problems[0].remedy if problems else "请重新保存这张登记表",
                status=ExitStatus.INPUT_MISSING,
            )
        for reading in read_all(book, schemas=schemas, places=nowhere):
            findings += reading.findings
            if reading.schema_id is None:
                continue
            if reading.schema_id in readings:
                findings.append(
                    make_finding(
                        "REG-FILE-TWICE",
                        file=reading.file,
                        sheet=reading.sheet,
                        title=schemas[reading.schema_id].title,
                        used=readings[reading.schema_id].file,
                    )
                )
            else:
                readings[reading.schema_id] = reading
    registers, problems = build_registers(
        readings,
        farms_compete=workspace.settings.readings["T-18"] == "competing",
        indicators=(*Indicator, *(added.indicator for added in workspace.settings.added)),
    )
    if not registers.areas:
        why = "；".join(dict.fromkeys(f.message for f in problems if f.severity is Severity.ERROR))
        raise SanwuError(
            f"区划登记表里没有一行能用的{'：' if why else ''}{why}",
            place=f"registers/{AREA_REGISTER}",
            remedy="请填写本地的乡镇(街道)和村(社区)：代码、名称、层级必填",
            status=ExitStatus.INPUT_MISSING,
        )
    places = Places.of(registers.areas, county=workspace.settings.name)
    memory, remarks = read_memory(folder, shown_as=workspace.show(folder))
    return RegisterReading(registers, places, (*findings, *problems, *remarks), memory)
