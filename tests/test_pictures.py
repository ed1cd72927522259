"""The roster as pictures: sizes and pages, every text drawn, fonts and what they lack, the same bytes."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from itertools import pairwise

import pytest
from msgspec.structs import replace
from PIL import Image, ImageChops
from workspaces import County, Office

from sanwu_cli.errors import ExitStatus, SanwuError
from sanwu_cli.pictures import fonts
from sanwu_cli.pictures.fonts import OWN, Face, choose_face, find_missing
from sanwu_cli.pictures.pen import balance_text, break_text, measure
from sanwu_cli.pictures.phone import LONGEST, WIDTH, draw_phone_pages
from sanwu_cli.pictures.poster import Paper, draw_poster, save_poster_pdf, save_poster_png
from sanwu_cli.pictures.records import Post, Posting, RosterSheet

FACE = Face(OWN)
ROLES = ("法官", "检察官", "律师")
FIRST = date(2026, 7, 1)
LARGEST = 300_000


def posting(number: int, *, township: str = "", roles=ROLES, **more) -> Posting:
    posts = more.pop("posts", tuple(Post(role, f"某{role[0]}甲", phone="0951-4021000") for role in roles))
    place = more.pop("place", f"第{number}镇")
    given = {"address": "综治中心", "hours": "9:00—12:00"} | more
    return Posting(FIRST + timedelta(number), "星期一", township, place, posts, **given)


def sheet(count: int = 6, **more) -> RosterSheet:
    postings = more.pop("postings", tuple(posting(number) for number in range(count)))
    given = {"subtitle": "、".join(ROLES), "roles": ROLES} | more
    return RosterSheet("云岭县2026年7月", "进驻值班表", postings=postings, **given)


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def differ(one: Image.Image, other: Image.Image) -> bool:
    return one.size != other.size or ImageChops.difference(one, other).getbbox() is not None


def count_colour(image: Image.Image, colour: tuple[int, int, int]) -> int:
    """Count the pixels of a colour, or nearly of it."""
    return sum(
        count
        for count, pixel in image.getcolors(1 << 24)
        if all(abs(a - b) <= 12 for a, b in zip(pixel, colour, strict=True))
    )


# --- pages ---------------------------------------------------------------------------------------------


def test_a_phone_picture_is_as_wide_as_a_phone_wants_and_small():
    (data,) = draw_phone_pages(sheet(3), FACE)
    picture = opened(data)
    assert picture.width == WIDTH == 1080
    assert picture.height <= LONGEST
    assert len(data) < LARGEST


@pytest.mark.parametrize("count", [1, 9, 40])
def test_a_long_roster_goes_on_pages_and_loses_no_posting(count):
    pages = [opened(data) for data in draw_phone_pages(sheet(count), FACE)]
    assert len(pages) == (count + 4) // 5
    assert all(page.height <= LONGEST for page in pages)
    (one,) = draw_phone_pages(sheet(1), FACE)
    (two,) = draw_phone_pages(sheet(2), FACE)
    step = opened(two).height - opened(one).height
    rest = opened(one).height - step
    assert sum(page.height - rest for page in pages) == count * step


def test_a_posting_higher_than_a_page_stands_alone():
    many = tuple(Post("律师", f"某{number}", phone="0951-4021000") for number in range(50))
    pages = draw_phone_pages(sheet(postings=(posting(0), posting(1, posts=many), posting(2))), FACE)
    assert len(pages) == 3


@pytest.mark.parametrize(("paper", "size"), [(Paper.A4, (1654, 2339)), (Paper.A3, (2339, 3307))])
def test_a_poster_has_the_size_of_its_paper(paper, size):
    (page,) = draw_poster(sheet(9), FACE, paper)
    assert page.size == size
    written = Image.open(BytesIO(save_poster_png(page, "甲")))
    assert [round(part) for part in written.info["dpi"]] == [200, 200]
    data = save_poster_pdf([page, page], "甲", FIRST)
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 2
    assert b"D:20260701000000Z" in data


def test_a_poster_takes_the_largest_letters_that_fit_and_more_pages_only_then():
    few, some, many = (draw_poster(sheet(count), FACE, Paper.A4) for count in (4, 14, 60))
    assert [len(few), len(some)] == [1, 1]
    assert 2 <= len(many) <= 5
    assert len(draw_poster(sheet(60), FACE, Paper.A3)) < len(many)


# --- what is drawn --------------------------------------------------------------------------------------


def draw_both(one: RosterSheet) -> list[Image.Image]:
    return [opened(draw_phone_pages(one, FACE)[0]), draw_poster(one, FACE, Paper.A4)[0]]


BASE = posting(1)
CHANGES = {
    "place": replace(BASE, place="别的镇"),
    "day": replace(BASE, day=date(2026, 7, 9)),
    "weekday": replace(BASE, weekday="星期日"),
    "name": replace(BASE, posts=(replace(BASE.posts[0], name="某某乙"), *BASE.posts[1:])),
    "phone": replace(BASE, posts=(replace(BASE.posts[0], phone="0951-4021999"), *BASE.posts[1:])),
    "address": replace(BASE, address="便民服务大厅"),
    "hours": replace(BASE, hours="14:30—17:30"),
    "note": replace(BASE, note="顺延自7月1日"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_each_part_of_a_posting_is_drawn(what):
    pairs = zip(draw_both(sheet(postings=(BASE,))), draw_both(sheet(postings=(CHANGES[what],))), strict=True)
    for before, after in pairs:
        assert differ(before, after)


def test_title_unit_and_township_are_drawn():
    village = posting(1, township="东岭镇", roles=("律师",))
    base = sheet(postings=(village,), roles=("律师",))
    (post,) = village.posts
    others = (
        replace(base, lead="别县2026年7月"),
        replace(base, postings=(replace(village, township="西岭镇"),)),
        replace(base, postings=(replace(village, posts=(replace(post, unit="某律师所"),)),)),
    )
    for other in others:
        assert all(differ(a, b) for a, b in zip(draw_both(base), draw_both(other), strict=True))


def test_a_gap_is_red_and_explained():
    gap = replace(BASE, posts=(Post("法官", "缺", is_gap=True), *BASE.posts[1:]))
    full, lacking = (draw_both(sheet(postings=(one,)))[0] for one in (BASE, gap))
    body = (0, 300, WIDTH, full.height)
    red = (0xB3, 0x26, 0x1E)
    assert count_colour(lacking.crop(body), red) > 100
    assert not count_colour(full.crop(body), red)


def test_a_draft_says_so_across_the_page():
    plain, draft = sheet(3), sheet(3, draft="放假安排还没有公布")
    assert draft.title.endswith("（草案）")
    pale = (0xF6, 0xD9, 0xD7)
    for before, after in zip(draw_both(plain), draw_both(draft), strict=True):
        assert count_colour(after, pale) > 10_000
        assert count_colour(before, pale) < 1_000


def test_the_unit_and_the_date_of_posting_are_left_to_people():
    page = draw_poster(sheet(2), FACE, Paper.A4)[0]
    foot = page.crop((0, page.height - 260, page.width, page.height - 90))
    dark = [x for x in range(foot.width) if any(foot.getpixel((x, y))[0] < 128 for y in range(foot.height))]
    blanks = [right - left for left, right in pairwise(dark)]
    assert sum(blank > 120 for blank in blanks) >= 2, "room to write the unit and the year"


# --- text ------------------------------------------------------------------------------------------------


def test_lines_fit_and_lose_nothing_and_hours_stay_whole():
    text = "清河市柳河镇综治中心一楼接待大厅，9:00—12:00、14:30—17:30（节假日顺延）"
    for width in range(200, 900, 50):
        for lines in (break_text(FACE, text, 40, width), balance_text(FACE, text, 40, width)):
            assert "".join(lines) == text
            assert all(line[0] not in "，、）" for line in lines)
            assert all(measure(FACE, line, 40) <= max(width, 300) + 40 for line in lines)
            assert any("14:30—17:30" in line for line in lines)
        assert len(balance_text(FACE, text, 40, width)) == len(break_text(FACE, text, 40, width))


# --- fonts -----------------------------------------------------------------------------------------------


def test_our_font_has_all_of_gb2312_and_names_beyond_it_and_its_licence_beside_it():
    pairs = (bytes((row, cell)) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    hanzi = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    assert len(hanzi) == 6763
    assert not find_missing(FACE, [hanzi, "堃喆昇淼犇玥珺赟祎翀旻頔婳镕·—…（）〔〕“”0123456789"])
    licence = OWN.with_name("OFL.txt").read_text("utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert OWN.name in licence
    assert OWN.stat().st_size < 1_600_000


def test_a_character_no_font_has_is_named_with_its_text():
    with pytest.raises(SanwuError) as caught:
        choose_face(["某\U000323af甲", "好的"])
    assert caught.value.status is ExitStatus.INPUT_MISSING
    assert "“某\U000323af甲”的“\U000323af”" in caught.value.message
    assert "好的" not in caught.value.message
    assert "[fonts] picture" in caught.value.remedy


def test_without_any_chinese_font_the_remedy_is_said(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "_FOLDERS", (str(tmp_path),))
    monkeypatch.setattr(fonts, "_WINDOWS", ())
    monkeypatch.setattr(fonts.shutil, "which", lambda _name: None)
    (tmp_path / "simhei.ttf").write_bytes(b"no font")
    with pytest.raises(SanwuError, match="找不到中文字体") as caught:
        choose_face(["值班"], own=tmp_path / "nothing.otf")
    assert caught.value.remedy
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "SimSun.TTC").write_bytes(OWN.read_bytes())
    assert choose_face(["值班"], own=tmp_path / "nothing.otf").path.name == "SimSun.TTC"


def test_a_named_font_is_taken_or_refused(tmp_path):
    own = tmp_path / "本单位.otf"
    own.write_bytes(OWN.read_bytes())
    assert choose_face(["值班"], own).path == own
    bad = tmp_path / "bad.ttf"
    bad.write_bytes(b"x" * 100)
    for path in (bad, tmp_path / "none.ttf", tmp_path):
        with pytest.raises(SanwuError, match="打不开") as caught:
            choose_face(["值班"], path)
        assert caught.value.place == "sanwu.toml [fonts] picture"


# --- the command -----------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path, capsys):
    made = Office(tmp_path / "office", County.of(东岭镇=2, 西岭镇=1), capsys.readouterr)
    east, west = (made.county.code(name) for name in ("东岭镇", "西岭镇"))
    made.register("人员", [
        ["F1", "某法官", "法官", "云岭县法院", None, None, None, "0951-4021001", None, None],
        ["J1", "某检察官", "检察官", "云岭县检察院", None, None, None, None, None, None],
        ["T1", "某调解员", "人民调解员", "东岭司法所", None, None, None, None, None, None],
    ])  # fmt: skip
    made.register("进驻日", [
        [east, "全部", "每月10日", "综治中心", "9:00—12:00"],
        [west, "全部", "每月第2个周三", "综治中心", "9:00—12:00"],
        [east, "人民调解员", "每月第3个周四", "村委会", "14:30—17:30"],
    ])  # fmt: skip
    return made


def names_in(office) -> list[str]:
    return sorted(path.name for path in (office.path / "out" / "2026-07").iterdir())


def test_the_command_draws_every_roster_of_the_month(office):
    answer = office.run("roster", "picture", "--month", "2026-07")
    assert answer.status in (0, 1), answer.err
    assert names_in(office) == ["2026年7月人民调解员值班表.png", "2026年7月法官、检察官、律师值班表.png"]
    assert "还没有公布" in answer.err


def test_the_same_registers_give_the_same_bytes(office):
    made = []
    for name in ("a", "b"):
        for more in ((), ("--poster", "a4"), ("--poster", "A3")):
            path = office.path / f"{name}{len(made)}{'.pdf' if more else '.png'}"
            answer = office.run(
                "roster", "picture", "--month", "2026-07", "--role", "法官", "-o", path, *more
            )
            assert answer.status in (0, 1), answer.err
            made.append(path.read_bytes())
    assert made[:3] == made[3:]


@pytest.mark.parametrize(
    ("more", "status", "said"),
    [
        (("--poster", "b5"), 2, "a4、a3"),
        (("-o", "a.png"), 2, "--role"),
        (("--role", "法官", "-o", "a.jpg"), 2, ".png"),
        (("--role", "法官", "-o", "a.pdf"), 2, ".png"),
        (("--role", "律师"), 66, "没有律师"),
        (("--role", "市长"), 2, "法官"),
    ],
)
def test_what_cannot_be_drawn_is_said(office, more, status, said):
    answer = office.run("roster", "picture", "--month", "2026-07", *more)
    assert answer.status == status, answer.err
    assert said in answer.err
    assert not (office.path / "out" / "2026-07").exists()


def test_a_name_no_font_has_is_told_and_nothing_is_written(office):
    office.register("人员", [
        ["F1", "某\U000323af", "法官", "云岭县法院", None, None, None, None, None, None],
    ])  # fmt: skip
    answer = office.run("roster", "picture", "--month", "2026-07")
    assert answer.status == ExitStatus.INPUT_MISSING
    assert "“某\U000323af”" in answer.err
    assert not (office.path / "out" / "2026-07").exists()


def test_the_font_of_the_settings_is_used_and_documents_do_not_ask_for_it(office):
    (office.path / "字体.otf").write_bytes(OWN.read_bytes())
    office.configure('[fonts]\npicture = "字体.otf"\n')
    for command in (("picture",), ("generate",)):
        assert office.run("roster", *command, "--month", "2026-07").status in (0, 1)
    office.configure('[fonts]\npicture = "没有.otf"\n')
    answer = office.run("roster", "picture", "--month", "2026-07")
    assert answer.status == 2
    assert "没有.otf" in answer.err
    office.configure("[fonts]\npicture = 3\n")
    assert office.run("roster", "picture", "--month", "2026-07").status == 2


def test_json_names_the_files(office):
    answer = office.run("roster", "picture", "--month", "2026-07", "--poster", "a4", "--format", "json")
    assert answer.json["schema"] == "sanwu/roster-picture/1"
    assert [path.rpartition("（")[2] for path in answer.json["files"]] == ["A4张贴）.pdf"] * 2
