CREATE TABLE herds (id bigint PRIMARY KEY, name text NOT NULL, valley bigint NOT NULL, photo bytea NOT NULL, papers jsonb NOT NULL, since date NOT NULL);
