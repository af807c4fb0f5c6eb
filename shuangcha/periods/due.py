"""When does a period end, and why: the end day with its working.

Definition (民诉法第85条, 民法典第201–203条; the order of the last three is a convention of this program, mark D):

1. The start day is not counted.
2. The nominal end: natural days are counted; months and years end on the corresponding day, clipped to the month's
   end; working days count working days only, adjusted ones included.
3. An extension is added to the nominal (unrolled) end in its own unit.
4. Stops are half-open [a, b): day a is the first that does not run, day b the first that runs again. They are
   merged; a day is deducted when it lies after the start day and not after the running end, and each deducted day
   moves the running end by one day — the least end that satisfies itself. So a stop that begins on or before the
   running end is deducted whole from the day after the start; one that begins later has no effect, also where it
   lies between that end and the rolled due day. In working-day periods only the stop's working days are deducted.
   Where period and extension differ in kind (1月 and 5工作日) the extension runs from the end reached with stops.
5. Only the last day is rolled: natural-day ends that fall on a rest day move to the next working day. A working-day
   end is a working day already. A working-day period cannot be extended by months: the deduction could then make
   the end earlier.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from . import sources
from .calendar import Calendar
from .period import Period, PeriodError, Unit, add_months, as_period

Stop = tuple[date, date]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the working. `days`: natural days by which the line moves the end (结果: from start to due)."""

    label: str
    text: str
    days: int
    source: str
    mark: str


@dataclass(frozen=True, slots=True)
class Result:
    """A computed day, the steps that lead to it, whether it is 暂定, and the version of the calendar used."""

    due: date
    steps: tuple[Step, ...]
    provisional: bool
    calendar: str | None

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON: due as YYYY-MM-DD, steps as dictionaries, provisional, calendar version."""
        return {
            "due": self.due.isoformat(),
            "steps": [asdict(step) for step in self.steps],
            "provisional": self.provisional,
            "calendar": self.calendar,
        }


class _Course(NamedTuple):
    """The bare arithmetic, in ordinals: nominal end, with extension, with stops, rolled; and the stops used."""

    nominal: int
    extended: int
    end: int
    due: int
    stops: list[tuple[int, int]]
    unpublished: list[int]


def merge(stops: Iterable[Stop]) -> list[tuple[int, int]]:
    """Sorted, disjoint [a, b) in ordinals; touching stops are joined, empty ones dropped. PeriodError where b < a."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(stops):
        if end < begin:
            raise PeriodError(
                f"扣除期间的止日{end}早于起日{begin}，请写“起日/止日”，止日为恢复计算之日，例如：2020-09-01/2020-10-01。"
            )
        a, b = begin.toordinal(), end.toordinal()
        if a == b:
            continue
        if merged and a <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(b, merged[-1][1]))
        else:
            merged.append((a, b))
    return merged


def _advance(base: int, period: Period, calendar: Calendar) -> int:
    if period.unit is Unit.DAY:
        return base + period.count
    if period.unit is Unit.WORKING_DAY:
        return calendar.working_after(base, period.count)
    months = period.count * (12 if period.unit is Unit.YEAR else 1)
    return add_months(date.fromordinal(base), months).toordinal()


def _stretch(base: int, end: int, stops: list[tuple[int, int]], working: Calendar | None = None) -> int:
    """The running end: each stop begun by then is passed over whole (one pass: they are sorted and disjoint).

    With `working`, only the working days of a stop are made up, by as many working days.
    """
    for begin, resume in stops:
        begin = max(begin, base + 1)
        if begin > end:
            break
        if working is None:
            end += max(0, resume - begin)
        elif lost := working.working_between(begin - 1, resume - 1):
            end = working.working_after(end, lost)
    return end


def _settle(
    start: date, period: Period, calendar: Calendar, stops: Iterable[Stop], extension: Period | None, roll: bool
) -> _Course:
    if isinstance(start, datetime):
        raise TypeError("a period starts on a day, not at a moment: convert to a date in Asia/Shanghai first")
    if extension and period.working and extension.unit in (Unit.MONTH, Unit.YEAR):
        raise PeriodError(f"以工作日计算的期间不能延长“{extension}”，请按工作日或日延长，例如：3工作日、5日。")
    base = start.toordinal()
    merged = merge(stops) if stops else []
    try:
        nominal = _advance(base, period, calendar)
        extended = _advance(nominal, extension, calendar) if extension else nominal
        counted = nominal  # where the first piece ends
        if not merged:
            end = extended
        elif period.working or (extension and extension.working):
            counted = end = _stretch(base, nominal, merged, calendar if period.working else None)
            if extension:
                reached = _advance(end, extension, calendar)
                end = _stretch(end, reached, merged, calendar if extension.working else None)
        else:
            # Months are added before the deduction: added after it, clipping could make a longer stop end earlier.
            end = _stretch(base, extended, merged)
        last = end
        while roll and calendar.rest_at(last):
            last += 1
        # Days whose calendar decided something: the counted stretch of working days, and those looked at to roll.
        decided: list[tuple[int, int]] = [(end, last)] if roll else []
        if period.working:
            decided.append((base + 1, counted))
        if extension and extension.working:
            decided.append((counted + 1, end))
        years = {
            year
            for first, until in decided
            for year in range(date.fromordinal(first).year, date.fromordinal(until).year + 1)
        }
    except (ValueError, OverflowError):
        raise PeriodError(f"自{start}起{period}的届满日超出可计算的范围，请核对日期和期间。") from None
    return _Course(nominal, extended, end, last, merged, [year for year in sorted(years) if calendar.provisional(year)])


def due_day(
    start: date,
    period: Period | str,
    *,
    calendar: Calendar,
    stops: Iterable[Stop] = (),
    extension: Period | str | int | None = None,
    roll: bool = True,
) -> tuple[date, bool]:
    """The due day and whether it is provisional, without the working: for long lists. Same rules as `due`."""
    course = _settle(start, as_period(period), calendar, stops, as_period(extension) if extension else None, roll)
    return date.fromordinal(course.due), bool(course.unpublished)


def due(
    start: date,
    period: Period | str,
    *,
    calendar: Calendar,
    stops: Iterable[Stop] = (),
    extension: Period | str | int | None = None,
    roll: bool = True,
) -> Result:
    """The last day of a period that begins with the event of `start`, with its working (rules: see the module).

    `stops`: half-open (first day that does not run, day on which it runs again). `extension`: a Period, its text, or
    natural days. `roll=False` leaves the end where it falls. The result is provisional when a year without a
    published calendar decided it. Raises PeriodError. Source: 民诉法第85条, 民法典第201–203条.
    """
    period = as_period(period)
    extension = as_period(extension) if extension else None
    course = _settle(start, period, calendar, stops, extension, roll)
    steps = _opening(start, period, course.nominal)
    if extension:
        text = f"延长{extension}，自{_say(course.nominal)}计至{_say(course.extended)}"
        steps.append(Step("延期", text, course.extended - course.nominal, *sources.EXTENSION))
    if course.stops:
        steps.append(_deduction(start, period, extension, course, calendar))
    if roll and (rolled := _rolling(course, calendar)):
        steps.append(rolled)
    last = date.fromordinal(course.due)
    source = sources.procedure_article(last)
    steps.append(Step("结果", f"期限至{_say(course.due, calendar)}止", course.due - start.toordinal(), *source))
    return _result(last, steps, course, calendar.version)


def earliest_after(start: date, period: Period | str, *, calendar: Calendar | None = None) -> Result:
    """The first day after the whole period has passed (“不少于”“超过”三个月: end day + 1), never rolled.

    Working-day periods need `calendar`. Raises PeriodError. Source: wording of the rule applied (mark D).
    """
    period = as_period(period)
    if period.working and calendar is None:
        raise PeriodError(f"计算“{period}”须指定休息日历。")
    course = _settle(start, period, calendar or Calendar.bundled(), (), None, False)
    first = course.end + 1
    steps = _opening(start, period, course.nominal)
    text = f"最早为{_say(first)}，即届满日的次日，不顺延"
    steps.append(Step("结果", text, first - start.toordinal(), *sources.EARLIEST))
    version = calendar.version if calendar and period.working else None
    return _result(date.fromordinal(first), steps, course, version)


def days_left(due: date, today: date) -> int:
    """Natural days from `today` to `due`: 0 on the due day, negative when overdue."""
    return (due - today).days


def working_days_left(due: date, today: date, *, calendar: Calendar) -> int:
    """Working days after `today` up to and with `due`; negative: working days after `due` up to and with `today`."""
    a, b = today.toordinal(), due.toordinal()
    return calendar.working_between(a, b) - calendar.working_between(b, a)


# --- the working, in words ------------------------------------------------------------------------------------------


def _say(ordinal: int, calendar: Calendar | None = None) -> str:
    day = date.fromordinal(ordinal)
    adjusted = "，调休上班" if calendar and calendar.is_adjusted(day) else ""
    return f"{day.year}年{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}{adjusted}）"


def _result(day: date, steps: list[Step], course: _Course, version: str | None) -> Result:
    if course.unpublished:
        years = "、".join(f"{year}年" for year in course.unpublished)
        text = f"{years}的放假安排尚未公布，只按周六、周日休息计算，结果暂定，公布后须重算"
        steps.append(Step("暂定", text, 0, *sources.NO_NOTICE))
    return Result(day, tuple(steps), bool(course.unpublished), version)


def _opening(start: date, period: Period, nominal: int) -> list[Step]:
    base, end = start.toordinal(), date.fromordinal(nominal)
    article = sources.procedure_article(start)
    length, reason = f"期间为{period}", article
    if period.working:
        length += "，只计工作日，调休上班日计入"
        reached, reason = f"第{period.count}个工作日为{_say(nominal)}", sources.WORKING_DAYS
    elif period.unit is Unit.DAY:
        reached = f"第{period.count}日为{_say(nominal)}"
    elif end.day == start.day:
        reached, reason = f"到期月的对应日为{_say(nominal)}", sources.corresponding_day_article(start)
    else:
        reached = f"到期月没有{start.day}日，以该月最后一日{_say(nominal)}为届满日"
        reason = sources.corresponding_day_article(start)
    return [
        Step("起算日", f"{_say(base)}为起始之日，不计入，自{_say(base + 1)}起算", 0, *article),
        Step("期间", length, 0, *(reason if period.working else article)),
        Step("届满日", reached, nominal - base, *reason),
    ]


def _deduction(start: date, period: Period, extension: Period | None, course: _Course, calendar: Calendar) -> Step:
    working = period.working and (extension is None or extension.working)
    unit = "个工作日" if working else "日"
    parts, total, outside = [], 0, 0
    for begin, resume in course.stops:
        begin = max(begin, start.toordinal() + 1)
        if begin > course.end or begin >= resume:
            outside += 1
            continue
        count = calendar.working_between(begin - 1, resume - 1) if working else resume - begin
        total += count
        parts.append(f"{_say(begin)}至{_say(resume - 1)}{count}{unit}")
    text = f"扣除{'、'.join(parts)}，共{total}{unit}，届满日移至{_say(course.end)}" if parts else "无可扣除的日数"
    if outside:
        text += f"；另有{outside}段不在期间之内，不扣除"
    return Step("扣除", text, course.end - course.extended, *sources.STOPS)


def _rolling(course: _Course, calendar: Calendar) -> Step | None:
    """The line on 顺延: a move over rest days, or why a Saturday or Sunday does not move; None on a plain workday."""
    end, last = date.fromordinal(course.end), date.fromordinal(course.due)
    article, mark = sources.procedure_article(end)
    if course.due == course.end:
        row = calendar.row(end)
        if row is None or not calendar.is_adjusted(end):
            return None
        return Step("顺延", f"{_say(course.end)}为调休上班日，是工作日，不顺延", 0, f"{article}；{row.source}", "M")
    rows = [calendar.row(date.fromordinal(day)) for day in range(course.end, course.due + 1)]
    notices = list(dict.fromkeys(row.source for row in rows if row)) or [sources.WEEK]
    span = _say(course.end)
    if course.due - course.end > 1:
        span += f"至{_say(course.due - 1)}"
    text = f"{span}为休假日，顺延至其后第一个工作日{_say(course.due, calendar)}"
    # That a period may end on an adjusted working day is an inference from the notices, no article says it.
    mark = "M" if calendar.is_adjusted(last) else mark
    return Step("顺延", text, course.due - course.end, "；".join([article, *notices]), mark)
