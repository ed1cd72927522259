"""A new workspace: folders, settings, blank registers; or the invented sample city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import write_file
from sanwu_cli.jobs.forms import list_schemas, make_form
from sanwu_cli.plan.loader import load_plan
from sanwu_cli.settings import FILE_NAME, parse_settings, write_template
from sanwu_cli.shipped import find_shipped
from sanwu_cli.terms import Intake

if TYPE_CHECKING:
    from pathlib import Path

SAMPLE_NAME, SAMPLE_CODE = "清河市", "649901"
_FOLDERS = ("registers", "inbox", "templates", "out")


def init_workspace(folder: Path, *, name: str, code: str, is_demo: bool) -> tuple[Path, ...]:
    """Make a workspace in a folder that holds none; gives the files written. Raises SanwuError."""
    if (folder / FILE_NAME).exists():
        raise SanwuError(
            f"“{folder}”已经是工作区",
            remedy="请换一个目录；要重新开始，请先把原来的目录改名保存",
            status=ExitStatus.REFUSED,
        )
    if folder.exists() and not folder.is_dir():
        raise SanwuError(f"“{folder}”是一个文件，不能当作工作区", remedy="请换一个目录名")
    if is_demo:
        name, code = SAMPLE_NAME, SAMPLE_CODE
    plan = load_plan()
    settings = write_template(name=name, code=code, edition=plan.number)
    parse_settings(settings, plan)  # what cannot be opened again is not written
    try:
        for part in _FOLDERS:
            (folder / part).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SanwuError(
            "目录建不起来",
            place=str(folder),
            remedy="请检查磁盘空间和权限，或换一个目录",
            status=ExitStatus.IO_FAILED,
        ) from error
    written = [folder / FILE_NAME]
    write_file(written[0], settings.encode())
    return (*written, *(_copy_sample(folder) if is_demo else _write_registers(folder)))


def _write_registers(folder: Path) -> list[Path]:
    """Write the blank registers that are not there yet."""
    written = []
    for schema in list_schemas():
        path = folder / "registers" / f"{schema.title.removesuffix('登记表')}.xlsx"
        if schema.intake is Intake.REGISTER and not path.exists():
            write_file(path, make_form(schema))
            written.append(path)
    return written


def _copy_sample(folder: Path) -> list[Path]:
    """Copy the sample city's registers and department sheets, bytes as they are."""
    city = find_shipped("sample_data") / "city"
    written = []
    for source in sorted(
        p for part in ("registers", "inbox") for p in (city / part).rglob("*") if p.is_file()
    ):
        target = folder / source.relative_to(city)
        write_file(target, source.read_bytes())
        written.append(target)
    return written
