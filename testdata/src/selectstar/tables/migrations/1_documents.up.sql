CREATE TABLE documents (
	id bigint PRIMARY KEY,
	title text NOT NULL,
	"camelCase" int,
	body text,
	meta jsonb,
	raw bytea
);
CREATE TABLE tags (id bigint PRIMARY KEY, label varchar(20), "order" int);
CREATE VIEW unclear AS SELECT * FROM some_function();
