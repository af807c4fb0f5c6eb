"""Steps without a stage: what is registered beside the procedure.
They stand in the chain of the matter or of the court."""

from __future__ import annotations

from .model import SAME, Move

_BODIES = ("enforcement", "supervision")


def _register(key: str, title: str, article: str, side: str, offices: tuple[str, ...], **more: object) -> Move:
    return Move(f"register.{key}", title, article, "register", ("",), SAME, side, offices, mark="D", **more)  # type: ignore[arg-type]


# fmt: off
OFFICE_MOVES: tuple[Move, ...] = (
    _register("correct", "更正", "议题", "either",
              (*_BODIES, "inspection_team", "investigation_team", "president", "group_office")),
    _register("paper", "登记文书", "议题", "either", _BODIES),
    _register("order_agenda", "调整议程顺序", "议题", "either", _BODIES, guards=("agenda_still_open",)),
    _register("reveal", "查看反映人身份", "议题", "either", _BODIES, guards=("identity_open_to",)),
    _register("export", "导出", "议题", "either", _BODIES),
    _register("assign_todo", "分派", "议题", "either", (*_BODIES, "inspection_team")),
    _register("post", "登记任职", "方案二", "either", ("administrator",)),
    _register("court", "登记法院机构人员", "方案二", "either", ("administrator",)),
    _register("setting", "修改设定", "议题", "either", ("administrator",)),
    _register("calendar", "登记日历", "议题", "either", ("administrator",)),
    _register("account", "账号管理", "议题", "either", ("administrator",)),
    _register("flow_data", "管理流程数据", "议题", "either", ("administrator",)),
)
# fmt: on
