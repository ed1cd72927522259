"""The font of the pictures, cut out of Noto Sans CJK SC: all of GB 2312, and characters of names beyond it.

Run it by any Python that has fonttools: `make_font.py NotoSansCJK-Regular.ttc`. The same font and the same
fonttools give the same bytes. The font is under the SIL Open Font License, whose text lies beside it; it
keeps its name, "Noto" being no reserved one.
"""

# ruff: noqa: INP001 - a script beside its pictures, in no package

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset

TARGET = Path(__file__).parent.parent / "sanwu_cli" / "pictures" / "NotoSansCJKsc-GB2312.otf"
SIMPLIFIED = 2  # its place in the collection
SIGNS = "·—…–×°〇〔〕①②③④⑤⑥⑦⑧⑨⑩²³№"
# Of given names, and of places; none of them is in GB 2312.
NAMES = (
    "堃喆昇淼犇玥珺赟祎翀旻頔婳镕佀玘珅玙琤昉晞琰璟瑀甯芃淏湉洺浠瀞炘烜煊燚垚堉妘媖嫒锳锜彧宬峁峣崟忞慜晧皞暄暘杺"
    "柃梽棪槿橦沄沚泓洧珩琀琋琦璇璐瓅畯禛竑翊翯聿胤蓥薏衍裎訸谌贇赪邡钘闫韬頠飏骉骎骞骢鲲鹂龑芈茜莛菡葳蒽蔓薇藁"
    "虓蛟璿瑢瑨璠璘玮珮珣珵琅琛琨瑛瑭瑶璋曈曌昳晢暐曛炜煜熙燊燏炅炆玹祜祐祯禔穆筱箐箬籽粲絮綦缦羿翕脩臻舸艾芊芯"
)


def list_characters() -> str:
    """Give every character the font shall have."""
    rows = (*range(0xA1, 0xA4), *range(0xB0, 0xF8))
    pairs = (bytes((row, cell)) for row in rows for cell in range(0xA1, 0xFF))
    hanzi = "".join(pair.decode("gb2312", "ignore") for pair in pairs)
    return "".join(sorted({*hanzi, *SIGNS, *NAMES, *map(chr, range(0x20, 0x7F))}))


def main(source: str) -> None:
    """Cut the font."""
    options = subset.Options()
    options.font_number, options.hinting, options.layout_features = SIMPLIFIED, False, []
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.notdef_outline, options.recalc_timestamp = True, False
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF"]
    font = subset.load_font(source, options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=list_characters())
    cutter.subset(font)
    subset.save_font(font, str(TARGET), options)


if __name__ == "__main__":
    main(sys.argv[1])
