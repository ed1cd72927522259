"""What this machine and this workspace have and lack, each with its remedy."""

from __future__ import annotations

import importlib.metadata
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli import __version__
from sanwu_cli.calendars import build_calendar
from sanwu_cli.documents.word import DEFAULT_FONTS
from sanwu_cli.errors import SanwuError
from sanwu_cli.locking import Owner, read_owner
from sanwu_cli.machine import is_running, name_boot, name_machine
from sanwu_cli.periods import Month

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.jobs.workspace import Workspace

_LIBRARIES = (
    "typer",
    "python-calamine",
    "xlrd",
    "XlsxWriter",
    "python-docx",
    "ortools",
    "chinesecalendar",
    "pandas",
    "pillow",
)
_OLDEST = (3, 11)
_FONT_SECONDS = 20


class Check(Struct, frozen=True):
    """One thing looked at: what, whether in order (None: for information), what was seen, what to do."""

    title: str
    is_good: bool | None
    seen: str
    remedy: str = ""


def examine(workspace: Workspace | None, today: date, trouble: SanwuError | None = None) -> tuple[Check, ...]:
    """Look at the program, the calendar, the fonts and the workspace, or what keeps it from being opened."""
    checks = [_check_python(), *_check_libraries(), *_check_calendar(today), _check_fonts(), _check_office()]
    if workspace is not None:
        checks += _check_workspace(workspace)
    if trouble is not None:
        seen = f"{trouble.place}：{trouble.message}" if trouble.place else trouble.message
        checks.append(Check("工作区", False, seen, trouble.remedy))  # noqa: FBT003 - named in the record
    return tuple(checks)


def _check_python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    good = sys.version_info[:2] >= _OLDEST
    return Check(
        f"sanwu {__version__}，Python", good, version, "" if good else "请换 Python 3.11 或更新的版本"
    )


def _check_libraries() -> list[Check]:
    checks = []
    for name in _LIBRARIES:
        try:
            seen = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            checks.append(Check(f"软件包 {name}", False, "没有", "请重新安装 sanwu"))  # noqa: FBT003 - named in the record
        else:
            checks.append(Check(f"软件包 {name}", True, seen))  # noqa: FBT003 - named in the record
    return checks


def _check_calendar(today: date) -> list[Check]:
    checks = []
    for year in (today.year, today.year + 1):
        known = build_calendar([year]).is_published(Month(year, 1))
        seen = "放假安排已收录" if known else "放假安排没有收录，值班表只能出草案"
        remedy = "" if known else "公布后升级 chinesecalendar，或把放假和调休的日子填进 registers/节假日.xlsx"
        checks.append(Check(f"{year}年日历", known if year == today.year else None, seen, remedy))
    return checks


def _check_fonts() -> Check:
    """Say which of the documents' fonts this machine has; the files name them either way."""
    lister = shutil.which("fc-list")
    names = sorted(set(DEFAULT_FONTS.values()))
    if lister is None:
        return Check("公文字体", None, "没法查看本机字体", f"请确认装有：{'、'.join(names)}")
    listed = subprocess.run(  # noqa: S603 - the program found on the path, fixed arguments
        [lister, ":", "family"], capture_output=True, text=True, check=False, timeout=_FONT_SECONDS
    ).stdout
    missing = [name for name in names if name not in listed]
    if not missing:
        return Check("公文字体", True, "齐全")  # noqa: FBT003 - named in the record
    remedy = "文件里仍写这些字体名，在装有它们的电脑上显示正确；也可在 sanwu.toml [fonts] 换成本机有的字体"
    return Check("公文字体", None, "本机没有：" + "、".join(missing), remedy)


def _check_office() -> Check:
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return Check(
        "LibreOffice",
        bool(found) or None,
        found or "没有",
        "" if found else "只有转 PDF 时才用得上，平时不需要",
    )


def _check_workspace(workspace: Workspace) -> list[Check]:
    checks = [Check("工作区", True, str(workspace.path))]  # noqa: FBT003 - named in the record
    try:
        workspace.ledger.check()
    except SanwuError as error:
        checks.append(Check("台账", False, error.message, error.remedy))  # noqa: FBT003 - named in the record
    else:
        exists = workspace.ledger.path.exists()
        checks.append(Check("台账", True, "完好" if exists else "还没有，第一次导入时建立"))  # noqa: FBT003 - named in the record
    checks.append(_check_run(workspace))
    names = workspace.settings.binding_names
    remedy = "" if names else "请在 sanwu.toml [binding_indicators] 填写上级考核规定的指标名称"
    checks.append(Check("约束性指标名称", bool(names) or None, "、".join(names) or "没有填写", remedy))
    return checks


def _check_run(workspace: Workspace) -> Check:
    """Say whether another run holds the workspace for writing, or was cut off while it did."""
    owner = read_owner(workspace.path)
    if owner is None:
        return Check("占用", True, "没有别的运行在写")  # noqa: FBT003 - named in the record
    here = Owner(host=name_machine(), boot=name_boot())
    if owner.is_near(here) and not is_running(owner.pid):
        remedy = "不用处理：台账停在它动手以前或做完以后，下一次写入会自己放下它的占用"
        return Check("占用", None, f"上一次运行没有正常结束：{owner.label}", remedy)
    return Check("占用", None, f"正在写：{owner.label}", "要写的命令会等它，只看的不用等")
