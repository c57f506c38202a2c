"""What a statement says never changes; what was answered and explained is added. Limits, releases and shipments only grow."""

from django.db import migrations

ANSWERED = (
    "'state', 'way', 'answered_by', 'answered_at', 'taken_by_id', 'scan_id', 'explanation', 'explained_at', 'explained_by_id'"
)
GUARDS = (
    ("accountstatement", ANSWERED),
    ("difference", ""),
    ("statementlink", "'withdrawn_at'"),
    ("creditlimit", ""),
    ("creditrelease", ""),
    ("paymentterms", ""),
    ("ordercharge", ""),
    ("shipment", ""),
)
FUNCTION = """
CREATE FUNCTION credit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - coalesce(TG_ARGV, '{}') = to_jsonb(OLD) - coalesce(TG_ARGV, '{}') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'credit only grows: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
"""
FORBID = FUNCTION + "".join(
    f"CREATE TRIGGER credit_{table}_append_only BEFORE UPDATE OR DELETE ON credit_{table} "
    f"FOR EACH ROW EXECUTE FUNCTION credit_refuse_change({may});\n"
    for table, may in GUARDS
)
ALLOW = (
    "".join(f"DROP TRIGGER credit_{table}_append_only ON credit_{table};\n" for table, _may in GUARDS)
    + "DROP FUNCTION credit_refuse_change();"
)


class Migration(migrations.Migration):
    dependencies = [("credit", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
