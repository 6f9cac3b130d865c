CREATE TABLE whales (id bigint PRIMARY KEY, song text);
CREATE TABLE oceans (id bigint PRIMARY KEY, name text);
