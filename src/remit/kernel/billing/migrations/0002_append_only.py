"""What a charge or a bill says of its amount never changes, and movements are only ever added. What may change is named here."""

from django.db import migrations

FORBID = """
CREATE FUNCTION billing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - coalesce(TG_ARGV, '{}') = to_jsonb(OLD) - coalesce(TG_ARGV, '{}') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what is owed is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER billing_movement_append_only BEFORE UPDATE OR DELETE ON billing_movement
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_charge_keeps_amount BEFORE UPDATE ON billing_charge
    FOR EACH ROW WHEN (OLD.amount <> NEW.amount OR OLD.net <> NEW.net OR OLD.tax <> NEW.tax OR OLD.due_on <> NEW.due_on
        OR OLD.company_id <> NEW.company_id OR OLD.entry_id <> NEW.entry_id OR OLD.kind <> NEW.kind
        OR OLD.period_from <> NEW.period_from OR OLD.period_until <> NEW.period_until
        OR OLD.explanation::text <> NEW.explanation::text
        OR (OLD.reversed_at IS NOT NULL AND OLD.reversed_at IS DISTINCT FROM NEW.reversed_at))
    EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_charge_stays BEFORE DELETE ON billing_charge FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_bill_append_only BEFORE UPDATE OR DELETE ON billing_bill
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change('sent_at', 'reversed_at', 'payer_id');
"""

ALLOW = """
DROP TRIGGER billing_bill_append_only ON billing_bill;
DROP TRIGGER billing_charge_stays ON billing_charge;
DROP TRIGGER billing_charge_keeps_amount ON billing_charge;
DROP TRIGGER billing_movement_append_only ON billing_movement;
DROP FUNCTION billing_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
