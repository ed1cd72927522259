"""Calendar files of duties: what a phone reads, UIDs that stay, events called off."""

from __future__ import annotations

from datetime import date, time

import pytest

from sanwu_cli.model import Duty, Roster, Unfilled
from sanwu_cli.periods import Month
from sanwu_cli.roster.ics import list_cancelled, list_events, read_hours, write_duty_calendar
from sanwu_cli.terms import StationedRole

JUDGE, LAWYER = StationedRole.JUDGE, StationedRole.LAWYER
MARCH = Month(2026, 3)
EAST, WEST = "640999101", "640999102"
NAMES = {EAST: "东岭镇", WEST: "西岭镇"}


def duty(day, who, code=EAST, role=JUDGE, **more):
    return Duty(
        date(2026, 3, day),
        code,
        role,
        who,
        f"某{who}",
        more.pop("place", "综治中心"),
        **({"hours": "9:00—12:00"} | more),
    )


def month(*duties, gaps=()):
    return Roster(MARCH, duties, gaps, (), optimal=True)


def write(events, **more):
    given = {"title": "某A值班", "stamped_on": date(2026, 2, 27), "names": NAMES} | more
    return write_duty_calendar(events, **given)


def read_events(data):
    """Read the events back, one value a name with its parameters; alarms are left out."""
    events, inside = [], False
    for line in data.decode("utf-8").replace("\r\n ", "").split("\r\n"):
        name, _, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        inside = (inside or line == "BEGIN:VALARM") and line != "END:VALARM"
        if events and value and not inside:
            events[-1][name] = value
    return events


def test_an_event_says_where_when_and_who():
    (event,) = read_events(write(list_events(month(duty(10, "A", moved_from=date(2026, 3, 8))), sequence=2)))
    assert event["UID"] == "2026-03-640999101-judge-1@roster.sanwu"
    assert event["SEQUENCE"] == "2"
    assert event["DTSTAMP"] == "20260227T000000Z"
    assert event["DTSTART;TZID=Asia/Shanghai"] == "20260310T090000"
    assert event["DTEND;TZID=Asia/Shanghai"] == "20260310T120000"
    assert event["SUMMARY"] == "东岭镇进驻值班：法官某A"
    assert event["LOCATION"] == "综治中心"
    assert event["DESCRIPTION"] == "9:00—12:00；顺延自3月8日"
    assert event["STATUS"] == "CONFIRMED"


def test_hours_nobody_can_read_take_the_day():
    (event,) = read_events(write(list_events(month(duty(31, "A", hours="上班时间")), sequence=0)))
    assert event["DTSTART;VALUE=DATE"] == "20260331"
    assert event["DTEND;VALUE=DATE"] == "20260401"


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("9:00—12:00", (time(9), time(12))),
        ("９:00-17:30".replace("９", "9"), (time(9), time(17, 30))),
        ("9：00～11：30", (time(9), time(11, 30))),
        ("上午9时至下午5时", (time(9), time(17))),
        ("上午9点半到11点40分", (time(9, 30), time(11, 40))),
        ("9:00—12:00，14:30—18:00", (time(9), time(18))),
        ("", None),
        ("9:00", None),
        ("全天", None),
        ("17:00—9:00", None),
        ("25:00—26:00", None),
        ("9:70—10:00", None),
        ("9:00—12:00、14:30", None),
    ],
)
def test_hours_are_read_or_not_guessed(text, hours):
    assert read_hours(text) == hours


def test_the_file_has_its_zone_and_short_lines():
    data = write(list_events(month(duty(10, "A", place="很长的地点；带,符号\\" * 9)), sequence=0))
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"BEGIN:VTIMEZONE\r\nTZID:Asia/Shanghai\r\n" in data
    (event,) = read_events(data)
    assert event["LOCATION"] == "很长的地点；带\\,符号\\\\" * 9


def test_a_slot_keeps_its_uid_whoever_makes_it_and_whenever():
    before = month(duty(5, "A"), duty(20, "B"))
    gap = Unfilled(EAST, JUDGE, MARCH, ("缺",), planned_on=date(2026, 3, 5))
    after = month(duty(24, "C"), gaps=(gap,))
    assert [event.uid[-15:] for event in list_events(before, sequence=0)] == [
        "1@roster.sanwu"[-15:].rjust(15, "-"),
        "-2@roster.sanwu",
    ]
    (event,) = list_events(after, sequence=1)
    assert event.uid == "2026-03-640999101-judge-2@roster.sanwu"


def test_roles_and_places_have_slots_of_their_own():
    events = list_events(month(duty(5, "A"), duty(5, "L", role=LAWYER), duty(5, "B", WEST)), sequence=0)
    assert len({event.uid for event in events}) == 3


def test_a_duty_that_went_to_another_is_called_off_for_the_first():
    before, after = month(duty(5, "A"), duty(6, "A", WEST)), month(duty(5, "B"), duty(9, "A", WEST))
    (off,) = list_cancelled(before, after, sequence=1)
    assert (off.duty, off.is_cancelled, off.sequence) == (before.duties[0], True, 1)
    (event,) = read_events(write([off]))
    assert event["STATUS"] == "CANCELLED"
    assert event["DTSTART;TZID=Asia/Shanghai"] == "20260305T090000"


def test_a_calendar_of_a_place_has_each_uid_once():
    before, after = month(duty(5, "A")), month(duty(5, "B"))
    both = (*list_cancelled(before, after, sequence=1), *list_events(after, sequence=1))
    (event,) = read_events(write(both))
    assert (event["STATUS"], event["SUMMARY"]) == ("CONFIRMED", "东岭镇进驻值班：法官某B")


def test_the_order_of_events_does_not_matter():
    events = list_events(month(duty(5, "A"), duty(6, "B", WEST), duty(20, "C")), sequence=0)
    assert write(events) == write(events[::-1])
