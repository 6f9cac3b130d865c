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
