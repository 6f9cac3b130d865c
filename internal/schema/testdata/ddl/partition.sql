CREATE TABLE log (id bigint, at timestamptz NOT NULL, kind text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE INDEX ON log (kind);
CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_2025 (id bigint NOT NULL, at timestamptz NOT NULL, kind text);
CREATE INDEX log_2025_mine ON log_2025 (kind);
ALTER TABLE log ATTACH PARTITION log_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX log_at ON log (at);
CREATE INDEX log_half ON ONLY log (at, kind);
ALTER TABLE log ADD COLUMN extra int;
ALTER TABLE log RENAME COLUMN kind TO what;
ALTER TABLE log DETACH PARTITION log_2024;
CREATE TABLE base (id int NOT NULL, x int, CHECK (x > 0));
CREATE TABLE derived (y int) INHERITS (base);
ALTER TABLE base ADD z int;
CREATE TABLE copied (LIKE log_2025 INCLUDING ALL, more int);
CREATE TABLE bare (LIKE base);

-- schema:
-- table log by range (at)
--   id bigint not null
--   at timestamptz not null
--   what text
--   extra integer
--   primary log_pkey btree (id, at)
--   index log_kind_idx btree (what)
--   index log_at btree (at)
--   index log_half btree (at, what) invalid
-- table log_2024
--   id bigint not null
--   at timestamptz not null
--   what text
--   extra integer
--   primary log_2024_pkey btree (id, at)
--   index log_2024_kind_idx btree (what)
--   index log_2024_at_idx btree (at)
-- table log_2025 of log
--   id bigint not null
--   at timestamptz not null
--   what text
--   extra integer
--   index log_2025_mine btree (what)
--   primary log_2025_pkey btree (id, at)
--   index log_2025_at_idx btree (at)
-- table base
--   id integer not null
--   x integer
--   z integer
--   check base_x_check: x > 0
-- table derived inherits base
--   id integer not null
--   x integer
--   y integer
--   z integer
--   check base_x_check: x > 0
-- table copied
--   id bigint not null
--   at timestamptz not null
--   what text
--   extra integer
--   more integer
--   index copied_kind_idx btree (what)
--   primary copied_pkey btree (id, at)
--   index copied_at_idx btree (at)
-- table bare
--   id integer not null
--   x integer
--   z integer
