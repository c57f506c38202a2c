"""Payments, cheques and counts are never deleted; of a payment only the taking back may be added, and a count doesn't change."""

from django.db import migrations

FORBID = """
CREATE FUNCTION treasury_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'treasury_payment' THEN
        IF OLD.taken_back_id IS NULL AND (to_jsonb(NEW) - 'taken_back_id') = (to_jsonb(OLD) - 'taken_back_id') THEN
            RETURN NEW;
        END IF;
    ELSIF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'treasury_cheque' THEN
        IF OLD.state <> 'void' AND NEW.state <> 'blank'
            AND (NEW.number, NEW.company_id, NEW.book_id) = (OLD.number, OLD.company_id, OLD.book_id)
            AND (OLD.state = 'blank' OR (NEW.payee, NEW.amount, NEW."on") IS NOT DISTINCT FROM (OLD.payee, OLD.amount, OLD."on")) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the register only grows: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER treasury_payment_append_only BEFORE UPDATE OR DELETE ON treasury_payment
    FOR EACH ROW EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER treasury_cheque_append_only BEFORE UPDATE OR DELETE ON treasury_cheque
    FOR EACH ROW EXECUTE FUNCTION treasury_refuse_change();
CREATE TRIGGER treasury_count_append_only BEFORE UPDATE OR DELETE ON treasury_cashcount
    FOR EACH ROW EXECUTE FUNCTION treasury_refuse_change();
"""

ALLOW = """
DROP TRIGGER treasury_count_append_only ON treasury_cashcount;
DROP TRIGGER treasury_cheque_append_only ON treasury_cheque;
DROP TRIGGER treasury_payment_append_only ON treasury_payment;
DROP FUNCTION treasury_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("treasury", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
