"""What a run found, counted by court and by officer, for office programs, and as a court's 体检表.

Signs of officers are kept apart: only the 监察 side and the joint team may see them (方案四(七); dossier §11).
"""

from .charts import bars, line
from .checkup import Checkup, checkup, courts_of
from .counts import OFFICERS_MARK, by_court, by_officer
from .sheets import write_reports

__all__ = [
    "OFFICERS_MARK",
    "Checkup",
    "bars",
    "by_court",
    "by_officer",
    "checkup",
    "courts_of",
    "line",
    "write_reports",
]
