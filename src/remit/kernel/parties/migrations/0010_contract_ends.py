"""The end of a customer's contract, and how long after it he falls back into the pool."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('parties', '0009_uploads')]

    operations = [
        migrations.AddField('party', 'contract_ends_on', models.DateField(null=True)),
        migrations.AddField('poolpolicy', 'contract_ended_days', models.PositiveSmallIntegerField(default=0)),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(
                condition=models.Q(('contract_ends_on__isnull', False), ('merged_into', None)),
                fields=['company', 'contract_ends_on', 'id'],
                name='party_by_contract_end',
            ),
        ),
    ]
