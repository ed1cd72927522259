"""The font a picture is drawn in: one that has every character of its texts, found before drawing."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from PIL import ImageFont

from sanwu_cli.errors import ExitStatus, SanwuError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Cut out of Noto Sans CJK SC (SIL Open Font License), so that pictures are the same on every machine.
OWN = Path(__file__).parent / "NotoSansCJKsc-GB2312.otf"
SETTING = "sanwu.toml [fonts] picture"
# Files by which Chinese fonts are known, the better first.
_FILES = (
    *(
        "NotoSansCJK-Regular.ttc",
        "NotoSansCJKsc-Regular.otf",
        "NotoSansSC-Regular.ttf",
        "NotoSansSC-Regular.otf",
    ),
    *("SourceHanSansSC-Regular.otf", "SourceHanSansCN-Regular.otf", "SourceHanSans.ttc"),
    *("msyh.ttc", "msyh.ttf", "PingFang.ttc", "simhei.ttf", "Deng.ttf", "simsun.ttc"),
    *("wqy-microhei.ttc", "wqy-zenhei.ttc", "STHeiti Light.ttc", "Hiragino Sans GB.ttc", "uming.ttc"),
)
_FOLDERS = (
    *("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
    *("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
)
_SAMPLE = "县乡镇村值班表月日缺"  # whoever lacks these has no Chinese
_NOBODY_HAS = "\U0010fffe"
_TRIED_AT = 24
_MOST_FACES = 12
_MOST_TOLD = 8
_LISTER_SECONDS = 20


class Face(Struct, frozen=True):
    """A face of a font file, by its place in it."""

    path: Path
    index: int = 0

    def at(self, size: int) -> ImageFont.FreeTypeFont:
        """Give the face at a size in pixels."""
        return _open(self.path, self.index, size)


@lru_cache(maxsize=64)
def _open(path: Path, index: int, size: int) -> ImageFont.FreeTypeFont:
    # The simple layout needs no library beside Pillow, so the same text takes the same room everywhere.
    return ImageFont.truetype(str(path), size, index=index, layout_engine=ImageFont.Layout.BASIC)


def choose_face(texts: Iterable[str], chosen: Path | None = None, *, own: Path = OWN) -> Face:
    """Choose the font the texts are drawn in: the one named in the settings, else ours, else one installed.

    Raises SanwuError when no font has Chinese, or none has all characters: then these are named, each with
    the text it stands in.
    """
    wanted = tuple(dict.fromkeys(text for text in texts if text))
    named = _open_named(chosen) if chosen is not None else None
    tried: Face | None = named
    for face in (named,) if named else _list_faces(own):
        if find_missing(face, [_SAMPLE]):
            continue
        if not find_missing(face, wanted):
            return face
        tried = tried or face
    if tried is None:
        raise SanwuError(
            "找不到中文字体，图画不出来",
            remedy=f"请装一种中文字体（如思源黑体、文泉驿），或在 {SETTING} 写字体文件的路径",
            status=ExitStatus.INPUT_MISSING,
        )
    raise _tell_missing(tried, wanted)


def _open_named(path: Path) -> Face:
    try:
        face = _pick_face(path)
    except OSError as error:
        raise SanwuError(
            f"字体文件打不开：{path}",
            place=SETTING,
            remedy="请改成本机有的 .ttf、.otf 或 .ttc 文件；删去这一行就用自带的字体",
        ) from error
    if find_missing(face, [_SAMPLE]):
        raise SanwuError(
            f"字体“{path.name}”里没有中文", place=SETTING, remedy="请换一种中文字体；删去这一行就用自带的字体"
        )
    return face


def _tell_missing(face: Face, texts: Iterable[str]) -> SanwuError:
    lacking = find_missing(face, texts)
    told = "、".join(f"“{text}”的“{letters}”" for text, letters in list(lacking.items())[:_MOST_TOLD])
    more = f"等{len(lacking)}处" if len(lacking) > _MOST_TOLD else ""
    return SanwuError(
        f"字体“{face.path.name}”里没有这些字，图没有画：{told}{more}",
        remedy=f"请装一种字全的中文字体（如思源黑体、Noto Sans CJK SC），或在 {SETTING} 写它的路径",
        status=ExitStatus.INPUT_MISSING,
    )


def find_missing(face: Face, texts: Iterable[str]) -> dict[str, str]:
    """Find the characters a face does not have, by the text they stand in."""
    known: dict[str, bool] = {}
    found = {}
    for text in texts:
        letters = [letter for letter in dict.fromkeys(text) if not letter.isspace()]
        lacking = [letter for letter in letters if not known.setdefault(letter, _has(face, letter))]
        if lacking:
            found[text] = "".join(lacking)
    return found


def _has(face: Face, letter: str) -> bool:
    """Say whether a face has a character: it does not look like one that no font has."""
    font = face.at(_TRIED_AT)
    shown, nothing = font.getmask(letter), font.getmask(_NOBODY_HAS)
    return (shown.size, bytes(shown)) != (nothing.size, bytes(nothing))


def _list_faces(own: Path) -> Iterator[Face]:
    """Run over the faces there are: ours, those known by their files, what the system thinks is Chinese."""
    paths = [own, *_find_installed()]
    for path in paths:
        try:
            yield _pick_face(path)
        except OSError:
            continue
    asked = _ask_system()
    if asked is not None and asked not in paths:
        try:
            yield _pick_face(asked)
        except OSError:
            return


def _pick_face(path: Path) -> Face:
    """Pick the simplified Chinese face of a file, else its first; raises OSError for no font."""
    first = Face(path)
    first.at(_TRIED_AT)
    if path.suffix.lower() != ".ttc":
        return first
    for index in range(_MOST_FACES):
        try:
            family = Face(path, index).at(_TRIED_AT).getname()[0] or ""
        except OSError:
            break
        if family.endswith((" SC", " CN", " GB")):
            return Face(path, index)
    return first


def _find_installed() -> list[Path]:
    """Find the known files in the folders where fonts lie, the better first."""
    folders = [Path(folder).expanduser() for folder in _FOLDERS]
    folders += [Path(os.environ[name]) / tail for name, tail in _WINDOWS if name in os.environ]
    lying: dict[str, Path] = {}
    for folder in folders:
        if folder.is_dir():
            for path in sorted(folder.rglob("*")):
                lying.setdefault(path.name.lower(), path)
    return [lying[name.lower()] for name in _FILES if name.lower() in lying]


_WINDOWS = (("WINDIR", "Fonts"), ("LOCALAPPDATA", "Microsoft/Windows/Fonts"))


def _ask_system() -> Path | None:
    """Ask fontconfig for a Chinese font, where it is there."""
    asker = shutil.which("fc-match")
    if asker is None:
        return None
    answer = subprocess.run(  # noqa: S603 - the program found on the path, fixed arguments
        [asker, "--format=%{file}", ":lang=zh-cn"],
        capture_output=True, text=True, check=False, timeout=_LISTER_SECONDS,
    ).stdout.strip()  # fmt: skip
    return Path(answer) if answer else None
