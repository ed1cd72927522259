"""Every rule of the table with its function; a file checked by all of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from sanwu_cli.documents.check import (
    rules_close,
    rules_foot,
    rules_head,
    rules_page,
    rules_special,
    rules_text,
    rules_title,
)
from sanwu_cli.documents.check.layout import read_layout
from sanwu_cli.documents.check.look import Look
from sanwu_cli.documents.check.nodes import Package
from sanwu_cli.documents.check.roles import Kind, find_parts
from sanwu_cli.documents.check.table import Fault, FormRule, fold_font, font_families, load_rules
from sanwu_cli.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

RULES: Mapping[str, Callable[[Look], Iterator[Fault]]] = {
    "P1": rules_page.paper,
    "P2": rules_page.top_margin,
    "P3": rules_page.left_margin,
    "P4": rules_page.type_area,
    "P5": rules_text.type_of_text,
    "P6": rules_page.lines_and_characters,
    "H1": rules_head.copy_number,
    "H2": rules_head.secrecy,
    "H3": rules_head.urgency,
    "H4": rules_head.mark,
    "H6": rules_head.number,
    "H7": rules_head.signer,
    "H8": rules_head.red_line,
    "B1": rules_title.title,
    "B2": rules_title.breaks,
    "B2P": rules_title.wording,
    "B3": rules_title.addressee,
    "B4": rules_text.indent,
    "B5": rules_text.levels,
    "B6": rules_text.order,
    "B7": rules_close.annex_note,
    "B8": rules_close.signature,
    "B11": rules_close.issue_date,
    "B12": rules_close.remark,
    "B13": rules_close.annexes,
    "C1": rules_foot.rules_of_colophon,
    "C2": rules_foot.last,
    "C3": rules_foot.copies,
    "C5": rules_foot.issue,
    "N1": rules_foot.page_numbers,
    "N2": rules_foot.running_numbers,
    "A1": rules_page.across,
    "A2": rules_page.repeated_heads,
    "A3": rules_page.whole_rows,
    "F1": rules_text.chinese_signs,
    "F2": rules_text.font_slots,
    "X1": rules_text.leftovers,
    "S1": rules_special.letter,
    "S1N": rules_special.letter_pages,
    "S2": rules_special.order,
    "S3": rules_special.minutes,
}


class FormCheck(Struct, frozen=True):
    """A checked file: the format it was recognised as, its faults in the table's order, alike ones together.

    Each fault comes with the places it was found at; `left_out` names what was not looked at.
    """

    kind: Kind
    faults: tuple[tuple[Fault, tuple[str, ...]], ...]
    left_out: str


def check_form(data: bytes, *, place: str, fonts: Mapping[str, str] | None = None) -> FormCheck:
    """Hold a .docx against GB/T 9704-2012.

    Args:
        data: the file's bytes.
        place: how the file is named in messages.
        fonts: for a font of the standard the name an office writes instead; it counts as of the same family.

    Raises:
        SanwuError: the file cannot be read (PARTIAL).
    """
    parts = find_parts(read_layout(Package(data, place=place)))
    look = Look(parts, _own_fonts(fonts or {}))
    found: dict[tuple[str, ...], tuple[Fault, list[str]]] = {}
    for function in _functions():
        for fault in function(look):
            # The same thing at two places is one fault.
            key = (fault.rule, fault.part, fault.expected, fault.found)
            found.setdefault(key, (fault, []))[1].append(fault.place)
    left_out = f"第{parts.draft_from}段起是起草说明，不属于公文，没有检查" if parts.draft_from else ""
    return FormCheck(parts.kind, tuple((fault, tuple(places)) for fault, places in found.values()), left_out)


def paper_rules() -> tuple[FormRule, ...]:
    """List the rules that only the printed page shows."""
    return tuple(rule for rule in load_rules().values() if rule.on_paper)


@cache
def _functions() -> tuple[Callable[[Look], Iterator[Fault]], ...]:
    """Give the functions in the table's order; raises PlanError where the table and `RULES` differ."""
    ids = [rule.id for rule in load_rules().values() if not rule.on_paper]
    if sorted(ids) != sorted(RULES):
        raise PlanError(f"documents/check/rules.toml and rules.py differ: {sorted(set(ids) ^ set(RULES))}")
    return tuple(RULES[id_] for id_ in ids)


def _own_fonts(fonts: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Give the names an office writes in place of ours, by family."""
    return {
        family: frozenset(fold_font(own) for base, own in fonts.items() if fold_font(base) in known)
        for family, known in font_families().items()
    }
