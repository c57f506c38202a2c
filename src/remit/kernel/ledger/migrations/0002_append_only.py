"""What the database itself holds of the books: entries balance and only grow, legs belong where they say, and nothing is entered in a
closed month. The codes of the errors are read by posting.py."""

from django.db import migrations

FORBID = """
CREATE FUNCTION ledger_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the books only grow: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_entry_append_only BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_leg_append_only BEFORE UPDATE OR DELETE ON ledger_leg
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_audit_append_only BEFORE UPDATE OR DELETE ON ledger_audit
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();
CREATE TRIGGER ledger_paper_append_only BEFORE UPDATE OR DELETE ON ledger_paper
    FOR EACH ROW EXECUTE FUNCTION ledger_refuse_change();

CREATE FUNCTION ledger_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE book ledger_book%ROWTYPE;
BEGIN
    SELECT * INTO book FROM ledger_book WHERE company_id = NEW.company_id FOR SHARE;
    IF book.company_id IS NULL OR NEW."on" < book.opened_on THEN
        RAISE EXCEPTION 'there are no books on %', NEW."on" USING ERRCODE = 'RL001';
    END IF;
    IF book.closed_until IS NOT NULL AND NEW."on" <= book.closed_until THEN
        RAISE EXCEPTION 'the period of % is closed', NEW."on" USING ERRCODE = 'RL002';
    END IF;
    IF NEW.month <> date_trunc('month', NEW."on")::date THEN
        RAISE EXCEPTION '% does not lie in %', NEW."on", NEW.month USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM ledger_entry e WHERE e.id = NEW.reverses_id AND e.company_id = NEW.company_id) THEN
        RAISE EXCEPTION 'an entry reverses one of its own company' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_entry_checked BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION ledger_check_entry();

CREATE FUNCTION ledger_check_leg() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM ledger_entry e JOIN ledger_account a ON a.company_id = e.company_id
        WHERE e.id = NEW.entry_id AND a.id = NEW.account_id AND a.is_leaf AND e."on" = NEW."on"
            AND NEW.line BETWEEN 1 AND e.leg_count
    ) THEN
        RAISE EXCEPTION 'a leg names a line, the day and a leaf account of its entry' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_leg_checked BEFORE INSERT ON ledger_leg FOR EACH ROW EXECUTE FUNCTION ledger_check_leg();

CREATE FUNCTION ledger_check_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT (count(*), coalesce(sum(amount), 0)) <> (NEW.leg_count::bigint, 0::numeric) FROM ledger_leg WHERE entry_id = NEW.id) THEN
        RAISE EXCEPTION 'entry % does not balance', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_entry_balances AFTER INSERT ON ledger_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_check_balance();

CREATE FUNCTION ledger_check_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM ledger_leg WHERE account_id = OLD.id)
        AND (NEW.code, NEW.kind, NEW.company_id, NEW.is_leaf) IS DISTINCT FROM (OLD.code, OLD.kind, OLD.company_id, OLD.is_leaf) THEN
        RAISE EXCEPTION 'account % has postings', OLD.code USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_account_checked BEFORE UPDATE ON ledger_account FOR EACH ROW EXECUTE FUNCTION ledger_check_account();
"""

ALLOW = """
DROP TRIGGER ledger_account_checked ON ledger_account;
DROP TRIGGER ledger_entry_balances ON ledger_entry;
DROP TRIGGER ledger_leg_checked ON ledger_leg;
DROP TRIGGER ledger_entry_checked ON ledger_entry;
DROP TRIGGER ledger_paper_append_only ON ledger_paper;
DROP TRIGGER ledger_audit_append_only ON ledger_audit;
DROP TRIGGER ledger_leg_append_only ON ledger_leg;
DROP TRIGGER ledger_entry_append_only ON ledger_entry;
DROP FUNCTION ledger_check_account();
DROP FUNCTION ledger_check_balance();
DROP FUNCTION ledger_check_leg();
DROP FUNCTION ledger_check_entry();
DROP FUNCTION ledger_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
