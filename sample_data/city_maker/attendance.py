"""Who signed in where: the published rosters of the year, and what the stories change about them."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from random import Random

from city_maker.places import YEAR, list_person_rows

SIGN_IN_SEED = 649902
OPENS, CLOSES = time(9), time(12)
_PUBLISHED = Path(__file__).with_name("published.json")


@dataclass(frozen=True, slots=True)
class Duty:
    """One line of a published roster."""

    day: date
    town: str
    role: str
    person_id: str
    person: str

    @property
    def key(self) -> tuple[str, str, str]:
        """What the stories know it by."""
        return (self.day.isoformat(), self.town, self.person_id)

    @property
    def month(self) -> str:
        """Its month."""
        return f"{self.day:%Y-%m}"


@dataclass(slots=True)
class Signature:
    """One line of a sign-in sheet; `person_ids` are those it really means."""

    day: date
    town: str
    person_ids: tuple[str, ...]
    person: str
    arrived: time
    left: time | None
    consulted: int | None
    mediated: int | None


@dataclass(slots=True)
class Score:
    """What a township's month comes to, counted from the stories."""

    duties: int = 0
    present: int = 0
    late: int = 0
    early: int = 0
    made_up: int = 0
    substituted: int = 0
    unknown: int = 0
    absent: int = 0
    unplanned: int = 0
    consulted: int = 0
    mediated: int = 0
    blank: int = 0
    """Lines whose numbers nobody wrote down."""


@dataclass(slots=True)
class SignInBook:
    """The year's duties, signatures and scores."""

    duties: list[Duty] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    scores: dict[tuple[str, str], Score] = field(default_factory=lambda: defaultdict(Score))

    def signed(self, town: str, *months: str) -> list[Signature]:
        """List a township's signatures of these months by day."""
        own = [s for s in self.signatures if s.town == town and f"{s.day:%Y-%m}" in months]
        return sorted(own, key=lambda signature: (signature.day, signature.arrived, signature.person))

    def towns_of(self, month: str) -> list[str]:
        """List the townships with a duty in the month that sent a sheet for it."""
        towns = {duty.town for duty in self.duties if duty.month == month}
        return sorted(town for town in towns if (month, town) not in NOT_REPORTED)


def list_published() -> list[Duty]:
    """List the duties the office published, as publish_rosters.py wrote them down."""
    lines = json.loads(_PUBLISHED.read_text("utf-8"))
    return [Duty(date.fromisoformat(day), *others) for day, *others in lines]


def list_persons() -> dict[str, tuple[str, str, str]]:
    """Give each person's name, role and unit by number."""
    return {str(row[0]): (str(row[1]), str(row[2]), str(row[3])) for row in list_person_rows()[1:]}


def find_duty(day: str, town: str, role: str) -> Duty:
    """Find who was on duty there that day."""
    wanted = (day, town, role)
    return next(d for d in list_published() if (d.day.isoformat(), d.town, d.role) == wanted)


def _find_later(duty: Duty, last: str) -> Duty:
    """Find the same person's last duty in a later month, up to a day."""
    own = [d for d in list_published() if d.person_id == duty.person_id and d.month > duty.month]
    return next(d for d in reversed(own) if d.day.isoformat() <= last)


def _find_free(duty: Duty) -> str:
    """Find the first of the role who was not on duty that day."""
    busy = {d.person_id for d in list_published() if d.day == duty.day}
    role = list_persons()[duty.person_id][1]
    return next(id_ for id_, (_, own, _) in list_persons().items() if own == role and id_ not in busy)


# The planted facts: what happened to whoever was on duty, whatever the roster says who that was.
MARCH = find_duty("2026-03-10", "649901001", "lawyer")
MAY = find_duty("2026-05-15", "649901102", "lawyer")
JULY = find_duty("2026-07-14", "649901101", "prosecutor")
SECOND = _find_later(JULY, "2026-09-25")  # the second one of the quarter
OCTOBER = find_duty("2026-10-15", "649901201", "lawyer")  # and nobody has reminded
NOVEMBER = next(
    duty
    for duty in (find_duty("2026-11-10", "649901001", role) for role in ("lawyer", "prosecutor", "judge"))
    if duty.person_id != OCTOBER.person_id
)
ABSENT = {
    MARCH.key: "2026-03-17",  # made up on this day
    MAY.key: "",
    JULY.key: "2026-07-21",
    SECOND.key: "",
    OCTOBER.key: "",
    NOVEMBER.key: "2026-11-24",
}
_REPLACED = find_duty("2026-06-15", "649901100", "prosecutor")
SUBSTITUTES = {_REPLACED.key: _find_free(_REPLACED)}
LATE = {find_duty("2026-02-25", "649901104", "lawyer").key: time(9, 40)}
EARLY = {find_duty("2026-08-17", "649901201", "judge").key: time(11, 5)}
_MISSPELT = find_duty("2026-10-28", "649901104", "judge")
MISSPELT = {_MISSPELT.key: _MISSPELT.person.translate(str.maketrans("清衡章知", "青恒璋志"))}
NO_LEAVING = {find_duty("2026-01-16", "649901102", "lawyer").key}
BLANK_COUNTS = {find_duty("2026-04-15", "649901201", "lawyer").key}
JOINT = (
    "2026-07-14",
    "649901001",
    find_duty("2026-07-14", "649901001", "judge").person_id,
    find_duty("2026-07-14", "649901001", "lawyer").person_id,
)  # two persons in one cell
# An agreed visit outside the duty days.
EXTRA = (("2026-05-20", "649901101", find_duty("2026-05-12", "649901101", "lawyer").person_id),)
NOT_REPORTED = {("2026-06", "649901200")}  # no sheet for this township and month


def make_sign_ins() -> SignInBook:
    """Let the year happen."""
    book, rng, persons = SignInBook(list_published()), Random(SIGN_IN_SEED), list_persons()
    for duty in book.duties:
        score = book.scores[duty.month, duty.town]
        score.duties += 1
        signature = _sign(duty, rng, persons)
        if (duty.month, duty.town) in NOT_REPORTED:
            score.unknown += 1
        elif duty.key in ABSENT:
            _miss(book, duty, signature, score)
        else:
            _come(book, duty, signature, score)
    _add_extra(book, rng, persons)
    _join_two(book)
    for signature in book.signatures:
        _count_work(book.scores[f"{signature.day:%Y-%m}", signature.town], signature)
    return book


def _sign(duty: Duty, rng: Random, persons: dict[str, tuple[str, str, str]]) -> Signature:
    arrived = time(8, rng.randint(40, 59))
    left: time | None = time(12, rng.randint(0, 25))
    counts = (rng.randint(0, 6), rng.randint(0, 2))
    person_id = SUBSTITUTES.get(duty.key, duty.person_id)
    name = MISSPELT.get(duty.key, persons[person_id][0])
    arrived, left = LATE.get(duty.key, arrived), EARLY.get(duty.key, left)
    left = None if duty.key in NO_LEAVING else left
    consulted, mediated = (None, None) if duty.key in BLANK_COUNTS else counts
    return Signature(duty.day, duty.town, (person_id,), name, arrived, left, consulted, mediated)


def _miss(book: SignInBook, duty: Duty, signature: Signature, score: Score) -> None:
    later = ABSENT[duty.key]
    if later:
        signature.day = date.fromisoformat(later)
        book.signatures.append(signature)
    score.made_up += bool(later)
    score.absent += not later


def _come(book: SignInBook, duty: Duty, signature: Signature, score: Score) -> None:
    book.signatures.append(signature)
    if duty.key in SUBSTITUTES:
        score.substituted += 1
        return
    if duty.key in MISSPELT:
        score.unknown += 1
        return
    score.present += 1
    score.late += signature.arrived > OPENS
    score.early += signature.left is not None and signature.left < CLOSES


def _add_extra(book: SignInBook, rng: Random, persons: dict[str, tuple[str, str, str]]) -> None:
    for day, town, person_id in EXTRA:
        duty = Duty(date.fromisoformat(day), town, "", person_id, "")
        book.signatures.append(_sign(duty, rng, persons))
        book.scores[duty.month, town].unplanned += 1


def _join_two(book: SignInBook) -> None:
    """Put two persons who came together into one line."""
    day, town, first, second = JOINT
    pair = [s for s in book.signatures if (s.day.isoformat(), s.town) == (day, town)]
    one = next(s for s in pair if s.person_ids == (first,))
    other = next(s for s in pair if s.person_ids == (second,))
    one.person, one.person_ids = f"{one.person}、{other.person}", (first, second)
    book.signatures.remove(other)


def _count_work(score: Score, signature: Signature) -> None:
    score.consulted += signature.consulted or 0
    score.mediated += signature.mediated or 0
    score.blank += signature.consulted is None


MONTHS = tuple(f"{YEAR}-{number:02d}" for number in range(1, 13))
