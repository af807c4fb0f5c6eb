"""How the records of the six ways are laid out (方案四(七)): the form, the page and the printed sheet share these sections.

A field is named once (tests/desk/test_records.py); its label, help and example stand in the content model.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    fields: tuple[str, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One way's record. `closing`: what stands above the lines for signing; `signs`: who signs on paper."""

    title: str
    use: str
    sections: tuple[Section, ...]
    signs: tuple[str, ...]
    closing: str = ""


FILES = Section("附件", ("files",), "扫描的签名笔录、照片等。先打印本表签名，再扫描上传。")
SHEETS: dict[str, Sheet] = {
    "file_review": Sheet(
        "调卷审查笔录",
        "查阅卷宗，审查执行程序和措施是否合法、及时、全面、文明、善意",
        (
            Section("调卷情况", ("title", "held_on", "holder", "called_on", "returned_on")),
            Section("逐案审查", ("cases",), "对每一件执行案件逐项回答五个方面；答“部分”或“否”的，写明在哪一册哪一页。"),
            FILES,
        ),
        ("审查人", "审查人", "调卷单位经手人"),
    ),
    "system_check": Sheet(
        "系统检查记录",
        "查看执行案件流程管理系统：节点是否完整，是否超期，有无数据造假",
        (
            Section("检查对象", ("title", "held_on", "system", "snapshot_at", "checkers")),
            Section(
                "流程数据检查",
                ("check", "signs"),
                "由系统按规则检查流程数据，采纳其中的风险信号。信号不是结论，须核实后再作认定。",
            ),
            Section("节点检查", ("nodes",), "一个节点一项；缺失、超期、有疑点的写明情况。"),
            Section("检查结论", ("conclusion",)),
            FILES,
        ),
        ("检查人", "检查人"),
    ),
    "hearing_out": Sheet(
        "听取意见笔录",
        "电话约谈、走访面谈、现场查验，了解当事人或信访人的诉求和案件情况",
        (
            Section("基本情况", ("title", "held_on", "form", "who", "staff"), "只写身份，不写反映人姓名和联系方式。"),
            Section("告知事项", ("identity_checked", "rights_told")),
            Section("谈话或查验内容", ("transcript",), "一问一答，各起一行：“问：……”“答：……”。"),
            Section("核对和签名", ("signed_pages",)),
            FILES,
        ),
        ("被听取意见人", "参加人员", "参加人员", "记录人"),
        "以上笔录我看过（或者已向我宣读），与我说的相符。",
    ),
    "interview": Sheet(
        "谈话笔录",
        "约谈执行机构负责人、承办人、合议庭成员等，了解办案和履行监管职责情况",
        (
            Section(
                "基本情况", ("title", "held_on", "began", "ended", "place", "interviewers", "who", "post", "relation")
            ),
            Section("告知事项", ("duty_told",), "谈话前告知：应当如实陈述，有权申请谈话人回避。"),
            Section("谈话内容", ("transcript",), "一问一答，各起一行：“问：……”“答：……”。"),
            Section("核对和签名", ("signed_pages", "refusal")),
            FILES,
        ),
        ("被谈话人", "谈话人", "谈话人", "记录人"),
        "以上笔录我看过，与我说的相符。",
    ),
    "hearing": Sheet(
        "听证笔录",
        "组织各方听证，当面陈述、出示证据、核对事实",
        (
            Section("基本情况", ("title", "held_on", "subject", "presider", "recorder", "notified")),
            Section("参加各方", ("parties",), "只写身份：申请执行人、被执行人、案外人、承办人等。"),
            Section("各方陈述", ("statements",)),
            Section("出示的证据", ("evidence",)),
            FILES,
        ),
        ("主持人", "记录人", "参加方", "参加方", "参加方"),
        "以上笔录经各方核对无误。",
    ),
    "other_way": Sheet(
        "调查记录",
        "其他方式：实地查看、调取资料等",
        (Section("基本情况", ("title", "held_on", "way")), Section("内容", ("text",)), FILES),
        ("调查人", "调查人"),
    ),
}
