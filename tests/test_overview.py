"""The year on one page: what stands in it, that nothing but its own is loaded or run, the same bytes."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from workspaces import County, Office, hash_tree

from sanwu_cli.documents.page import render_page
from sanwu_cli.errors import PlanError
from sanwu_cli.jobs.overview import TEMPLATE

HOSTILE = "<img src=x onerror=alert(1)>\"&'"


class Page(HTMLParser):
    """A page taken apart: its tables by section, as rows of (attributes, cells), and every tag it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sections: dict[str, list[tuple[dict, list[tuple[str, str]]]]] = {}
        self.tags: list[tuple[str, dict]] = []
        self.text: list[str] = []
        self._section, self._cell = "", None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "section":
            self._section = given.get("id", "")
        elif tag == "tr":
            self.sections.setdefault(self._section, []).append((given, []))
        elif tag in {"td", "th"}:
            self._cell = [given.get("class", ""), ""]

    def handle_endtag(self, tag):
        if tag in {"td", "th"} and self._cell:
            self.sections[self._section][-1][1].append((self._cell[0], " ".join(self._cell[1].split())))
            self._cell = None

    def handle_data(self, data):
        self.text.append(data)
        if self._cell:
            self._cell[1] += data

    def rows(self, section: str, name: str) -> list[list[tuple[str, str]]]:
        """Give the rows of a section that are headed with a name."""
        return [cells for _, cells in self.sections[section] if cells[0][1] == name]


@pytest.fixture
def office(tmp_path, capsys):
    made = Office(tmp_path / "office", County.of(东岭镇=3, 西岭镇=2), capsys.readouterr)
    bad = made.county.villages_of("东岭镇")[0]
    made.year([("crime", bad, "2026-03-10"), ("crime", bad, "2026-03-11"), ("petition", bad, "2026-05-01")])
    (made.path / "inbox" / "2026" / "suit.xlsx").unlink()
    made.month("suit", "2026年4月")
    made.attest()
    made.assess(东岭镇=95, 西岭镇=90)
    for command in ("incidents", "records"):
        made.run(command, "import", "inbox")
    return made


def overview(office, *more) -> str:
    answer = office.run("report", "overview", "--year", 2026, "--as-of", "2026-12-31", *more)
    assert answer.status in (0, 1), answer.err
    return (office.path / "out/2026/2026年三无建设总览.html").read_text("utf-8")


def test_a_month_nobody_reported_is_hatched_and_never_zero(office):
    page = Page(overview(office))
    petition, suit, crime = page.rows("heat", "东岭镇")
    assert [text for _, text in crime[1:]] == ["0", "0", "2", *["0"] * 9, "2"]
    assert [kind for kind, _ in crime[1:5]] == ["cell shade0", "cell shade0", "cell shade2", "cell shade0"]
    assert petition[5] == ("cell shade1", "1")
    assert suit[4] == ("cell shade0", "0")
    assert {cell for number, cell in enumerate(suit[1:], start=1) if number != 4} == {
        ("cell unknown", "未报")
    }


def test_a_month_that_is_not_over_is_empty(office):
    office.run("report", "overview", "--year", 2026, "--as-of", "2026-05-20", "-o", office.path / "o.html")
    page = Page((office.path / "o.html").read_text("utf-8"))
    petition, suit, crime = page.rows("heat", "东岭镇")
    assert [text for _, text in crime[1:]] == ["0", "0", "2", "0", *[""] * 8, "2"]
    assert petition[-1][1] == "0", "the visit of May is not in the sum of January to April"
    assert suit[5:-1] == [("cell future", "")] * 8
    assert "2026年5月20日" in "".join(page.text)


def test_the_board_says_verdict_and_reasons(office):
    page = Page(overview(office))
    bad, good = office.county.villages_of("东岭镇")[:2]
    (row,) = page.rows("villages", bad)
    assert [text for _, text in row[1:3]] == ["东岭镇", "不符合"]
    assert "越级上访1件，限0件" in row[3][1]
    assert "刑事案件2件，限0件" in row[3][1]
    assert "行政诉讼待定：未报：2026年1月" in row[3][1]
    (row,) = page.rows("villages", good)
    assert row[2][1] == "待定"
    (row,) = page.rows("townships", "东岭镇")
    assert (row[2][1], row[5][1], row[6][1]) == ("3", "95.00", "1")
    assert "待定" in row[-1][1]
    given = [attributes for attributes, _ in page.sections["villages"] if attributes]
    assert {one["data-verdict"] for one in given} == {"not_designated", "unknown"}
    assert {one["data-town"] for one in given} == {office.county.code(n) for n in ("东岭镇", "西岭镇")}


def test_it_says_who_has_not_sent_what(office):
    page = Page(overview(office))
    rows = {cells[0][1]: [text for _, text in cells[1:]] for _, cells in page.sections["missing"]}
    assert rows["行政诉讼案件台账（司法局）"] == ["未报"] * 3 + ["齐"] + ["未报"] * 8
    assert rows["刑事案件台账（公安局）"] == ["齐"] * 12
    assert "要问司法局" in page.text
    assert page.rows("disputes", "东岭镇")[0][1] == ("cell unknown", "未报")
    assert any("没有可看的" in text for text in page.text), "nobody is stationed: it says so"


def test_the_page_is_marked_and_asks_nothing_of_any_network(office):
    text = overview(office)
    page = Page(text)
    assert "内部使用" in page.text
    assert not re.search(r"https?:|//|url\(|@import|\bsrc=", text)
    tags = {tag for tag, _ in page.tags}
    assert not tags & {"img", "link", "iframe", "object", "embed", "base", "video", "audio"}
    assert not any(name.startswith("on") for _, given in page.tags for name in given)
    assert all(given["href"].startswith("#") for tag, given in page.tags if tag == "a")
    policy = next(given["content"] for _, given in page.tags if given.get("http-equiv"))
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith("default-src 'none';")
    assert f"script-src 'sha256-{digest}'" in policy


def test_the_same_ledger_gives_the_same_bytes_and_is_not_touched(office):
    first = overview(office)
    before = hash_tree(office.path)
    assert overview(office) == first
    assert hash_tree(office.path) == before


def test_json_names_the_file(office):
    answer = office.run("report", "overview", "--year", 2026, "--as-of", "2026-12-31", "--format", "json")
    assert answer.json["schema"] == "sanwu/overview/1"
    assert answer.json["file"].endswith("2026年三无建设总览.html")


def test_a_year_before_the_plan_is_refused(office):
    answer = office.run("report", "overview", "--year", 2030, "--as-of", "2026-12-31")
    assert answer.status == 2
    assert "还没有开始" in answer.err


FACTS = {
    "county": HOSTILE, "year": 2026, "as_of": HOSTILE, "plan": HOSTILE, "months": [1],
    "sums": {
        "levels": [{"name": HOSTILE, "verdicts": [{"id": "unknown", "label": HOSTILE, "count": 1}]}],
        "indicators": [{"name": HOSTILE, "cell": {"kind": "sum", "text": HOSTILE, "told": HOSTILE}}],
        "award": HOSTILE,
    },
    "heat_tables": [], "verdicts": [{"id": "unknown", "label": HOSTILE}], "missing": [], "villages": [],
    "townships": [{
        "code": HOSTILE, "name": HOSTILE, "verdict": {"id": "unknown", "label": HOSTILE}, "villages": 1,
        "unbreached": HOSTILE, "all_breached": HOSTILE, "score": HOSTILE, "rank": HOSTILE,
        "reasons": [HOSTILE], "flags": [HOSTILE],
    }],
    "requests": [{"sender": HOSTILE, "lines": [{"text": HOSTILE, "units": 1}]}],
    "attendance": [], "attendance_parts": [], "no_attendance": HOSTILE,
    "disputes": [{"code": HOSTILE, "name": HOSTILE, "is_reported": False}],
}  # fmt: skip


def test_names_are_text_wherever_they_stand():
    text = render_page(TEMPLATE, FACTS).decode()
    page = Page(text)
    assert "<img" not in text
    assert not any(tag == "img" or "onerror" in given for tag, given in page.tags)
    assert "".join(page.text).count(HOSTILE) >= 15
    assert any(given.get("data-town") == HOSTILE for _, given in page.tags)


@pytest.mark.parametrize("facts", [{}, {**FACTS, "as_of": object()}, {**FACTS, "months": [float("nan")]}])
def test_facts_that_lack_something_or_are_no_data_are_our_mistake(facts):
    with pytest.raises(PlanError):
        render_page(TEMPLATE, facts)
