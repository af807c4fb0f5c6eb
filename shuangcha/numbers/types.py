"""类型代字 of enforcement cases (dossier §8.2). Only codes marked V were seen in public texts; the rest is editable."""

from typing import NamedTuple


class TypeCode(NamedTuple):
    """A type code with its name, its confidence mark, and whether it names an enforcement case."""

    code: str
    label: str
    mark: str
    enforcement: bool = True
    note: str = ""


TYPES: dict[str, TypeCode] = {
    row.code: row
    for row in (
        TypeCode("执", "首次执行", "V~"),
        TypeCode("执恢", "恢复执行", "V~"),
        TypeCode("执保", "财产保全执行", "V~"),
        TypeCode("执异", "执行异议", "M"),
        TypeCode("执复", "执行复议", "M"),
        TypeCode("执监", "执行监督", "M", note="上级法院直接立案监督时使用"),
        TypeCode("执协", "执行协调", "M"),
        TypeCode("执他", "其他执行", "M"),
        TypeCode("执请", "执行请示", "M", note="见于较早的目录，是否沿用待核"),
        TypeCode("执督", "督促执行", "M", note="未经核实"),
        # Sanctions and their review arise in any kind of case, so the code alone does not make an enforcement case.
        TypeCode("司惩", "司法制裁", "M", enforcement=False),
        TypeCode("司惩复", "司法制裁复议", "M", enforcement=False),
    )
}


def type_label(code: str) -> str | None:
    """The Chinese name of a type code; None where the table does not know it (民初, 刑终 …)."""
    row = TYPES.get(code)
    return row.label if row else None


def is_enforcement(code: str) -> bool:
    """True where the code is known to name an enforcement case."""
    row = TYPES.get(code)
    return row is not None and row.enforcement
