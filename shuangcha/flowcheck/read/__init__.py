"""Reading flow data: CSV, XLSX, Parquet and XES through a mapping into a data set folder, with a report per row."""

from .errors import ReadError
from .load import load
from .mapping import Mapping, read_mapping
from .publish import Publishing, read_manifest
from .report import Problem, Report
from .store import Store, build_store

__all__ = [
    "Mapping",
    "Problem",
    "Publishing",
    "ReadError",
    "Report",
    "Store",
    "build_store",
    "load",
    "read_manifest",
    "read_mapping",
]
