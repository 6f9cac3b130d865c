-- Makes opclasses.txt of a server's catalog:
--
--     psql -XAtqf opclasses.sql > opclasses.txt
--
-- in an empty database of PostgreSQL 15 with its contrib extensions and PostGIS.
SET client_min_messages = error;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS bloom;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS cube;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS intarray;
CREATE EXTENSION IF NOT EXISTS isn;
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS seg;
CREATE EXTENSION IF NOT EXISTS postgis;

-- class METHOD NAME, then behind tabs: its type, "default" or nothing, the operators that it answers, those that it orders by
SELECT format(E'class %s %s\t%s\t%s\t%s\t%s', a.amname, c.opcname, format_type(c.opcintype, NULL), CASE WHEN c.opcdefault THEN 'default' END,
	string_agg(DISTINCT o.oprname, ' ' ORDER BY o.oprname) FILTER (WHERE p.amoppurpose = 's'),
	string_agg(DISTINCT o.oprname, ' ' ORDER BY o.oprname) FILTER (WHERE p.amoppurpose = 'o'))
FROM pg_opclass c
JOIN pg_am a ON a.oid = c.opcmethod
JOIN pg_amop p ON p.amopfamily = c.opcfamily AND p.amoplefttype = c.opcintype
JOIN pg_operator o ON o.oid = p.amopopr
GROUP BY a.amname, c.opcname, c.opcintype, c.opcdefault
ORDER BY a.amname COLLATE "C", c.opcname COLLATE "C", format_type(c.opcintype, NULL) COLLATE "C";

-- commutator OPERATOR OPERATOR, TYPES: for y of these types, x OPERATOR y is y OPERATOR x
SELECT format(E'commutator %s %s\t%s', o.oprname, c.oprname, string_agg(DISTINCT format_type(c.oprleft, NULL), ',' ORDER BY format_type(c.oprleft, NULL))) COLLATE "C"
FROM pg_operator o
JOIN pg_operator c ON c.oid = o.oprcom
WHERE EXISTS (SELECT FROM pg_amop p JOIN pg_am a ON a.oid = p.amopmethod WHERE p.amopopr = c.oid AND a.amname IN ('gin', 'gist', 'spgist'))
GROUP BY o.oprname, c.oprname
ORDER BY 1;

-- function NAME, TYPES: calls that the planner turns into operators of an index on an argument of these types
SELECT format(E'function %s\t%s', p.proname, string_agg(DISTINCT format_type(t.oid, NULL), ',' ORDER BY format_type(t.oid, NULL))) COLLATE "C"
FROM pg_proc p CROSS JOIN unnest(p.proargtypes) x JOIN pg_type t ON t.oid = x
WHERE p.prosupport <> 0 AND p.prorettype = 'bool'::regtype AND t.typcategory IN ('S', 'U')
	AND EXISTS (SELECT FROM pg_opclass c JOIN pg_am a ON a.oid = c.opcmethod WHERE c.opcintype = t.oid AND a.amname IN ('gist', 'spgist'))
GROUP BY p.proname
ORDER BY 1;
