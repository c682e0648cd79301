"""The database functions that history stands on, installed by the first migrations; GUARDED anew after each."""

NOW = """
CREATE SEQUENCE IF NOT EXISTS registers_epoch AS bigint;
SELECT nextval('registers_epoch');

CREATE FUNCTION csms_epoch() RETURNS bigint LANGUAGE sql VOLATILE AS
'SELECT last_value FROM public.registers_epoch';

CREATE FUNCTION csms_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
DECLARE set_to text := current_setting('csms.demo_now', true);
BEGIN
    IF set_to IS NULL OR set_to = '' THEN RETURN clock_timestamp(); END IF;
    IF EXISTS (SELECT 1 FROM public.registers_installation WHERE demo)
       AND pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'public.registers_installation'::regclass), 'MEMBER')
    THEN RETURN set_to::timestamptz; END IF;
    RETURN clock_timestamp();
END $$;

CREATE SCHEMA IF NOT EXISTS past;

CREATE FUNCTION past.moment() RETURNS timestamptz LANGUAGE sql STABLE AS
$$SELECT current_setting('csms.as_of')::timestamptz$$;
"""

# A statement that calls what is not known to be safe is done by one process alone.
SIDE_BY_SIDE = "ALTER FUNCTION past.moment() PARALLEL SAFE"

UNDO = "DROP FUNCTION past.moment(); DROP SCHEMA past; DROP FUNCTION IF EXISTS csms_demo_now(); DROP FUNCTION csms_now(); DROP FUNCTION csms_epoch(); DROP SEQUENCE registers_epoch;"

# Only the owner's own session moves the clock, and in a demo alone.
DEMO_NOW = """
CREATE OR REPLACE FUNCTION public.csms_demo_now() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.registers_installation WHERE demo)
       AND pg_has_role(session_user, (SELECT relowner FROM pg_class WHERE oid = 'public.registers_installation'::regclass), 'MEMBER')
    THEN RETURN current_setting('csms.demo_now')::timestamptz; END IF;
    RETURN clock_timestamp();
END $$;
"""

# The planner puts these two into the statement that calls them: a plpgsql function and a query cost a second in half a million rows.
INLINED = f"""{DEMO_NOW}
CREATE OR REPLACE FUNCTION csms_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
SELECT CASE WHEN coalesce(current_setting('csms.demo_now', true), '') = '' THEN clock_timestamp() ELSE public.csms_demo_now() END
$$;

CREATE OR REPLACE FUNCTION csms_epoch() RETURNS bigint LANGUAGE sql VOLATILE AS
$$SELECT pg_sequence_last_value('public.registers_epoch'::regclass)$$;
"""

# The functions of the statement triggers write history as its owner and name its tables in `public` alone: the application's
# role can neither put a row there itself nor lead one astray by a table of its own.
GUARDED = f"""{DEMO_NOW}
DO $$
DECLARE one regprocedure;
BEGIN
    FOR one IN
        SELECT DISTINCT f.oid::regprocedure FROM pg_proc f JOIN pg_trigger t ON t.tgfoid = f.oid
        WHERE f.pronamespace = 'public'::regnamespace AND f.proname LIKE 'pgtrigger%' AND t.tgtype & 1 = 0 AND NOT f.prosecdef
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = public, pg_temp', one);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
    END LOOP;
END $$;
"""
