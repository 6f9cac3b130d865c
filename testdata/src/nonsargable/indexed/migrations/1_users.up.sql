CREATE EXTENSION pg_trgm;
CREATE TABLE users (
	id bigint PRIMARY KEY,
	tenant_id bigint NOT NULL,
	email varchar(200) NOT NULL,
	name text,
	bio text,
	code text,
	created_at timestamp NOT NULL,
	day date
);
CREATE UNIQUE INDEX ON users (lower(email));
CREATE INDEX ON users (tenant_id, upper(code));
CREATE INDEX ON users USING gin (bio gin_trgm_ops);
CREATE INDEX ON users USING gin (lower(name) gin_trgm_ops);
CREATE INDEX ON users (((created_at)::date)) WHERE name IS NOT NULL;
CREATE TABLE orders (id bigint PRIMARY KEY, email text, bio text);
CREATE TABLE notes (id bigint PRIMARY KEY, user_id bigint REFERENCES users, kind int, title text);
CREATE INDEX ON notes (user_id);
CREATE INDEX ON notes (kind);

CREATE TABLE "Guest Book" (id bigint PRIMARY KEY, "Name" text);
CREATE TABLE stays (id bigint, "from" date, name text) PARTITION BY RANGE ("from");

CREATE TABLE birds (id int PRIMARY KEY, ring bigint NOT NULL, weight numeric NOT NULL, code char(8) NOT NULL, latin text NOT NULL,
	seen timestamp NOT NULL, calls text[] NOT NULL, foods text NOT NULL, facts jsonb NOT NULL, spot geometry NOT NULL);
CREATE INDEX ON birds USING gin (to_tsvector('simple', latin));

CREATE FUNCTION steps(d double precision, size numeric) RETURNS bigint AS $$ SELECT (d / size)::bigint $$ LANGUAGE sql IMMUTABLE;
CREATE TABLE walks (id bigint PRIMARY KEY, metres double precision NOT NULL);
CREATE INDEX ON walks (steps(metres, '0.75'::numeric));
