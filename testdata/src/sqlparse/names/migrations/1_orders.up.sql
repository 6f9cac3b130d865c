CREATE SCHEMA app;
CREATE TABLE customers (
	id bigint PRIMARY KEY,
	email text NOT NULL,
	created_at timestamptz NOT NULL
);
CREATE TABLE orders (
	id bigint PRIMARY KEY,
	customer_id bigint NOT NULL REFERENCES customers,
	status text NOT NULL,
	"camelCase" int,
	note text
);
CREATE TABLE app.events (id bigint, kind text);
CREATE VIEW recent AS SELECT id, status AS state FROM orders;
CREATE VIEW unclear AS SELECT * FROM some_function();

CREATE DOMAIN score AS int NOT NULL DEFAULT 0;
CREATE TABLE players (
	id bigserial PRIMARY KEY,
	number int GENERATED ALWAYS AS IDENTITY,
	alias text NOT NULL,
	points score,
	joined timestamptz NOT NULL DEFAULT now(),
	upper_alias text NOT NULL GENERATED ALWAYS AS (upper(alias)) STORED,
	email text
);
CREATE TABLE stamped (id bigint PRIMARY KEY, at timestamptz NOT NULL);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.at := now(); RETURN NEW; END';
CREATE TRIGGER stamp BEFORE INSERT OR UPDATE ON stamped FOR EACH ROW EXECUTE FUNCTION stamp();
