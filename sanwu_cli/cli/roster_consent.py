"""`sanwu roster consent`: who agreed that the mobile number stands in the office's own roster."""

from __future__ import annotations

from typing import Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, day_of, parse_date, run_options
from sanwu_cli.cli.ending import print_rows, print_run
from sanwu_cli.cli.writing import writes
from sanwu_cli.console import emit_json, say
from sanwu_cli.errors import SanwuError


@writes(when="note")
def consent(
    ctx: typer.Context,
    note: Annotated[
        str, typer.Option("--note", metavar="说明", help="凭什么：同意书的文号，或“本人签字，存办公室”")
    ] = "",
    until: Annotated[str | None, typer.Option("--until", metavar="日期", help="同意到哪一天为止")] = None,
    persons: Annotated[
        list[str] | None,
        typer.Option("--person", metavar="编号", help="谁同意，可以写几次；不写的是当天在岗的所有人"),
    ] = None,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="收回：写明的人从这天起不再同意")] = False,
) -> None:
    """记下谁同意把手机号写进内部的值班表（roster export --with-mobile）；不写 --note 就列出现有的。

    只记同意，不记号码：号码只在登记表“手机号”一列里，要写内部版时才读，不进台账，也不公布。
    后来到岗的人要另记。记错了的，用 sanwu incidents undo 撤销。

    示例：
      sanwu roster consent --note 云政法办〔2026〕3号同意书 --until 2026-12-31
      sanwu roster consent --withdraw --person F01 --note 本人来电
      sanwu roster consent
    """
    from sanwu_cli.jobs.mobiles import list_consents, record_consent
    from sanwu_cli.jobs.workspace import open_workspace, read_registers

    options = run_options(ctx)
    workspace = open_workspace(options.workspace)
    registers = read_registers(workspace)
    day = day_of(options)
    run: int | None = None
    chosen: tuple[str, ...] = ()
    if note or until or withdraw or persons:
        if withdraw is bool(until):
            raise SanwuError("要写 --until 或 --withdraw 中的一个", remedy="例如：--until 2026-12-31")
        if withdraw and not persons:
            raise SanwuError("没有写谁收回同意", remedy="请加 --person 编号")
        last = parse_date(until) if until else None
        run, chosen = record_consent(workspace, registers, persons or [], note=note, until=last, on=day)
    known = list_consents(workspace)
    names = {person.id: person.name for person in registers.registers.persons}
    if options.format is OutputFormat.JSON:
        emit_json({
            "schema": "sanwu/roster-consent/1",
            "run": run,
            "persons": list(chosen),
            "consents": [
                {
                    "person_id": one.person_id,
                    "until": one.until.isoformat() if one.until else None,
                    "since": one.since.isoformat(),
                    "holds": one.holds_on(day),
                    "note": one.note,
                    "run": one.run,
                }
                for one in known
            ],
        })  # fmt: skip
        return
    if run is not None:
        print_run(options, run, f"已记下{len(chosen)}人{'收回' if withdraw else ''}同意")
        say(f"操作序号{run}；要撤销：sanwu incidents undo {run}")
        return
    rows = [
        (
            one.person_id,
            names.get(one.person_id, "（登记表里没有了）"),
            one.tell_state(day),
            one.until.isoformat() if one.until else "",
            one.note,
            one.run,
        )
        for one in known
    ]
    print_rows(options, ("编号", "姓名", "现在", "到哪天", "凭什么", "操作序号"), rows)
