"""The timeline and what customers agreed to are append-only: an entry may pass to another party when two files are merged, and an
erasure may empty it; nothing else about it changes."""

from django.db import migrations

FORBID = """
CREATE FUNCTION parties_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (current_setting('remit.erasing', true) = 'on'
        OR (to_jsonb(NEW) - 'party_id') IS NOT DISTINCT FROM (to_jsonb(OLD) - 'party_id')) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the timeline is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER parties_activity_append_only BEFORE UPDATE OR DELETE ON parties_activity
    FOR EACH ROW EXECUTE FUNCTION parties_refuse_change();
CREATE TRIGGER parties_consent_append_only BEFORE UPDATE OR DELETE ON parties_consent
    FOR EACH ROW EXECUTE FUNCTION parties_refuse_change();
"""

ALLOW = """
DROP TRIGGER parties_consent_append_only ON parties_consent;
DROP TRIGGER parties_activity_append_only ON parties_activity;
DROP FUNCTION parties_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("parties", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
