"""The records of the year's work: canonical sheets in, typed records out; nothing is guessed."""

from __future__ import annotations

from datetime import date

import pytest
from workspaces import County, Office

from sanwu_cli.jobs.activities import open_activities
from sanwu_cli.jobs.workspace import open_workspace, read_registers


@pytest.fixture
def office(tmp_path, capsys):
    county = County.of(青山镇=3, 绿水乡=2)
    made = Office(tmp_path / "云岭", county, capsys.readouterr)
    made.configure()
    made.save_areas()
    return made


def _open(office):
    answer = office.ask("records", "import", office.path / "inbox")
    assert answer.status == 0, answer.out
    workspace = open_workspace(office.path)
    return open_activities(workspace, read_registers(workspace))


def test_a_sign_in_keeps_its_times_and_counts_and_a_blank_count_is_not_zero(office):
    village = office.county.villages_of("青山镇")[0]
    office.sheet(
        "sign_in",
        [
            {
                "日期": date(2026, 3, 10),
                "姓名": "王 平",
                "单位": "县法院",
                "进驻地点": "青山镇综治中心",
                "签到时间": "8:55",
                "签退时间": "17:30",
                "接待咨询(人次)": 3,
                "参与调解(件)": "无",
            },
            {
                "日期": date(2026, 3, 12),
                "姓名": "李安",
                "单位": "青山司法所",
                "进驻地点": village,
                "签到时间": "9点",
            },
        ],
        to="3月/sign_in.xlsx",
        title="青山镇3月进驻签到表",
    )
    first, second = _open(office).sign_ins
    assert (first.person, first.day) == ("王平", date(2026, 3, 10))
    assert (first.signed_in_at, first.signed_out_at) == ("08:55", "17:30")
    assert (first.consulted_count, first.mediated_count) == (3, 0)
    assert first.place.area_code == first.place.township_code == office.county.code("青山镇")
    assert (second.consulted_count, second.signed_out_at) == (None, "")
    assert second.place.area_code == office.county.code(village)


def test_a_morning_and_an_afternoon_without_times_are_two_lines(office):
    line = {"日期": date(2026, 3, 10), "姓名": "王平", "进驻地点": "青山镇综治中心"}
    rows = [line | {"接待咨询(人次)": 3}, line | {"接待咨询(人次)": 2}, line | {"接待咨询(人次)": 3}]
    office.sheet("sign_in", rows, headers=[*line, "签到时间", "接待咨询(人次)"], title="3月进驻签到表")
    assert sorted(one.consulted_count for one in _open(office).sign_ins) == [2, 3]
    again = office.ask("records", "import", office.path / "inbox").json["files"][0]["sheets"][0]
    assert (again["same"], again["changed"]) == (3, 0)


def test_postings_meetings_reports_and_reminders_are_read(office):
    office.sheet(
        "publication",
        [
            {
                "月份": "2026-03",
                "乡镇(街道)": "青山镇",
                "公示方式": "微信群",
                "公示日期": "2026.2.27",
                "经办人": "赵一",
            }
        ],
        title="青山镇值班表公示登记表",
    )
    office.sheet(
        "meeting",
        [
            {
                "日期": "2026-03-20",
                "类型": "推进会",
                "单位": "县委政法委",
                "议题": "六进驻",
                "文号": "纪要1号",
            },
            {"日期": "2026-03-25", "类型": "联席会议", "单位": "绿水乡", "议题": "土地纠纷"},
        ],
        title="会议登记表",
    )
    office.sheet(
        "report_filed",
        [{"单位": "绿水乡人民政府", "事项": "一季度书面报告", "文号": "绿政发1号", "报送日期": "2026-03-31"}],
        title="书面报告登记表",
    )
    office.sheet(
        "reminder",
        [
            {
                "日期": "2026-03-11",
                "人员编号": "F01",
                "事由": "3月10日未到岗",
                "是否整改": "是",
                "整改日期": "2026-03-17",
            }
        ],
        title="提醒整改登记表",
    )
    known = _open(office)
    posted = known.publications[0]
    assert (str(posted.month), posted.channel, posted.posted_on) == (
        "2026-03",
        "chat_group",
        date(2026, 2, 27),
    )
    assert [(m.meeting_type, m.township_code) for m in known.meetings] == [
        ("progress", None),
        ("joint", office.county.code("绿水乡")),
    ]
    assert known.filed_reports[0].township_code == office.county.code("绿水乡")
    reminder = known.reminders[0]
    assert (reminder.step, reminder.is_mended, reminder.mended_on) == ("reminder", True, date(2026, 3, 17))


def test_a_dispute_and_an_office_say_nothing_they_were_not_told(office):
    village = office.county.villages_of("青山镇")[1]
    office.sheet(
        "dispute",
        [
            {
                "登记日期": "2026-03-02",
                "编号": "JF-1",
                "乡镇(街道)": "青山镇",
                "村(社区)": village,
                "纠纷类型": "邻里",
                "责任单位": "司法所",
                "化解时限": "2026-04-01",
                "是否化解": "是",
                "化解日期": "2026-03-20",
            },
            {"登记日期": "2026-03-03", "编号": "JF-2", "乡镇(街道)": "绿水乡", "纠纷类型": "土地"},
        ],
        title="矛盾纠纷排查化解台账",
    )
    office.sheet(
        "office",
        [{"名称": "青山派出所", "类型": "派出所", "所在乡镇": "青山镇", "标准化": "是", "警力/人员": 7}],
        title="2026年两所建设台账",
    )
    known = _open(office)
    settled, open_ = known.disputes
    assert (settled.is_resolved, settled.resolved_on, settled.due_on) == (
        True,
        date(2026, 3, 20),
        date(2026, 4, 1),
    )
    assert (open_.is_resolved, open_.due_on) == (None, None)
    station = known.offices[0]
    assert (station.office_type, station.is_standard, station.is_fengqiao, station.staff_count) == (
        "police_station",
        True,
        None,
        7,
    )
