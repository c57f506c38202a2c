"""What a claim says never changes; what becomes of it may. Stamps, originals and lines are never deleted or rewritten."""

from django.db import migrations

FORBID = """
CREATE FUNCTION spending_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - coalesce(TG_ARGV, '{}') = to_jsonb(OLD) - coalesce(TG_ARGV, '{}') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was spent is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION spending_refuse_return() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('filed', 'reviewed') OR NEW.state = 'filed' OR (OLD.state = 'reviewed' AND NEW.state = 'reviewed') THEN
        RAISE EXCEPTION 'a claim that is % does not become %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER spending_claim_append_only BEFORE UPDATE OR DELETE ON spending_claim FOR EACH ROW
    EXECUTE FUNCTION spending_refuse_change('state', 'reviewed_at', 'reviewed_by_id', 'review_note', 'way', 'paid_on', 'paid_at', 'paid_by_id',
        'reference', 'entry_id', 'ended_at', 'ended_by_id', 'end_reason');
CREATE TRIGGER spending_claim_one_way BEFORE UPDATE ON spending_claim FOR EACH ROW EXECUTE FUNCTION spending_refuse_return();
CREATE TRIGGER spending_line_append_only BEFORE UPDATE OR DELETE ON spending_claimline FOR EACH ROW
    EXECUTE FUNCTION spending_refuse_change('is_live');
CREATE TRIGGER spending_stamp_append_only BEFORE UPDATE OR DELETE ON spending_stamp FOR EACH ROW EXECUTE FUNCTION spending_refuse_change();
CREATE TRIGGER spending_paper_append_only BEFORE UPDATE OR DELETE ON spending_claimpaper FOR EACH ROW EXECUTE FUNCTION spending_refuse_change();
"""

ALLOW = """
DROP TRIGGER spending_paper_append_only ON spending_claimpaper;
DROP TRIGGER spending_stamp_append_only ON spending_stamp;
DROP TRIGGER spending_line_append_only ON spending_claimline;
DROP TRIGGER spending_claim_one_way ON spending_claim;
DROP TRIGGER spending_claim_append_only ON spending_claim;
DROP FUNCTION spending_refuse_return();
DROP FUNCTION spending_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("spending", "0001_claims")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
