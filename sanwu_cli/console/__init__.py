"""All printing: the only owner of rich. Import from here; the modules beside it are its parts."""

from sanwu_cli.console.findings import (
    count_findings,
    finding_as_json,
    format_place,
    print_findings,
    sort_findings,
)
from sanwu_cli.console.machine import dump_json, emit_csv, emit_json
from sanwu_cli.console.screen import (
    Settings,
    configure,
    print_error,
    print_line,
    say,
    settings_now,
    track,
)
from sanwu_cli.console.tables import print_table, render_table
from sanwu_cli.console.text import cell_text, clean_text, measure_width, wrap_text
from sanwu_cli.console.trees import TREE_HEADERS, TreeLine, flatten_tree, print_tree, render_tree

__all__ = [
    "TREE_HEADERS",
    "Settings",
    "TreeLine",
    "cell_text",
    "clean_text",
    "configure",
    "count_findings",
    "dump_json",
    "emit_csv",
    "emit_json",
    "finding_as_json",
    "flatten_tree",
    "format_place",
    "measure_width",
    "print_error",
    "print_findings",
    "print_line",
    "print_table",
    "print_tree",
    "render_table",
    "render_tree",
    "say",
    "settings_now",
    "sort_findings",
    "track",
    "wrap_text",
]
