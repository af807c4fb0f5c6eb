"""Which article stood in force on a day: article numbers moved with each amendment, so a citation needs its day."""

from datetime import date

# (in force from, citation, mark). 2023 numbering was read in the text; the earlier numbers are from memory (M).
_PROCEDURE = (
    (date(2024, 1, 1), "民诉法（2023年修正）第85条", "V"),
    (date(2022, 1, 1), "民诉法（2021年修正）第85条", "M"),
    (date(2017, 7, 1), "民诉法（2017年修正）第82条", "M"),
    (date(2013, 1, 1), "民诉法（2012年修正）第82条", "M"),
    (date.min, "民诉法（2007年修正）第75条", "M"),
)
_CORRESPONDING_DAY = (
    (date(2021, 1, 1), "民法典第202条", "V"),
    (date.min, "民法总则第202条", "M"),
)


def procedure_article(day: date) -> tuple[str, str]:
    """(citation, mark) of the article on 期间 of the 民事诉讼法 in force on `day`."""
    return next((text, mark) for since, text, mark in _PROCEDURE if day >= since)


def corresponding_day_article(day: date) -> tuple[str, str]:
    """(citation, mark) of the rule on the corresponding day of a month in force on `day`."""
    return next((text, mark) for since, text, mark in _CORRESPONDING_DAY if day >= since)


WORKING_DAYS = ("工作日计算惯例，调休上班日计为工作日", "M")
EXTENSION = ("延期决定；延期加在未顺延的届满日上为系统约定", "D")
STOPS = ("审限规定第9条；起日扣除、止日不扣除、重叠合并为系统约定", "D")
EARLIEST = ("“不少于”“超过”的文义，届满次日起方可", "D")
WEEK = "周六、周日为休息日"
NO_NOTICE = ("国务院办公厅年度放假通知（尚未录入）", "D")
