CREATE TABLE a (id int PRIMARY KEY, x text, y int UNIQUE, z int CHECK (z > 0), gone int);
CREATE TABLE b (id int, a_id int REFERENCES a, a_y int REFERENCES a (y));
CREATE INDEX ON a (gone);
CREATE INDEX ON a (lower(x)) WHERE z > 1;
CREATE INDEX pair ON a (y, gone);
ALTER TABLE a ADD COLUMN w jsonb NOT NULL DEFAULT '{}', ADD IF NOT EXISTS x int, ADD COLUMN u int UNIQUE;
ALTER TABLE a DROP COLUMN gone, DROP COLUMN IF EXISTS nosuch;
ALTER TABLE a ALTER x SET NOT NULL, ALTER x SET DEFAULT 'q', ALTER y TYPE bigint USING y::bigint;
ALTER TABLE a RENAME COLUMN x TO xx;
ALTER TABLE a RENAME COLUMN z TO zz;
ALTER TABLE a RENAME TO aa;
ALTER TABLE b ADD CONSTRAINT fk2 FOREIGN KEY (id) REFERENCES aa (id) NOT VALID;
ALTER TABLE b VALIDATE CONSTRAINT fk2;
ALTER TABLE b ADD CONSTRAINT fk3 FOREIGN KEY (id) REFERENCES aa NOT VALID;
ALTER TABLE b ADD PRIMARY KEY (id);
ALTER TABLE b DROP CONSTRAINT b_pkey, ADD CONSTRAINT b_pk PRIMARY KEY (id, a_id);
ALTER TABLE aa DROP CONSTRAINT a_y_key CASCADE;
ALTER TABLE aa RENAME CONSTRAINT a_z_check TO positive;
ALTER TABLE aa RENAME CONSTRAINT a_pkey TO aa_pkey;
ALTER INDEX a_lower_idx RENAME TO aa_lower;
CREATE UNIQUE INDEX u1 ON aa (zz);
ALTER TABLE aa ADD CONSTRAINT u1_con UNIQUE USING INDEX u1;
ALTER TABLE aa ALTER xx DROP DEFAULT, ALTER w DROP NOT NULL;
ALTER TABLE IF EXISTS nosuch ADD COLUMN x int;
CREATE SCHEMA app;
ALTER TABLE b SET SCHEMA app;

-- schema:
-- table aa
--   id integer not null
--   xx text not null
--   y bigint
--   zz integer
--   w jsonb default '{}'
--   u integer
--   primary aa_pkey btree (id)
--   index aa_lower btree ([lower(xx)]) where zz > 1
--   unique constraint a_u_key btree (u)
--   unique constraint u1_con btree (zz)
--   check positive: zz > 0
-- table app.b
--   id integer not null
--   a_id integer not null
--   a_y integer
--   primary b_pk btree (id, a_id)
--   fk b_a_id_fkey (a_id) -> aa (id)
--   fk fk2 (id) -> aa (id)
--   fk fk3 (id) -> aa (id) not valid
