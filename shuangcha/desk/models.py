"""What the staff pages keep of a person: drafts, preferences, read marks. Nothing of the procedure;
no step stands for them.

One of the few rooms outside `acts` that write (house §6): losing every row here loses no fact of any file.
"""

from __future__ import annotations

from django.db import models

from shuangcha.courts.models import Person


class Draft(models.Model):
    """What a person had typed into a form and not yet submitted: sealed for that person, dropped after 30 days.

    `place` names the form: `MOVE KEY|SUBJECT KIND|UID`, the last two empty for what has no subject yet.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    place = models.CharField(max_length=120)
    sealed = models.BinaryField()
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "place"], name="draft_person_place")]


class Preference(models.Model):
    """A setting of a person's own: the columns of a list, a saved filter, a page of help that was read."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=60)
    name = models.CharField(max_length=60, blank=True)
    value = models.TextField()
    """JSON as text: a JSON column's check calls a function that a SQLite file with an untrusted schema refuses."""
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key", "name"], name="preference_person_key_name")]


class ReadMark(models.Model):
    """This person has read this notice. `notice` names it: `todo|SUBJECT KIND|SUBJECT ID|MOVE|DAY`."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    notice = models.CharField(max_length=120)
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "notice"], name="read_mark_person_notice")]
