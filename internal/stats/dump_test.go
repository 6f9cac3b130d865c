package stats

import (
	"slices"
	"strings"
	"testing"
)

// dump is in the form of PostgreSQL 18's pg_dump.
const dump = `--
-- PostgreSQL database dump
--

SET standard_conforming_strings = on;

SELECT * FROM pg_catalog.pg_restore_relation_stats(
	'version', '180001'::integer,
	'schemaname', 'public',
	'relname', 'trams',
	'relpages', '4200'::integer,
	'reltuples', '310000'::real,
	'relallvisible', '4100'::integer,
	'relallfrozen', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180001'::integer,
	'schemaname', 'public',
	'relname', 'trams',
	'attname', 'line''s',
	'inherited', 'f'::boolean,
	'null_frac', '0.25'::real,
	'avg_width', '9'::integer,
	'n_distinct', '-0.5'::real,
	'most_common_vals', '{4,"a \"b\", c",it''s}'::text,
	'most_common_freqs', '{0.2,0.1,0.05}'::real[],
	'histogram_bounds', '{a,z}'::text,
	'correlation', '-0.125'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
	'version', '180001'::integer,
	'schemaname', 'public',
	'relname', 'trams_lower_idx',
	'attnum', '1'::smallint,
	'inherited', 'f'::boolean,
	'null_frac', '0'::real
);
SELECT * FROM pg_catalog.pg_restore_extended_stats('schemaname', 'public');
`

func TestReadDump(t *testing.T) {
	f, err := ReadDump(strings.NewReader(dump), true)
	if err != nil {
		t.Fatal(err)
	}
	trams := f.Table("public", "trams")
	if trams == nil || trams.Rows != 310_000 || trams.Pages != 4200 || trams.AllVisible != 4100 || f.Server != 180001 || len(f.Tables) != 1 {
		t.Fatalf("have %+v, %+v", f, trams)
	}
	c := trams.Column("line's")
	if c == nil || c.NullFraction != 0.25 || c.Width != 9 || c.Distinct != -0.5 || *c.Correlation != -0.125 {
		t.Fatalf("have %+v", c)
	}
	if !slices.Equal(c.Common, []string{"4", `a "b", c`, "it's"}) || !slices.Equal(c.Frequencies, []float64{0.2, 0.1, 0.05}) || !slices.Equal(c.Histogram, []string{"a", "z"}) {
		t.Errorf("have %q, %v, %q", c.Common, c.Frequencies, c.Histogram)
	}
	f, err = ReadDump(strings.NewReader(dump), false)
	if err != nil {
		t.Fatal(err)
	}
	if c := f.Tables[0].Columns[0]; c.Common != nil || c.Histogram != nil || len(c.Frequencies) != 3 {
		t.Errorf("not asked for values: %+v", c)
	}
}

func TestReadDumpRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                      "no statistics",
		"CREATE TABLE a (b int);":               "no statistics",
		dump[:strings.Index(dump, "reltuples")]: "line 12: a text does not end",
		dump[:strings.Index(dump, "::real")]:    "line 12: a call does not end",
		strings.Replace(dump, "'0.25'", "'25'", 1): `table "public.trams": column "line's": null_fraction: 25`,
	} {
		if _, err := ReadDump(strings.NewReader(text), true); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: want %q, have %v", text, want, err)
		}
	}
}
