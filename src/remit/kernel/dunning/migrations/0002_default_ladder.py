"""The ladder that holds where a company has none of its own, and reminders that are never deleted or rewritten: only what came of them is added."""

from django.db import migrations

LADDER = """
WITH made AS (INSERT INTO dunning_ladder (company_id, customer_class) VALUES (NULL, '') RETURNING id)
INSERT INTO dunning_rung (ladder_id, days, channel, minimum)
SELECT made.id, step.days, step.channel, step.minimum FROM made, (VALUES
    (3, 'sms', 1), (10, 'call', 20), (20, 'visit', 50), (30, 'letter', 20), (60, 'supervisor', 50), (90, 'legal', 100)) AS step(days, channel, minimum);
"""
NO_LADDER = "DELETE FROM dunning_rung; DELETE FROM dunning_ladder;"

FORBID = """
CREATE FUNCTION dunning_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND
        to_jsonb(NEW) - ARRAY['outcome', 'note', 'answered_at', 'answered_by_id']
        = to_jsonb(OLD) - ARRAY['outcome', 'note', 'answered_at', 'answered_by_id'] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'reminders only grow: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER dunning_reminder_append_only BEFORE UPDATE OR DELETE ON dunning_reminder
    FOR EACH ROW EXECUTE FUNCTION dunning_refuse_change();
"""
ALLOW = """
DROP TRIGGER dunning_reminder_append_only ON dunning_reminder;
DROP FUNCTION dunning_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("dunning", "0001_initial")]
    operations = [migrations.RunSQL(LADDER, NO_LADDER), migrations.RunSQL(FORBID, ALLOW)]
