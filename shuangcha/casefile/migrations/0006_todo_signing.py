from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('casefile', '0005_figures_by_day'),
    ]

    operations = [
        migrations.AddField(
            model_name='todo',
            name='signing',
            field=models.BooleanField(default=False, help_text="a proposal waits for this body's signature"),
        ),
    ]
