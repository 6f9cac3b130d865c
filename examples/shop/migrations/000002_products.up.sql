CREATE TABLE products (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sku         text NOT NULL UNIQUE,
    name        text NOT NULL,
    description text NOT NULL DEFAULT '',
    photo       bytea,
    price_cents bigint NOT NULL CHECK (price_cents >= 0)
);

CREATE INDEX products_price_cents_idx ON products (price_cents);
CREATE INDEX products_sku_prefix_idx ON products (sku text_pattern_ops);
