package bring

// Recipes lists the workloads: first those that the advice is developed on, then
// those that are kept apart.
var Recipes = []Recipe{
	{
		Name:    "tpch",
		Repo:    "schandra/pg-tpch",
		Commit:  "cf960ab10d3c5aca8d51390abbed77bcf15c7277",
		Why:     "reports with literals, joins over eight tables; schema and data are generated from TPC-H's specification",
		Queries: []string{"queries/q[0-2][0-9].sql"},
		Edits: []Edit{
			{"'0.2'::fixeddecimal", "0.2"},
			{"::fixeddecimal", ""},
			// Query 15 as one statement.
			{"create view revenue0 (supplier_no, total_revenue) as", "with revenue0 (supplier_no, total_revenue) as ("},
			{"l_suppkey;", "l_suppkey)"},
			{"drop view revenue0;", ""},
		},
	},
	{
		Name:    "job",
		Repo:    "gregrahn/join-order-benchmark",
		Commit:  "a39603662e023e449cb2121997a5034df9e02ebf",
		Why:     "joins of up to 17 tables with literals, no foreign key declared",
		Schema:  []string{"schema.sql", "fkindexes.sql"},
		Queries: []string{"[0-9]*.sql"},
	},
	{
		Name:    "listmonk",
		Repo:    "knadh/listmonk",
		Commit:  "911e0b774abad4fbf7b534be43a34a80fb6ace5b",
		Why:     "long hand-written statements: CTEs, optional filters, CASE switches",
		Schema:  []string{"schema.sql"},
		Queries: []string{"queries/*.sql"},
		Edits: []Edit{
			{"%order%", "created_at DESC"},
			{"FROM %s", "FROM campaign_views"},
			{"COUNT(%s)", "COUNT(*)"},
			{"AND %query%", ""},
		},
		Drops: []string{"(%query%)"}, // a statement inside another, put together at run time
	},
	{
		Name:      "miniflux",
		Repo:      "miniflux/v2",
		Commit:    "106cdd09e1557222303f3ed1376e1dadf0638621",
		Why:       "database/sql texts in Go, a hand-made query builder, full text search",
		SchemaGo:  []string{"internal/database/migrations.go"},
		GoQueries: "./...",
		SkipGo:    []string{"internal/database/"},
		Expands:   minifluxExpands,
	},
	{
		Name:      "goalert",
		Repo:      "target/goalert",
		Commit:    "2458b9d749e7bb9cb5b0d34dcb7edb034b407baa",
		Why:       "80 tables, sqlc and hand-written statements, queues, schedules",
		Schema:    []string{"migrate/schema.sql"},
		GoQueries: "./...",
		SkipGo:    []string{"devtools/", "test/", "migrate/", "swo/"},
		Edits:     []Edit{{"LIMIT {limit}", "LIMIT 50"}},
	},
	{
		Name:    "river",
		Repo:    "riverqueue/river",
		Commit:  "fdf6cdf12567a5b70c003f5ff850273f09e7efcf",
		Why:     "one hot table: a job queue, with locks and state machines",
		Schema:  []string{"riverdriver/riverpgxv5/migration/main/*.up.sql"},
		Queries: []string{"riverdriver/riverpgxv5/internal/dbsqlc/*.sql"},
		Edits:   []Edit{{"/* TEMPLATE: schema */", ""}}, // stands inside of strings, too
	},
	{
		Name:     "dendrite",
		Repo:     "matrix-org/dendrite",
		Commit:   "084181332b5c364e2442d3c98522ad8848bc4d36",
		Why:      "a chat server: one constant a statement, 67 tables and not one foreign key, event graphs, positions in streams, array parameters",
		SchemaGo: []string{"*/storage/postgres/*.go"},
		GoTexts:  []string{"*/storage/postgres/*.go"},
	},
	{
		Name:    "claircore",
		Repo:    "quay/claircore",
		Commit:  "0f12d7bc346db32ffc463eb2f61a3f024b4cb030",
		Why:     "packages, layers and vulnerabilities: wide joins over link tables, set operations, deletes that cascade",
		Schema:  []string{"datastore/postgres/migrations/indexer/*.sql", "datastore/postgres/migrations/matcher/*.sql"},
		GoTexts: []string{"datastore/postgres/*.go"},
	},
	{
		Name:   "curio",
		Repo:   "filecoin-project/curio",
		Commit: "e0294b0f948132d41e8f42f59fa949495d5fd3af",
		Why:    "a storage provider's pipelines: 130 tables, task columns that are NULL until a machine takes them, dashboards, history",
		Schema: []string{"harmony/harmonydb/sql/*.sql"},
		GoTexts: []string{
			"alertmanager/*.go", "alertmanager/*/*.go", "cuhttp/*.go", "deps/*.go", "deps/*/*.go", "harmony/*/*.go", "lib/*/*.go", "lib/*/*/*.go",
			"market/*/*.go", "market/*/*/*.go", "pdp/*.go", "pdp/*/*.go", "tasks/*/*.go", "web/api/*/*.go",
		},
	},
	{
		Name:    "minder",
		Repo:    "mindersec/minder",
		Commit:  "2853b8dc7fbf7ed0854977900d8a7e1254ebcff1",
		Why:     "sqlc, tenants, 100 migrations",
		Schema:  []string{"database/migrations/*.up.sql"},
		Queries: []string{"database/query/*.sql"},
	},
	{
		Name:    "lnd",
		Repo:    "lightningnetwork/lnd",
		Commit:  "90ea05d5a7f9239ede8eb4e2f36d9a66c39e67d5",
		Why:     "sqlc, optional filters, keyset paging, the same text for SQLite",
		Schema:  []string{"sqldb/sqlc/migrations/*.up.sql"},
		Queries: []string{"sqldb/sqlc/queries/*.sql"},
		// What sqldb/postgres.go replaces.
		Edits: []Edit{
			{"BLOB", "BYTEA"},
			{"INTEGER PRIMARY KEY", "BIGSERIAL PRIMARY KEY"},
			{" TIMESTAMP", " TIMESTAMP WITHOUT TIME ZONE"},
		},
	},
	{
		Name:    "hatchet",
		Repo:    "hatchet-dev/hatchet",
		Commit:  "89d130f303c9561442804c9c32b8748e699d5139",
		Why:     "sqlc, a task queue with tenants, leases, partitioned tables and a copy of them for reports",
		Apart:   true,
		Schema:  []string{"sql/schema/v0.sql", "sql/schema/v1-core.sql", "sql/schema/v1-olap.sql"},
		Queries: []string{"pkg/repository/sqlcv1/*.sql"},
	},
	{
		Name:    "ente",
		Repo:    "ente-io/ente",
		Commit:  "a621d733154a834f23754e7e874de769be532d9d",
		Why:     "photos: database/sql texts, 65 tables of users and their files, soft deletes, synchronisation by time of change",
		Apart:   true,
		Schema:  []string{"server/migrations/*.up.sql"},
		GoTexts: []string{"server/pkg/repo/*.go", "server/pkg/repo/*/*.go", "server/pkg/controller/*/*.go"},
	},
	{
		Name:    "zkevm-node",
		Repo:    "0xPolygonHermez/zkevm-node",
		Commit:  "7b80367a1e78003f116fe07d1fc81e18bf640cc9",
		Why:     "a chain's blocks, batches and transactions: statements as local constants, two schemas, deletes that cascade, maxima",
		Apart:   true,
		Schema:  []string{"db/migrations/state/*.sql", "db/migrations/pool/*.sql"},
		GoTexts: []string{"state/pgstatestorage/*.go", "pool/pgpoolstorage/*.go", "ethtxmanager/*.go", "sequencer/*.go", "aggregator/*.go"},
	},
}

// minifluxExpands gives the query builders of miniflux the clauses that its
// pages and APIs ask for: unread, feed, category, starred, search, history,
// shared entries, the Fever and Google Reader synchronisation.
var minifluxExpands = []Expand{
	{
		Name:  "entries",
		File:  "internal/storage/entry_query_builder.go",
		Has:   "feed_title",
		Edits: []Edit{{"count(*) OVER(),", ""}},
		Cut:   "WHERE e.",
		Tails: []string{
			`WHERE e.user_id = $1 AND e.status = $2 AND c.hide_globally IS FALSE AND f.hide_globally IS FALSE ORDER BY "published_at" DESC, "id" DESC LIMIT 100`,
			`WHERE e.user_id = $1 AND e.status <> $2 AND e.feed_id = $3 ORDER BY "published_at" DESC, "id" DESC LIMIT 100 OFFSET 100`,
			`WHERE e.user_id = $1 AND f.category_id = $2 AND e.status = $3 ORDER BY "published_at" DESC, "id" DESC LIMIT 100`,
			`WHERE e.user_id = $1 AND e.status <> $2 AND e.starred is true ORDER BY "changed_at" DESC, "id" DESC LIMIT 100`,
			`WHERE e.user_id = $1 AND e.status <> $2 AND e.document_vectors @@ websearch_to_tsquery($3) ORDER BY ts_rank(document_vectors, websearch_to_tsquery($3)) DESC LIMIT 100`,
			`WHERE e.user_id = $1 AND e.status = $2 ORDER BY "changed_at" DESC, "published_at" DESC LIMIT 100`,
			`WHERE e.user_id = $1 AND e.share_code <> '' ORDER BY "published_at" DESC LIMIT 100`,
			`WHERE e.user_id = $1 AND e.id = $2 AND e.status <> $3 LIMIT 1`,
			`WHERE e.share_code = $1 LIMIT 1`,
			`WHERE e.user_id = $1 AND e.id > $2 AND e.status <> $3 ORDER BY "id" ASC LIMIT 50`,
			`WHERE e.user_id = $1 AND e.id < $2 AND e.status <> $3 ORDER BY "id" DESC LIMIT 50`,
			`WHERE e.user_id = $1 AND e.changed_at > $2 AND e.status = ANY($3) ORDER BY "published_at" ASC LIMIT 100`,
		},
	},
	{
		Name: "entries-count",
		File: "internal/storage/entry_query_builder.go",
		Has:  "SELECT count(*)",
		Cut:  "WHERE {",
		Tails: []string{
			`WHERE e.user_id = $1 AND e.status = $2 AND c.hide_globally IS FALSE AND f.hide_globally IS FALSE`,
			`WHERE e.user_id = $1 AND e.feed_id = $2 AND e.status <> $3`,
			`WHERE e.user_id = $1 AND e.starred is true AND e.status <> $2`,
			`WHERE e.user_id = $1 AND e.status <> $2`,
		},
	},
	{
		Name: "entry-ids",
		File: "internal/storage/entry_query_builder.go",
		Has:  "LEFT JOIN\n\t\t\tfeeds f\n\t\tON",
		Cut:  "WHERE e.",
		Tails: []string{
			`WHERE e.user_id = $1 AND e.status = $2 ORDER BY "published_at" DESC LIMIT 100 OFFSET 100`,
			`WHERE e.user_id = $1 AND e.starred is true AND e.published_at > $2 ORDER BY "published_at" DESC LIMIT 100`,
		},
	},
	{
		Name:  "entries-page",
		File:  "internal/storage/entry_pagination_builder.go",
		Has:   "entry_pagination",
		Edits: []Edit{{"{pq.QuoteIdentifier(order)}", "published_at"}},
		Cut:   "WHERE {",
		Tails: []string{
			`WHERE e.user_id = $1 AND e.status <> $2 AND e.feed_id = $3 ORDER BY e.published_at asc, e.created_at asc, e.id desc) SELECT prev_id, next_id FROM entry_pagination AS ep WHERE ep.id = $4`,
			`WHERE e.user_id = $1 AND (e.status = $2 OR e.id = $3) ORDER BY e.published_at asc, e.created_at asc, e.id desc) SELECT prev_id, next_id FROM entry_pagination AS ep WHERE ep.id = $4`,
		},
	},
	{
		Name: "feeds-batch",
		File: "internal/storage/batch.go",
		Has:  "FROM feeds",
		Cut:  "WHERE {",
		Tails: []string{
			`WHERE parsing_error_count < $1 AND next_check_at < now() AND disabled IS false ORDER BY next_check_at ASC LIMIT 100`,
			`WHERE user_id = $1 AND category_id = $2 AND disabled IS false ORDER BY next_check_at ASC LIMIT 100`,
		},
	},
	{
		Name: "feeds",
		File: "internal/storage/feed_query_builder.go",
		Has:  "site_url",
		Cut:  "WHERE f.",
		Tails: []string{
			`WHERE f.user_id = $1 ORDER BY "parsing_error_count" DESC, lower(f.title) ASC`,
			`WHERE f.user_id = $1 AND f.category_id = $2 ORDER BY "parsing_error_count" DESC, lower(f.title) ASC`,
			`WHERE f.user_id = $1 AND f.id = $2 LIMIT 1`,
		},
	},
	{
		Name: "feeds-counters",
		File: "internal/storage/feed_query_builder.go",
		Has:  "e.feed_id",
		Cut:  "WHERE\n\t\t\t{",
		Tails: []string{
			`WHERE e.user_id = $1 AND e.status IN ('read', 'unread') GROUP BY e.feed_id, e.status`,
		},
	},
}
