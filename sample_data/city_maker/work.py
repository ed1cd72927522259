"""The year's work besides the three indicators: all its sheets, and what truth.json says of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from city_maker.assessing import describe_assessing, make_assessing_files
from city_maker.attendance import EARLY, LATE, MONTHS, NOT_REPORTED, SUBSTITUTES, make_sign_ins
from city_maker.decisions import describe_decisions, make_decision_files, rule
from city_maker.disputes import DisputeBook, describe_disputes, list_untold, make_dispute_files
from city_maker.grassroots import GrassrootsBook, describe_grassroots, make_grassroots_files
from city_maker.papers import (
    FLOATING_CHECK_MISSING,
    JOINT_MEETINGS_MISSED,
    MEETING_LATE,
    NOT_POSTED,
    POSTED_LATE,
    REPORT_LATE,
    REPORT_MISSING,
    describe_papers,
    make_paper_files,
)
from city_maker.places import LAST_DAY, YEAR
from city_maker.sign_in_sheets import make_sign_in_files

if TYPE_CHECKING:
    from city_maker.cases import CaseBook
    from city_maker.sheets import File

AS_OF = date(YEAR, 11, 20)  # the day in November the demonstration asks about


class YearOfWork:
    """Everything that happens besides the cases, made from the same places."""

    def __init__(self, book: CaseBook) -> None:
        self.gazetteer = book.gazetteer
        self.sign_ins = make_sign_ins()
        self.disputes = DisputeBook(book.gazetteer)
        self.grassroots = GrassrootsBook(book.gazetteer)
        self.rulings = rule(book)

    def make_files(self) -> list[File]:
        """Make every sheet of the year's work."""
        return [
            *make_sign_in_files(self.gazetteer, self.sign_ins),
            *make_dispute_files(self.disputes),
            *make_grassroots_files(self.grassroots),
            *make_paper_files(self.gazetteer),
            *make_decision_files(self.rulings),
            *make_assessing_files(self.gazetteer, self.sign_ins),
        ]

    def describe(self) -> dict[str, object]:
        """Count the year's work for truth.json."""
        return {
            "attendance": self._describe_attendance(),
            "disputes": describe_disputes(self.disputes),
            "grassroots": describe_grassroots(self.grassroots),
            "papers": describe_papers(),
            "decisions": describe_decisions(self.rulings),
            "assessment": describe_assessing(self.sign_ins, self.gazetteer),
            "due": self._describe_due(),
        }

    def _describe_attendance(self) -> dict[str, object]:
        return {
            "as_of": LAST_DAY.isoformat(),
            "months": {
                month: {
                    town: asdict(score)
                    for (one, town), score in sorted(self.sign_ins.scores.items())
                    if one == month
                }
                for month in MONTHS
            },
            "stories": {
                "late": [list(key) for key in LATE],
                "left_early": [list(key) for key in EARLY],
                "substituted": [list(key) for key in SUBSTITUTES],
                "not_reported": [list(key) for key in sorted(NOT_REPORTED)],
            },
        }

    def _describe_due(self) -> dict[str, object]:
        """List what the stories leave undone by the day in November, of the obligations they are about."""
        by_code = {place.code: place.name for place in self.gazetteer.places}
        missed = [("O-31", f"{YEAR}-{month:02d}", by_code[town]) for month, town in JOINT_MEETINGS_MISSED]
        missed += [
            ("O-16", f"{YEAR}-{FLOATING_CHECK_MISSING:02d}", "公安局"),
            ("O-22", f"{YEAR}-Q{REPORT_MISSING[0]}", by_code[REPORT_MISSING[1]]),
            ("O-29", MEETING_LATE, "政法委"),
            ("O-34", f"{YEAR}-{NOT_POSTED[0]:02d}", by_code[NOT_POSTED[1]]),
        ]
        missed += [
            ("O-15", f"{YEAR}-{month:02d}", f"综治专干（{by_code[town]}）")
            for month, town in list_untold(self.disputes, AS_OF.month - 1)
        ]
        late = [
            ("O-22", f"{YEAR}-Q{REPORT_LATE[0]}", REPORT_LATE[1]),
            ("O-34", f"{YEAR}-{POSTED_LATE[0]:02d}", by_code[POSTED_LATE[1]]),
        ]
        return {
            "as_of": AS_OF.isoformat(),
            "obligations": sorted({line[0] for line in missed}),
            "overdue": [list(line) for line in sorted(missed)],
            "done_late": [list(line) for line in sorted(late)],
        }
