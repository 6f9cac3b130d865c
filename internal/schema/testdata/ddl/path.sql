CREATE SCHEMA one;
CREATE SCHEMA two CREATE TABLE inside (id int) CREATE VIEW vw AS SELECT id FROM inside;
SET search_path TO one, public;
CREATE TABLE t (id int);
CREATE TYPE k AS ENUM ('a');
CREATE TABLE u (x k, y one.k);
SET search_path = public, two;
CREATE TABLE t (id bigint, x one.k);
ALTER TABLE inside ADD y int;
ALTER TYPE one.k RENAME TO kk;
CREATE TABLE gone (id int);
ALTER TABLE gone SET SCHEMA two;
DROP SCHEMA two CASCADE;
ALTER SCHEMA one RENAME TO uno;

-- schema:
-- enum uno.kk (a)
-- table uno.t
--   id integer
-- table uno.u
--   x uno.kk
--   y uno.kk
-- table t
--   id bigint
--   x uno.kk
