CREATE EXTENSION vector;
CREATE TABLE notes (id bigserial PRIMARY KEY, body text NOT NULL, spot vector(3));
CREATE INDEX notes_spot ON notes USING hnsw (spot vector_cosine_ops);
CREATE TABLE marks (id bigserial PRIMARY KEY, spot vector(3));
CREATE INDEX marks_spot ON marks USING ivfflat (spot);
CREATE TABLE drafts (id bigserial PRIMARY KEY, spot vector(3));
