"""Tasks that wait for others."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organization', '0001_initial'),
        ('work', '0007_summaries_chased'),
    ]

    operations = [
        migrations.AddField('task', 'within', models.CharField(blank=True, db_default='', max_length=20)),
        migrations.AddField('task', 'is_waiting', models.BooleanField(db_default=False, default=False)),
        migrations.CreateModel(
            name='TaskOrder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('after', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='followed_by', to='work.task')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit')),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='waits_for', to='work.task')),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('task', 'after'), name='task_waits_once'),
                    models.CheckConstraint(condition=models.Q(('task__gt', models.F('after'))), name='task_waits_for_an_earlier_one'),
                ],
            },
        ),
    ]
