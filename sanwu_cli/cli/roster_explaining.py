"""The command of `sanwu roster` that says why: who else could go, what it would cost, why nobody does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import end_with_findings, print_rows
from sanwu_cli.console import TreeLine, print_line, print_tree, say

if TYPE_CHECKING:
    from sanwu_cli.jobs.roster_explaining import Explanation, VisitReasons

_SHOWN, _LAST = 8, 2


def explain(
    ctx: typer.Context,
    area: Annotated[str, typer.Argument(metavar="区域", help="乡镇(街道)或村(社区)的代码或全名")],
    month: Annotated[str, typer.Option("--month", metavar="月份", help="看哪个月，如 2026-07")],
    role: Annotated[
        str | None, typer.Option("--role", metavar="角色", help="只看一种人，如 法官；不写都看")
    ] = None,
) -> None:
    """一个地方一个月的班为什么这样排：换别人行不行、差在哪里；空着的，跟哪些班冲突、怎样才排得上。

    这里写人名，只供内部看，不要公示。

    示例：
      sanwu roster explain 沙井镇 --month 2026-09
      sanwu roster explain 沙井镇 --month 2026-09 --role 检察官 --format json
    """
    from sanwu_cli.jobs.roster_explaining import explain_place, explanation_as_json, parse_role
    from sanwu_cli.jobs.roster_words import REASON_HEADERS, reason_rows
    from sanwu_cli.jobs.workspace import open_workspace, read_registers
    from sanwu_cli.periods import parse_month

    options = run_options(ctx)
    given, chosen = parse_month(month), parse_role(role)
    workspace = open_workspace(options.workspace)
    found = explain_place(workspace, read_registers(workspace), area, given, role=chosen)
    if options.format is OutputFormat.TABLE:
        _print(found, is_full=bool(options.verbosity))
    else:
        print_rows(options, REASON_HEADERS, reason_rows(found))
    end_with_findings(options, found.findings, explanation_as_json(found))


def _print(found: Explanation, *, is_full: bool) -> None:
    from sanwu_cli.jobs.roster_words import headline

    print_line(headline(found))
    if found.draft_reason:
        print_line(found.draft_reason)
    trees = [_make_tree(found, reasons, is_full=is_full) for reasons in found.visits]
    print_tree([*trees, *(TreeLine("；".join(gap.reasons)) for gap in found.dayless)])
    if any(one.is_solved for reasons in found.visits for one in reasons.alternatives):
        say("“换成”后面是全年的数，别的班也跟着重新排过")


def _make_tree(found: Explanation, reasons: VisitReasons, *, is_full: bool) -> TreeLine:
    from sanwu_cli.jobs.roster_words import obstacle_line, published_line, visit_line

    lines = [TreeLine(published_line(reasons))] if reasons.published else []
    lines += _tell_clash(found, reasons, is_full=is_full)
    if reasons.clash is None:
        lines += _tell_others(reasons) or [TreeLine("没有别人能去")]
        if reasons.obstacles:
            lines.append(TreeLine(f"不能去的：{obstacle_line(reasons.obstacles, found.area_names)}"))
    return TreeLine(visit_line(found, reasons), children=tuple(lines))


def _tell_others(reasons: VisitReasons) -> list[TreeLine]:
    from sanwu_cli.jobs.roster_words import alternative_line

    is_empty = reasons.person is None
    return [TreeLine(alternative_line(one, is_empty=is_empty)) for one in reasons.alternatives]


def _tell_clash(found: Explanation, reasons: VisitReasons, *, is_full: bool) -> list[TreeLine]:
    from sanwu_cli.jobs.roster_words import clash_line, effort_line, remedy_lines

    clash = reasons.clash
    if clash is None:
        return []
    ways = remedy_lines(found, clash)
    # The last ones, another day and one person more, are always there to choose.
    shown = ways if is_full or len(ways) <= _SHOWN else [*ways[: _SHOWN - _LAST], *ways[-_LAST:]]
    left = len(ways) - len(shown)
    lines = [TreeLine(clash_line(found, clash)), *_tell_others(reasons)]
    if not clash.conflict:
        return lines
    lines += [TreeLine(text) for text in (effort_line(clash),) if text]
    children = [TreeLine(way) for way in shown]
    children += [TreeLine(f"还有{left}种，全部列出加 -v")] if left else []
    lines.append(TreeLine("可选（任一条都排得上，已排好的班一个不空）：", children=tuple(children)))
    return lines
