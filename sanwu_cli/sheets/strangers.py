"""Sheets that are known and never read: lists of persons, and figures the scheme does not ask for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from sanwu_cli.errors import PlanError
from sanwu_cli.findings import load_catalogue, make_finding
from sanwu_cli.sheets.schema import bare_key, header_key
from sanwu_cli.sheets.values import fold
from sanwu_cli.toml_text import PACKAGE, parse_toml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from sanwu_cli.model import Finding


class Stranger(Struct, frozen=True, eq=False, dict=True):
    """A kind of sheet that is refused with its own reason.

    A sheet is one when it has a header of each of the groups, none of `unless` and, where words are given,
    one of `words` in its title, sheet or file name. `first` goes before every description of ours; the others
    only explain what nobody claims.
    """

    id: str
    title: str
    code: str
    why: str
    remedy: str
    headers: tuple[frozenset[str], ...]
    words: tuple[str, ...] = ()
    unless: frozenset[str] = frozenset()
    first: bool = False

    def fits(self, keys: AbstractSet[str], context: str) -> bool:
        """Say whether folded headers and the folded context are those of this kind."""
        return (
            all(not group.isdisjoint(keys) for group in self.headers)
            and (not self.words or any(word in context for word in self.words))
            and self.unless.isdisjoint(keys)
        )

    def tell(self, *, file: str, sheet: str) -> Finding:
        """Make the finding that says what the sheet is and why it is not read."""
        return make_finding(
            self.code, file=file, sheet=sheet, title=self.title, why=self.why, remedy=self.remedy
        )


def find_stranger(keys: AbstractSet[str], context: str, *, first: bool) -> Stranger | None:
    """Find the kind of sheet that is known and not read; `first` asks for those that go before all others."""
    if keys.isdisjoint(stranger_words()):
        return None
    return next((one for one in load_strangers() if one.first is first and one.fits(keys, context)), None)


@cache
def stranger_words() -> frozenset[str]:
    """Give every header by which such a sheet is known."""
    return frozenset(key for one in load_strangers() for group in one.headers for key in group)


@cache
def load_strangers() -> tuple[Stranger, ...]:
    """Read sheets/_strangers.toml; raises PlanError on a mistake of ours."""
    return parse_strangers((PACKAGE / "sheets" / "_strangers.toml").read_text("utf-8"))


def parse_strangers(text: str) -> tuple[Stranger, ...]:
    """Read descriptions of sheets that are not read. Raises PlanError."""
    try:
        strangers = tuple(_build(entry) for entry in parse_toml(text)["stranger"])
    except (KeyError, TypeError, ValueError) as error:
        raise PlanError(f"sheets/_strangers.toml: {type(error).__name__}: {error}") from error
    for one in strangers:
        if one.code not in load_catalogue():
            raise PlanError(f"sheets/_strangers.toml: {one.id}: no finding {one.code}")
        if not one.headers or not all(one.headers):
            raise PlanError(f"sheets/_strangers.toml: {one.id}: no headers")
    return strangers


def _build(entry: dict[str, Any]) -> Stranger:
    groups = tuple(_fold_headers(group) for group in entry.pop("headers"))
    words = tuple(fold(word).lower() for word in entry.pop("words", ()))
    unless = _fold_headers(entry.pop("unless", ()))
    return Stranger(headers=groups, words=words, unless=unless, **entry)


def _fold_headers(headers: Iterable[str]) -> frozenset[str]:
    return frozenset(key for header in map(header_key, headers) for key in (header, bare_key(header)))
