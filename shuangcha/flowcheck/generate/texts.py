"""Invented records of talks before 终本: standing sentences drawn at random, and the figures of the case by themselves.

The sentences become a form where many cases are invented; the accounts read out are what two records never share.
"""

from __future__ import annotations

from .plan import pick

SENTENCES: tuple[tuple[str, ...], ...] = (
    (
        "申请执行人称已知悉本案查控的全部情形",
        "申请执行人表示看过法院出示的查控反馈表",
        "申请人到庭听取了承办人对案件经过的说明",
        "申请人通过视频方式参加谈话并核对了身份",
        "申请执行人委托律师到庭，律师出示了委托书",
        "申请人在电话中听取说明，随后到院补签笔录",
        "申请执行人由其子陪同到院并听取案件情况",
    ),
    (
        "名下银行账户合计余额不足以支付执行费用",
        "车辆一辆已被多家法院查封且下落一直不明",
        "所住房屋系租赁取得，房东已到庭作出证明",
        "工商登记显示其所持公司股权早在前年转让",
        "经走访村委会得知其常年在外务工无固定住所",
        "公积金账户多年未缴存，余额仅够数月的房租",
        "其保险合同为健康险，没有现金价值可供提取",
    ),
    (
        "承办人告知终结本次执行程序的依据和后果",
        "承办人逐条释明限制消费措施仍将继续有效",
        "承办人说明今后每半年将主动查询一次财产",
        "承办人释明债权并不因本次程序终结而消灭",
        "承办人宣读了相关司法解释的条文并作出解答",
        "承办人告知如发现财产线索可随时申请恢复",
        "承办人交付了权利义务告知书并让其当场阅读",
    ),
    (
        "申请人提出被执行人可能在邻县承包有鱼塘",
        "申请人陈述曾见被执行人驾驶一辆白色货车",
        "申请人称对方春节期间曾偿还过少量的现金",
        "申请人认为其配偶名下新购商铺值得再核查",
        "申请人没有其他线索可以提供，愿意继续寻找",
        "申请人要求对其兄弟的账户往来也进行调查",
        "申请人反映其在网络平台上有直播打赏的收入",
    ),
    (
        "承办人当场记录线索并承诺七日内予以核实",
        "承办人答复该线索此前已经核查，结果为否",
        "承办人表示将委托当地法院协助进行现场查看",
        "承办人建议申请人另行提起撤销权诉讼来解决",
        "承办人将线索移交执行指挥中心统一发起查询",
        "承办人说明配偶财产需经析产程序才能处置",
        "承办人出示走访照片，证明鱼塘已经转包他人",
    ),
    (
        "申请人对终结本次执行程序没有意见并且签名",
        "申请人不同意终结，要求由合议庭评议后决定",
        "申请人请求再给一个月时间，由承办人报批",
        "申请人表示理解法院工作，希望保持联系畅通",
        "申请人要求将谈话内容抄送其所在社区的干部",
        "申请人同意以分期方式与对方另行达成协议",
        "申请人认可查控结果，但要求保留信用惩戒措施",
    ),
)


ACCOUNTS = 8
"""So many accounts are read out: more than 200 characters that stand in no other case."""


def talk_sql(seed: int) -> str:
    """SQL: the text of a talk (about 370 characters) for one case;
    F08 gives all cases of a block one text but for a digit."""
    of = "(CASE WHEN plant = 'F08' THEN block + 1000000000 ELSE id END)"
    parts = []
    for place, choices in enumerate(SENTENCES):
        once = pick(choices, f"(hash({of}, {seed}, {30 + place}) % {len(choices)})::INTEGER")
        parts.append(f"{once} || '，'")
    for place in range(ACCOUNTS):
        figures = f"hash({of}, {seed}, {50 + place})"
        parts.append(
            f"'尾号' || ({figures} % 9000000 + 1000000) || '账户半年内收入' || ({figures} // 9000000 % 90000 + 10000) || '元支出' || ({figures} // 810000000000 % 90000 + 10000) || '元，'"
        )
    opening = "'终结本次执行程序前约谈笔录：谈话在执行局谈话室进行，' || "
    return (
        opening
        + " || ".join(parts)
        + " || CASE WHEN plant = 'F08' AND seq >= 8 THEN '共' || seq % 4 + 2 || '页。' ELSE '共2页。' END"
    )
