"""`sanwu schema`: the contract of every JSON document, as a JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from sanwu_cli.cli.common import OutputFormat, run_options
from sanwu_cli.cli.ending import print_rows
from sanwu_cli.console import emit_json
from sanwu_cli.errors import SanwuError
from sanwu_cli.nearest import hint_near

if TYPE_CHECKING:
    from collections.abc import Collection

app = typer.Typer(add_completion=False, help="各种 JSON 输出的格式约定（JSON Schema）。")


@app.command()
def schema(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="名称", help="如 score-year，也可以写全 sanwu/score-year/1；不写就列出全部"),
    ] = None,
) -> None:
    """列出 --format json 会给出的各种文件，或者打印其中一种的 JSON Schema（2020-12）。

    每个 JSON 文件的 schema 一栏写着它的名称。写了名称的，打印的总是 JSON Schema，不看 --format。

    示例：
      sanwu schema
      sanwu schema score-year
      sanwu schema sanwu/error/1
    """
    from sanwu_cli.schemas import list_schemas, load_documents, make_schema, shorten_name

    options = run_options(ctx)
    if name is not None:
        emit_json(make_schema(_find_document(shorten_name(name), load_documents())))
        return
    known = list_schemas()
    if options.format is OutputFormat.JSON:
        listed = [{"name": name, "title": title} for name, title in known]
        emit_json({"schema": "sanwu/schemas/1", "schemas": listed})
        return
    print_rows(options, ("名称", "说明"), known)


def _find_document(name: str, known: Collection[str]) -> str:
    if name in known:
        return name
    hint = hint_near(name, known)
    raise SanwuError(f"没有“{name}”这种 JSON 文件", remedy=f"{hint}全部名称用 sanwu schema 查看")
