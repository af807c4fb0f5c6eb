"""Citations of the rules, each with its versions by day: article numbers moved with each amendment (dossier §5.4)."""

from __future__ import annotations

from datetime import date

from .model import Source

_V17, _V21, _V23 = date.min, date(2022, 1, 1), date(2024, 1, 1)


def _procedure(before: str, then: str, now: str, marks: str = "MMV") -> tuple[tuple[date, Source], ...]:
    return (
        (_V17, Source("民诉法", "2017年修正", before, marks[0])),
        (_V21, Source("民诉法", "2021年修正", then, marks[1])),
        (_V23, Source("民诉法", "2023年修正", now, marks[2])),
    )


def _one(law: str, article: str, mark: str, version: str = "") -> tuple[tuple[date, Source], ...]:
    return ((date.min, Source(law, version, article, mark)),)


_INTERPRETATION = date(2022, 4, 10)


def _interpretation(before: str, now: str) -> tuple[tuple[date, Source], ...]:
    return (
        (date.min, Source("民诉法解释", "2020年修正", before, "M")),
        (_INTERPRETATION, Source("民诉法解释", "2022年修正", now, "V")),
    )


LAWS: dict[str, tuple[tuple[date, Source], ...]] = {
    "notice": _interpretation("第482条", "第480条"),
    "control_term": _interpretation("第487条", "第485条"),
    "ending_approval": _interpretation("第519条", "第517条"),
    "objection": _procedure("第225条", "第232条", "第236条", "VMV"),
    "objection_filing": _one("最高法关于办理执行异议和复议案件若干问题的规定", "第2条", "V"),
    "six_months": _procedure("第226条", "第233条", "第237条", "VMV"),
    "closing_term": _one("最高法关于严格执行案件审理期限制度的若干规定", "第5条", "V"),
    "stops": _one("最高法关于严格执行案件审理期限制度的若干规定", "第9条", "V"),
    "ending": _one("最高法关于严格规范终结本次执行程序的规定（试行）", "第1条", "V"),
    "ending_steps": _one(
        "最高法关于严格规范终结本次执行程序的规定（试行）", "第1条，终本前约谈为第5条（条号待核对）", "V"
    ),
    "restoring": _one("最高法关于严格规范终结本次执行程序的规定（试行）", "第9条", "V~"),
    "price_start": _one("最高法关于人民法院确定财产处置参考价若干问题的规定", "第1条", "V"),
    "sale_start": _one("最高法关于人民法院确定财产处置参考价若干问题的规定", "第30条", "V"),
    "second_sale": _one("最高法关于人民法院网络司法拍卖若干问题的规定", "第26条", "V"),
    "payment": _one("法发〔2017〕6号", "第10条", "M"),
    "survey": _one("最高法关于民事执行中财产调查若干问题的规定", "第2条", "V"),
    "petition": _one("法〔2021〕227号", "第3项", "V"),
    "over_control": _one("最高法关于人民法院民事执行中查封、扣押、冻结财产的规定", "第19条", "M"),
    "compensation": _one("法释〔2022〕3号", "第2条", "V"),
    "account": _one("法发〔2017〕6号", "“一案一账号”规定", "M"),
    "working_rules": _one("最高法关于人民法院执行工作若干问题的规定（试行）", "第16条至第22条", "V", "2020年修正"),
    "plan_flow": _one("洛阳中院执行工作“一案双查”实施方案", "四（七）2", "S"),
    "plan_repeat": _one("洛阳中院执行工作“一案双查”实施方案", "四（九）", "S"),
    "local_survey": _one("本系统建议", "首次网络查控5个工作日（所见地方规定为3日、2个工作日）", "D"),
    "closing_opinion": _one("法发〔2014〕26号", "执行结案方式", "M"),
}


def cite(key: str, day: date | None) -> Source | None:
    """The citation in force on the day of the act (the newest where the day is unknown); None for an empty key."""
    if not key:
        return None
    versions = LAWS[key]
    if day is None:
        return versions[-1][1]
    return [source for since, source in versions if since <= day][-1]
