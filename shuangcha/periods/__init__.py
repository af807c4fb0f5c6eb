"""期间: rest-day calendar, arithmetic of periods, and the working behind every date. Plain Python.

All dates are days in Asia/Shanghai. Nothing here reads the clock: the calendar and the days are arguments.
"""

from .calendar import Calendar, DayRow
from .due import Result, Step, days_left, due, due_day, earliest_after, working_days_left
from .period import Period, PeriodError, Unit, parse_day

__all__ = [
    "Calendar",
    "DayRow",
    "Period",
    "PeriodError",
    "Result",
    "Step",
    "Unit",
    "days_left",
    "due",
    "due_day",
    "earliest_after",
    "parse_day",
    "working_days_left",
]
