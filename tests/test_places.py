"""Names and codes of a row resolved to areas: spellings, merges over time, ambiguity,
blanks; never a guess."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanwu_cli.model import Area, Place
from sanwu_cli.places import Places, follow_successors, normalise_code
from sanwu_cli.terms import AreaKind, AreaLevel

COUNTY = "649981"


def area(code, name, kind=None, **more):
    if kind is None:
        kind = AreaKind.VILLAGE if len(code) == 12 else AreaKind.TOWN
    return Area(code, name, kind, code[:9] if len(code) == 12 else code[:6], **more)


STREET = area("649981001", "柳园街道", AreaKind.SUBDISTRICT)
TOWN = area("649981100", "柳园镇")
SANDY = area("649981101", "沙梁镇")
RURAL = area("649981200", "青杨坡乡", aliases=("青杨坡", "青杨"))
FARM = area("649981400", "红崖农场", AreaKind.FARM, competes=False)
BANK = area("649981100201", "东堤村")
ORCHARD = area("649981100202", "果树园村")
COMMUNITY = area("649981100001", "新苑社区", AreaKind.COMMUNITY)
SAND_BANK = area("649981101201", "东堤村")
SAND_WELL = area("649981101202", "甜井村")
SAND_TWIN = area("649981101203", "双桥村")
SAND_TWIN_TOWN = area("649981101001", "双桥社区", AreaKind.COMMUNITY)
STREET_SQUARE = area("649981001001", "广场社区", AreaKind.COMMUNITY, aliases=("文化广场社区",))
GORGE = area("649981200201", "石峡", AreaKind.VILLAGE)
AREAS = (
    STREET, TOWN, SANDY, RURAL, FARM, BANK, ORCHARD, COMMUNITY, SAND_BANK, SAND_WELL, SAND_TWIN,
    SAND_TWIN_TOWN, STREET_SQUARE, GORGE,
)  # fmt: skip
PLACES = Places.of(AREAS, county="清泉市")


def resolve(
    township=None, village=None, *, code=None, on=None, within=None, blank_village="hold", places=PLACES
):
    return places.resolve(
        township=township, village=village, code=code, on=on, within=within, blank_village=blank_village
    )


def placed(*args, **more):
    place, finding, _ = resolve(*args, **more)
    assert finding is None, finding
    return place.area_code


def held(*args, **more):
    place, finding, _ = resolve(*args, **more)
    assert place.area_code is None
    return finding, place.candidates


def codes(*areas):
    return tuple(a.code for a in areas)


def test_a_village_in_its_township_is_placed_with_both_codes():
    assert resolve("柳园镇", "东堤村") == (Place(BANK.code, TOWN.code), None, ())


@pytest.mark.parametrize(
    "name",
    [
        "柳园镇", " 柳 园 镇 ", "柳园镇\n", "柳园镇　", "柳园镇人民政府", "柳园镇政府", "柳园镇党委",
        "中共柳园镇委员会",
        "柳园镇党委政府", "柳园镇（机关）", "（柳园镇）", "柳园（镇）", "清泉市柳园镇",
        "清泉市柳园镇人民政府", "柳园\u200b镇",
        "柳园镇党工委", "中共柳园镇委",
    ],
)  # fmt: skip
def test_spellings_of_a_township(name):
    assert placed(name, "东堤村") == BANK.code


@pytest.mark.parametrize("name", ["柳园街道", "柳园街道办事处", "柳园街道办", "柳园街道党工委", "柳园街办"])
def test_a_subdistrict_is_not_the_town_of_the_same_stem(name):
    assert placed(name, "广场社区") == STREET_SQUARE.code


def test_a_stem_shared_by_two_townships_is_not_enough():
    finding, candidates = held("柳园", "东堤村")
    assert finding == "AREA-TOWNSHIP-UNKNOWN"
    assert set(candidates) == set(codes(BANK, ORCHARD, COMMUNITY, STREET_SQUARE))


def test_a_stem_of_one_township_is_enough_and_another_ending_is_not():
    assert placed("沙梁", "甜井村") == SAND_WELL.code
    assert held("沙梁乡", "甜井村")[0] == "AREA-TOWNSHIP-UNKNOWN"
    assert resolve("沙梁乡", "甜井村")[2][0] == "沙梁镇"


def test_a_stem_is_free_again_once_the_other_township_has_ended():
    ended = area("649981001", "柳园街道", AreaKind.SUBDISTRICT, valid_to=date(2026, 6, 30))
    places = Places.of((ended, TOWN, BANK))
    assert held("柳园", "东堤村", on=date(2026, 6, 30), places=places)[0] == "AREA-TOWNSHIP-UNKNOWN"
    assert placed("柳园", "东堤村", on=date(2026, 7, 1), places=places) == BANK.code
    assert placed("柳园", "东堤村", places=places) == BANK.code


@pytest.mark.parametrize("county", ["清泉", "清泉市"])
@pytest.mark.parametrize("written", ["清泉市柳园镇", "某某自治区清泉市柳园镇", "柳园镇"])
def test_the_county_before_a_township_is_known_by_name(county, written):
    places = Places.of(AREAS, county=county)
    assert placed(written, "东堤村", places=places) == BANK.code
    assert placed(None, written + "果树园村", places=places) == ORCHARD.code
    assert held("别处县柳园镇", "东堤村", places=places)[0] == "AREA-TOWNSHIP-UNKNOWN"


def test_a_township_named_after_the_county_keeps_its_name():
    farm = area("649981401", "清泉农场", AreaKind.FARM)
    pond = area("649981401201", "池塘村")
    places = Places.of((farm, pond), county="清泉")
    assert placed("清泉农场", "池塘村", places=places) == pond.code
    assert placed("清泉市清泉农场", "池塘", places=places) == pond.code


def test_an_alias_names_a_township():
    assert placed("青杨", "石峡") == GORGE.code


@pytest.mark.parametrize(
    "name",
    [
        "东堤村", "东堤", "东堤村村委会", "东堤村委会", "东堤村村民委员会", "东堤村民委员会",
        "东堤村村委员会", "东堤村民民委员会",
        "东堤村村民民委员会", "东堤行政村", "东堤村居民委员会", "东堤村（一组）", "东 堤 村", "（东堤村）",
        "东堤(村)", "柳园镇东堤村",
        "柳园镇-东堤村", "柳园镇 东堤村委会", "柳园镇（东堤村）", "清泉市柳园镇东堤村", "东堤村委员会",
    ],
)  # fmt: skip
def test_spellings_of_a_village(name):
    assert placed("柳园镇", name) == BANK.code


@pytest.mark.parametrize(
    "name",
    [
        "新苑社区", "新苑", "新苑社区居委会", "新苑社区居民委员会", "新苑社区居委员会", "新苑社区委员会",
        "新苑居委会",
        "新苑居民委员会", "新苑居民社区委员会", "新苑居民社区", "新苑社区（筹）", "新苑镇管委会社区",
        "新苑社区居民委会",
    ],
)  # fmt: skip
def test_spellings_of_a_community(name):
    assert placed("柳园镇", name) == COMMUNITY.code


def test_spellings_of_a_gacha():
    gacha = area("649981200202", "白音嘎查")
    places = Places.of((RURAL, gacha))
    for name in ("白音嘎查", "白音嘎查村", "白音嘎查村民委员会", "白音嘎查委员会", "白音牧委会", "白音"):
        assert placed("青杨坡乡", name, places=places) == gacha.code, name


@pytest.mark.parametrize("registered", ["东堤村村民委员会", "东堤村委会", "东堤村", "东堤"])
@pytest.mark.parametrize("written", ["东堤村村民委员会", "东堤村委会", "东堤村", "东堤"])
def test_register_and_sheet_may_each_use_any_spelling(registered, written):
    village = area("649981100201", registered)
    assert placed("柳园镇", written, places=Places.of((TOWN, village))) == village.code


def test_the_last_word_is_added_or_left_out_but_never_exchanged():
    assert placed("青杨坡乡", "石峡村") == GORGE.code
    assert held("柳园镇", "东堤社区")[0] == "AREA-VILLAGE-UNKNOWN"
    assert held("柳园镇", "新苑村")[0] == "AREA-VILLAGE-UNKNOWN"


def test_a_stem_of_village_and_community_is_ambiguous_and_the_full_names_are_not():
    assert held("沙梁镇", "双桥") == ("AREA-VILLAGE-AMBIGUOUS", codes(SAND_TWIN, SAND_TWIN_TOWN))
    assert placed("沙梁镇", "双桥村") == SAND_TWIN.code
    assert placed("沙梁镇", "双桥居委会") == SAND_TWIN_TOWN.code


def test_a_name_never_shrinks_below_two_characters():
    places = Places.of((TOWN, area("649981100201", "东村"), area("649981100202", "西村")))
    assert placed("柳园镇", "东村村委会", places=places) == "649981100201"
    assert placed("柳园镇", "东村委会", places=places) == "649981100201"
    assert held("柳园镇", "东", places=places)[0] == "AREA-VILLAGE-UNKNOWN"
    assert held("柳园镇", "村委会", places=places)[0] == "AREA-VILLAGE-UNKNOWN"


def test_what_an_ending_leaves_is_no_name_when_it_is_one_character():
    places = Places.of((area("649981100", "东河镇", aliases=("东",)), BANK))
    assert placed("东", "东堤村", places=places) == BANK.code
    assert held("东政府", "东堤村", places=places)[0] == "AREA-TOWNSHIP-UNKNOWN"


def test_two_readings_of_a_body_that_both_exist_are_ambiguous():
    one, other = area("649981100201", "东村"), area("649981100202", "东村村")
    places = Places.of((TOWN, one, other))
    assert held("柳园镇", "东村村委会", places=places) == ("AREA-VILLAGE-AMBIGUOUS", codes(one, other))
    assert placed("柳园镇", "东村村", places=places) == other.code


def test_bracketed_parts_may_tell_two_villages_apart():
    east, west = area("649981100201", "新河村(东)"), area("649981100202", "新河村(西)")
    places = Places.of((TOWN, east, west))
    assert placed("柳园镇", "新河村（西）", places=places) == west.code
    assert held("柳园镇", "新河村", places=places)[0] == "AREA-VILLAGE-UNKNOWN"


def test_likeness_only_makes_suggestions():
    place, finding, names = resolve("柳园镇", "果树圆村")
    assert finding == "AREA-VILLAGE-UNKNOWN"
    assert place == Place(None, TOWN.code, codes(BANK, ORCHARD, COMMUNITY))
    assert names[0] == "果树园村"
    assert len(resolve("柳圆镇", "东堤村")[2]) <= 3
    assert resolve("柳园镇", "完全不像的地方")[2] == ()


def test_a_village_of_another_township_widens_the_candidates():
    finding, candidates = held("柳园镇", "甜井村")
    assert finding == "AREA-VILLAGE-UNKNOWN"
    assert candidates == codes(BANK, ORCHARD, COMMUNITY, SAND_WELL)
    assert resolve("柳园镇", "甜井村")[0].township_code is None
    assert "沙梁镇甜井村" in resolve("柳园镇", "甜井村")[2]


def test_the_township_inside_the_village_cell_must_not_contradict():
    finding, candidates = held("柳园镇", "沙梁镇甜井村")
    assert finding == "AREA-MISMATCH"
    assert candidates == codes(SAND_WELL, BANK, ORCHARD, COMMUNITY)
    assert held("柳园镇", "沙梁镇")[0] == "AREA-MISMATCH"


def test_without_a_township_a_unique_village_is_placed_and_a_shared_name_is_ambiguous():
    assert placed(None, "甜井村") == SAND_WELL.code
    assert placed("", "甜井村委会") == SAND_WELL.code
    assert placed(None, "沙梁镇东堤村") == SAND_BANK.code
    assert held(None, "东堤村") == ("AREA-VILLAGE-AMBIGUOUS", codes(BANK, SAND_BANK))
    finding, candidates = held(None, "没有这个村")
    assert finding == "AREA-VILLAGE-UNKNOWN"
    assert BANK.code in candidates
    assert SAND_BANK.code in candidates


def test_the_sheet_s_township_stands_in_for_an_empty_cell_only():
    assert placed(None, "东堤村", within=SANDY.code) == SAND_BANK.code
    assert placed("柳园镇", "东堤村", within=SANDY.code) == BANK.code
    assert held(None, "果树园村", within=SANDY.code)[0] == "AREA-VILLAGE-UNKNOWN"
    assert set(held("没有的镇", "东堤村", within=SANDY.code)[1]) == set(
        codes(SAND_BANK, SAND_WELL, SAND_TWIN, SAND_TWIN_TOWN)
    )


def test_an_unknown_township_may_be_any_village_or_unit_without_villages():
    finding, candidates = held("没有的镇", "东堤村")
    assert finding == "AREA-TOWNSHIP-UNKNOWN"
    villages = [a.code for a in AREAS if a.level is AreaLevel.VILLAGE]
    assert set(candidates) == {*villages, FARM.code}


@pytest.mark.parametrize(
    "word",
    ["本级", "镇本级", "乡镇本级", "街道本级", "机关", "镇机关", "柳园镇", "柳园镇本级", "柳园镇人民政府"],
)
def test_words_for_the_township_itself(word):
    assert resolve("柳园镇", word)[0] == Place(TOWN.code, TOWN.code)


@pytest.mark.parametrize("blank", [None, "", "  ", "/", "—", "无", "－"])
def test_an_empty_village_is_held_unless_the_sheet_says_township(blank):
    assert held("柳园镇", blank) == ("AREA-VILLAGE-BLANK", codes(BANK, ORCHARD, COMMUNITY))
    assert placed("柳园镇", blank, blank_village="township") == TOWN.code


def test_with_both_cells_empty_only_the_sheet_s_township_helps():
    assert held(None, None)[0] == "AREA-TOWNSHIP-UNKNOWN"
    assert held(None, None, blank_village="township")[0] == "AREA-TOWNSHIP-UNKNOWN"
    assert held(None, None, within=TOWN.code) == ("AREA-VILLAGE-BLANK", codes(BANK, ORCHARD, COMMUNITY))
    assert placed(None, None, within=TOWN.code, blank_village="township") == TOWN.code


def test_a_farm_without_villages_is_its_own_place():
    assert placed("红崖农场", None) == FARM.code
    assert placed("红崖农场", "三队") == FARM.code
    assert placed("红崖农场场部", "三队", code=FARM.code) == FARM.code


def test_one_cell_may_hold_township_and_village():
    assert placed("柳园镇东堤村", None) == BANK.code
    assert held("柳园镇某某单位", None)[0] == "AREA-TOWNSHIP-UNKNOWN"


# Codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("649981100201", "649981100201"), ("649981100000", "649981100"), ("649981000000", "649981"),
        ("649981100", "649981100"), ("６４９９８１１００", "649981100"), ("649981100201.0", "649981100201"),
        ("'649981100201", "649981100201"), (" 649981 100 201 ", "649981100201"), ("6499811", None),
        ("柳园镇", None),
        ("", None), (None, None), ("²³", None),
    ],
)  # fmt: skip
def test_codes_are_normalised(text, code):
    assert normalise_code(text) == code


def test_a_known_code_wins_over_names_nobody_knows():
    assert placed("没有的镇", "没有的村", code=BANK.code) == BANK.code
    assert placed("柳园镇", "没有的村", code=BANK.code) == BANK.code
    assert placed(None, None, code=BANK.code) == BANK.code
    assert placed(None, None, code="649981100000") == TOWN.code
    assert placed(None, "东堤村", code=SAND_BANK.code) == SAND_BANK.code


def test_code_and_names_that_contradict_are_held():
    assert held("柳园镇", "果树园村", code=BANK.code) == ("AREA-MISMATCH", codes(BANK, ORCHARD))
    finding, candidates = held("沙梁镇", "没有的村", code=BANK.code)
    assert finding == "AREA-MISMATCH"
    assert candidates[0] == BANK.code
    assert SAND_WELL.code in candidates
    assert held("沙梁镇", None, code=BANK.code)[0] == "AREA-MISMATCH"


def test_code_of_the_township_and_name_of_the_village_agree():
    assert placed("柳园镇", "东堤村", code=TOWN.code) == BANK.code
    assert placed(None, "东堤村", code=TOWN.code) == BANK.code
    assert placed("柳园镇", None, code=BANK.code) == BANK.code
    assert held("柳园镇", "没有的村", code=TOWN.code)[0] == "AREA-VILLAGE-UNKNOWN"


def test_an_unknown_code_leaves_it_to_the_names():
    assert placed("柳园镇", "东堤村", code="649981999201") == BANK.code
    assert held(None, None, code="649981999201")[0] == "AREA-TOWNSHIP-UNKNOWN"


# Time

OLD = area("649981100210", "旧渡村", valid_to=date(2026, 6, 30), successor="649981100211")
NEW = area("649981100211", "新渡村", aliases=("旧渡村",), valid_from=date(2020, 1, 1))
MERGED = Places.of((TOWN, OLD, NEW))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2026, 3, 1), OLD.code),
        (date(2026, 6, 30), OLD.code),
        (date(2026, 7, 1), NEW.code),
        (None, NEW.code),
    ],
)
def test_a_merged_village_keeps_its_own_cases_until_its_last_day(day, code):
    assert placed("柳园镇", "旧渡村", on=day, places=MERGED) == code


def test_an_ended_village_without_an_alias_resolves_to_its_own_code_for_ever():
    alone = Places.of((TOWN, OLD, area("649981100211", "新渡村")))
    assert placed("柳园镇", "旧渡村", on=date(2026, 9, 1), places=alone) == OLD.code
    assert alone.current_code(OLD.code, date(2026, 9, 1)) == NEW.code


def test_of_two_areas_with_one_name_the_living_one_is_meant():
    before = area("649981100201", "东堤村", valid_to=date(2025, 12, 31))
    after = area("649981100301", "东堤村", valid_from=date(2026, 1, 1))
    places = Places.of((TOWN, before, after))
    assert placed("柳园镇", "东堤村", on=date(2025, 12, 31), places=places) == before.code
    assert placed("柳园镇", "东堤村", on=date(2026, 1, 1), places=places) == after.code


def test_one_code_may_have_had_two_names():
    before = area("649981100201", "向阳村", valid_to=date(2025, 12, 31))
    after = area("649981100201", "东堤村", valid_from=date(2026, 1, 1))
    places = Places.of((TOWN, before, after))
    assert placed("柳园镇", "向阳村", on=date(2026, 5, 1), places=places) == before.code
    assert placed("柳园镇", "东堤村", on=date(2026, 5, 1), places=places) == before.code
    assert places.current_code(before.code, date(2026, 5, 1)) == before.code


def test_candidates_are_the_villages_of_the_day():
    born = area("649981100202", "新立村", valid_from=date(2026, 7, 1))
    gone = area("649981100203", "老庄村", valid_to=date(2026, 6, 30))
    places = Places.of((TOWN, BANK, born, gone))
    assert held("柳园镇", "某村", on=date(2026, 6, 1), places=places)[1] == codes(BANK, gone)
    assert held("柳园镇", "某村", on=date(2026, 8, 1), places=places)[1] == codes(BANK, born)


def test_villages_of_a_merged_township_are_found_under_both_names():
    gone = area("649981102", "河湾乡", valid_to=date(2026, 6, 30), successor=TOWN.code)
    bend = area("649981102201", "河湾村")
    places = Places.of((TOWN, gone, BANK, bend))
    assert placed("柳园镇", "河湾村", on=date(2026, 8, 1), places=places) == bend.code
    assert placed("河湾乡", "河湾村", on=date(2026, 3, 1), places=places) == bend.code
    assert held("柳园镇", "某村", on=date(2026, 3, 1), places=places)[1] == codes(BANK)
    assert held("柳园镇", "某村", on=date(2026, 8, 1), places=places)[1] == codes(BANK, bend)


def test_code_of_the_successor_and_name_of_the_merged_village_agree():
    assert placed("柳园镇", "旧渡村", code=NEW.code, on=date(2026, 3, 1), places=MERGED) == NEW.code


def test_a_merge_takes_effect_the_day_after_and_chains_are_followed():
    last = area("649981100212", "渡口村")
    middle = area("649981100211", "新渡村", valid_to=date(2026, 9, 30), successor=last.code)
    places = Places.of((TOWN, OLD, middle, last))
    assert places.current_code(OLD.code, date(2026, 6, 30)) == OLD.code
    assert places.current_code(OLD.code, date(2026, 7, 1)) == middle.code
    assert places.current_code(OLD.code, date(2026, 10, 1)) == last.code
    assert places.current_code("000000000", date(2026, 10, 1)) == "000000000"


def test_a_circle_of_successors_leads_back():
    ended = date(2026, 1, 31)
    one = area("649981100201", "一村", valid_to=ended, successor="649981100202")
    two = area("649981100202", "二村", valid_to=ended, successor="649981100201")
    lives = {one.code: (one,), two.code: (two,)}
    assert follow_successors(lives, one.code, date(2026, 5, 1)) == one.code
    assert follow_successors(lives, two.code, date(2026, 5, 1)) == two.code


# Townships in a text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("柳园镇人民政府2026年3月三无指标月报表", (TOWN.code,)),
        ("填报单位：柳 园 镇（盖章）", (TOWN.code,)),
        ("柳园街道办事处", (STREET.code,)),
        ("柳园片区", ()),
        ("清泉市三无指标月报表", ()),
        ("青杨坡卫生院", (RURAL.code,)),
        ("沙梁镇、柳园镇、沙梁镇", (SANDY.code, TOWN.code)),
        ("红崖农场2026年", (FARM.code,)),
        ("", ()),
    ],
)
def test_townships_named_in_a_text(text, expected):
    assert PLACES.find_townships_in(text) == expected


def test_a_name_inside_a_longer_name_is_not_found():
    longer = area("649981401", "新红崖农场", AreaKind.FARM)
    estate = area("649981100005", "红崖农场社区", AreaKind.COMMUNITY)
    places = Places.of((TOWN, FARM, longer, estate))
    assert places.find_townships_in("新红崖农场月报表") == (longer.code,)
    assert places.find_townships_in("红崖农场社区月报表") == ()
    assert places.find_townships_in("红崖农场月报表") == (FARM.code,)


# Properties

_NAMES = st.sampled_from([
    None, "", "/", "本级", "村委会", "东堤", "东村", *(a.name for a in AREAS),
    *(a.name + "村民委员会" for a in AREAS),
    *(a.name[:-1] for a in AREAS), *(TOWN.name + a.name for a in AREAS),
]) | st.text(max_size=6) | st.text("柳园镇沙梁东堤村社区委会居民员()（） ", max_size=8)  # fmt: skip
_CODES = st.sampled_from([None, "", "649981", "649981100000", "649981999", *(a.code for a in AREAS)])
_DAYS = st.none() | st.dates(date(2019, 1, 1), date(2030, 1, 1))
_WITHIN = st.sampled_from([None, TOWN.code, SANDY.code, FARM.code])


@given(
    township=_NAMES,
    village=_NAMES,
    code=_CODES,
    on=_DAYS,
    within=_WITHIN,
    blank=st.sampled_from(["hold", "township"]),
)
def test_a_row_is_placed_or_has_candidates_and_always_in_the_register(
    *, township, village, code, on, within, blank
):
    place, finding, names = resolve(township, village, code=code, on=on, within=within, blank_village=blank)
    known = {a.code for a in AREAS}
    assert (place.area_code is None) == (finding is not None) == bool(place.candidates)
    assert {place.area_code or BANK.code, *place.candidates} <= known
    assert len(set(place.candidates)) == len(place.candidates)
    assert set(names) <= {a.name for a in AREAS}


@given(_NAMES, _DAYS, st.sampled_from([TOWN, SANDY, FARM, RURAL]))
def test_a_sheet_about_one_township_places_nothing_elsewhere(village, on, home):
    place, finding, _ = resolve(None, village, on=on, within=home.code)
    inside = {home.code, *(a.code for a in AREAS if a.parent == home.code)}
    if place.area_code is not None:
        assert place.area_code in inside
        assert place.township_code == home.code
    elif finding != "AREA-MISMATCH":
        assert set(place.candidates) <= inside


@given(st.permutations(AREAS), _NAMES, _NAMES)
def test_the_order_of_the_register_changes_no_answer(areas, township, village):
    place, finding, _ = resolve(township, village)
    other, other_finding, _ = resolve(township, village, places=Places.of(tuple(areas), county="清泉市"))
    assert (place.area_code, finding, set(place.candidates)) == (
        other.area_code,
        other_finding,
        set(other.candidates),
    )


# -- what clerks really write --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "东堤村三组", "东堤村3组", "东堤村第三村民小组", "东堤村二社", "东堤村十二队", "东堤三组",
        "柳园镇东堤村三组", "东堤村村民委员会第二网格", "东堤村（三组）",
        "東堤村", "东堤村。", "，东堤村、", "柳园东堤村", "柳园镇·东堤村",
        "东堤村党支部", "东堤村民委", "649981100201", "东堤村649981100201", "649981100201东堤村",
        "649981100201.0",
    ],
)  # fmt: skip
def test_a_village_with_what_stands_around_it(name):
    assert placed("柳园镇", name) == BANK.code


def test_a_village_named_like_a_group_is_itself():
    team = area("649981100209", "东堤三组")
    places = Places.of((*AREAS, team), county="清泉市")
    assert placed("柳园镇", "东堤三组", places=places) == team.code
    assert placed("柳园镇", "东堤村三组", places=places) == BANK.code


def test_a_group_alone_or_of_an_ambiguous_village_is_held():
    assert held("柳园镇", "三组")[0] == "AREA-VILLAGE-UNKNOWN"
    assert held("沙梁镇", "双桥三组") == ("AREA-VILLAGE-AMBIGUOUS", codes(SAND_TWIN, SAND_TWIN_TOWN))
    assert held(None, "东堤村三组") == ("AREA-VILLAGE-AMBIGUOUS", codes(BANK, SAND_BANK))
    assert placed(None, "甜井村三组") == SAND_WELL.code


@pytest.mark.parametrize(
    ("township", "village", "code"),
    [
        ("649981100", "东堤村", BANK.code),
        ("649981101", "东堤村", SAND_BANK.code),
        ("649981100000", "东堤村", BANK.code),
        ("柳园镇649981100", "东堤村", BANK.code),
        (None, "649981101201", SAND_BANK.code),
        ("649981101", "649981101201", SAND_BANK.code),
    ],
)
def test_codes_in_the_columns_of_names_are_codes(township, village, code):
    assert placed(township, village) == code


def test_a_code_in_a_name_cell_that_contradicts_is_held_and_an_unknown_one_is_no_code():
    assert held("柳园镇", "649981101201")[0] == "AREA-MISMATCH"
    assert held("柳园镇", "东堤村649981101201")[0] == "AREA-MISMATCH"
    assert held("柳园镇", "649981100299")[0] == "AREA-VILLAGE-UNKNOWN"


def test_a_stem_before_the_village_is_the_row_s_own_township_only():
    assert placed("沙梁镇", "沙梁东堤村") == SAND_BANK.code
    assert held("柳园镇", "沙梁东堤村")[0] == "AREA-VILLAGE-UNKNOWN"
    assert held(None, "柳园东堤村")[0] == "AREA-VILLAGE-UNKNOWN"


def test_the_county_may_stand_short_before_a_township_and_never_swallows_one():
    assert placed("清泉沙梁镇", "甜井村") == SAND_WELL.code
    farm = area("649981401", "清泉农场", AreaKind.FARM)
    places = Places.of((*AREAS, farm), county="清泉市")
    assert placed("清泉农场", None, places=places) == farm.code


def test_suggestions_compare_what_is_left_of_a_name_without_its_last_word():
    names = [
        area(f"6499811002{n:02}", name) for n, name in enumerate(("长庆社区", "锦绣社区", "桃源社区"), 31)
    ]
    places = Places.of((*AREAS, *names), county="清泉市")
    assert resolve("柳园镇", "桃园社区", places=places)[2] == ("桃源社区",)
    assert resolve("柳园镇", "荷花社区", places=places)[2] == ()
    assert resolve("柳园镇", "桃源村", places=places)[2] == ("桃源社区",)


@pytest.mark.parametrize(
    ("text", "within", "code"),
    [
        ("柳园镇东堤村（649981100201）", None, BANK.code),
        ("东堤村", "649981101", SAND_BANK.code),
        ("东堤村", "649981100", BANK.code),
        ("柳园镇东堤村", "649981101", BANK.code),
        ("甜井村", "649981100", SAND_WELL.code),
        ("沙梁", None, SANDY.code),
        ("649981100", None, TOWN.code),
    ],
)
def test_a_place_a_person_names_is_found_in_its_township_first(text, within, code):
    assert PLACES.find_target(text, on=None, within=within)[0].area_code == code


@pytest.mark.parametrize("text", ["东堤村", "柳园", "柳园镇东堤村（649981101201）", "不在册村", "双桥"])
def test_a_place_a_person_names_is_never_guessed(text):
    assert PLACES.find_target(text, on=None)[0].area_code is None


@pytest.mark.parametrize(
    ("unit", "towns"),
    [
        ("沙梁派出所", (SANDY,)),
        ("清泉市公安局沙梁镇派出所", (SANDY,)),
        ("柳园派出所", (TOWN, STREET)),
        ("柳园镇派出所", (TOWN,)),
        ("刑侦大队", ()),
    ],
)
def test_a_unit_s_name_speaks_of_townships(unit, towns):
    assert {found.code for found in PLACES.find_in_unit(unit)} == {town.code for town in towns}
