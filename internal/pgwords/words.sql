-- Makes words.txt of a server's catalog:
--
--     psql -XAtqf words.sql > words.txt
--
-- in an empty database of PostgreSQL 15 with its contrib extensions.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";

-- The names of types that the rest of the program uses.
CREATE FUNCTION pg_temp.type(t oid) RETURNS text LANGUAGE sql AS $$
	SELECT CASE format_type(t, NULL)
		WHEN 'timestamp with time zone' THEN 'timestamptz' WHEN 'timestamp without time zone' THEN 'timestamp'
		WHEN 'time with time zone' THEN 'timetz' WHEN 'time without time zone' THEN 'time'
		WHEN 'character varying' THEN 'varchar' WHEN 'character' THEN 'char'
		ELSE format_type(t, NULL) END
$$;

-- reserved WORD: no column or table without quotes
SELECT 'reserved ' || word FROM pg_get_keywords() WHERE catcode IN ('R', 'T') ORDER BY word COLLATE "C";

-- system COLUMN: of every table
SELECT 'system ' || attname FROM pg_attribute WHERE attrelid = 'pg_class'::regclass AND attnum < 0 ORDER BY attname COLLATE "C";

-- aggregate NAME
SELECT DISTINCT 'aggregate ' || proname COLLATE "C" FROM pg_proc WHERE prokind = 'a' ORDER BY 1;

-- function NAME i|s|v RESULT ARGUMENTS, between tabs: what a statement can call, "..." behind a last argument that may be repeated
SELECT format(E'function %s\t%s\t%s\t%s', p.proname, p.provolatile, pg_temp.type(p.prorettype),
	array_to_string(ARRAY(SELECT pg_temp.type(a) FROM unnest(p.proargtypes) WITH ORDINALITY AS x(a, n) ORDER BY n), ',')
	|| CASE WHEN p.provariadic <> 0 THEN '...' ELSE '' END) COLLATE "C"
FROM pg_proc p
JOIN pg_type r ON r.oid = p.prorettype
WHERE p.prokind = 'f' AND p.pronamespace <> pg_my_temp_schema() AND (r.typtype <> 'p' OR r.typname ~ '^any|^record$|^void$')
	AND NOT EXISTS (SELECT FROM unnest(p.proargtypes) a JOIN pg_type t ON t.oid = a WHERE t.typtype = 'p' AND t.typname !~ '^any|^record$')
	AND p.proname !~ '_(in|out|recv|send|cmp|sortsupport|support)$'
	AND coalesce(obj_description(p.oid, 'pg_proc'), '') !~ '^implementation of'
ORDER BY 1;
