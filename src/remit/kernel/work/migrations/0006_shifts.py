"""Departments get working time of their own: the tables of companies' hours and days take any unit of a company."""

import django.db.models.deletion
from django.db import migrations, models


# All that there is are rows of companies. What is deferred has to be checked before the columns are closed.
FILL = """
UPDATE work_unithours SET company_id = unit_id;
UPDATE work_unitday SET company_id = unit_id;
SET CONSTRAINTS ALL IMMEDIATE;
"""


def _company(null: bool = False) -> models.ForeignKey:
    return models.ForeignKey(
        null=null, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organization.unit'
    )


class Migration(migrations.Migration):

    dependencies = [
        ('organization', '0001_initial'),
        ('work', '0005_notices'),
    ]

    operations = [
        migrations.RemoveConstraint(model_name='companyday', name='company_day_once'),
        migrations.RenameModel(old_name='CompanyHours', new_name='UnitHours'),
        migrations.RenameModel(old_name='CompanyDay', new_name='UnitDay'),
        migrations.RenameField(model_name='unithours', old_name='company', new_name='unit'),
        migrations.RenameField(model_name='unitday', old_name='company', new_name='unit'),
        migrations.AddField('unithours', 'keeps_holidays', models.BooleanField(default=True)),
        migrations.AddField('unithours', 'company', _company(null=True)),
        migrations.AddField('unitday', 'company', _company(null=True)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField('unithours', 'company', _company()),
        migrations.AlterField('unitday', 'company', _company()),
        migrations.AddConstraint(
            model_name='unitday',
            constraint=models.UniqueConstraint(fields=('unit', 'day'), name='unit_day_once'),
        ),
    ]
