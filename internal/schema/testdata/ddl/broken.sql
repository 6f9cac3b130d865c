CREATE TABLE good (id int);
CREATE TABLE bad (id int,, x int);
ALTER TABLE good ADD COLUMN
	y int NOT;
CREATE TABLE fine (id int);
DO $$ BEGIN ALTER TABLE fine ADD COLUMN z int; END $$;
DO $$ BEGIN EXECUTE 'x'; END $$;
DO $$ BEGIN PERFORM 1; END $$;
CREATE TABLE geo (id int);
SELECT create_hypertable('geo', 'time');
CREATE FUNCTION grow() RETURNS void LANGUAGE plpgsql AS 'BEGIN ALTER TABLE geo ADD a int; END';
SELECT grow();
ALTER TABLE missing ADD x int;
ALTER TABLE fine DROP CONSTRAINT nosuch;
CREATE INDEX ON nosuch (x);
CREATE TABLE good (id int);

-- schema:
-- table good ?
--   id integer
-- table fine ?
--   id integer
--   z integer
-- table geo ?
--   id integer
--   a integer
-- problem x.sql:2: syntax error at or near ","
-- problem x.sql:4: syntax error at end of input
-- problem x.sql:7: syntax error at or near "x"
-- problem x.sql:10: function create_hypertable not run: it may change the schema
-- problem x.sql:13: table missing does not exist
-- problem x.sql:14: constraint nosuch of table fine does not exist
-- problem x.sql:15: table nosuch does not exist
-- problem x.sql:16: table good already exists
