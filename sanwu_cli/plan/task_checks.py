"""What the tasks of the obligations must keep: every name in them leads somewhere, none is without a way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.plan.tasks import DueRule, Every
from sanwu_cli.terms import AreaLevel, StationedRole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanwu_cli.plan.records import Obligation, Plan
    from sanwu_cli.plan.tasks import Task

_FILE = "obligations.toml"


def check_tasks(plan: Plan, _: object = None) -> Iterator[str]:
    """Say what is wrong with the tasks, each with its obligation."""
    for obligation in plan.obligations:
        if not obligation.tasks:
            yield f"{_FILE}: {obligation.id}: no task says how it is seen"
        for task in obligation.tasks:
            for mistake in (*_name_mistakes(plan, obligation, task), *_shape_mistakes(task)):
                yield f"{_FILE}: {obligation.id}: {mistake}"
    yield from _check_shared(plan)


def _name_mistakes(plan: Plan, obligation: Obligation, task: Task) -> Iterator[str]:
    book = plan.duties
    yield from (f"unknown unit {unit}" for unit in _strange(task.binds, {u.id for u in book.units}))
    yield from (f"unknown check {check}" for check in _strange(task.checks, {c.id for c in book.checks}))
    if task.at and task.at not in list(AreaLevel):
        yield f"unknown level {task.at}"
    if task.role and task.role not in list(StationedRole):
        yield f"unknown role {task.role}"
    numbers = {value.id for value in plan.values} | set(obligation.readings)
    if task.count and task.count not in numbers:
        yield f"unknown count {task.count}"


def _shape_mistakes(task: Task) -> Iterator[str]:
    if not task.binds:
        yield "nobody is bound (binds)"
    if bool(task.checks) == bool(task.people):
        yield "needs either checks or the reason why people judge"
    if task.due_on is not None and (task.every not in (Every.ONCE, Every.STAGE) or task.due != DueRule.NONE):
        yield "a fixed day is for what comes once, and takes no rule beside it"
    if task.every is Every.STAGE and task.due_on is None:
        yield "a stage needs its last day (due_on)"
    if task.every in (Every.ONCE, Every.EVENT) and task.due != DueRule.NONE:
        yield f"what comes {task.every} takes no rule for its day"
    if task.due[0].isdigit() and task.every is not Every.YEAR:
        yield "a day of the year is for yearly tasks"
    if task.last is not None and task.last < task.first:
        yield "ends before it begins"
    if not task.people and not task.todo:
        yield "does not say what to do (todo)"


def _check_shared(plan: Plan) -> Iterator[str]:
    book = plan.duties
    used = {check for obligation in plan.obligations for task in obligation.tasks for check in task.checks}
    for check in book.checks:
        if check.id not in used:
            yield f"{_FILE}: {check.id}: check used by no task"
    ids = {obligation.id for obligation in plan.obligations}
    cited = ids | {reading.id for reading in plan.readings}
    for lenience in book.lenient:
        if lenience.cites not in cited:
            yield f"{_FILE}: lenient days cite {lenience.cites}, which is neither obligation nor reading"
        for strange in _strange(lenience.obligations, ids):
            yield f"{_FILE}: lenient days of {lenience.cites} name unknown {strange}"


def _strange(names: tuple[str, ...], known: set[str]) -> list[str]:
    return [name for name in names if name not in known]
