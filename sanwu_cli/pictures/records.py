"""What a roster picture shows, as frozen records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_Day = date  # for the record that has a field called `date`


class Post(Struct, frozen=True):
    """One person on duty, or the gap where nobody is: role, name, sending unit, office telephone."""

    role: str
    name: str
    unit: str = ""
    phone: str = ""
    is_gap: bool = False


class Posting(Struct, frozen=True):
    """One place on one day: who is there, where and when; `note` says that the day was moved.

    `day` is None where the place has no readable duty day. `township` is empty where the place is one.
    """

    day: _Day | None
    weekday: str
    township: str
    place: str
    posts: tuple[Post, ...]
    address: str = ""
    hours: str = ""
    note: str = ""

    @property
    def day_label(self) -> str:
        """The day as people write it."""
        return f"{self.day.month}月{self.day.day}日" if self.day else "日期未定"


class RosterSheet(Struct, frozen=True):
    """A month's roster to be drawn: title, whom it is of, the postings in the order in which they are shown.

    The title is `lead` and `name` behind or below each other; `subtitle` may be empty; `roles` head the
    columns of names; of a draft `draft` says why it is one.
    """

    lead: str
    name: str
    subtitle: str
    roles: tuple[str, ...]
    postings: tuple[Posting, ...]
    draft: str = ""

    @property
    def title(self) -> str:
        """The whole title, which says so of a draft."""
        return f"{self.lead}{self.name}{'（草案）' if self.draft else ''}"

    @property
    def has_gap(self) -> bool:
        """Say whether somebody is missing."""
        return any(post.is_gap for posting in self.postings for post in posting.posts)

    def texts(self) -> Iterator[str]:
        """Run over every text of the data that is drawn."""
        yield from (self.title, self.subtitle, self.draft, *self.roles)
        for one in self.postings:
            yield from (one.weekday, one.township, one.place, one.address, one.hours, one.note)
            for post in one.posts:
                yield from (post.role, post.name, post.unit, post.phone)
