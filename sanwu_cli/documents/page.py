"""Pages for a browser: a shipped template and the facts in, one file that asks nothing of any network out."""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.exceptions import TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from sanwu_cli.errors import PlanError
from sanwu_cli.shipped import find_shipped

if TYPE_CHECKING:
    from collections.abc import Mapping

_FOLDER = "pages"


def render_page(name: str, facts: Mapping[str, Any]) -> bytes:
    """Render a page of its template, its style and its script, all in one file.

    Args:
        name: of the template `pages/NAME.html`; beside it lie NAME.css and NAME.js.
        facts: plain JSON data; each text of it is escaped where it is printed.

    Returns:
        The page in UTF-8. No other script than its own runs in it, and it loads nothing.

    Raises:
        PlanError: the template asks for what is not given, or the facts are no plain data: our mistakes.
    """
    folder = find_shipped("templates") / _FOLDER
    script = (folder / f"{name}.js").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    own = {
        "style": Markup((folder / f"{name}.css").read_text("utf-8")),  # noqa: S704 - our own file
        "script": Markup(script),  # noqa: S704 - our own file
        "policy": f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
        "base-uri 'none'; form-action 'none'",
    }
    try:
        given = json.loads(json.dumps(facts, allow_nan=False))
        text = _environment().get_template(f"{name}.html").render({**given, **own})
    except (TemplateError, TypeError, ValueError) as error:
        raise PlanError(f"page {name}: {error}") from error
    return text.encode()


@cache
def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(find_shipped("templates") / _FOLDER),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
