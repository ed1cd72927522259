"""What a roster picture shows, as frozen records."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_Day = date  # for the record that has a field called `date`
_WHAT = ("星期", "地点", "时间", "备注")
_POST = ("角色", "姓名", "单位", "办公电话")


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

    def details(self) -> tuple[str, str, str, str]:
        """Give weekday, place, hours and note, in the order of `_WHAT`."""
        return self.weekday, self.address, self.hours, self.note

    @property
    def day_label(self) -> str:
        """The day as people write it."""
        return f"{self.day.month}月{self.day.day}日" if self.day else "日期未定"


class RosterSheet(Struct, frozen=True):
    """A month's roster to be drawn: title, whom it is of, the postings in the order in which they are shown.

    The title is `lead` and `name` behind or below each other; `subtitle` may be empty; `roles` head the
    columns of names; of a draft `draft` says why it is one; `code` is what a QR code holds, if there is one.
    """

    lead: str
    name: str
    subtitle: str
    roles: tuple[str, ...]
    postings: tuple[Posting, ...]
    draft: str = ""
    code: str = ""

    @property
    def title(self) -> str:
        """The whole title, which says so of a draft."""
        return f"{self.lead}{self.name}{'（草案）' if self.draft else ''}"

    @property
    def has_gap(self) -> bool:
        """Say whether somebody is missing."""
        return any(post.is_gap for posting in self.postings for post in posting.posts)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Run over every text of the data that is drawn, each with the part of the picture it stands in."""
        yield from (("标题", self.title), ("副标题", self.subtitle), ("草案的说明", self.draft))
        yield ("二维码", self.code)
        yield from (("表头", role) for role in self.roles)
        for number, one in enumerate(self.postings, start=1):
            place = f"{one.day_label}第{number}行"
            yield from ((f"{place}单位", text) for text in (one.township, one.place))
            yield from ((f"{place}{what}", text) for what, text in zip(_WHAT, one.details(), strict=True))
            for post in one.posts:
                parts = zip(_POST, (post.role, post.name, post.unit, post.phone), strict=True)
                yield from ((f"{place}{what}", text) for what, text in parts)
