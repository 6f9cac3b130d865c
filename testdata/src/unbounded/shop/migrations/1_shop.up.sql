CREATE TABLE customers (id bigint PRIMARY KEY, email text NOT NULL, referrer_id bigint, name text);
CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, coupon_id bigint);
CREATE TABLE events (id bigint PRIMARY KEY, kind text NOT NULL);
CREATE TABLE tips (id bigint PRIMARY KEY, text text NOT NULL);
