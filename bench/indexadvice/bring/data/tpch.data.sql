-- TPC-H at scale factor 0.1, by the distributions of the specification's section 4.2
-- (uniform values, its word lists; comments are shorter). Seeded, so that each run has the same rows.
SELECT setseed(0.42);
SET session_replication_role = replica;
INSERT INTO region SELECT i - 1, (ARRAY['AFRICA','AMERICA','ASIA','EUROPE','MIDDLE EAST'])[i], 'none' FROM generate_series(1, 5) i;
INSERT INTO nation SELECT i - 1,
	(ARRAY['ALGERIA','ARGENTINA','BRAZIL','CANADA','EGYPT','ETHIOPIA','FRANCE','GERMANY','INDIA','INDONESIA','IRAN','IRAQ','JAPAN',
		'JORDAN','KENYA','MOROCCO','MOZAMBIQUE','PERU','CHINA','ROMANIA','SAUDI ARABIA','VIETNAM','RUSSIA','UNITED KINGDOM','UNITED STATES'])[i],
	(ARRAY[0,1,1,1,4,0,3,3,2,2,4,4,2,4,0,0,0,1,2,3,4,2,3,3,1])[i], 'none' FROM generate_series(1, 25) i;
INSERT INTO part SELECT i,
	(SELECT string_agg(w, ' ') FROM (SELECT (ARRAY['almond','antique','azure','blue','brown','chocolate','coral','cornsilk','cream','cyan','dark','deep',
		'dim','drab','firebrick','floral','forest','frosted','ghost','goldenrod','green','honeydew','hot','indian','ivory','khaki','lace','lavender','lemon',
		'light','lime','linen','magenta','maroon','medium','metallic','midnight','mint','misty','moccasin','navajo','navy','olive','orange','orchid','pale',
		'papaya','peach','peru','pink','plum','powder','puff','purple','red','rose','rosy','royal'])[1 + floor(58 * random())::int] w
		FROM generate_series(1, 5) k WHERE i > 0) x),
	'Manufacturer#' || (i % 5 + 1), 'Brand#' || (i % 5 + 1) || (1 + floor(5 * random()))::int,
	(ARRAY['STANDARD','SMALL','MEDIUM','LARGE','ECONOMY','PROMO'])[1 + floor(6 * random())::int] || ' ' ||
		(ARRAY['ANODIZED','BURNISHED','PLATED','POLISHED','BRUSHED'])[1 + floor(5 * random())::int] || ' ' ||
		(ARRAY['TIN','NICKEL','BRASS','STEEL','COPPER'])[1 + floor(5 * random())::int],
	1 + floor(50 * random())::int,
	(ARRAY['SM','LG','MED','JUMBO','WRAP'])[1 + floor(5 * random())::int] || ' ' ||
		(ARRAY['CASE','BOX','BAG','JAR','PKG','PACK','CAN','DRUM'])[1 + floor(8 * random())::int],
	900 + (i / 10 % 20001) / 100.0 + i % 1000 / 10.0, 'regular deposits'
	FROM generate_series(1, 20000) i;
INSERT INTO supplier SELECT i, 'Supplier#' || lpad(i::text, 9, '0'), substr(md5(random()::text), 1, 20), n, (10 + n) || '-' || lpad(i::text, 11, '1'),
	-999.99 + 10999 * random(), CASE WHEN i % 2000 = 7 THEN 'the Customer sends Complaints' ELSE 'even packages ' || md5(random()::text) END
	FROM (SELECT i, floor(25 * random())::int n FROM generate_series(1, 1000) i) x;
INSERT INTO partsupp SELECT p, 1 + (p + k * 250 + (p - 1) / 1000) % 1000, 1 + floor(9999 * random())::int, 1 + 999 * random(), repeat(md5(random()::text), 4)
	FROM generate_series(1, 20000) p, generate_series(0, 3) k;
INSERT INTO customer SELECT i, 'Customer#' || lpad(i::text, 9, '0'), substr(md5(random()::text), 1, 20), n, (10 + n) || '-' || lpad(i::text, 11, '1'),
	-999.99 + 10999 * random(), (ARRAY['AUTOMOBILE','BUILDING','FURNITURE','MACHINERY','HOUSEHOLD'])[1 + floor(5 * random())::int], repeat(md5(random()::text), 2)
	FROM (SELECT i, floor(25 * random())::int n FROM generate_series(1, 15000) i) x;
INSERT INTO orders SELECT i, 1 + 3 * floor(5000 * random())::int + floor(2 * random())::int, 'O', 1000 + 400000 * random(),
	date '1992-01-01' + floor(2406 * random())::int,
	(ARRAY['1-URGENT','2-HIGH','3-MEDIUM','4-NOT SPECIFIED','5-LOW'])[1 + floor(5 * random())::int], 'Clerk#' || lpad((1 + floor(100 * random()))::int::text, 9, '0'), 0,
	CASE WHEN random() < 0.01 THEN 'the special pending requests' ELSE 'final deposits ' || md5(random()::text) END
	FROM generate_series(1, 150000) i;
INSERT INTO lineitem SELECT o, p, 1 + (p + k * 250 + (p - 1) / 1000) % 1000, l, q, q * 1000, floor(11 * random()) / 100, floor(9 * random()) / 100,
	CASE WHEN d + 15 > date '1995-06-17' THEN 'N' WHEN random() < 0.5 THEN 'R' ELSE 'A' END, CASE WHEN d > date '1995-06-17' THEN 'O' ELSE 'F' END,
	d, od + 30 + floor(61 * random())::int, d + 1 + floor(30 * random())::int,
	(ARRAY['DELIVER IN PERSON','COLLECT COD','NONE','TAKE BACK RETURN'])[1 + floor(4 * random())::int],
	(ARRAY['REG AIR','AIR','RAIL','SHIP','TRUCK','MAIL','FOB'])[1 + floor(7 * random())::int], 'quick ' || substr(md5(random()::text), 1, 20)
	FROM (SELECT o_orderkey o, o_orderdate od, l, 1 + floor(20000 * random())::int p, floor(4 * random())::int k, 1 + floor(50 * random())::int q,
		o_orderdate + 1 + floor(121 * random())::int d FROM orders, generate_series(1, 7) l WHERE l <= 1 + o_orderkey % 7) x;
UPDATE orders SET o_orderstatus = s FROM (SELECT l_orderkey k, CASE WHEN bool_and(l_linestatus = 'F') THEN 'F' WHEN bool_or(l_linestatus = 'F') THEN 'P' ELSE 'O' END s
	FROM lineitem GROUP BY 1) x WHERE o_orderkey = k;
SET session_replication_role = origin;
VACUUM FULL ANALYZE;
