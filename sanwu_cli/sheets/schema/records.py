"""What a sheet looks like, as frozen records: its fields, its headers, and why a row does not count."""

from __future__ import annotations

from functools import cache, cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from sanwu_cli.patterns import compile_later
from sanwu_cli.sheets.schema.keys import BRACKETED, bare_key, header_key
from sanwu_cli.sheets.values import fold, load_words
from sanwu_cli.terms import Indicator

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from sanwu_cli.model import Row, Value
    from sanwu_cli.terms import Intake, NotCounted

_MOST_REASONS = 4096
_LOOSE = 1000  # any exact spelling is better than one without its brackets
# 1, 2, 3 … in a column headed 编号: every sheet has them.
SERIAL = compile_later(r"[0-9]{1,4}")
# Beside the date, what a year's verdict or a later instance may hang on.
_TELLING = ("occurred_on", "cause", "case_category", "instance", "original_case_number", "defendant")


class FieldSpec(Struct, frozen=True):
    """One field of a sheet: how its column is headed and what its cells hold.

    `contextual` spellings hold only where the title or the sheet's name carries one of the words. `required`
    cells may not be empty; `optional_column` says the whole column may be missing all the same. `personal` is
    recognised and never read; `stored` False is recognised and not kept. `sum` columns are checked against
    合计; a `decimal` beyond `minimum` or `maximum` is unreadable. `yes` and `no` add to the common words;
    `choices` gives spellings by canonical value. `missing_note` is said when the column is missing, unless
    the title has one of the words or the sheet one of the columns; with `hold_missing` every row is held
    then; beside one of `assumed_columns` they count, as `assumed_note` says.

    A field that `follows` another owns the next column on its right headed by one of the `shared` spellings
    (three columns called 联系电话); the spelling "" is a column without a header of its own. The columns of a
    field that `adds_to` others are parts of their numbers.
    """

    name: str
    header: str
    type: str = "text"
    aliases: tuple[str, ...] = ()
    contextual: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    required: bool = False
    optional_column: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    yes: tuple[str, ...] = ()
    no: tuple[str, ...] = ()
    personal: bool = False
    stored: bool = True
    sum: bool = False
    minimum: int | None = None
    maximum: int | None = None
    weight: int = 1
    missing_note: str = ""
    missing_ok_title: tuple[str, ...] = ()
    missing_ok_columns: tuple[str, ...] = ()
    hold_missing: bool = False
    assumed_columns: tuple[str, ...] = ()
    assumed_note: str = ""
    follows: str = ""
    shared: tuple[str, ...] = ()
    adds_to: tuple[str, ...] = ()
    note: str = ""

    @property
    def is_read(self) -> bool:
        """Say whether the field's cells are read and kept."""
        return self.stored and not self.personal

    @property
    def spellings(self) -> tuple[str, ...]:
        """The canonical header first, then the aliases, in order of preference."""
        return (self.header, *self.aliases)


class Condition(Struct, frozen=True):
    """Tests of one field's folded value, all to hold; an empty field triggers none but `blank`."""

    field: str
    values: tuple[str, ...] = ()
    not_values: tuple[str, ...] = ()
    contains: tuple[str, ...] = ()
    not_contains: tuple[str, ...] = ()
    blank: bool = False
    filled: bool = False

    def holds(self, values: Mapping[str, Value]) -> bool:
        """Say whether the condition holds for a row's values."""
        value = values.get(self.field)
        if value is None:
            return self.blank
        if self.blank:
            return False
        text = _comparable(value)
        return (
            (not self.values or text in _fold_all(self.values))
            and (not self.not_values or text not in _fold_all(self.not_values))
            and (not self.contains or any(word in text for word in _fold_all(self.contains)))
            and not any(word in text for word in _fold_all(self.not_contains))
        )


class NotCountedRule(Struct, frozen=True):
    """A reason not to count a row, and the conditions that must all hold."""

    reason: NotCounted
    conditions: tuple[Condition, ...]


class UnclearRule(Struct, frozen=True):
    """Why it cannot be said whether a row counts; it holds only where the sheet has the field's column."""

    field: str
    why: str
    conditions: tuple[Condition, ...]


class Derivation(Struct, frozen=True):
    """How an empty field is filled from another field, or from the title: value by words found there."""

    field: str
    source: str
    words: Mapping[str, tuple[str, ...]]

    def find_value(self, text: str) -> str | None:
        """Find the one value whose words stand in the text; None when there is none or more than one."""
        folded = fold(text).lower()
        found = [value for value, words in self.words.items() if any(w in folded for w in _fold_all(words))]
        return found[0] if len(found) == 1 else None


class RecordSpec(Struct, frozen=True):
    """What a row is: its kind, the indicator of an incident, key fields, date field, and the sheet's span.

    `blank_village` says where a row without a village belongs: "hold", or "township" (T-19). `period` says
    what span the sheet is for: a month or more, a year, each row's own, or none. With `keeps_repeats` two
    lines of one sheet with one key stand side by side where they differ (a morning and an afternoon).
    """

    kind: str
    indicator: Indicator | None = None
    key: tuple[str, ...] = ()
    date: str | None = None
    blank_village: str = "hold"
    period: str = "month"
    keeps_repeats: bool = False


class Evidence(Struct, frozen=True):
    """What makes a sheet this one: columns (one of each group), words of the title, words against it.

    The name `title` in a group stands for any of the title words. Headers with a word of `not_headers` are no
    field's (累计, 去年同期). Without groups every required column must be there.
    """

    needs: tuple[tuple[str, ...], ...] = ()
    title: tuple[str, ...] = ()
    not_title: tuple[str, ...] = ()
    not_headers: tuple[str, ...] = ()


class SheetSchema(Struct, frozen=True, eq=False, dict=True):
    """A sheet we know, as its TOML file describes it, known by identity; `form`: the blank form's columns."""

    id: str
    title: str
    sender: str
    intake: Intake
    version: int
    clause: str
    record: RecordSpec
    evidence: Evidence
    fields: tuple[FieldSpec, ...]
    not_counted: tuple[NotCountedRule, ...] = ()
    derived: tuple[Derivation, ...] = ()
    note: str = ""
    form: tuple[str, ...] = ()
    unclear: tuple[UnclearRule, ...] = ()

    @cached_property
    def by_name(self) -> Mapping[str, FieldSpec]:
        """The fields by name."""
        return MappingProxyType({spec.name: spec for spec in self.fields})

    @cached_property
    def counted(self) -> tuple[Indicator, ...]:
        """The indicators a sheet of counts has columns for, the plan's three first."""
        names = [spec.name for spec in self.fields if spec.type == "count" and spec.is_read]
        own = [indicator for indicator in Indicator if indicator.value in names]
        return tuple(dict.fromkeys((*own, *(Indicator(name) for name in names)))) if own else ()

    @property
    def form_mark(self) -> str:
        """The mark a blank form carries, such as petition/1."""
        return f"{self.id}/{self.version}"

    @cached_property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """Groups of field names: a sheet of this kind has a column of each group."""
        if self.evidence.needs:
            return self.evidence.needs
        return tuple((spec.name,) for spec in self.fields if spec.required and not spec.optional_column)

    def has_title_word(self, context: str) -> bool:
        """Say whether the folded context carries one of the title words."""
        return any(word in context for word in _fold_all(self.evidence.title))

    def field_of_type(self, kind: str) -> FieldSpec | None:
        """Give the first field of a type, or None."""
        return next((spec for spec in self.fields if spec.type == kind), None)

    def find_field(self, text: str) -> FieldSpec | None:
        """Give the field of this name or canonical header, or None."""
        key = header_key(text)
        return self.by_name.get(text) or next(
            (spec for spec in self.fields if header_key(spec.header) == key), None
        )

    @cached_property
    def _exact(self) -> Mapping[str, tuple[str, int]]:
        return {
            header_key(spelling): (spec.name, rank)
            for spec in self.fields
            for rank, spelling in reversed(tuple(enumerate(spec.spellings)))
        }

    @cached_property
    def _bare(self) -> Mapping[str, tuple[str, int]]:
        """Spellings without their bracketed parts, as far as they belong to one field only."""
        owners: dict[str, set[str]] = {}
        for key, (name, _) in self._exact.items():
            owners.setdefault(bare_key(key), set()).add(name)
        return {
            bare_key(key): (name, rank)
            for key, (name, rank) in reversed(list(self._exact.items()))
            if len(owners[bare_key(key)]) == 1
        }

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Every folded spelling of a header, with and without its bracketed parts."""
        return frozenset(key for spec in self.fields for key in list_keys(spec))

    @cached_property
    def need_keys(self) -> tuple[frozenset[str] | None, ...]:
        """For each group of `needs` the folded spellings of its fields; None where the title may stand in."""
        return tuple(
            None
            if "title" in group
            else frozenset(k for name in group for k in list_keys(self.by_name[name]))
            for group in self.needs
        )

    @cached_property
    def knows_context(self) -> bool:
        """Say whether a header may mean something in the title's company only."""
        return any(spec.contextual for spec in self.fields)

    @cached_property
    def followers(self) -> Mapping[tuple[str, str], str]:
        """By the field on the left and the folded shared spelling: the field such a column belongs to."""
        return {
            (spec.follows, header_key(spelling)): spec.name
            for spec in self.fields
            if spec.follows
            for spelling in spec.shared
        }

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """By field: the fields whose columns add up to its number."""
        targets = dict.fromkeys(name for spec in self.fields for name in spec.adds_to)
        return {
            target: tuple(spec.name for spec in self.fields if target in spec.adds_to) for target in targets
        }

    def match_header(self, text: str, *, context: str = "") -> tuple[str, int] | None:
        """Find the field a header names, and the rank of the spelling (0 is the canonical one).

        `context` is the folded title, sheet and file name, for spellings that hold only in their company.
        """
        key = header_key(text)
        if not key or any(word in key for word in _fold_all(self.evidence.not_headers)):
            return None
        if (found := self._exact.get(key)) or (found := self._match_context(key, context)):
            return found
        bare = "" if self._counts_others(key) else bare_key(key)
        if (found := self._exact.get(bare)) or (found := self._bare.get(bare)):
            return found[0], found[1] + _LOOSE
        return self._match_context(bare, context)

    def _counts_others(self, key: str) -> bool:
        """Say whether a bracket of a count sheet's header names persons: they are no cases."""
        persons = _fold_all(tuple(load_words()["header"]["persons"])) if self.record.kind == "count" else ()
        return any(inside.strip("()") in persons for inside in BRACKETED.findall(key))

    def _match_context(self, key: str, context: str) -> tuple[str, int] | None:
        for word, name, rank in self._contextual.get(key, ()):
            if word in context:
                return name, rank
        return None

    @cached_property
    def _contextual(self) -> Mapping[str, list[tuple[str, str, int]]]:
        """By spelling: the word the title must carry, the field, the rank; in order of the fields."""
        found: dict[str, list[tuple[str, str, int]]] = {}
        for spec in self.fields:
            for word, spellings in spec.contextual.items():
                for rank, spelling in enumerate(_fold_all(spellings), start=len(spec.spellings)):
                    found.setdefault(spelling, []).append((fold(word).lower(), spec.name, rank))
        return found

    def why_unclear(self, values: Mapping[str, Value], columns: Container[str]) -> UnclearRule | None:
        """Give the first reason for which it cannot be said whether a row counts, or None."""
        for rule in self.unclear:
            if rule.field in columns and all(condition.holds(values) for condition in rule.conditions):
                return rule
        return None

    def why_not_counted(self, values: Mapping[str, Value]) -> NotCounted | None:
        """Give the first reason for which a row does not count, or None when it counts."""
        key = tuple([values.get(name) for name in self.ruling_fields])
        if key not in self._reasons and len(self._reasons) < _MOST_REASONS:
            self._reasons[key] = self._find_reason(values)
        return self._reasons[key] if key in self._reasons else self._find_reason(values)

    def mark_case(self, row: Row) -> tuple[str, ...]:
        """Give what rows of one number must have alike to be one case: all but places and plain remarks."""
        rule = self.why_unclear(row.values, row.cells)
        lost = "、".join(name for name in row.unreadable if name in self.deciding_fields)
        told = [str(row.values.get(name) or "") for name in (self.record.date or "", *_TELLING)]
        return str(self.why_not_counted(row.values) or ""), rule.field if rule else "", lost, *told

    @cached_property
    def deciding_fields(self) -> tuple[str, ...]:
        """The fields that decide whether a row counts, or leave it unclear."""
        asked = (condition.field for rule in self.unclear for condition in rule.conditions)
        return tuple(dict.fromkeys((*self.ruling_fields, *asked)))

    @cached_property
    def ruling_fields(self) -> tuple[str, ...]:
        """The fields that decide whether a row counts: rows alike in them count alike."""
        return tuple(
            dict.fromkeys(condition.field for rule in self.not_counted for condition in rule.conditions)
        )

    @cached_property
    def _reasons(self) -> dict[tuple[Value, ...], NotCounted | None]:
        return {}

    def _find_reason(self, values: Mapping[str, Value]) -> NotCounted | None:
        for rule in self.not_counted:
            if all(condition.holds(values) for condition in rule.conditions):
                return rule.reason
        return None


def list_keys(spec: FieldSpec) -> frozenset[str]:
    """List every folded spelling a field's header may have, with and without its bracketed parts."""
    keys = [header_key(spelling) for spelling in spec.spellings]
    others = [spelling for spellings in spec.contextual.values() for spelling in spellings]
    others += [spelling for spelling in spec.shared if spelling]
    return frozenset((*keys, *map(bare_key, keys), *map(header_key, others)))


def _comparable(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "、".join(value)
    return fold(str(value)).lower()


@cache
def _fold_all(words: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(fold(word).lower() for word in words)
