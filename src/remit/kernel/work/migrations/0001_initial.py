import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('organization', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='WorkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source_kind', models.CharField(max_length=20)),
                ('source_key', models.CharField(max_length=80)),
                ('labels', models.JSONField()),
                ('provenances', models.JSONField()),
                ('target', models.BigIntegerField()),
                ('action', models.CharField(blank=True, max_length=80)),
                ('due_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('done_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit')),
                ('done_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work_done', to='organization.person')),
                ('excepted', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work_items', to='organization.person')),
                ('position', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='work_items', to='organization.position')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['position', 'due_at', 'id'], name='open_work_by_position'), models.Index(condition=models.Q(('done_at', None)), fields=['person', 'due_at', 'id'], name='open_work_by_person'), models.Index(fields=['done_by', 'done_at'], name='work_by_doer')],
                'constraints': [models.UniqueConstraint(fields=('source_kind', 'source_key'), name='work_item_one_a_source'), models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', False), ('position', None)), models.Q(('person', None), ('position__isnull', False)), _connector='OR'), name='work_item_one_performer'), models.CheckConstraint(condition=models.Q(('done_by', None), ('done_at__isnull', False), _connector='OR'), name='work_item_done_at_a_time')],
            },
        ),
    ]
