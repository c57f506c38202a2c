from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0003_mailboxes"),
    ]

    operations = [
        migrations.AddField(
            model_name="steprun",
            name="called_at",
            field=models.DateTimeField(null=True),
        ),
    ]
