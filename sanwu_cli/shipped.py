"""Where the data shipped with the program lies: document templates and the sample city."""

from __future__ import annotations

from pathlib import Path

from sanwu_cli.errors import PlanError

_PACKAGE = Path(__file__).parent


def find_shipped(kind: str) -> Path:
    """Give the folder of shipped data, `templates` or `sample_data`.

    A wheel carries it inside the package, a checkout beside it. Raises PlanError when it is nowhere.
    """
    for folder in (_PACKAGE / "_data" / kind, _PACKAGE.parent / kind):
        if folder.is_dir():
            return folder
    raise PlanError(f"shipped folder {kind} is missing")
