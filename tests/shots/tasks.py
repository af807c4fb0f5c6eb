"""The twelve first tasks of docs/usability.md, done by script on a fresh demo: clicks and typing on what is visible.

`python3 go.py shots tasks [--task T03]… [--out DIR]`: a picture of every step (tasks/NN-SS.png), one contact sheet,
clicks and seconds beside the limits. Exit status 1 when a task cannot be finished, or needs more clicks than the limit.
The seconds are those of the script, which neither reads nor hesitates.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error

from . import sheet, watching
from .hand import Hand, Lost
from .instance import ROOT, Instance, served

USABILITY = ROOT / "docs" / "usability.md"
ROW = re.compile(r"^\| (T\d\d) \| ([^|]+) \| ([^|]+) \| (\d+) \| (\d+) \|$", re.M)
"""A line of the first table: number, who, the task's words, most clicks, most seconds."""


@dataclass(frozen=True, slots=True)
class Task:
    """One task. `before`: what others have done (task_scene.py)."""

    role: str
    done: Callable[[Hand], None]
    before: str = ""
    phone: bool = False


def t01(hand: Hand) -> None:
    hand.click("登记线索")
    hand.type("执行案号", "（2019）豫0304执1286号")
    hand.type("收到日期", "2026-09-16")
    hand.tick("来信来访")
    hand.choose("来信或来访", "来信")
    hand.choose("类别", "办案")
    hand.type("反映事项", "查封后长期未处置")
    hand.type("标题", "反映查封后长期不处置")
    hand.type("内容摘要", "反映瀍河区法院查封房产后长期不启动评估拍卖。")
    if hand.sees("可能重复"):
        hand.tick("不是同一事")
        hand.type("认定的理由", "同一执行案件，但反映的是另一处房产。")
        hand.tick("以上各件已逐件核对")
    hand.click("登记")
    hand.see("待筛选")


def t02(hand: Hand) -> None:
    hand.see("余 2 天")
    hand.click("筛选：拟提交")
    hand.click("筛选：拟提交")
    hand.type("筛选意见", "反映具体，有案号可查。")
    hand.click("筛选：拟提交")
    hand.see("拟提交联席会议")


def t03(hand: Hand) -> None:
    hand.click("联席会议")
    hand.click("2026年9月18日 星期五")
    hand.click("编入议程", near="反映评估拍卖久拖不决")
    hand.see("已编入议程")
    hand.click("上移", near="反映评估拍卖久拖不决")
    if "反映评估拍卖久拖不决" not in hand.page.locator("[data-agenda] > li").first.inner_text():
        raise Lost("议题没有排到第一位")


def t04(hand: Hand) -> None:
    hand.click("联席会议")
    hand.click("2026年9月16日 星期三")
    hand.click("无应当回避情形")
    hand.tick("同意")
    hand.type("理由", "线索具体，同意启动并交办。")
    hand.click("提出本机构意见")
    hand.see("线索具体，同意启动并交办。")


def t05(hand: Hand) -> None:
    hand.click("核对并签署")
    hand.see("案款何时到账、何时发放？")
    hand.click("签署")
    hand.see("已决定")


def t06(hand: Hand) -> None:
    hand.click("双签收")
    hand.click("双签收")
    hand.see("2026年10月15日")
    hand.see("自交办之日起算")
    hand.click("提请并代表本机构签署")
    hand.see("等待监察机构签署")


def t07(hand: Hand) -> None:
    hand.click("答复核查要点")
    hand.click("登记", near="内部谈话")
    hand.type("记录名称", "与承办人谈话笔录")
    hand.type("日期", "2026-09-16")
    hand.type("开始时间", "09:00")
    hand.type("结束时间", "10:10")
    hand.type("地点", "第二谈话室")
    hand.tick("屈闻舟（监察室，组长）")
    hand.tick("庄叙桐（执行局）")
    hand.type("被谈话人", "某承办人")
    hand.type("被谈话人职务", "执行员")
    hand.tick("案件承办人")
    hand.tick("已告知如实陈述义务和申请回避权利")
    hand.type("谈话内容", "问：为何没有及时处置？答：等待评估机构排期，没有催办。")
    hand.tick("逐页签名")
    hand.click("内部谈话", nth=-1)
    hand.see("与承办人谈话笔录")
    hand.click("答复核查要点")
    hand.tick("部分属实")
    hand.type("答复", "承办人承认没有催办评估机构，处置拖延属实；未见其他原因。")
    hand.tick("与承办人谈话笔录")
    hand.click("答复核查要点")
    hand.see("部分属实")


def t08(hand: Hand) -> None:
    hand.click("答复核查要点")
    hand.click("起草调查报告")
    hand.type("调查经过", "2026年9月7日组成联合调查组，")
    hand.see("已保存")
    hand.click("双查案件")
    hand.click("工作台")
    hand.click("接着写：起草调查报告")
    hand.see("已恢复")
    if "组成联合调查组" not in hand.page.get_by_label("调查经过").first.input_value():
        raise Lost("写过的一半没有恢复")
    hand.type("调查经过", "2026年9月7日组成联合调查组，调阅案卷，谈话2人次。")
    hand.click("保存草稿")


def t09(hand: Hand) -> None:
    hand.click("院长签发上报调查报告")
    hand.click("院长签发上报调查报告")
    hand.click("院长签发上报调查报告")
    hand.see("已上报待核查")


def t10(hand: Hand) -> None:
    hand.click("上级法院批准")
    hand.see("结论")
    hand.click("同意", nth=-1)
    hand.type("审批意见", "同意。")
    hand.click("确认同意")
    hand.see("已批准")


def t11(hand: Hand) -> None:
    hand.click("双查案件")
    hand.choose("期限", "已超期")
    hand.click("查询")
    hand.tick("选择", nth=-1)
    hand.click("催办")
    hand.type("催办内容", "报告期限已过，请三日内报送。")
    hand.click("催办")
    hand.see("已办理")
    hand.click("回到")
    hand.click("导出表格")
    hand.type("导出理由", "向院领导汇报超期案件")
    data = hand.take("导出")
    if "超期" not in sheet_texts(data):
        raise Lost("导出的表格里没有超期的案件")


def t12(hand: Hand) -> None:
    hand.click("代理")
    hand.click("设代理")
    hand.type("姓名、机构或法院", "米砚微")
    hand.click("查询")
    hand.click("设代理", near="执行局")
    hand.type("代理人", "靳叙洲")
    hand.type("代理起", "2026-09-21")
    hand.type("代理止", "2026-10-04")
    hand.click("设为代理")
    hand.see("靳叙洲")


TASKS = {
    "T01": Task("enforcement_clerk", t01),
    "T02": Task("enforcement_clerk", t02),
    "T03": Task("enforcement_clerk", t03, "queued"),
    "T04": Task("enforcement_head", t04, "sitting"),
    "T05": Task("supervision_head", t05, "decided"),
    "T06": Task("basic_enforcement_head", t06),
    "T07": Task("team_leader", t07),
    "T08": Task("team_leader", t08),
    "T11": Task("enforcement_clerk", t11),  # before T09, after which nothing is late
    "T09": Task("basic_president", t09),
    "T10": Task("president", t10, phone=True),
    "T12": Task("administrator", t12),
}


def limits() -> dict[str, tuple[str, str, int, int]]:
    """Task → (who, words, most clicks, most seconds), out of the document that fixed them."""
    rows = ROW.findall(USABILITY.read_text(encoding="utf-8"))
    return {key: (who.strip(), words.strip(), int(clicks), int(seconds)) for key, who, words, clicks, seconds in rows}


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="go.py shots tasks")
    parser.add_argument(
        "--task", action="append", choices=sorted(TASKS), help="only this task (may be repeated); without it all"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "shots")
    asked = parser.parse_args(words)
    out: Path = asked.out.resolve()
    folder = out / "tasks"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    told, shots, failed = limits(), [], []  # type: ignore[var-annotated]
    with watching.chromium_browser() as browser, served() as instance:
        print("任务  点击/上限  秒（脚本）/上限  结果")
        for key in [one for one in TASKS if not asked.task or one in asked.task]:
            who, title, most_clicks, most_seconds = told[key]
            hand, wrong = do(browser, instance, key, f"{who}：{title}", folder, shots)
            if not wrong and hand.clicks > most_clicks:
                wrong = "点击超过上限"
            if wrong:
                failed.append(key)
                if shots:
                    shots[-1]["findings"] = [wrong]
            print(
                f"{key}  {hand.clicks:2}/{most_clicks:<2}  {time.monotonic() - hand.began:5.1f}/{most_seconds:<3}  {wrong or '完成'}",
                flush=True,
            )
        html, png = sheet.write(browser, out, shots, "tasks")
    print(f"{html}\n{png}")
    return 1 if failed else 0


def do(
    browser: Browser, instance: Instance, key: str, title: str, folder: Path, shots: list[dict[str, Any]]
) -> tuple[Hand, str]:
    """(the hand, why it could not be finished). Signing in is not counted."""
    task = TASKS[key]
    if task.before:
        # Where a task before this one was not finished, this one cannot begin: the hand then says what is missing.
        subprocess.run(
            [sys.executable, "-m", "tests.shots.task_scene", task.before],
            env=instance.env,
            cwd=ROOT,
            check=False,
            capture_output=True,
        )
    context = watching.window(browser, watching.PHONE if task.phone else watching.WIDE)
    page = context.new_page()
    watching.sign_in(page, instance.url, instance.accounts[task.role]["login"], instance.password)
    hand = Hand(page, key, title, folder, shots)
    hand._picture("工作台")
    try:
        task.done(hand)
        wrong = ""
    except (Lost, Error) as no:
        wrong = str(no)
        hand._picture("停在这里")
    finally:
        context.close()
    return hand, wrong


def sheet_texts(data: bytes) -> str:
    """All texts of an XLSX."""
    with zipfile.ZipFile(BytesIO(data)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist() if name.endswith(".xml"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
