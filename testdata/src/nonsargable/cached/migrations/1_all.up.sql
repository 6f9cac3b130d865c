CREATE TABLE parcels (id bigint PRIMARY KEY, barcode text NOT NULL, depot bigint NOT NULL, weight int NOT NULL);
CREATE TABLE depots (id bigint PRIMARY KEY, name text NOT NULL);
CREATE INDEX ON parcels (barcode);
CREATE INDEX ON parcels (depot);
CREATE INDEX ON depots (name);
