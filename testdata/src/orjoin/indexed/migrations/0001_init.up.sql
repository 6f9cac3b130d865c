CREATE TABLE albums (id bigserial PRIMARY KEY, owner bigint NOT NULL, year int NOT NULL);
CREATE INDEX albums_owner ON albums (owner, year);
CREATE TABLE shares (album bigint NOT NULL REFERENCES albums (id), reader bigint NOT NULL, note bigint NOT NULL, PRIMARY KEY (album, reader));
CREATE INDEX shares_reader ON shares (reader, album);
ALTER TABLE albums ADD COLUMN title text NOT NULL DEFAULT '';
CREATE INDEX albums_title ON albums (lower(title));
