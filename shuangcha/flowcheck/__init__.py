"""系统检查 (方案四(七)2): rules over the flow data of enforcement cases. No Django; needs `periods` and `numbers` only."""

from .bulk.folder import check_folder, read_case, read_findings
from .model import (
    FAMILIES,
    Cancelled,
    CaseData,
    Finding,
    FlowError,
    Rule,
    RulesError,
    RuleSet,
    Source,
    Summary,
)
from .nodes import NODES, STOP_KINDS
from .one_case import check_case, prepare, working
from .rules import builtin, extra, reference_rules
from .rules.local import load_rules

__all__ = [
    "FAMILIES",
    "NODES",
    "STOP_KINDS",
    "Cancelled",
    "CaseData",
    "Finding",
    "FlowError",
    "Rule",
    "RuleSet",
    "RulesError",
    "Source",
    "Summary",
    "builtin",
    "check_case",
    "check_folder",
    "extra",
    "load_rules",
    "prepare",
    "read_case",
    "read_findings",
    "reference_rules",
    "working",
]
