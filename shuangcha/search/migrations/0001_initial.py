from django.db import migrations, models

from shuangcha.search import tables
from shuangcha.search.grams import grams

OF = {"search_clue": "Clue", "search_matter": "Matter"}


def build(apps, schema_editor):
    """The tables, filled with the rows that an instance already has."""
    connection = schema_editor.connection
    for table in tables.TABLES:
        rows = apps.get_model("casefile", OF[table])._base_manager.using(connection.alias)
        tables.create(connection, table)
        texts = rows.order_by("pk").values_list("pk", "find_text")
        tables.fill(connection, table, ((pk, grams(text)) for pk, text in texts))
        tables.finish(connection, table)


def tear(apps, schema_editor):
    for table in tables.TABLES:
        tables.drop(schema_editor.connection, table)


class Migration(migrations.Migration):
    initial = True
    dependencies = [("casefile", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name=name,
            fields=[
                ("id", models.BigIntegerField(db_column="rowid", primary_key=True, serialize=False)),
                ("grams", models.TextField()),
            ],
            options={"db_table": table, "managed": False},
        )
        for name, table in (("ClueEntry", "search_clue"), ("MatterEntry", "search_matter"))
    ] + [migrations.RunPython(build, tear)]
