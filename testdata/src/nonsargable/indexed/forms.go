package indexed

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// A form that no index answers, where another says the same.
func forms(ctx context.Context, conn *pgx.Conn, x string) {
	conn.Query(ctx, "SELECT id FROM birds WHERE ring IS NOT DISTINCT FROM $1", x)                                 // want `no index can serve ring IS NOT DISTINCT FROM \$1: compare with = where the value is not NULL, and ask IS NULL where it is`
	conn.Query(ctx, "SELECT id FROM birds WHERE $1 = ANY (calls)", x)                                             // want `write calls @> ARRAY\[\$1\], which a GIN index on birds.calls serves`
	conn.Query(ctx, "SELECT id FROM birds WHERE $1 = ANY (string_to_array(foods, ';'))", x)                       // want `CREATE INDEX CONCURRENTLY ON birds USING gin \(string_to_array\(foods, ';'\)\)`
	conn.Query(ctx, "SELECT id FROM birds WHERE to_tsvector(latin) @@ to_tsquery($1)", x)                         // want `name the configuration, as in to_tsvector\('simple', latin\), and index that`
	conn.Query(ctx, "SELECT id FROM birds WHERE websearch_to_tsquery('simple', $1) @@ foods", x)                  // want `to_tsvector\('english', foods\)`
	conn.Query(ctx, "SELECT id FROM birds b WHERE b.seen <@ tsrange($1, $2)", x, x)                               // want `write b.seen >= \$1 AND b.seen < \$2`
	conn.Query(ctx, "SELECT id FROM birds WHERE seen <@ tsrange($1, $2, '(]')", x, x)                             // want `write seen > \$1 AND seen <= \$2`
	conn.Query(ctx, "SELECT id FROM birds WHERE $2 >= ST_Distance(spot, $1)", x, 5)                               // want `write ST_DWithin\(spot, \$1, \$2\), which a GiST index on birds.spot serves`
	conn.Query(ctx, "SELECT id FROM birds WHERE similarity(latin, $1) > 0.4", x)                                  // want `write latin % \$1, which an index with gin_trgm_ops serves`
	conn.Query(ctx, "SELECT id FROM birds WHERE (facts->>'hatched')::timestamptz > $1", x)                        // want `no index can hold \(facts->>'hatched'\)::timestamptz, which depends on settings`
	conn.Query(ctx, "SELECT id FROM birds WHERE to_jsonb(facts)->>'sex' = $1", x)                                 // want `write facts->>'sex', which says the same`
	conn.Query(ctx, "SELECT id FROM birds WHERE ring IS NOT DISTINCT FROM NULL")                                  // it is read as IS NULL
	conn.Query(ctx, "SELECT id FROM birds WHERE id = $2 AND ring IS NOT DISTINCT FROM $1", x, 1)                  // found by its key
	conn.Query(ctx, "SELECT id FROM birds WHERE ring IS DISTINCT FROM $1", x)                                     // most rows
	conn.Query(ctx, "SELECT id FROM birds WHERE calls @> ARRAY[$1]", x)                                           //
	conn.Query(ctx, "SELECT id FROM birds WHERE latin = ANY (string_to_array($1, ';'))", x)                       // of a value
	conn.Query(ctx, "SELECT id FROM birds WHERE $1 <> ALL (calls)", x)                                            //
	conn.Query(ctx, "SELECT id FROM birds WHERE to_tsvector('simple', latin) @@ to_tsquery($1)", x)               //
	conn.Query(ctx, "SELECT id FROM birds WHERE ST_Distance(spot, $1) > $2", x, 5)                                // those far away
	conn.Query(ctx, "SELECT id FROM birds WHERE ST_DWithin(spot, $1, $2)", x, 5)                                  //
	conn.Query(ctx, "SELECT id FROM birds ORDER BY similarity(latin, $1) DESC LIMIT 3", x)                        //
	conn.Query(ctx, "SELECT a.id FROM birds a JOIN birds b ON a.ring IS NOT DISTINCT FROM b.ring WHERE b.id = 1") // a join
}

// The type of a value decides whether the column is compared as it is.
func types(ctx context.Context, conn *pgx.Conn, x string) {
	conn.Query(ctx, "SELECT seen FROM birds WHERE id = 7.0")                                  // want `a plain index on birds.id cannot serve id = 7.0: the value's type numeric makes PostgreSQL convert the column from integer; write 7`
	conn.Query(ctx, "SELECT seen FROM birds WHERE ring > 1.5 * $1::int", x)                   // want `type numeric makes PostgreSQL convert the column from bigint; cast the value to bigint`
	conn.Query(ctx, "SELECT seen FROM birds WHERE ring IN (1, $1::numeric)", x)               // want `cast the value to bigint`
	conn.Query(ctx, "SELECT seen FROM birds WHERE $1::float8 = weight", x)                    // want `convert the column from numeric; cast the value to numeric`
	conn.Query(ctx, "SELECT seen FROM birds WHERE code = $1::text", x)                        // want `convert the column from char; cast the value to char`
	conn.Query(ctx, "SELECT seen FROM birds WHERE ring BETWEEN 1.5 AND $1::real", x)          // want `cast the value to bigint`
	conn.Query(ctx, "SELECT seen FROM birds WHERE ring BETWEEN 1 AND 2.5")                    // one bound is enough
	conn.Query(ctx, "SELECT seen FROM birds WHERE ring = $1::int OR weight = $1::int", x)     //
	conn.Query(ctx, "SELECT seen FROM birds WHERE ring = 60 * $1::int AND weight > 1.5", x)   //
	conn.Query(ctx, "SELECT seen FROM birds WHERE code = $1::varchar AND seen > $2::date", x) //
	conn.Query(ctx, "SELECT seen FROM birds WHERE latin = $1::citext", x)                     //
	conn.Query(ctx, "SELECT seen FROM birds WHERE ring = ($1::numeric)::bigint", x)           //
}
