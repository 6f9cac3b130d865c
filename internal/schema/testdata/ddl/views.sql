CREATE TABLE u (id int PRIMARY KEY, name text, at timestamptz);
CREATE TABLE o (id int, u_id int REFERENCES u, total numeric(8,2));
CREATE VIEW v AS SELECT u.*, count(*) AS n, sum(o.total), max(o.total)::text AS t FROM u JOIN o ON o.u_id = u.id GROUP BY u.id;
CREATE VIEW w (a, b) AS SELECT id, name FROM v;
CREATE VIEW unknown AS SELECT * FROM generate_series(1, 3);
CREATE VIEW merged AS SELECT * FROM u JOIN o USING (id);
CREATE MATERIALIZED VIEW mv AS WITH x AS (SELECT id AS xid FROM u) SELECT * FROM x UNION SELECT 1;
CREATE INDEX ON mv (xid);
CREATE TABLE ctas AS SELECT id, lower(name) FROM u;
CREATE OR REPLACE VIEW v AS SELECT u.*, count(*) AS n, 1::numeric AS sum, ''::text AS t, 1 AS one FROM u GROUP BY u.id;
CREATE VIEW gone AS SELECT total FROM o;
ALTER TABLE o DROP COLUMN total CASCADE;
SELECT id INTO made FROM u;

-- schema:
-- table u
--   id integer not null
--   name text
--   at timestamptz
--   primary u_pkey btree (id)
-- table o
--   id integer
--   u_id integer
--   fk o_u_id_fkey (u_id) -> u (id)
-- view w
--   a integer
--   b text
-- view unknown ?
-- view merged ?
--   id integer
--   name text
--   at timestamptz
--   id integer
--   u_id integer
--   total numeric(8,2)
-- materialized view mv
--   xid integer
--   index mv_xid_idx btree (xid)
-- table ctas
--   id integer
--   lower 
-- view v
--   id integer
--   name text
--   at timestamptz
--   n bigint
--   sum numeric
--   t text
--   one 
-- table made
--   id integer
