"""Sheets as departments keep them: H1 to H22 of the research, invented content, with the habits of real files.

Personal columns hold 某某 and zeros only. Officials on duty, who may be named, are 甲法官, 乙律师 and so on.
"""

# The tables are read across, with full-width signs and blanks as departments type them.
# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from typing import TYPE_CHECKING, Any

from text_tables import save_book

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

NOBODY = "某某"
PHONE = "00000000000"
ID_NUMBER = "000000000000000000"


@dataclass(frozen=True)
class RealSheet:
    """One sheet and the file it comes in; `rows` as typed, `merged` and `hidden_columns` as addresses."""

    file: str
    rows: Sequence[Sequence[Any]]
    merged: Sequence[str] = ()
    hidden_columns: Sequence[str] = ()
    name: str = "Sheet1"
    blank_rows: int = 0
    extra: dict[str, Any] = field(default_factory=dict)

    def save(self, folder: Path) -> Path:
        """Write the workbook below a folder; trailing rows of blanks are kept as typed."""
        path = folder / self.file
        blank = [[" ", "", "\u3000"] for _ in range(self.blank_rows)]
        described = {
            "name": self.name,
            "rows": [*self.rows, *blank],
            "merged": self.merged,
            "hidden_columns": self.hidden_columns,
            **self.extra,
        }
        save_book(path, {"sheet": [described]})
        return path


def day(number: int, month: int = 3) -> date:
    return date(2026, month, number)


def split(line: str) -> list[str]:
    """Cells of a header line; \\n is a line break inside a cell."""
    return [cell.replace("\\n", "\n") for cell in line.split("｜")]


SHEETS: dict[str, RealSheet] = {}

# 信访台账 of a bureau: title, a row of column numbers above the header, every petition of the month, no 越级 mark.
SHEETS["H1"] = RealSheet(
    "inbox/2026-03/信访台账.xlsx",
    [
        ["信访台账"],
        list(range(1, 16)),
        split("编号｜责任科室｜信访方式｜标题｜接件时间｜举报类型｜类型｜乡镇｜转办时间｜应结办日期｜办理情况｜办结时间｜接件人｜科室接办人｜办理人"),
        ["XF20260302001", "一科", "来访", f"{NOBODY}反映土地问题", day(2), "求决", "初访", "甲镇", day(3), day(30), f"{NOBODY}已答复", "", "甲干部", "乙干部", "丙干部"],
        ["XF20260305002", "二科", "来信", f"{NOBODY}反映低保问题", "2026.3.5", "求决", "重访", "乙镇", day(6), day(30), "办理中", "", "甲干部", "乙干部", "丙干部"],
        ["XF20260327003", "一科", "来访", f"{NOBODY}反映道路问题", "3月27日", "建议", "初访", "甲 镇", day(28), "", "", "", "甲干部", "乙干部", "丙干部"],
        ["填表人：甲干部", "", "联系电话：" + PHONE],
    ],
    merged=["A1:O1"],
    blank_rows=3,
)  # fmt: skip

SHEETS["H2"] = RealSheet(
    "inbox/2026-03/信访登记.xlsx",
    [
        ["来信来访登记簿（2026年3月）"],
        split("序号或来信编号｜信访类型｜接件时间｜信访人姓名和相关信息｜信访内容｜案件地点｜联系电话｜办理情况"),
        ["XF-001", "来访", day(4), f"{NOBODY}，男", f"{NOBODY}反映某事", f"{NOBODY}家门口", PHONE, "已转办"],
        ["XF-002", "来电", "2026/3/9", NOBODY, "某事", "某地", PHONE, "已答复"],
        ["说明：本登记簿一式两份"],
    ],
    merged=["A1:H1"],
)  # fmt: skip

# A form's own fields: the mark and the level, no number.
SHEETS["H3"] = RealSheet(
    "inbox/2026-03/上访情况.xlsx",
    [
        split("信访时间｜是否越级上访｜越级上访单位｜越级上访单位等级｜信访记录"),
        [day(3), "是", "自治区信访局", "自治区级", f"{NOBODY}到访"],
        [day(16), "否", "县信访局", "县级", f"{NOBODY}到访"],
    ],
)

SHEETS["H4a"] = RealSheet(
    "inbox/2026-03/信访件.xlsx",
    [
        ["信访件登记"],
        split("信访件编号｜信访人姓名｜问题属地"),
        ["XF001", NOBODY, "甲镇东堤村"],
        ["XF002", NOBODY, "乙镇"],
    ],
)
SHEETS["H4b"] = RealSheet(
    "inbox/2026-03/街道信访.xlsx",
    [
        split("信访编号｜信访人姓名｜联系电话｜问题发生街道｜内容分类｜诉求"),
        ["XF001", NOBODY, PHONE, "甲镇", "征地拆迁", f"{NOBODY}要求补偿"],
    ],
)
SHEETS["H4c"] = RealSheet(
    "inbox/2026-03/来访异常.xlsx",
    [
        split("信访来源｜性质分类｜曾访部门｜责任地区｜来访异常情况｜越级上访｜来信形式"),
        ["来访", "求决", "县信访局", "甲镇", "无", "是", ""],
    ],
)

_H5_HEAD = [
    split("序号｜乡镇（街道）｜村（社区）｜到市｜｜赴区｜｜进京｜｜合计｜｜备注"),
    split("｜｜｜批次｜人次｜批次｜人次｜批次｜人次｜批次｜人次｜"),
]
_H5_ROWS = [
    ["合计", "", "", 2, 9, 1, 3, 1, 1, 4, 13, ""],
    [1, "甲镇", "东堤村", 1, 4, 1, 3, "无", "无", 2, 7, ""],
    [2, "", "西渠村", "—", "—", 0, 0, 1, 1, 1, 1, ""],
    [1, "乙镇", "南湾村", 1, 5, 0, 0, 0, 0, 1, 5, ""],
]
# 越级访月统计: batches and persons under where they went, the total before the data, the township merged down.
SHEETS["H5"] = RealSheet(
    "inbox/2026-03/越级访统计.xlsx",
    [["2026年3月越级访月统计"], ["填报单位（盖章）：信访局", "", "", "填报时间：2026年4月2日"], *_H5_HEAD, *_H5_ROWS, ["负责人：甲干部", "", "", "填表人：乙干部"]],
    merged=["A1:L1", "A3:A4", "B3:B4", "C3:C4", "D3:E3", "F3:G3", "H3:I3", "J3:K3", "L3:L4", "B6:B7"],
)  # fmt: skip
# The same as another program saved it: the merges of the header are gone, and 合计 is one column.
SHEETS["H5-flat"] = RealSheet(
    "inbox/2026-03/越级访统计（另存）.xlsx",
    [
        ["2026年3月越级访月统计"],
        [*_H5_HEAD[0][:10], "备注"],
        [*_H5_HEAD[1][:9], "", ""],
        *[[*row[:1], row[1] or ("甲镇" if row[2] else ""), *row[2:10], row[11]] for row in _H5_ROWS],
    ],
)

SHEETS["H6"] = RealSheet(
    "inbox/2026-03/越级上访明细.xlsx",
    [
        ["２０２６年３月越级上访明细"],
        ["填报单位：信访局", "", "填报时间：2026.4.1"],
        split("序号｜登记\\n日期｜信访编号｜责任属地\\n（乡镇）｜责任村\\n（社区）｜信访形式｜到访机关｜到访层级｜是否越级｜是否集体访｜责任单位｜包案领导｜办理结果｜备　注"),
        ["1", "2026年3月9日", "XF20260309001", "甲镇", "东堤村民委员会", "走访", "自治区信访局", "自治区级", "√", "否", "自然资源局", "甲领导", f"{NOBODY}息访", ""],
        ["2", day(12), "XF20260312002", "", "西渠村", "走访", "县信访局", "县级", "×", "是", "民政局", "甲领导", "", f"{NOBODY}多次来访"],
        ["1", 46106, "XF20260325003", "乙镇", "", "走访", "国家信访局", "国家级", "是", "否", "住建局", "甲领导", "", ""],
        ["注：本表每月2日前报送"],
    ],
    merged=["A1:N1", "D4:D5"],
)  # fmt: skip

SHEETS["H7"] = RealSheet(
    "inbox/2026-03/行政应诉台账.xlsx",
    [
        ["2026年3月行政应诉（诉讼）案件台账"],
        split("序号｜案号｜原告｜被告｜第三人｜被诉行政行为（案由）｜审理法院｜审级｜立案日期｜开庭日期｜负责人出庭应诉情况｜承办部门｜裁判结果｜结案日期｜所属乡镇｜备注"),
        [1, "（2026）宁0181行初12号", NOBODY, "甲镇人民政府", f"{NOBODY}、{NOBODY}", "行政强制", "某法院", "一审", day(5), day(20), "镇长出庭", "综合执法办", "", "", "甲镇", ""],
        [2, "(2026)宁01行终3号", NOBODY, "自然资源局", "", "行政登记", "某中院", "二审", "2026-3-18", "", "", "法规股", "驳回上诉", day(28), "乙镇", ""],
        [3, "〔2026〕宁0181行审7号", NOBODY, "城管局", "", "非诉审查", "某法院", "", day(19), "", "", "法规股", "", "", "", ""],
        ["合计：3件"],
    ],
    merged=["A1:P1", "A6:P6"],
)  # fmt: skip

# The police system's own export, an .xls: no case type, no village.
SHEETS["H8"] = RealSheet(
    "inbox/2026-03/案件列表.xls",
    [
        split("序号｜案件编号｜案件名称｜案件类别｜办案单位｜主办侦查员｜案件状态｜发案时间｜发案地点｜简要案情｜是否结案"),
        ["1", "A6499012026030001", f"{NOBODY}被盗案", "盗窃", "甲镇派出所", "甲警官", "立案", "2026-03-02 21:30:00", f"{NOBODY}家", f"{NOBODY}报称", "否"],
        ["2", "A6499012026030002", f"{NOBODY}被骗案", "诈骗", "刑警大队", "乙警官", "已撤销", "2026-03-11 09:00:00", f"{NOBODY}家", f"{NOBODY}报称", "是"],
    ],
)  # fmt: skip

SHEETS["H9"] = RealSheet(
    "inbox/2026-03/警综案件.xlsx",
    [
        ["公安案件库导出", "", "导出时间：2026-04-01 08:00:00"],
        split("案件编号｜警情编号｜案件名称｜案件类型｜案件状态｜案由｜案由代码｜发案时间｜立案时间｜受理单位｜承办单位｜地区｜在办标记｜案件来源"),
        ["A649901001", "J001", f"{NOBODY}案", "刑事", "侦查", "盗窃", "05010", day(1), day(2), "甲镇派出所", "刑警大队", "649901", "是", "报案"],
        ["A649901002", "J002", f"{NOBODY}案", "行政", "办结", "殴打他人", "03010", day(6), day(6), "乙镇派出所", "乙镇派出所", "649901", "否", "报案"],
        ["A649901003", "J003", f"{NOBODY}案", "刑事", "已并案", "诈骗", "05020", day(8), day(9), "乙镇派出所", "刑警大队", "649901", "是", "移送"],
    ],
)  # fmt: skip

SHEETS["H10"] = RealSheet(
    "inbox/2026-03/涉诈.xlsx",
    [
        ["涉诈案件登记"],
        split("涉案电话｜立案单位｜案件编号｜案件类别｜涉案金额｜发案时间｜简要案情｜受害人电话｜备注"),
        [PHONE, "刑警大队", "A001", "电信诈骗", 3000, day(2), f"{NOBODY}接到电话", PHONE, NOBODY],
        [PHONE, "刑警大队", "A002", "电信诈骗", 800, day(3), f"{NOBODY}接到电话", PHONE, ""],
    ],
)

SHEETS["H11"] = RealSheet(
    "inbox/2026-03/刑事案件统计.xlsx",
    [
        ["刑事案件月统计（2026年3月）"],
        ["填报单位：公安局", "", "单位：起"],
        split(
            "单位｜村（社区）｜本月立案｜去年同期｜同比±%｜其中：八类案件｜侵财｜电信网络诈骗｜本年累计｜备注"
        ),
        ["甲镇派出所", "东堤村", 1, 3, "-66.7%", 0, 1, 0, 4, ""],
        ["甲镇", "西渠村", "无", 1, "-100%", 0, 0, 0, 0, ""],
        ["乙镇", "南湾村", 2, 2, "0%", 1, 0, 1, 9, ""],
        ["合计", "", 3, 6, "-50%", 1, 1, 1, 13, ""],
        ["去年同期", "", 6, "", "", "", "", "", "", ""],
    ],
    merged=["A1:J1"],
)

# 县司法行政's monthly table: three header rows, totals inside the header's text, 合计 before the data.
SHEETS["H12"] = RealSheet(
    "inbox/2026-03/矛盾纠纷统计.xlsx",
    [
        ["2026年矛盾纠纷排查化解基本情况统计表（3月）"],
        split("镇办｜矛盾纠纷类型｜｜｜｜｜"),
        split("｜当前矛盾纠纷情况｜｜婚姻家庭\\n（共计：3 件）｜｜邻里\\n（共计：2 件）｜"),
        split("｜本月矛盾\\n纠纷总数｜本月未化解纠纷数｜化解数｜未化解数｜化解数｜未化解数"),
        ["合计", 5, 2, 2, 1, 1, 1],
        ["甲镇", 3, 1, 2, 1, 0, 0],
        ["乙 镇", 2, 1, "无", 0, 1, 1],
        ["审核人：甲干部", "", "", "填报人：乙干部"],
    ],
    merged=["A1:G1", "A2:A4", "B2:G2", "B3:C3", "D3:E3", "F3:G3"],
)

SHEETS["H13a"] = RealSheet(
    "inbox/2026-03/纠纷案件.xlsx",
    [
        ["2026年矛盾纠纷台账"],
        split("案件编码｜标题内容｜纠纷类型｜纠纷级别｜乡镇｜受理时间"),
        ["MD2026030001", f"{NOBODY}与{NOBODY}纠纷", "邻里", "一般", "甲镇", day(3)],
        ["MD2026030002", f"{NOBODY}与{NOBODY}纠纷", "婚姻家庭", "较大", "乙镇", day(20)],
    ],
)
SHEETS["H13b"] = RealSheet(
    "inbox/2026-03/一案一码.xlsx",
    [
        split("一案一码｜当前状态｜定级｜纠纷类型｜录入部门｜当前责任部门｜申请人姓名｜创建时间｜所属乡镇"),
        ["649901202603010001", "办理中", "三级", "土地承包", "甲镇综治中心", "甲镇司法所", NOBODY, "2026-03-01 10:00", "甲镇"],
        ["649901202603120002", "已办结", "四级", "邻里", "乙镇综治中心", "乙镇司法所", NOBODY, "2026-03-12 15:20", "乙镇"],
    ],
)  # fmt: skip

SHEETS["H14"] = RealSheet(
    "inbox/2026-03/甲镇矛盾纠纷.xlsx",
    [
        ["甲镇矛盾纠纷排查化解台账（2026年3月）"],
        split("序号｜排查时间｜乡镇｜村（社区）｜所属网格｜纠纷类型｜基本情况｜当事人｜涉及人数｜责任单位｜责任人｜化解措施｜化解时限｜是否化解｜化解时间｜备注"),
        [1, day(2), "甲镇", "东堤村", "第一网格", "邻里", f"{NOBODY}因宅基地", f"{NOBODY}、{NOBODY}", 2, "东堤村调委会", "甲调解员", f"找{NOBODY}谈话", "2026年4月2日", "已化解", day(9), ""],
        [2, "3月11日", "", "", "第二网格", "土地承包", NOBODY, NOBODY, "3人", "东堤村调委会", "甲调解员", "", "4月11日", "化解中", "", ""],
        [3, day(19), "", "西渠村", "第一网格", "婚姻家庭", NOBODY, NOBODY, 2, "西渠村调委会", "乙调解员", "", day(19, 4), "否", "", NOBODY],
    ],
    merged=["A1:P1", "C3:C5", "D3:D4"],
)  # fmt: skip

# 社区应急值班: name and mobile in one cell, several days in another that has no header, a note below.
SHEETS["H15"] = RealSheet(
    "inbox/2026-07/ 东堤村值班表 .xlsx",
    [
        ["2026年7月东堤村应急值班安排表"],
        ["序号", "值班领导", "职务", "值班人员", "手机", "24小时值班电话", "值班日期"],
        [1, f"甲书记 {PHONE}", "书记", "乙  干", PHONE, "0000-0000000", "7月", "1日\n17日"],
        [2, f"丙主任\n{PHONE}", "主任", "丁干事、戊干事", PHONE, "", "", "2日、18日"],
        [3, "己副主任", "副主任", "庚干事 辛干事", PHONE, "", "", "3—5日"],
        ["备注：值班人员须保持电话畅通"],
    ],
    merged=["A1:H1", "F3:F5", "G3:G5", "A6:H6"],
)

SHEETS["H16"] = RealSheet(
    "inbox/进驻值班表.xlsx",
    [
        ["2026年政法干警进驻乡镇（街道）值班表"],
        split(
            "序号｜乡镇（街道）｜进驻法官｜联系电话｜进驻检察官｜联系电话｜进驻律师｜联系电话｜固定进驻日｜备注"
        ),
        [1, "甲镇", "甲法官", PHONE, "乙检察官", PHONE, "丙律师", PHONE, "每月第2个周二", ""],
        [2, "乙镇", f"丁法官{PHONE}", "", "戊 检", PHONE, "己律师、庚律师", PHONE, "每月15日", ""],
        ["注：遇节假日顺延"],
    ],
    merged=["A1:J1"],
    hidden_columns=["D"],
)

SHEETS["H17"] = RealSheet(
    "inbox/调解员值班表.xlsx",
    [
        ["2026年人民调解员进驻村（社区）值班表"],
        split("序号｜司法所｜人民调解员｜进驻村（社区）｜每月固定\\n值班日｜值班时间｜值班地点｜联系电话"),
        [1, "甲镇司法所", "甲调解员", "东堤村", "每月10日", "9:00—12:00", "村调解室", PHONE],
        [2, "", "乙调解员", "西渠村", "每月第1个周三", "9:00—12:00", "村调解室", PHONE],
        [1, "乙镇司法所", "丙调解员", "南湾村", "每月20日", "全天", "村委会", PHONE],
    ],
    merged=["A1:H1", "B3:B4"],
)

SHEETS["H18"] = RealSheet(
    "inbox/2026-03/签到表.xlsx",
    [
        ["2026年3月进驻签到表"],
        split("序号｜日期｜姓名｜单位及职务｜进驻地点｜签到时间｜签退时间｜接待咨询（人次）｜参与调解（件）｜工作内容｜签字｜备注"),
        [1, day(10), "甲法官", "人民法院", "甲镇综治中心", time(8, 55), time(17, 30), 3, 1, f"接待{NOBODY}", "", ""],
        [2, "3月10日", f"乙检察官 {PHONE}", "检察院", "甲镇综治中心", "9：05", "下午5点半", "无", "—", f"接待{NOBODY}", "", ""],
        [3, "12日", "丙调解员", "司法所", "甲镇东堤村村委会", "8点50分", "", 2, "", "", "", NOBODY],
        ["合计", "", "", "", "", "", "", 5, 1, "", "", ""],
    ],
    merged=["A1:L1"],
)  # fmt: skip

SHEETS["H19a"] = RealSheet(
    "inbox/网格员花名册.xlsx",
    [
        ["2026年网格员花名册"],
        split(
            "序号｜乡镇（街道）｜村（社区）｜网格名称｜网格编号｜网格员姓名｜性别｜身份证号｜联系电话｜专职/兼职｜备注"
        ),
        [1, "甲镇", "东堤村", "第一网格", "64990110120101", "甲网格员", "男", ID_NUMBER, PHONE, "专职", ""],
        [2, "", "", "第二网格", 64990110120102, "乙网格员", "女", ID_NUMBER, PHONE, "兼", ""],
        [
            1,
            "乙镇",
            "南湾村",
            "第一网格",
            "64990110220101",
            "丙网格员",
            "男",
            ID_NUMBER,
            PHONE,
            "专职",
            NOBODY,
        ],
    ],
    merged=["A1:K1", "B3:B4", "C3:C4"],
)
SHEETS["H19b"] = RealSheet(
    "inbox/社区网格.xlsx",
    [
        ["2026年社区网格员和社区民警"],
        split("社区｜网格员姓名｜网格员联系方式｜社区民警姓名｜社区民警联系方式"),
        ["东堤村", "甲网格员", PHONE, "甲民警", PHONE],
        ["南湾村", "乙网格员", PHONE, "乙民警", PHONE],
    ],
)

SHEETS["H20"] = RealSheet(
    "inbox/综治中心.xlsx",
    [
        ["2026年综治中心建设台账"],
        split(
            "序号｜乡镇（街道）｜综治中心名称｜级别｜是否挂牌｜场所面积（㎡）｜综治工作协调中心｜矛盾纠纷调解中心｜网格化管理中心｜群众来访接待窗口｜专职人员数｜视频监控联网（路）｜建成时间｜备注"
        ),
        [1, "甲镇", "甲镇综治中心", "乡镇级", "是", 120.5, "√", "√", "已建", "有", 3, 26, "2019年6月", ""],
        [2, "乙镇", "乙镇综治中心", "乡镇", "未挂牌", "80", "√", "在建", "", "×", "2人", "—", day(1, 5), ""],
    ],
    merged=["A1:N1"],
)
SHEETS["H20-village"] = RealSheet(
    "inbox/村级综治中心.xlsx",
    [
        ["2026年村（社区）综治中心建设台账"],
        split(
            "序号｜乡镇（街道）｜村（社区）｜综治中心名称｜级别｜综治工作室｜矛盾纠纷调解室｜“一村双警”警务室｜公共服务窗口｜负责人｜备注"
        ),
        [1, "甲镇", "东堤村", "东堤村综治中心", "村级", "是", "是", "否", "是", NOBODY, ""],
        [2, "", "西渠村", "西渠村综治中心", "村级", "是", "", "否", "是", NOBODY, ""],
    ],
    merged=["A1:K1", "B3:B4"],
)

SHEETS["H21"] = RealSheet(
    "inbox/2026-03/流动人口.xlsx",
    [
        ["流动人口核查月报（2026年3月）"],
        split(
            "序号｜派出所｜社区（村）｜登记流动人口数｜本月新增｜本月注销｜本月核查数｜核查率｜出租房屋数｜核查人｜核查日期"
        ),
        [1, "甲镇派出所", "东堤村", 120, 3, 1, 120, "100%", 40, NOBODY, day(28)],
        [2, "乙镇派出所", "南湾村", 60, 0, 2, 58, "96.7%", 12, NOBODY, day(29)],
    ],
)

_H22_TOP = [
    ["清河市三无创建情况统计表（二）"],
    ["填报单位（盖章）：", "", "填报人：", "甲干部", "电话：", PHONE, "填报时间：", "2026年4月3日"],
]
# The generic upward report: it has a village and figures, and asks nothing of ours; or it does.
SHEETS["H22"] = RealSheet(
    "inbox/2026-03/上报表二.xlsx",
    [
        *_H22_TOP,
        split("序号｜基本情况｜｜创建情况｜"),
        split("｜乡镇｜村｜宣传活动｜投入资金"),
        split("｜｜｜场次｜万元"),
        [1, "甲镇", "东堤村", 3, 1.5],
        [2, "甲镇", "西渠村", 2, 0.8],
    ],
    merged=["A1:H1", "A3:A5", "B3:C3", "D3:E3", "B4:B5", "C4:C5"],
)
SHEETS["H22-fits"] = RealSheet(
    "inbox/2026-03/上报表一.xlsx",
    [
        ["清河市三无创建情况统计表（一）2026年3月"],
        _H22_TOP[1],
        split("序号｜基本情况｜｜三无指标｜｜｜备注"),
        split("｜乡镇｜村｜越级上访｜行政诉讼｜刑事案件｜"),
        split("｜｜｜（批次）｜（件）｜（起）｜"),
        [1, "甲镇", "东堤村", 0, 1, "零", ""],
        [2, "甲镇", "西渠村", "无", 0, 2, ""],
        ["合计", "", "", 0, 1, 2, ""],
    ],
    merged=["A1:H1", "A3:A5", "B3:C3", "D3:F3", "B4:B5", "C4:C5", "G3:G5"],
)
