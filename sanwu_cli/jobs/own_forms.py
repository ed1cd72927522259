"""Documents in the office's own Word forms: the same facts, filled into a .docx with tags as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.documents.blocks import Document, DraftStart, Heading, Paragraph
from sanwu_cli.documents.forms.fields import add_names, list_fields, write_loop
from sanwu_cli.documents.forms.filling import fill_form
from sanwu_cli.documents.forms.package import MAX_FILE_BYTES
from sanwu_cli.documents.forms.texts import list_file_texts
from sanwu_cli.documents.kinds import find_kind
from sanwu_cli.documents.verify import check_opens, verify_document
from sanwu_cli.documents.word import write_document
from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.files import sanitise_name
from sanwu_cli.jobs.gate import guard_document, guard_file_texts
from sanwu_cli.jobs.papers import tell_day
from sanwu_cli.jobs.reporting import Rendered, choose_papers, compose_paper

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from sanwu_cli.documents.forms.fields import Field
    from sanwu_cli.documents.kinds import DocumentKind
    from sanwu_cli.jobs.papers import Asked, Paper
    from sanwu_cli.jobs.workspace import RegisterReading, Workspace

_BLANK_DAY = "　　　　年　　月　　日"
# A form that prints one of these sets carries what its text rests on; any other gets it in a file of its own.
_NOTES = ({"drafting_note"}, {"起草说明"}, {"readings", "unknowns"}, {"口径", "未知"})
_BASIS = "依据"


class _Draft(Struct, frozen=True):
    """A paper as we would write it ourselves: what the form is told, and our drafting note."""

    paper: Paper
    facts: dict[str, Any]
    note: Document


def fill_documents(
    workspace: Workspace,
    registers: RegisterReading,
    kind_id: str,
    asked: Asked,
    form: Path,
    *,
    issued_on: date | None = None,
    unit: str = "",
) -> list[list[Rendered]]:
    """Fill a Word form with what the documents of a kind are told: for each paper its file, or two.

    The second is the note of readings and unknowns, where the form itself prints none. Raises SanwuError
    as `render_documents` does, for a form that cannot be filled, with the place, and (REFUSED) where
    something personal stands anywhere in what was filled.
    """
    kind = find_kind(kind_id, workspace.template_folders)
    chosen = choose_papers(workspace, registers, kind, asked, unit=unit)
    drafts = [_draft(workspace, kind, paper, issued_on) for paper, _ in chosen]
    shown = workspace.show(form)
    filled = fill_form(read_form(form, shown), [draft.facts for draft in drafts], place=shown)
    has_note = any(names <= filled.names for names in _NOTES)
    made = []
    mark = sanitise_name(form.stem)
    for draft, (_, stem), data in zip(drafts, chosen, filled.files, strict=True):
        name = f"{stem}（{mark}）.docx"
        check_opens(data, place=shown)
        guard_file_texts(name, list_file_texts(data, place=shown))
        own = [Rendered(name, data, draft.paper.findings)]
        if not has_note and draft.note.blocks:
            own.append(_write_note(workspace, draft, f"{stem}（{_BASIS}）.docx", issued_on))
        made.append(own)
    return made


def read_form(path: Path, shown: str) -> bytes:
    """Read a form's bytes within the limit; raises SanwuError (INPUT_MISSING) where there is none."""
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SanwuError(
            "表样打不开：文件不在，或者没有读的权限",
            place=shown,
            remedy="请核对路径和文件名，关掉正在编辑它的程序再试",
            status=ExitStatus.INPUT_MISSING,
        ) from error
    return data


def list_form_fields(kind_id: str, folders: tuple[Path, ...]) -> tuple[Field, ...]:
    """List what a form of a kind can print; raises SanwuError for a kind there is not."""
    return list_fields(find_kind(kind_id, folders).id)


def fields_as_json(fields: tuple[Field, ...]) -> list[dict[str, object]]:
    """Give the fields as the list of sanwu/report-fields/1."""
    return [
        {
            "path": one.path.removesuffix("[]"),
            "chinese": one.chinese.removesuffix("[]"),
            "shortcut": one.shortcut or None,
            "meaning": one.meaning,
            "example": one.example or None,
            "is_list": one.is_list,
            "loop": write_loop(one) or None,
        }
        for one in fields
    ]


def _draft(workspace: Workspace, kind: DocumentKind, paper: Paper, issued_on: date | None) -> _Draft:
    document = compose_paper(workspace, kind, paper, issued_on=issued_on)
    starts = next((n for n, block in enumerate(document.blocks) if isinstance(block, DraftStart)), None)
    blocks = document.blocks[starts:] if starts is not None else ()
    note = Document(document.kind, f"{document.title}（{_BASIS}）", blocks)
    day = tell_day(issued_on)
    facts = paper.context | {
        "issued_on": {"label": day} if day else None,
        "title": document.title,
        "dated": day or _BLANK_DAY,
        "recipients_line": "，".join(paper.context.get("recipients", ())),
        "copies_line": "，".join(paper.context.get("copies", ())),
        "drafting_note": [_tell(block) for block in blocks if isinstance(block, (Heading, Paragraph))],
    }
    return _Draft(paper, add_names(facts), note)


def _tell(block: Heading | Paragraph) -> str:
    return block.text + block.rest if isinstance(block, Heading) else block.text


def _write_note(workspace: Workspace, draft: _Draft, name: str, issued_on: date | None) -> Rendered:
    """Write the drafting note as a document of its own."""
    guard_document(draft.note)
    data = write_document(draft.note, fonts=workspace.settings.fonts or None, issued_on=issued_on)
    verify_document(data, draft.note)
    return Rendered(name, data, ())
