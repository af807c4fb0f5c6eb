"""案号: parse, normalise and format case numbers; and the matter's own inner serial. Plain Python."""

from .number import CaseNumber, NumberError, fold, normalise, parse, parse_or_raw, search_keys
from .serial import Serial, format_serial, parse_serial
from .types import TYPES, TypeCode, is_enforcement, type_label

__all__ = [
    "TYPES",
    "CaseNumber",
    "NumberError",
    "Serial",
    "TypeCode",
    "fold",
    "format_serial",
    "is_enforcement",
    "normalise",
    "parse",
    "parse_or_raw",
    "parse_serial",
    "search_keys",
    "type_label",
]
