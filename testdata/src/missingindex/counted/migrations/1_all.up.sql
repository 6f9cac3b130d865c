CREATE TABLE herds (id bigint PRIMARY KEY, name text);
CREATE TABLE sheep (id bigint PRIMARY KEY, herd_id bigint NOT NULL REFERENCES herds (id), ear_mark int, born_on date NOT NULL);
CREATE INDEX sheep_herd ON sheep (herd_id);
CREATE TABLE goats (id bigint PRIMARY KEY, herd_id bigint NOT NULL REFERENCES herds (id), ear_mark int, born_on date NOT NULL);
CREATE INDEX goats_herd ON goats (herd_id);
CREATE TABLE dogs (id bigint PRIMARY KEY, breed_no int);
CREATE TABLE cats (id bigint PRIMARY KEY, breed_no int);
