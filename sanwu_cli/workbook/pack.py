"""Making a written workbook the same to the byte: sorted members, fixed stamps, a pinned date."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from sanwu_cli.patterns import compile_later

if TYPE_CHECKING:
    from datetime import date

# The earliest stamp a zip can carry; the one Office itself writes.
STAMP = (1980, 1, 1, 0, 0, 0)
_MOMENT = compile_later(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
_CORE = "docProps/core.xml"


def normalise(data: bytes, dated: date | None) -> bytes:
    """Zip the members of an Office document anew so that equal content gives equal bytes.

    Args:
        data: the document.
        dated: the document's own date, for its properties; never the clock. None: the stamp's day.
    """
    day = dated.isoformat() if dated else "1980-01-01"
    moment = f"{day}T00:00:00Z".encode()
    source, target = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as copy:
        for name in sorted(source.namelist(), key=_order):
            content = source.read(name)
            if name == _CORE:
                content = _MOMENT.sub(lambda match: match[1] + moment + match[3], content)
            copy.writestr(_make_entry(name), content)
    return target.getvalue()


def _order(name: str) -> tuple[bool, bool, str]:
    """Sort the members as Office expects to meet them: the content types first."""
    return name != "[Content_Types].xml", name != "_rels/.rels", name


def _make_entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, STAMP)
    entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 0, 0
    return entry
