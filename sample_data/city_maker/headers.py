"""Header spellings of the three departments' tables: field:spelling, 组//名 where a header has two rows."""

from __future__ import annotations

HEADERS = {
    "petition": {
        "plain": (
            "date:登记日期 number:信访编号 town:乡镇(街道) village:村(社区) level:到访层级 skip:是否越级 "
            "persons:人次 basis:归属依据 status:办理状态 remark:备注"
        ),
        "bureau": (
            "seq:序号 date:接件时间 number:信访件编号 petitioner:信访人姓名 id_number:身份证号 "
            "phone:联系电话 town:所属乡镇 village:村（居） level:到访层级 skip:是否越级上访 persons:人数 "
            "story:信访内容 basis:归属依据 status:办理情况 remark:备注"
        ),
        "two": (
            "seq:序号 date:登记日期 number:信访编号 town:属地情况//乡镇（街道） "
            "village:属地情况//村（社区） level:来访情况//到访层级 skip:来访情况//是否越级 "
            "persons:来访情况//人次 basis:归属依据 status:办理情况 remark:备注"
        ),
        "broken": (
            "seq:序　号 date:来访\n日期 number:信访\n编号 petitioner:信访人 town:责任属地\n（乡镇） "
            "village:责任村\n（社区） level:到访\n层级 skip:是否\n越级 persons:人次 basis:归属依据 "
            "status:办理\n情况 remark:备　注"
        ),
    },
    "suit": {
        "plain": (
            "date:立案日期 number:案号 instance:审级 defendant:被告 cause:案由 court:审理法院 "
            "town:乡镇(街道) village:村(社区) basis:归属依据 outcome:裁判结果 remark:备注"
        ),
        "bureau": (
            "seq:序号 number:案　号 plaintiff:原告 defendant:被诉行政机关 cause:被诉行政行为（案由） "
            "court:受理法院 instance:审理程序 date:立案时间 town:所属乡镇 village:所属村 basis:归属依据 "
            "outcome:裁判结果 remark:备注"
        ),
        "full": (
            "seq:序号 number:案　号 plaintiff:原告 defendant:被诉行政机关 cause:被诉行政行为（案由） "
            "court:受理法院 instance:审理程序 date:立案时间 town:所属乡镇 village:所属村 basis:归属依据 "
            "outcome:裁判结果 root:原审案号 remark:备注"
        ),
        "two": (
            "seq:序号 number:案号 date:立案日期 instance:审级 plaintiff:诉讼主体//原告 "
            "defendant:诉讼主体//被告 cause:案由 court:审理法院 town:属地情况//乡镇（街道） "
            "village:属地情况//村（社区） basis:归属依据 outcome:裁判结果 remark:备注"
        ),
    },
    "crime": {
        "plain": (
            "date:立案日期 number:案件编号 type:案件类型 cause:案件类别 unit:办案单位 status:案件状态 "
            "town:乡镇(街道) village:村(社区) basis:归属依据 remark:备注"
        ),
        "export": (
            "seq:序号 number:案件编号 type:案件类型 cause:案件类别 unit:办案单位 status:案件状态 "
            "date:立案时间 suspect:嫌疑人 id_number:身份证号 town:所在乡镇 village:行政村 story:简要案情 "
            "basis:归属依据 remark:备注"
        ),
        "two": (
            "seq:序号 number:案件编号 date:立案日期 type:案件情况//案件类型 cause:案件情况//案件类别 "
            "status:案件情况//案件状态 unit:承办单位 town:属地情况//乡镇（街道） "
            "village:属地情况//村（社区） basis:归属依据 remark:备注"
        ),
        "broken": (
            "seq:序号 number:案件\n编号 type:案件\n类型 cause:案件\n类别 unit:办案\n单位 "
            "status:案件\n状态 date:立案\n日期 victim:受害人 town:镇（街） village:村（社区） "
            "basis:归属依据 remark:备　注"
        ),
    },
}
