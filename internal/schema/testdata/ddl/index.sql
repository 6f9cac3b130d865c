CREATE EXTENSION pg_trgm;
CREATE TABLE t (a int, b int, c text, d jsonb, e text, deleted_at timestamptz);
CREATE INDEX CONCURRENTLY t_a ON t (a DESC NULLS LAST, b ASC NULLS FIRST, c COLLATE "C" text_pattern_ops);
CREATE INDEX IF NOT EXISTS t_a ON t (b);
CREATE INDEX ON t (a, b);
CREATE INDEX ON t (a, b);
CREATE INDEX ON t ((a + b), (c || 'x'), lower(c), upper(c), lower(e));
CREATE INDEX ON t USING gin (d jsonb_path_ops);
CREATE INDEX ops ON t USING btree (a int4_ops);
CREATE INDEX ON t USING gin (c gin_trgm_ops, e gin_trgm_ops);
CREATE UNIQUE INDEX live ON t (c) INCLUDE (a) WHERE deleted_at IS NULL AND b = 1;
CREATE INDEX ON t ((d->>'kind'));
CREATE INDEX ON t (((d->>'n')::int));
CREATE INDEX ON t (coalesce(a, b), (c));
CREATE INDEX desc_plain ON t (a DESC NULLS FIRST);
CREATE INDEX dropped ON t (a);
DROP INDEX CONCURRENTLY dropped;
DROP INDEX IF EXISTS dropped, nosuch;
CREATE TABLE a_very_long_table_name_that_goes_on_and_on_until_it_is_too_long (
	a_very_long_column_name_that_goes_on_and_on_until_it_is_too_long int UNIQUE, b int);
CREATE INDEX ON a_very_long_table_name_that_goes_on_and_on_until_it_is_too_long (b);

-- schema:
-- extension pg_trgm
-- table t
--   a integer
--   b integer
--   c text
--   d jsonb
--   e text
--   deleted_at timestamptz
--   index t_a btree (a desc nulls last, b nulls first, c collate C text_pattern_ops)
--   index t_a_b_idx btree (a, b)
--   index t_a_b_idx1 btree (a, b)
--   index t_expr_expr1_lower_upper_lower1_idx btree ([a + b], [c || 'x'], [lower(c)], [upper(c)], [lower(e)])
--   index t_d_idx gin (d jsonb_path_ops)
--   index ops btree (a)
--   index t_c_e_idx gin (c gin_trgm_ops, e gin_trgm_ops)
--   unique live btree (c) include (a) where deleted_at IS NULL AND b = 1
--   index t_expr_idx btree ([d ->> 'kind'])
--   index t_int4_idx btree ([(d ->> 'n')::int])
--   index t_coalesce_c_idx btree ([COALESCE(a, b)], c)
--   index desc_plain btree (a desc)
-- table a_very_long_table_name_that_goes_on_and_on_until_it_is_too_long
--   a_very_long_column_name_that_goes_on_and_on_until_it_is_too_lon integer
--   b integer
--   unique constraint a_very_long_table_name_that_g_a_very_long_column_name_that__key btree (a_very_long_column_name_that_goes_on_and_on_until_it_is_too_lon)
--   index a_very_long_table_name_that_goes_on_and_on_until_it_is_to_b_idx btree (b)
