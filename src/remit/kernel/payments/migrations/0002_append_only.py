"""What a receipt says came in never changes; what of it has cleared nothing, and that it was voided, may. Refunds are only ever added."""

from django.db import migrations

FORBID = """
CREATE FUNCTION payments_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - coalesce(TG_ARGV, '{}') = to_jsonb(OLD) - coalesce(TG_ARGV, '{}') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was paid is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payments_receipt_append_only BEFORE UPDATE OR DELETE ON payments_receipt
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change('unallocated', 'voided_at', 'voided_by_id', 'void_reason', 'payer_id');
CREATE TRIGGER payments_refund_append_only BEFORE UPDATE OR DELETE ON payments_refund
    FOR EACH ROW EXECUTE FUNCTION payments_refuse_change();
"""

ALLOW = """
DROP TRIGGER payments_refund_append_only ON payments_refund;
DROP TRIGGER payments_receipt_append_only ON payments_receipt;
DROP FUNCTION payments_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
