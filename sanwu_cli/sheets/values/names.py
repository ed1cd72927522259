"""Names as people sign them: the names of one cell parted, and the titles that stand beside them."""

from __future__ import annotations

from functools import cache

from sanwu_cli.sheets.values.text import fold, load_words

BETWEEN_NAMES = "、"
_LONGEST_NAME = 4
_NO_ROLE = "other"


def split_names(text: str) -> tuple[str, ...]:
    """Part the names of one read cell, each once."""
    return tuple(dict.fromkeys(name for name in text.split(BETWEEN_NAMES) if name))


def strip_title(text: str) -> tuple[str, str]:
    """Take titles from behind or before a folded name; gives the rest and the role the first of them means.

    What is nothing but a title is left as it stands; the role is empty where no title means one.
    """
    rest, role = text, ""
    while found := _find_title(rest):
        rest, meant = found
        role = role or meant
    return rest, role


def find_role(text: str) -> str:
    """Give the identifier of the role a text speaks of, empty when it speaks of none or of several."""
    folded = fold(text)
    found = {role for title, role in _list_titles() if role and title in folded}
    return found.pop() if len(found) == 1 else ""


def part_names(text: str) -> list[str]:
    """Part 张三 李四 at the blank, keep 张 三 as one name, and give a title that stands alone as a piece."""
    runs: list[list[str]] = [[]]
    pieces = [piece for piece in map(fold, text.split()) if piece]
    if _is_one_name(pieces):
        return ["".join(pieces)]
    for piece in pieces:
        if _is_title(piece):
            runs += [[piece], []]
        else:
            runs[-1].append(piece)
    return [name for run in runs for name in (["".join(run)] if _is_one_name(run) else run)]


def join_titles(pieces: list[str]) -> list[str]:
    """Write each title that stands alone together with its name: 法官, 张三 is one person, 法官张三.

    Where the first piece is a title, titles belong to the name behind them, else to the one before. Titles
    without any name are left as they stand, so that nothing gets lost.
    """
    if all(map(_is_title, pieces)):
        return pieces
    is_leading = _is_title(pieces[0])
    joined: list[str] = []
    waiting = ""
    for piece in pieces:
        if not _is_title(piece):
            joined.append(waiting + piece)
            waiting = ""
        elif is_leading:
            waiting += piece
        else:
            joined[-1] += piece
    joined[-1] += waiting
    return joined


def _is_one_name(pieces: list[str]) -> bool:
    joined = "".join(pieces)
    return bool(joined) and len(joined) <= _LONGEST_NAME and any(len(piece) == 1 for piece in pieces)


def _is_title(text: str) -> bool:
    return any(text == title for title, _ in _list_titles())


def _find_title(text: str) -> tuple[str, str] | None:
    """Take one title from behind or before a name; None where there is none, or nothing else."""
    for title, role in _list_titles():
        if text == title:
            return None
        if text.endswith(title):
            return text.removesuffix(title), role
        if text.startswith(title):
            return text.removeprefix(title), role
    return None


@cache
def _list_titles() -> tuple[tuple[str, str], ...]:
    """Give every title, the longest first, with the role it means (empty for a mere rank)."""
    words = load_words()["person_titles"]
    titles = [(title, "" if role == _NO_ROLE else role) for role, known in words.items() for title in known]
    return tuple(sorted(titles, key=lambda pair: -len(pair[0])))
