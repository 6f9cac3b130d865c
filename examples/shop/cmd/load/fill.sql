-- A year and a half of a shop: 1.2 million rows. Numbers are spread by
-- multiplication with primes, so that two runs make the same rows.
INSERT INTO customers (email, name, preferences, created_at)
SELECT 'User' || i || '@Example.com',
       (ARRAY['Ann', 'anna', 'Bert', 'Cleo', 'Dora', 'Emil', 'Finn'])[1 + i % 7] || ' ' || (ARRAY['Berg', 'Koch', 'Lang', 'Roth', 'Voss'])[1 + i * 7919 % 5] || ' ' || i,
       jsonb_build_object('language', (ARRAY['de', 'en', 'fr'])[1 + i % 3], 'newsletter', i % 4 = 0, 'seen', repeat('p', i % 200)),
       timestamptz '2024-01-01 06:00+00' + i * interval '12 minutes'
FROM generate_series(1, 60000) i;

INSERT INTO products (sku, name, description, photo, price_cents)
SELECT CASE WHEN i % 5 = 0 THEN 'BOOK-' ELSE 'MISC-' END || i || CASE WHEN i % 97 = 0 THEN '-REFURB' ELSE '' END,
       'Product ' || i, repeat('Well made and kind. ', 1 + i % 30), decode(repeat(md5(i::text), 60), 'hex'), 100 + i * 7907 % 90000
FROM generate_series(1, 6000) i;

INSERT INTO orders (customer_id, status, total_cents, note, placed_at, refunded_at)
SELECT 1 + (i * 7901::bigint) % 60000, CASE WHEN i > 298000 THEN 'open' WHEN i % 40 = 0 THEN 'cancelled' ELSE 'shipped' END,
       500 + i * 7883::bigint % 40000, CASE WHEN i % 6 = 0 THEN 'please ring twice' ELSE '' END,
       timestamptz '2024-01-01 07:00+00' + i * interval '158 seconds',
       CASE WHEN i % 40 = 0 THEN timestamptz '2024-01-08 07:00+00' + i * interval '158 seconds' END
FROM generate_series(1, 300000) i;

INSERT INTO order_items (order_id, product_id, quantity, price_cents)
SELECT i, 1 + (i * 7877::bigint + k * 1999) % 6000, 1 + (i + k) % 3, 100 + (i + k) * 7907::bigint % 9000
FROM generate_series(1, 300000) i, generate_series(0, 3) k
WHERE k <= i % 4;

INSERT INTO emails (recipient, subject, body, created_at, sent_at)
SELECT 'User' || 1 + (i * 7901::bigint) % 60000 || '@Example.com', 'On its way', 'We have sent order ' || i || '.',
       timestamptz '2024-01-01 07:00+00' + i * interval '470 seconds',
       CASE WHEN i <= 99950 THEN timestamptz '2024-01-01 07:01+00' + i * interval '470 seconds' END
FROM generate_series(1, 100000) i;
