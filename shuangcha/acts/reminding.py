"""催办: the court that waits asks the court that owes. No stage and no limit changes."""

from __future__ import annotations

from shuangcha.casefile import models as cf

from .act import Act, handles
from .contents import reminding as content


@handles("assignment.remind", "duty.remind")
def remind(act: Act, c: content.Remind) -> None:
    subject = act.subject
    assert isinstance(subject, (cf.Assignment, cf.Duty)) and act.acting is not None
    cf.Reminder.rows.create(
        subject_kind=subject.KIND,
        subject_id=subject.pk,
        matter_id=subject.matter_id,
        body_id=act.acting.body_id,
        person_id=act.viewer.id,
        court_id=subject.to_court_id,
        text=c.text,
        on=act.on,
    )
