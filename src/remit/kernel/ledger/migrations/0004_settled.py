"""An account that was counted and closed up to a day takes nothing on it or before; the database refuses it, too."""

from django.db import migrations, models

CHECK = """
CREATE OR REPLACE FUNCTION ledger_check_leg() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM ledger_entry e JOIN ledger_account a ON a.company_id = e.company_id
        WHERE e.id = NEW.entry_id AND a.id = NEW.account_id AND a.is_leaf AND e."on" = NEW."on"
            AND NEW.line BETWEEN 1 AND e.leg_count {settled}
    ) THEN
        RAISE EXCEPTION 'a leg names a line, the day and a leaf account of its entry' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
"""
SETTLED = """AND (a.settled_until IS NULL OR a.settled_until < NEW."on")"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_archive")]
    operations = [
        migrations.AddField("account", "settled_until", models.DateField(null=True)),
        migrations.RunSQL(CHECK.format(settled=SETTLED), CHECK.format(settled="")),
    ]
