package doctor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/config"
	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/schema"
)

func quote(name string) string { return schema.Quote(name) }

// shown is a table's name as people write it.
func shown(name string) string { return strings.TrimPrefix(name, "public.") }

// tableChecks look at tables.
var tableChecks = []Check{
	{
		Name: "stale-statistics", Title: "report tables that have changed a lot since the last ANALYZE",
		Page: "routine-vacuuming.html#VACUUM-FOR-STATISTICS", Needs: needs{primary: true},
		judge: staleStatistics,
	},
	{
		Name: "vacuum-behind", Title: "report tables with more dead rows than autovacuum would let stand",
		Page: "routine-vacuuming.html#VACUUM-FOR-SPACE-RECOVERY", Needs: needs{primary: true},
		judge: vacuumBehind,
	},
	{
		Name: "primary-key", Title: "report tables without a primary key",
		Page: "logical-replication-publication.html", judge: primaryKeys,
	},
	{
		Name: "foreign-key", Title: "report foreign keys without an index",
		Page: "ddl-constraints.html#DDL-CONSTRAINTS-FK", Query: foreignKeysQuery, judge: foreignKeys,
	},
	{
		Name: "wraparound", Title: "report transaction numbers that run out",
		Page: "routine-vacuuming.html#VACUUM-FOR-WRAPAROUND", Needs: needs{primary: true},
		Query: `SELECT row_to_json(q) FROM (SELECT datname AS name, age(datfrozenxid) AS age, mxid_age(datminmxid) AS multi,
				CASE WHEN datname = current_database() THEN (SELECT c.oid::regclass::text FROM pg_class c WHERE c.relkind IN ('r', 'm') ORDER BY age(c.relfrozenxid) DESC LIMIT 1) END AS oldest
			FROM pg_database WHERE datallowconn ORDER BY age(datfrozenxid) DESC) q`,
		judge: wraparound,
	},
}

// late is how many times what autovacuum waits for must have passed: at once
// it begins to work.
const late = 2

func staleStatistics(d *Database, _ []json.RawMessage, o *outcome) {
	const never = "was never analyzed: the planner guesses"
	for _, t := range d.sorted {
		f := Finding{
			Severity: config.SeverityWarning, Object: shown(t.Name), Remedy: "ANALYZE " + t.Name + ";",
			Cost: "reads a sample of at most " + plans.Number(300*max(d.number("default_statistics_target"), 1)) + " rows; readers and writers go on",
		}
		switch {
		case t.Kind == "p":
			// Have: autovacuum never analyzes a partitioned table as a whole.
			// Before 14 its number of rows was never written.
			if d.major() < 14 || t.Analyzed >= 0 || t.Rows < few {
				continue
			}
			f.Message = fmt.Sprintf("the partitioned table %s, of %s rows, %s what its partitions hold together, and autovacuum does not do it", shown(t.Name), plans.Number(t.Rows), never)
			f.Cost = "reads a sample of each partition; readers and writers go on; to be repeated by a job, since autovacuum looks at partitions only"
		case t.Modified < late*(d.option(t, "autovacuum_analyze_threshold")+d.option(t, "autovacuum_analyze_scale_factor")*max(t.Rows, 0)) || t.Modified < few:
			continue
		case t.Rows < 0:
			f.Message = fmt.Sprintf("%s %s how many rows it has (%s were written)", shown(t.Name), never, plans.Number(t.Modified))
		default:
			f.Message = fmt.Sprintf("%s has changes in %s rows since the last ANALYZE, which counted %s: the planner believes that", shown(t.Name), plans.Number(t.Modified), plans.Number(t.Rows))
		}
		o.add(f)
	}
}

func vacuumBehind(d *Database, _ []json.RawMessage, o *outcome) {
	for _, t := range d.sorted {
		due := d.option(t, "autovacuum_vacuum_threshold") + d.option(t, "autovacuum_vacuum_scale_factor")*max(t.Rows, 0)
		if most := d.option(t, "autovacuum_vacuum_max_threshold"); most > 0 { // 18
			due = min(due, most)
		}
		f := Finding{Severity: config.SeverityWarning, Object: shown(t.Name)}
		switch {
		case t.Kind == "r" && t.leftAlone() && t.Rows >= few:
			f.Message = fmt.Sprintf("autovacuum leaves %s alone (autovacuum_enabled is off for it): dead rows stay until somebody else vacuums", shown(t.Name))
			f.Remedy = "ALTER TABLE " + t.Name + " RESET (autovacuum_enabled);"
			f.Cost = "a short lock, no rewrite; readers and writers go on"
		case t.Dead >= 10*few && t.Dead >= late*due:
			f.Message = fmt.Sprintf("%s has %s dead rows beside %s live ones, and autovacuum should have come at %s: scans read them all", shown(t.Name), plans.Number(t.Dead), plans.Number(max(t.Rows, 0)), plans.Number(due))
			f.Remedy = "VACUUM (ANALYZE) " + t.Name + ";\nALTER TABLE " + t.Name + " SET (autovacuum_vacuum_scale_factor = 0.02);"
			f.Cost = fmt.Sprintf("reads the table (%s) and its indexes once; readers and writers go on; the second line has autovacuum come earlier. Of no use while an old transaction holds the rows (held-back)", plans.Bytes(8192*t.Pages))
		default:
			continue
		}
		o.add(f)
	}
}

func primaryKeys(d *Database, _ []json.RawMessage, o *outcome) {
	for _, t := range d.sorted {
		if t.Kind == "m" || t.Partition || t.Primary || t.Rows < few {
			continue
		}
		f := Finding{Severity: config.SeverityWarning, Object: shown(t.Name)}
		f.Message = fmt.Sprintf("%s, of %s rows, has no primary key: a row cannot be told from its double, and a publication refuses its UPDATE and DELETE", shown(t.Name), plans.Number(t.Rows))
		switch {
		case t.Unique != "":
			f.Severity = config.SeverityInfo
			f.Message = fmt.Sprintf("%s has no primary key, but the unique index %s on columns that are not null: a publication refuses UPDATE and DELETE until it is told of it", shown(t.Name), t.Unique)
			f.Remedy = fmt.Sprintf("ALTER TABLE %s ADD PRIMARY KEY USING INDEX %s;", t.Name, t.Unique)
			f.Cost = "a short ACCESS EXCLUSIVE lock, no rewrite"
		case t.Kind == "p":
			f.Remedy = "ALTER TABLE " + t.Name + " ADD PRIMARY KEY (…);"
			f.Cost = "an index on each partition, with writers locked out meanwhile; the key must hold the partition key"
		default:
			f.Remedy = "ALTER TABLE " + t.Name + " ADD COLUMN id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY;"
			f.Cost = fmt.Sprintf("rewrites the table (%s) with everybody locked out; if some columns are a key already: CREATE UNIQUE INDEX CONCURRENTLY on them, SET NOT NULL, then ADD PRIMARY KEY USING INDEX", plans.Bytes(8192*t.Pages))
		}
		o.add(f)
	}
}

// foreignKeysQuery returns the keys of which no index finds the rows that refer
// to one: of all rows or all but nulls, that begins with one of the columns, or a
// unique one of some of them. How few rows one of several columns leaves is not
// known.
const foreignKeysQuery = `SELECT row_to_json(q) FROM (SELECT f.conname AS name, f.conrelid::text AS table, f.confrelid::text AS parent, f.confdeltype AS action,
		(SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY k.n) FROM unnest(f.conkey) WITH ORDINALITY AS k (attnum, n)
			JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = k.attnum) AS columns
	FROM pg_constraint f WHERE f.contype = 'f' AND f.conparentid = 0 AND NOT EXISTS (
		SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
		WHERE i.indrelid = f.conrelid AND i.indisvalid AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) =
				(SELECT format('(%I IS NOT NULL)', a.attname) FROM pg_attribute a WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0])) AND (
			m.amname IN ('btree', 'hash') AND i.indkey[0] = ANY (f.conkey) OR
			i.indisunique AND i.indpred IS NULL AND (i.indkey::int2[])[0:i.indnkeyatts - 1] <@ f.conkey))
	ORDER BY f.conrelid::regclass::text, f.conname) q`

func foreignKeys(d *Database, rows []json.RawMessage, o *outcome) {
	for _, row := range rows {
		type key struct{ Name, Table, Parent, Action, Columns string }
		k := object[key](row)
		child, parent := d.tables[k.Table], d.tables[k.Parent]
		if child == nil || parent == nil || child.Rows < few {
			continue
		}
		f := Finding{
			Severity: config.SeverityInfo, Object: shown(child.Name),
			Remedy: fmt.Sprintf("CREATE INDEX CONCURRENTLY ON %s (%s);", child.Name, k.Columns),
			Cost:   fmt.Sprintf("reads the table (%s) twice; readers and writers go on; each INSERT writes one index more", plans.Bytes(8192*child.Pages)),
		}
		if child.Kind == "p" {
			f.Remedy = fmt.Sprintf("CREATE INDEX ON %s (%s);", child.Name, k.Columns)
			f.Cost = "locks writers out of all partitions; to avoid that, CREATE INDEX ON ONLY the table, CONCURRENTLY on each partition, and ATTACH them"
		}
		f.Message = fmt.Sprintf("the foreign key (%s) of %s has no index: a DELETE of a row of %s reads all of %s", k.Columns, shown(child.Name), shown(parent.Name), shown(child.Name))
		if child.Kind != "p" {
			f.Message += fmt.Sprintf(" (%s rows)", plans.Number(child.Rows))
		}
		if parent.Deleted > 0 {
			f.Severity = config.SeverityWarning
			f.Message += fmt.Sprintf("; %s were deleted", plans.Number(parent.Deleted))
		} else {
			f.Message += "; none was deleted yet"
		}
		o.add(f)
	}
}

func wraparound(d *Database, rows []json.RawMessage, o *outcome) {
	// Have: numbers end at 2^31; the server refuses writes three million
	// before.
	const (
		grave = 1_200_000_000
		end   = 2_147_483_648
	)
	type database struct {
		Name, Oldest string
		Age, Multi   float64
	}
	var list []database
	for _, row := range rows {
		list = append(list, object[database](row))
	}
	for _, kind := range []struct {
		what, setting string
		of            func(database) float64
	}{
		{"transaction numbers", "autovacuum_freeze_max_age", func(b database) float64 { return b.Age }},
		{"multixact numbers", "autovacuum_multixact_freeze_max_age", func(b database) float64 { return b.Multi }},
	} {
		if len(list) == 0 {
			return
		}
		worst := slices.MaxFunc(list, func(a, b database) int { return cmp.Compare(kind.of(a), kind.of(b)) })
		age := kind.of(worst)
		// Have: at this age autovacuum begins, and freezes in hours.
		due := d.number(kind.setting)
		if age < 1.5*due && age < grave {
			continue
		}
		f := Finding{
			Severity: config.SeverityWarning, Object: "database " + worst.Name,
			Message: fmt.Sprintf("the database %s has rows of %s ago by its %s, and autovacuum should have frozen them at %s: at 2.1 billion the server takes no writes any more (%.0f %% are used)",
				worst.Name, plans.Number(age), kind.what, plans.Number(due), 100*age/end),
			Remedy: "VACUUM (FREEZE, VERBOSE);",
			Cost:   "in the database " + worst.Name + "; reads what is not frozen yet and writes it anew; readers and writers go on. Look for what holds it back first (held-back)",
		}
		if worst.Oldest != "" {
			f.Remedy = "VACUUM (FREEZE, VERBOSE) " + worst.Oldest + ";  -- the oldest, then the next"
		}
		if age >= grave {
			f.Severity = config.SeverityError
		}
		o.add(f)
	}
}
