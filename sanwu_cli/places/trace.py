"""Why a name means an area: by which of the register's words, and what became of the area since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sanwu_cli.places.index import normalise_code
from sanwu_cli.places.names import choose_on, fold_forms, fold_name, load_spelling

if TYPE_CHECKING:
    from datetime import date

    from sanwu_cli.model import Area
    from sanwu_cli.places.index import AreaIndex


def explain_match(text: str, area: Area) -> str:
    """Say which of an area's words the text agrees with; the text may name the township before it."""
    if normalise_code(text) == area.code or area.code in fold_name(text):
        return "区划代码"
    forms = fold_forms(text)
    if any(form.endswith(fold_name(area.name)) for form in forms):
        return "登记的名称"
    alias = next((one for one in area.aliases if any(f.endswith(fold_name(one)) for f in forms)), None)
    if alias is not None:
        return f"别名“{alias}”"
    spelling = load_spelling(area.level)
    bodies = {body for form in forms for body in spelling.bodies_of(form)}
    names = {fold_name(name) for name in (area.name, *area.aliases)}
    own = {body for name in names for body in spelling.bodies_of(name)}
    if bodies & (names | own) or set(forms) & own:
        return "去掉村民委员会、人民政府一类的字样以后相同"
    return "去掉村、社区、镇、街道一类的末字以后相同，而且只有这一个"


def explain_life(index: AreaIndex, area: Area, on: date) -> str:
    """Say what became of an area that does not exist on the day; empty for one that does."""
    if area.exists_on(on):
        return ""
    if area.valid_from is not None and on < area.valid_from:
        return f"{area.valid_from}才启用"
    told = f"到{area.valid_to}为止"
    code = index.current_code(area.code, on)
    now = choose_on(index.by_code.get(code, ()), on)
    return f"{told}，已并入{now[0].name}（{code}）" if code != area.code and now else told
