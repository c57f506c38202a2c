"""The one row that numbers the state of authority."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("authority", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO authority_authoritystate (id, version, answer_within) VALUES (1, 1, '1 workday')",
            "DELETE FROM authority_authoritystate",
        )
    ]
