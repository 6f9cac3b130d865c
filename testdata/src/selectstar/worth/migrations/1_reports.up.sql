CREATE TABLE reports (
	id bigint PRIMARY KEY,
	title varchar(80) NOT NULL,
	state varchar(10) NOT NULL,
	body jsonb,
	scan bytea
);
CREATE TABLE labels (id bigint PRIMARY KEY, name varchar(20), color varchar(8));
CREATE TABLE essays (id bigint PRIMARY KEY, slug varchar(80) NOT NULL UNIQUE, body text, notes text, state varchar(10), lang varchar(2));
