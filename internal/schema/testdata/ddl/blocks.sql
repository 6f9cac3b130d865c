DO $$ BEGIN
	CREATE TYPE state AS ENUM ('a', 'b');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
DO $$ BEGIN
	CREATE TYPE state AS ENUM ('a', 'b');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;
CREATE TABLE t (id int, s state);
CREATE TABLE log_of_t (id int);
CREATE TABLE maybe (id int);
DO $body$
DECLARE
	n int := 1;
BEGIN
	IF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = 't_pkey') THEN
		ALTER TABLE t ADD PRIMARY KEY (id);
	END IF;
	IF EXISTS (SELECT 1 FROM information_schema.columns WHERE table_name = 't' AND column_name = 'old') THEN
		ALTER TABLE t RENAME COLUMN old TO new;
	END IF;
	IF (SELECT to_regclass('t') IS NOT NULL) THEN
		ALTER TABLE t ADD COLUMN there int;
	ELSE
		ALTER TABLE t ADD COLUMN not_there int;
	END IF;
	IF to_regclass('nosuch') IS NOT NULL THEN
		ALTER TABLE t ADD COLUMN never int;
	END IF;
	EXECUTE 'ALTER TABLE t ADD COLUMN executed text DEFAULT ''x''';
	RAISE NOTICE 'DROP TABLE t';
	UPDATE t SET there = CASE WHEN id > 1 THEN 1 ELSE 2 END;
	BEGIN
		ALTER TABLE t ADD COLUMN inner_one int;
	EXCEPTION
		WHEN duplicate_column THEN RAISE NOTICE 'there';
	END;
END
$body$ LANGUAGE plpgsql;
DO $$
DECLARE x record;
BEGIN
	FOR x IN SELECT 1 AS id LOOP
		EXECUTE format('CREATE INDEX IF NOT EXISTS log_of_%s_idx ON log_of_%s (id)', x.id, x.id);
		EXECUTE 'drop sequence if exists s_' || x.id;
		EXECUTE format('ALTER TABLE %I OWNER TO test', 't');
	END LOOP;
EXCEPTION WHEN undefined_table THEN NULL;
END $$;
DO $$ BEGIN
	IF (SELECT count(*) FROM t) > 0 THEN
		ALTER TABLE maybe ADD COLUMN surely int;
	ELSIF 1 = 2 THEN
		DROP TABLE maybe;
	END IF;
END $$;
CREATE FUNCTION later() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	ALTER TABLE t ADD COLUMN from_function int;
END $$;
SELECT later();
CREATE FUNCTION plain() RETURNS void LANGUAGE sql AS 'ALTER TABLE t ADD COLUMN from_sql int';
SELECT plain();

-- schema:
-- enum state (a,b)
-- table t
--   id integer not null
--   s state
--   there integer
--   executed text default 'x'
--   inner_one integer
--   from_function integer
--   from_sql integer
--   primary t_pkey btree (id)
-- table log_of_t ?
--   id integer
-- table maybe ?
--   id integer
-- problem x.sql:40: do block not wholly read: it may change log_of_t
-- problem x.sql:50: do block not wholly read: it may change maybe
