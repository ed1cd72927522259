"""`sanwu plan`: the plan's clauses in our words, and what becomes of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, RunOptions, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.console import emit_json, print_line, say
from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near

if TYPE_CHECKING:
    from sanwu_cli.plan.records import Bound, Clause, Coverage, Obligation, Plan, Reading
    from sanwu_cli.plan.tasks import Task

_PAIR = ("项目", "内容")

app = typer.Typer(add_completion=False, help="实施方案逐条要求，以及各由哪里落实。")


@app.command()
def show(
    ctx: typer.Context,
    clause: Annotated[
        str | None,
        typer.Argument(metavar="条款", help="条款如 六(四)，口径如 T-03，事项如 O-29；不写列出全部"),
    ] = None,
) -> None:
    """方案的条款、数、口径和事项，用我们自己的话说。

    示例：
      sanwu plan show
      sanwu plan show “六(四)”
      sanwu plan show T-03
    """
    from sanwu_cli.plan.loader import load_plan

    options = run_options(ctx)
    plan = load_plan()
    if clause is None:
        _show_all(options, plan)
        return
    wanted = clause.strip().replace("（", "(").replace("）", ")")
    clauses, readings = {c.id: c for c in plan.clauses}, {r.id: r for r in plan.readings}
    duties = {duty.id: duty for duty in plan.obligations}
    if wanted in clauses:
        _show_clause(options, plan, clauses[wanted])
        return
    if wanted.upper() in readings:
        _show_reading(options, readings[wanted.upper()])
        return
    if wanted.upper() in duties:
        _show_duty(options, plan, duties[wanted.upper()])
        return
    ids = "、".join(clauses)
    hint = hint_near(wanted, (*clauses, *readings, *duties))
    raise SanwuError(f"方案里没有“{clause}”", remedy=f"{hint}条款有：{ids}；口径从 T-01 起，事项从 O-01 起")


@app.command()
def coverage(ctx: typer.Context) -> None:
    """每一条由哪里计算、检查、成文，或者为什么由人判断。

    条款之后是44项事项：到期由哪种表的哪项检查看办没办，或者为什么由人判断。

    示例：
      sanwu plan coverage
    """
    from sanwu_cli.plan.loader import load_plan

    options = run_options(ctx)
    plan = load_plan()
    if options.format is OutputFormat.JSON:
        emit_json(
            {
                "schema": "sanwu/coverage/1",
                "coverage": [_coverage_as_json(entry) for entry in plan.coverage],
                "obligations": [_obligation_as_json(plan, duty) for duty in plan.obligations],
            }
        )
    rows = [(entry.clause, entry.kind.label, entry.target, entry.why) for entry in plan.coverage]
    rows += [_obligation_row(plan, duty) for duty in plan.obligations]
    print_rows(options, ("条款", "方式", "对应", "说明"), rows)
    if options.format is OutputFormat.TABLE:
        seen = sum(any(task.checks for task in duty.tasks) for duty in plan.obligations)
        left = len(plan.obligations) - seen
        say(f"{len(plan.obligations)}项事项：sanwu due 检查的{seen}项，完全由人判断的{left}项")


def _show_all(options: RunOptions, plan: Plan) -> None:
    if options.format is OutputFormat.JSON:
        clauses = [_clause_as_json(plan, clause) for clause in plan.clauses]
        emit_json({"schema": "sanwu/plan/1", "number": plan.number, "clauses": clauses})
    rows = [(clause.id, clause.title, "、".join(clause.units)) for clause in plan.clauses]
    print_rows(options, ("条款", "内容", "责任单位"), rows)
    if options.format is OutputFormat.TABLE:
        say(f"{plan.number}，{plan.issued_on}印发；最近核对{plan.last_checked}")


def _show_clause(options: RunOptions, plan: Plan, clause: Clause) -> None:
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/clause/1", **_clause_as_json(plan, clause)})
    elif options.format is OutputFormat.CSV:
        print_rows(options, _PAIR, _clause_rows(plan, clause))
    else:
        _print_clause(plan, clause)


def _show_reading(options: RunOptions, reading: Reading) -> None:
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/reading/1", **_reading_as_json(reading)})
    elif options.format is OutputFormat.CSV:
        print_rows(options, _PAIR, _reading_rows(reading))
    else:
        _print_reading(reading)


def _show_duty(options: RunOptions, plan: Plan, duty: Obligation) -> None:
    if options.format is OutputFormat.JSON:
        emit_json({"schema": "sanwu/obligation/1", **_obligation_as_json(plan, duty)})
    print_rows(options, _PAIR, _duty_rows(plan, duty))


def _clause_as_json(plan: Plan, clause: Clause) -> dict[str, object]:
    return {
        "id": clause.id,
        "title": clause.title,
        "asks": clause.asks,
        "units": list(clause.units),
        "rules": [
            {"id": r.id, "title": r.title, "bounds": _bounds(r.bounds), "readings": list(r.readings)}
            for r in plan.rules
            if r.clause == clause.id
        ],
        "values": [
            {"id": v.id, "title": v.title, "unit": v.unit, "bounds": _bounds(v.bounds)}
            for v in plan.values
            if v.clause == clause.id
        ],
        "coverage": [_coverage_as_json(entry) for entry in plan.coverage_of(clause.id)],
    }


def _bounds(bounds: tuple[Bound, ...]) -> list[dict[str, str]]:
    return [{"from": bound.valid_from.isoformat(), "is": str(bound.number)} for bound in bounds]


def _duty_rows(plan: Plan, duty: Obligation) -> list[tuple[str, str]]:
    return [
        ("编号", duty.id),
        ("条款", "、".join(duty.clauses)),
        ("责任单位", "、".join(duty.who)),
        ("事项", duty.what),
        ("频次", duty.frequency),
        ("期限", duty.due + ("（建议）" if duty.proposed else "")),
        ("留存", duty.evidence),
        ("后果", duty.consequence),
        ("怎么看", "；".join(dict.fromkeys(_tell_task(plan, task) for task in duty.tasks))),
    ]


def _obligation_row(plan: Plan, duty: Obligation) -> tuple[str, str, str, str]:
    """Tell in one row how an obligation is seen, or why people judge it."""
    kind = "到期检查" if any(task.checks for task in duty.tasks) else "由人判断"
    told = dict.fromkeys(_tell_task(plan, task) for task in duty.tasks)
    return "、".join(duty.clauses), kind, duty.id, f"{duty.what}：{'；'.join(told)}"


def _tell_task(plan: Plan, task: Task) -> str:
    checks = [plan.duties.check(name) for name in task.checks]
    looked = "，或者".join(f"{check.title}（{check.sheet}）" for check in checks)
    return f"{task.every.label}，{looked or task.people}"


def _obligation_as_json(plan: Plan, duty: Obligation) -> dict[str, object]:
    return {
        "id": duty.id,
        "clauses": list(duty.clauses),
        "what": duty.what,
        "kind": duty.kind.value,
        "tasks": [_task_as_json(plan, task) for task in duty.tasks],
    }


def _task_as_json(plan: Plan, task: Task) -> dict[str, object]:
    checks = [plan.duties.check(name) for name in task.checks]
    return {
        "what": task.what,
        "binds": list(task.binds),
        "at": task.at or None,
        "every": task.every.value,
        "due": task.due_on.isoformat() if task.due_on else task.due,
        "soft": task.is_soft,
        "checks": [{"id": check.id, "title": check.title, "sheet": check.sheet} for check in checks],
        "people": task.people or None,
    }


def _coverage_as_json(entry: Coverage) -> dict[str, object]:
    return {"clause": entry.clause, "kind": entry.kind.value, "target": entry.target, "why": entry.why}


def _print_clause(plan: Plan, clause: Clause) -> None:
    print_line(f"{clause.id} {clause.title}（{'、'.join(clause.units)}）")
    print_line(clause.asks)
    for rule in plan.rules:
        if rule.clause == clause.id and rule.test is not None:
            numbers = "；".join(f"{b.valid_from}起 {b.number}" for b in rule.bounds)
            readings = f"，口径 {'、'.join(rule.readings)}" if rule.readings else ""
            print_line(f"  规则 {rule.id} {rule.title}：{rule.test.label} {numbers}{readings}")
    for value in plan.values:
        if value.clause == clause.id:
            numbers = "；".join(f"{b.valid_from}起 {b.number}{value.unit}" for b in value.bounds)
            print_line(f"  数值 {value.id} {value.title}：{numbers}")
    for duty in plan.obligations:
        if clause.id in duty.clauses:
            print_line(f"  事项 {duty.id} {duty.what}")
    for entry in plan.coverage_of(clause.id):
        print_line(f"  {entry.kind.label} {entry.target} {entry.why}".rstrip())


def _clause_rows(plan: Plan, clause: Clause) -> list[tuple[str, str]]:
    rules = [rule for rule in plan.rules if rule.clause == clause.id and rule.test is not None]
    values = [value for value in plan.values if value.clause == clause.id]
    return [
        ("条款", clause.id),
        ("内容", clause.title),
        ("责任单位", "、".join(clause.units)),
        ("要求", clause.asks),
        *(("规则", f"{rule.id} {rule.title}") for rule in rules),
        *(("数值", f"{value.id} {value.title}") for value in values),
        *(("事项", f"{duty.id} {duty.what}") for duty in plan.obligations if clause.id in duty.clauses),
        *((entry.kind.label, f"{entry.target} {entry.why}".strip()) for entry in plan.coverage_of(clause.id)),
    ]


def _reading_rows(reading: Reading) -> list[tuple[str, str]]:
    return [
        ("口径", reading.id),
        ("内容", reading.title),
        ("条款", reading.clause),
        ("问题", reading.question),
        *(("答案", f"{choice.value} {choice.label}") for choice in reading.choices),
        ("默认", "、".join(_list_default(reading))),
        ("理由", reading.why),
    ]


def _list_default(reading: Reading) -> list[str]:
    if isinstance(reading.default, str):
        return [reading.default]
    if isinstance(reading.default, tuple):
        return list(reading.default)
    return [f"{key}={number}" for key, number in reading.default.items()]


def _reading_as_json(reading: Reading) -> dict[str, object]:
    return {
        "id": reading.id,
        "title": reading.title,
        "clause": reading.clause,
        "question": reading.question,
        "kind": reading.kind.value,
        "default": dict(reading.default) if isinstance(reading.default, Mapping) else reading.default,
        "choices": [{"value": choice.value, "label": choice.label} for choice in reading.choices],
        "why": reading.why,
        "in_use": reading.in_use,
    }


def _print_reading(reading: Reading) -> None:
    print_line(f"{reading.id} {reading.title}〔{reading.clause}〕")
    print_line(f"问题：{reading.question}")
    for choice in reading.choices:
        mark = "（默认）" if choice.value == reading.default else ""
        print_line(f"  {choice.value}：{choice.label}{mark}")
    print_line(f"理由：{reading.why}")
