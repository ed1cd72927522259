"""The year on one page in a real browser: filters, console, network, phone width, print."""

from __future__ import annotations

import base64
import itertools
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from sanwu_cli.cli.app import run

if TYPE_CHECKING:
    from pathlib import Path

BROWSER = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)
YEAR = 2026

pytestmark = pytest.mark.office
if not (BROWSER and shutil.which("pdftotext")):
    pytestmark = [
        pytest.mark.office,
        pytest.mark.skip(reason="本机没有 Chromium 或 pdftotext，不能在浏览器里检查"),
    ]


# The browser reads commands from descriptor 3 and answers on 4.
PIPES = """
import os, sys, fcntl
high = [fcntl.fcntl(int(one), fcntl.F_DUPFD, 10) for one in sys.argv[1:3]]
for number, one in enumerate(high, start=3):
    os.dup2(one, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """A headless browser spoken to over its debugging pipe; what it reports is kept."""

    def __init__(self, profile: Path) -> None:
        to_browser, self._write = os.pipe()
        self._read, from_browser = os.pipe()
        words = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-pipe")
        self._process = subprocess.Popen(
            [sys.executable, "-c", PIPES, str(to_browser), str(from_browser), BROWSER, *words,
             f"--user-data-dir={profile}"],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(to_browser)
        os.close(from_browser)
        self._numbers, self._left = itertools.count(1), b""
        self.events: list[dict] = []
        target = self.ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = None
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.ask(f"{domain}.enable")

    def ask(self, method: str, **given: object) -> dict:
        """Send one command and give its answer."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": given}
        if getattr(self, "_session", None):
            message["sessionId"] = self._session
        os.write(self._write, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return answer["result"]
            self.events.append(answer)

    def _receive(self) -> dict:
        while b"\0" not in self._left:
            more = os.read(self._read, 1 << 16)
            assert more, "the browser is gone"
            self._left += more
        one, _, self._left = self._left.partition(b"\0")
        return json.loads(one)

    def open(self, path: Path, *, width: int) -> None:
        """Open a file at a width and wait until it is loaded."""
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=900,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self.events.clear()
        self.ask("Page.navigate", url=path.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._receive())

    def evaluate(self, expression: str) -> object:
        """Evaluate an expression in the page."""
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def close(self) -> None:
        self._process.terminate()
        self._process.wait(30)
        os.close(self._write)
        os.close(self._read)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    city = str(folder / "city")
    assert run(["init", city, "--demo"]) == 0
    for command in ("incidents", "records"):
        run(["-w", city, "-q", command, "import", f"{city}/inbox"])
    path = folder / "总览 a.html"
    run(
        [
            "-w",
            city,
            "-q",
            "report",
            "overview",
            "--year",
            str(YEAR),
            "--as-of",
            f"{YEAR}-12-31",
            "-o",
            str(path),
        ]
    )
    return path


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    made = Browser(tmp_path_factory.mktemp("profile"))
    yield made
    made.close()


CHOOSE = """(function (name, value) {
  var field = document.querySelector("select[name=" + name + "]");
  field.value = value; field.dispatchEvent(new Event("change", {bubbles: true}));
})(%s, %s)"""
COUNT = "Array.from(document.querySelectorAll('%s')).filter(row => row.getClientRects().length).length"


def choose(browser, name, value):
    browser.evaluate(CHOOSE % (json.dumps(name), json.dumps(value)))


def test_filters_show_what_is_chosen_and_all_again(browser, page):
    browser.open(page, width=1280)
    rows = "#villages tr[data-verdict]"
    everything = browser.evaluate(COUNT % rows)
    unknown = browser.evaluate(COUNT % "#villages tr[data-verdict=unknown]")
    assert 0 < unknown < everything
    choose(browser, "verdict", "unknown")
    assert browser.evaluate(COUNT % rows) == unknown
    assert browser.evaluate(COUNT % "#heat tbody tr") == browser.evaluate(
        "document.querySelectorAll('#heat tbody tr').length"
    ), "a verdict leaves the months alone"
    town = browser.evaluate("document.querySelector('#villages tr[data-verdict=unknown]').dataset.town")
    choose(browser, "town", town)
    assert browser.evaluate(COUNT % rows) == browser.evaluate(
        COUNT % f'#villages tr[data-verdict=unknown][data-town="{town}"]'
    )
    assert browser.evaluate(COUNT % "#heat tbody tr") == 3
    assert "显示" in browser.evaluate("document.getElementById('shown').textContent")
    browser.evaluate("document.querySelector('button[type=reset]').click()")
    browser.ask("Runtime.evaluate", expression="new Promise(r => setTimeout(r, 50))", awaitPromise=True)
    assert browser.evaluate(COUNT % rows) == everything


def test_nothing_is_complained_of_and_nothing_is_fetched(browser, page):
    browser.open(page, width=1280)
    browser.evaluate("document.body.offsetHeight")
    methods = [event["method"] for event in browser.events]
    assert not {"Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"} & set(methods)
    asked = [
        e["params"]["request"]["url"] for e in browser.events if e["method"] == "Network.requestWillBeSent"
    ]
    assert asked == [page.as_uri()]


def test_the_policy_stops_any_other_script(browser, page, tmp_path):
    evil = tmp_path / "evil.html"
    text = page.read_text("utf-8").replace(
        "<main>", "<main><script>window.evil = 1</script><img src='x.png'>", 1
    )
    evil.write_text(text, "utf-8")
    browser.open(evil, width=1280)
    assert browser.evaluate("window.evil === undefined")
    assert any(event["method"] == "Log.entryAdded" for event in browser.events)


def test_without_scripts_all_is_shown(browser, page):
    browser.ask("Emulation.setScriptExecutionDisabled", value=True)
    browser.open(page, width=1280)
    browser.ask("Emulation.setScriptExecutionDisabled", value=False)
    assert browser.evaluate("document.getElementById('filters').hidden")
    assert browser.evaluate(COUNT % "#villages tr[data-verdict]") > 50


def test_a_phone_shows_the_page_without_moving_it_sideways(browser, page):
    browser.open(page, width=390)
    assert browser.evaluate("document.documentElement.scrollWidth") <= 390
    assert browser.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") >= 16
    assert (
        browser.evaluate("document.querySelector('#villages tr[data-verdict]').getBoundingClientRect().width")
        <= 390
    )


def test_it_prints_on_a4_landscape_with_every_table(browser, page, tmp_path):
    browser.open(page, width=1280)
    data = browser.ask("Page.printToPDF", preferCSSPageSize=True, printBackground=False)["data"]
    pdf = tmp_path / "page.pdf"
    pdf.write_bytes(base64.b64decode(data))
    info = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    width, height = (float(part) for part in info.split("Page size:")[1].split()[:3:2])
    assert (round(width), round(height)) == (842, 595)
    text = subprocess.run(
        ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
    ).stdout
    pages = text.split("\f")
    assert "内部使用" in pages[0]
    for words in (
        ("越级上访", "柳河镇", "12月"),
        ("综合得分", "柳河镇"),
        ("进驻考勤", "应到"),
        ("矛盾纠纷", "已化解"),
    ):
        assert any(all(word in one for word in words) for one in pages), words
    assert "全部显示" not in text
