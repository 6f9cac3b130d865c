CREATE TABLE customers (
    id bigint PRIMARY KEY,
    email text NOT NULL UNIQUE,
    name text NOT NULL,
    tags text[] NOT NULL DEFAULT '{}'
);
CREATE TABLE orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
    status text NOT NULL,
    total numeric(12, 2) NOT NULL,
    created_at timestamptz NOT NULL,
    note text
);
CREATE TABLE lines (
    order_id bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    product_id bigint NOT NULL,
    PRIMARY KEY (order_id, product_id)
);
CREATE TABLE jobs (
    id bigint PRIMARY KEY,
    queue text NOT NULL,
    state text NOT NULL,
    run_at timestamptz NOT NULL
);
CREATE TABLE visits (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL,
    page_id bigint NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX visits_customer ON visits (customer_id, at);
CREATE TABLE settings (key text PRIMARY KEY, scope text NOT NULL);
CREATE TABLE unclear (id bigint PRIMARY KEY, owner_id bigint NOT NULL);
SELECT change_the_table('unclear');
ALTER TABLE unclear SOMETHING UNKNOWN;
CREATE TABLE products (id bigint PRIMARY KEY, sku text NOT NULL, code text NOT NULL, label text NOT NULL);
CREATE TABLE practices (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE people (
    id bigint PRIMARY KEY,
    practice_id bigint NOT NULL REFERENCES practices (id),
    nick text NOT NULL,
    first text NOT NULL,
    last text NOT NULL,
    mobile text,
    phone text,
    bio text
);
CREATE INDEX people_practice ON people (practice_id);

CREATE TABLE shipments (
    id bigint PRIMARY KEY,
    carrier_code text NOT NULL,
    note text NOT NULL,
    arrived_on date NOT NULL,
    left_on date NOT NULL,
    paid_on date NOT NULL
);
CREATE TABLE waits (id bigint PRIMARY KEY, ward text NOT NULL, priority int NOT NULL, asked_at timestamptz NOT NULL);
CREATE TABLE logins (id bigint PRIMARY KEY, staff_id bigint NOT NULL, at timestamptz);
CREATE TABLE pings (id bigint PRIMARY KEY, host_id bigint NOT NULL, at timestamptz NOT NULL);
CREATE TABLE mails (id bigint PRIMARY KEY, sender_id bigint NOT NULL, receiver_id bigint NOT NULL);
CREATE TABLE calls (id bigint PRIMARY KEY, caller_id bigint NOT NULL, callee_id bigint NOT NULL);
CREATE TABLE devices (id bigint PRIMARY KEY);
CREATE TABLE alerts (id bigint PRIMARY KEY, device_id bigint NOT NULL REFERENCES devices (id) ON DELETE CASCADE);

CREATE TABLE staff (id bigint PRIMARY KEY);
CREATE TABLE wards (id bigint PRIMARY KEY, created_by bigint NOT NULL REFERENCES staff);
CREATE TABLE beds (id bigint PRIMARY KEY, created_by bigint NOT NULL REFERENCES staff);
CREATE TABLE rounds (id bigint PRIMARY KEY, created_by bigint NOT NULL REFERENCES staff);
CREATE TABLE notes (id bigint PRIMARY KEY, created_by bigint NOT NULL REFERENCES staff);
CREATE TABLE queues (id bigint PRIMARY KEY, ward text NOT NULL, at timestamptz NOT NULL);

CREATE TABLE parcels (id bigint PRIMARY KEY, state text NOT NULL, tries int NOT NULL, sent_at timestamptz NOT NULL);
CREATE INDEX parcels_sorting ON parcels (sent_at) WHERE state = 'sorting';
CREATE INDEX parcels_tried ON parcels (sent_at) WHERE tries = 5;
CREATE TABLE bags (id bigint PRIMARY KEY, state text NOT NULL, sent_at timestamptz NOT NULL);
CREATE INDEX bags_sorting ON bags (sent_at) WHERE state = 'sorting';
CREATE TABLE crates (id bigint PRIMARY KEY, state text NOT NULL, sent_at timestamptz NOT NULL);
CREATE INDEX crates_sorting ON crates (sent_at) WHERE state = 'sorting';
