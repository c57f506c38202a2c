import django.db.models.deletion
import django.db.models.functions.datetime
import remit.kernel.billing.models.meters
from django.db import migrations, models


FORBID = """
CREATE TRIGGER billing_reading_stays BEFORE DELETE ON billing_reading FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_reading_append_only BEFORE UPDATE ON billing_reading
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change('state', 'reason', 'rolled', 'previous_on', 'previous', 'used');
"""
ALLOW = """
DROP TRIGGER billing_reading_append_only ON billing_reading;
DROP TRIGGER billing_reading_stays ON billing_reading;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('billing', '0002_append_only'),
        ('documents', '0001_initial'),
        ('organization', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Meter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40)),
                ('supply', models.CharField(max_length=40)),
                ('group', models.CharField(blank=True, max_length=200)),
                ('place', models.CharField(blank=True, max_length=120)),
                ('digits', models.PositiveSmallIntegerField(default=5)),
                ('factor', models.DecimalField(decimal_places=3, default=1, max_digits=10)),
                ('bands', models.JSONField(default=list)),
                ('installed_on', models.DateField()),
                ('removed_on', models.DateField(null=True)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('billable', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meters', to='billing.billable')),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='billing.meter')),
                ('replaces', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='billing.meter')),
            ],
        ),
        migrations.CreateModel(
            name='Reading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('band', models.CharField(blank=True, max_length=40)),
                ('on', models.DateField()),
                ('value', models.DecimalField(decimal_places=3, max_digits=13)),
                ('kind', models.CharField(choices=remit.kernel.billing.models.meters.reading_kinds, max_length=10)),
                ('state', models.CharField(choices=remit.kernel.billing.models.meters.reading_states, max_length=10)),
                ('reason', models.CharField(blank=True, max_length=200)),
                ('rolled', models.BooleanField(default=False)),
                ('previous_on', models.DateField(null=True)),
                ('previous', models.DecimalField(decimal_places=3, max_digits=13, null=True)),
                ('used', models.DecimalField(decimal_places=3, max_digits=16, null=True)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit')),
                ('corrects', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='corrected_by', to='billing.reading')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person')),
                ('meter', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='billing.meter')),
                ('photo', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile')),
            ],
        ),
        migrations.CreateModel(
            name='SharedCost',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(blank=True, max_length=200)),
                ('since', models.DateField()),
                ('until', models.DateField()),
                ('amount', models.DecimalField(decimal_places=2, max_digits=18)),
                ('paper', models.CharField(blank=True, max_length=80)),
                ('made_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('company', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.person')),
                ('run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='shared_costs', to='billing.feerun')),
                ('tariff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.tariff')),
            ],
        ),
        migrations.AddIndex(
            model_name='meter',
            index=models.Index(fields=['company', 'group', 'number'], name='meter_by_round'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.UniqueConstraint(fields=('company', 'number'), name='meter_number_once'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('digits__range', (1, 9)), ('factor__gt', 0)), name='meter_can_count'),
        ),
        migrations.AddConstraint(
            model_name='meter',
            constraint=models.CheckConstraint(condition=models.Q(('removed_on', None), ('removed_on__gte', models.F('installed_on')), _connector='OR'), name='meter_removed_after'),
        ),
        migrations.AddIndex(
            model_name='reading',
            index=models.Index(fields=['company', 'state', 'on'], name='reading_by_state'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('meter', 'band', 'on'), name='reading_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(('value__gte', 0)), name='reading_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='reading',
            constraint=models.CheckConstraint(condition=models.Q(('used', None), models.Q(('previous__isnull', False), ('previous_on__isnull', False)), _connector='OR'), name='reading_used_since'),
        ),
        migrations.AddConstraint(
            model_name='sharedcost',
            constraint=models.UniqueConstraint(fields=('tariff', 'group', 'since'), name='shared_cost_once'),
        ),
        migrations.AddConstraint(
            model_name='sharedcost',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0), ('until__gt', models.F('since'))), name='shared_cost_of_a_time'),
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]
