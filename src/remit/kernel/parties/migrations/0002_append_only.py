"""The timeline is append-only: an entry may pass to another party when two files are merged, and nothing else about it changes."""

from django.db import migrations

FORBID = """
CREATE FUNCTION parties_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.kind, NEW.at, NEW.text, NEW.next_step, NEW.made_at, NEW.made_by_id, NEW.company_id)
        IS NOT DISTINCT FROM (OLD.kind, OLD.at, OLD.text, OLD.next_step, OLD.made_at, OLD.made_by_id, OLD.company_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the timeline is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER parties_activity_append_only BEFORE UPDATE OR DELETE ON parties_activity
    FOR EACH ROW EXECUTE FUNCTION parties_refuse_change();
"""

ALLOW = """
DROP TRIGGER parties_activity_append_only ON parties_activity;
DROP FUNCTION parties_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
