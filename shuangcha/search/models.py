"""One entry for each row that may be searched, under the same id. The tables are made by `tables`, engine by engine."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """`grams`: the row's `find_text` as `grams.grams` writes it.
    Nothing sealed is in it (the vault's rows have no such text)."""

    id = models.BigIntegerField(primary_key=True, db_column="rowid")
    grams = models.TextField()

    class Meta:
        abstract = True


class ClueEntry(Entry):
    class Meta:
        managed = False
        db_table = "search_clue"


class MatterEntry(Entry):
    class Meta:
        managed = False
        db_table = "search_matter"


ENTRIES: dict[str, type[ClueEntry | MatterEntry]] = {"clue": ClueEntry, "matter": MatterEntry}
