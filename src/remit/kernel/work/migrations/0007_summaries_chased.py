"""Summaries that are missing: whose they are by the company's rule, when they were asked for, when the superior was told."""
import django.db.models.deletion
import remit.kernel.work.models.summary
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('organization', '0001_initial'),
        ('work', '0006_shifts'),
    ]

    operations = [
        migrations.CreateModel(
            name='SummaryChase',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=remit.kernel.work.models.summary.summary_kinds, max_length=5)),
                ('starts_on', models.DateField()),
                ('asked_at', models.DateTimeField()),
                ('told_at', models.DateTimeField(null=True)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('told_at', None)), fields=['asked_at'], name='summary_chase_to_tell')],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind', 'starts_on'), name='summary_chased_once')],
            },
        ),
        migrations.CreateModel(
            name='SummaryRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=remit.kernel.work.models.summary.summary_kinds, max_length=5)),
                ('owed_by', models.CharField(choices=remit.kernel.work.models.summary.owings, max_length=10)),
                ('within', models.CharField(max_length=20)),
                ('further', models.CharField(max_length=20)),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('company', 'kind'), name='summary_rule_once_a_kind')],
            },
        ),
    ]
