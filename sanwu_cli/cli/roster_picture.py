"""`sanwu roster picture`: the roster as pictures for a group on the telephone and for the board."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sanwu_cli.cli.common import run_options
from sanwu_cli.cli.ending import end_with_findings, print_files
from sanwu_cli.cli.output import STDOUT, write_only, write_output
from sanwu_cli.cli.words import find_term
from sanwu_cli.console import say
from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near


def picture(
    ctx: typer.Context,
    month: Annotated[str, typer.Option("--month", metavar="月份", help="画哪个月的，如 2026-07")],
    role: Annotated[
        str | None, typer.Option("--role", metavar="角色", help="只画哪种人员的，如 人民调解员；不写的都画")
    ] = None,
    poster: Annotated[
        str | None,
        typer.Option("--poster", metavar="a4|a3", help="画成张贴用的 A4 或 A3，不写的画成发群里的图"),
    ] = None,
    qr: Annotated[bool, typer.Option("--qr", help="下面加一个二维码，扫出来是这张值班表的文字")] = False,
    qr_text: Annotated[
        str, typer.Option("--qr-text", metavar="文字", help="二维码里放这句话或网址，不放值班表的文字")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="文件", help="写成哪个文件：.png，张贴的也可以 .pdf；默认 out/月份 下面"
        ),
    ] = None,
) -> None:
    """把值班表画成图：发微信群的（宽1080，长的分几张），或者贴在公示栏的 A4、A3。

    只有姓名、单位和办公电话，没有手机号；落款和日期留给人写；没有定下来的标“草案”。
    张贴的默认是 PDF，照原大打印。

    示例：
      sanwu roster picture --month 2026-07
      sanwu roster picture --month 2026-07 --poster a3
      sanwu roster picture --month 2026-07 --poster a4 --qr
      sanwu roster picture --month 2026-07 --role 人民调解员 -o 调解员.png
    """
    from sanwu_cli.jobs.roster_picture import make_pictures
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month
    from sanwu_cli.pictures.poster import Paper
    from sanwu_cli.terms import StationedRole

    options = run_options(ctx)
    given = parse_month(month)
    chosen = find_term(StationedRole, role, "进驻人员")
    if poster is not None and poster.lower() not in set(Paper):
        raise SanwuError(
            f"没有“{poster}”这种纸", remedy=hint_near(poster, ("a4", "a3")) + "--poster 可以写：a4、a3"
        )
    paper = Paper(poster.lower()) if poster is not None else None
    workspace = open_workspace(options.workspace)
    made = make_pictures(
        workspace,
        read_registers(workspace),
        given,
        role=chosen,
        poster=paper,
        suffix=output.suffix if output is not None else "",
        code=qr_text if qr or qr_text else None,
    )
    paths = [workspace.out / str(given) / name for name, _ in made.files]
    if output == STDOUT:
        write_only(options, made.files)
        end_with_findings(options, made.findings)
    if output is not None:
        paths = _name_outputs(output, len(paths), made.roster_count)
    for path, (_, data) in zip(paths, made.files, strict=True):
        write_output(options, path, data)
    print_files(options, paths)
    for title in made.without_code:
        say(f"《{title}》字太多，没有加二维码；可以用 --qr-text 放一个网址")
    if not made.is_published:
        say(f"{given.label}的值班表还没有公布，登记表再变，图就不一样了；定下来用 sanwu roster publish")
    document = {
        "schema": "sanwu/roster-picture/1",
        "month": str(given),
        "files": [str(path) for path in paths],
    }
    end_with_findings(options, made.findings, document)


def _name_outputs(output: Path, count: int, groups: int) -> list[Path]:
    """Name the pages after the file given; raises SanwuError where it would stand for several rosters."""
    if groups > 1:
        raise SanwuError(
            f"这个月有{groups}张值班表，不能都写成一个文件",
            remedy="请加 --role 写明画哪一张，或者不写 -o，都写到 out 下面",
        )
    if count == 1:
        return [output]
    return [output.with_stem(f"{output.stem}-{number}") for number in range(1, count + 1)]
