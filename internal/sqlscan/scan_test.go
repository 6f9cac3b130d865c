package sqlscan

import (
	"strings"
	"testing"
)

var kindNames = map[TokenKind]string{
	Invalid: "!", Ident: "i", Quoted: "q", Backquoted: "b", String: "s", Number: "n", Op: "o", Punct: "p", Param: "$", Comment: "c",
}

func TestScan(t *testing.T) {
	for _, tt := range []struct{ sql, want string }{
		{"SELECT a.b, *", "i:SELECT i:a p:. i:b p:, o:*"},
		{`"a""b" U&"x" u"y"`, `q:"a""b" q:U&"x" i:u q:"y"`},
		{`'it''s' E'a\'b' b'01' X'1F' N'n' U&'\0061' e 'x'`, `s:'it''s' s:E'a\'b' s:b'01' s:X'1F' s:N'n' s:U&'\0061' i:e s:'x'`},
		{`'a\' 'b'`, `s:'a\' s:'b'`},
		{"$$a'b$$ $t$x$$y$t$ $1 $12a a$1", "s:$$a'b$$ s:$t$x$$y$t$ $:$1 $:$12 i:a i:a$1"},
		{"1 1.5 .5 1e3 1e-3 1e 0x1F 1_000 1..2 1.", "n:1 n:1.5 n:.5 n:1e3 n:1e-3 n:1 i:e n:0x1F n:1_000 n:1 p:. n:.2 n:1."},
		{"a=-1 a<-1 a@-1 a->>'b' a- -1 a||'x' x::int y:=1", "i:a o:= o:- n:1 i:a o:< o:- n:1 i:a o:@- n:1 i:a o:->> s:'b' i:a o:- o:- n:1 i:a o:|| s:'x' i:x o::: i:int i:y o::= n:1"},
		{"a--x\nb /* c /* d */ e */ f */ g", "i:a c:--x i:b c:/* c /* d */ e */ i:f o:*/ i:g"},
		{"a+/*c*/b a*--c", "i:a o:+ c:/*c*/ i:b i:a o:* c:--c"},
		{"`a b` :name", "b:`a b` p:: i:name"},
		{"straße äöü", "i:straße i:äöü"},
		{"'open", "s:'open"},
		{`"open`, `q:"open`},
		{"/* open", "c:/* open"},
		{"$x$open", "s:$x$open"},
		{"a\x00b\\", "i:a !:\x00 i:b !:\\"},
		{"\xff\xfe", "i:\xff\xfe"},
		{"", ""},
		{" \t\r\n\v\f", ""},
	} {
		var got []string
		for _, tok := range Scan(tt.sql) {
			got = append(got, kindNames[tok.Kind]+":"+tok.Text(tt.sql))
		}
		if g := strings.Join(got, " "); g != tt.want {
			t.Errorf("%q:\n got %s\nwant %s", tt.sql, g, tt.want)
		}
	}
}

func TestBrackets(t *testing.T) {
	for _, tt := range []struct {
		sql  string
		i, m int
	}{
		{"f(a, (b), c[1])", 1, 12},
		{"f(a, (b), c[1])", 4, 6},
		{"CASE WHEN a THEN b END", 0, 5},
		{"(a", 0, -1},
		{"a)", 1, -1},
		{"(]", 0, -1},
	} {
		if got := Brackets(tt.sql, Scan(tt.sql))[tt.i]; got != tt.m {
			t.Errorf("%q: token %d matches %d, want %d", tt.sql, tt.i, got, tt.m)
		}
	}
}

// first returns the first candidate of a text without holes.
func first(t *testing.T, sql string, style Style) Candidate {
	t.Helper()
	c, ok := NewGuesser(Source{Text: sql}, Statement, style).First()
	if !ok {
		t.Fatalf("%q: no candidate", sql)
	}
	return c
}

func TestPlaceholders(t *testing.T) {
	for _, tt := range []struct {
		name  string
		style Style
		sql   string
		want  string // "" if unchanged
	}{
		{"question", StyleQuestion, "a = ? AND b IN (?,?)", "a = $1 AND b IN ($2,$3)"},
		{"after $n", StyleQuestion, "a = $2 AND b = ?", "a = $2 AND b = $3"},
		{"glued", StyleQuestion, "a=?and b>=? or c LIKE ?||'%'", "a=$1and b>=$2 or c LIKE $3||'%'"},
		{"concatenated", StyleQuestion, "a LIKE '%'||?||'%'", "a LIKE '%'||$1||'%'"},
		{"escaped", StyleQuestion, `a ?? 'x' AND b \? 'y' AND c = ?`, `a ? 'x' AND b ? 'y' AND c = $1`},
		{"jsonb", StyleQuestion, "a ? 'x' AND b ?| array['y'] AND c ?& $1 AND d @? 'z'", ""},
		{"cast", StyleQuestion, "a = ?::int", "a = $1::int"},
		{"in strings", StyleQuestion, `'?' = "?" /* ? */ -- ?`, ""},
		{"no style", 0, "a = ? AND b = :b AND c = @c", ""},
		{"gorm list", StyleQuestion, "a IN ? AND (b) NOT IN ?", "a IN ($1) AND (b) NOT IN ($2)"},
		{"limit pair", StyleQuestion, "LIMIT ?,?", "LIMIT $1,$2"},
		{"named", StyleNamed, "a = :a AND b = :a AND c = :c.d", "a = $1 AND b = $1 AND c = $2"},
		{"named casts", StyleNamed, "a::text = :a::text AND b[1:2] = b[:x] AND c := 1", "a::text = $1::text AND b[1:2] = b[$2] AND c := 1"},
		{"named double escape", StyleNamed, "a::::text", "a::text"},
		{"slice of columns", StyleNamed, "a[b:c]", ""},
		{"at", StyleAt, "a = @a AND b=@b AND c>=@c", "a = $1 AND b=$2 AND c>=$3"},
		{"at operators", StyleAt, "a @> b AND c <@ d AND e @@ f AND @ g = 1 AND h @>@h", "a @> b AND c <@ d AND e @@ f AND @ g = 1 AND h @>$1"},
		{"bun", StyleBun, "SELECT ?TableColumns FROM ?TableName AS ?TableAlias WHERE id = ?0 AND x = ?x OR y IN (?)", "SELECT _tablecolumns FROM _tablename AS _tablealias WHERE id = $1 AND x = $2 OR y IN ($3)"},
		{"bun table", StyleBun, "SELECT * FROM ? WHERE ?.a = ?", "SELECT * FROM _ WHERE _.a = $1"},
		{"dbx", StyleDbx, "SELECT [[a]] FROM {{%b}} WHERE c = {:d} AND e[1]", `SELECT "a" FROM "b" WHERE c = $1 AND e[1]`},
		{"sqlc", StyleSqlc, "a = sqlc.arg(a) AND b = sqlc.narg('b') AND c IN (sqlc.slice(c)) AND sqlc.arg('a') > 1", "a = $1 AND b = $2 AND c IN ($3) AND $1 > 1"},
		{"backquotes", StyleQuestion, "SELECT `a` FROM `b c`", `SELECT "a" FROM "b c"`},
		{"unknown", StyleUnknown, "a = ? AND b = :b AND c = @c AND d ? 'e' AND f[1:2]", "a = $1 AND b = $2 AND c = $3 AND d ? 'e' AND f[1:2]"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want == "" {
				want = tt.sql
			}
			if c := first(t, tt.sql, tt.style); c.SQL != want || !c.Exact {
				t.Errorf("got  %q (exact %v)\nwant %q", c.SQL, c.Exact, want)
			}
		})
	}
}

func TestMap(t *testing.T) {
	src := Source{Text: "SELECT a FROM  WHERE b = ? AND c = 1", Holes: []Hole{{At: 14, Kind: HoleIdent}}}
	c, _ := NewGuesser(src, Statement, StyleQuestion).First()
	for _, tt := range []struct{ in, from string }{
		{"SELECT", "SELECT"}, {"WHERE", "WHERE"}, {"$1", "? AND"}, {" AND", " AND"}, {"= 1", "= 1"}, {"_hole0", " WHERE"},
	} {
		at := strings.Index(c.SQL, tt.in)
		if got := c.Map(at); got != strings.Index(src.Text, tt.from) {
			t.Errorf("%q in %q maps to %d, want %d", tt.in, c.SQL, got, strings.Index(src.Text, tt.from))
		}
	}
	at := strings.Index(c.SQL, "b = $1")
	if from, to, ok := c.Range(at, at+6); !ok || src.Text[from:to] != "b = ?" {
		t.Errorf("got [%d,%d) %v", from, to, ok)
	}
	if h, ok := c.HoleIn(strings.Index(c.SQL, "FROM"), at); h != 0 || !ok {
		t.Errorf("hole %d, %v", h, ok)
	}
	if c.Map(-1) != -1 || c.Map(len(c.SQL)+1) != -1 {
		t.Error("offsets outside the candidate map into the source")
	}
	w, _ := NewGuesser(Source{Text: "a = 1"}, WhereClause, 0).First()
	if at := strings.Index(w.SQL, "a = 1"); w.Map(at) != 0 || w.Map(0) != -1 || w.Kind(0) != SpanWrapper || w.Kind(at) != SpanText {
		t.Errorf("%q: the wrapper maps into the source", w.SQL)
	}
}

func TestNoCandidates(t *testing.T) {
	for _, tt := range []struct {
		src  Source
		frag Fragment
	}{
		{Source{}, Statement},
		{Source{Text: " \n-- nothing"}, WhereClause},
		{Source{Text: "", Holes: []Hole{{At: 0}}}, Statement},
		{Source{Text: "FOR UPDATE"}, OtherClause},
	} {
		if c, ok := NewGuesser(tt.src, tt.frag, StyleUnknown).First(); ok {
			t.Errorf("%q: got %q", tt.src.Text, c.SQL)
		}
	}
}

func TestTooDeep(t *testing.T) {
	rep := strings.Repeat
	for _, tt := range []struct {
		name string
		sql  string
		bad  bool
	}{
		{"plain", "SELECT a FROM t WHERE b = 1 AND c = 2", false},
		{"many conditions", "SELECT 1 WHERE a = 1" + rep(" AND a = 1 OR b = 2", 5000), false},
		{"many columns", "SELECT a + 1" + rep(", a + 1", 5000), false},
		{"many rows", "VALUES (1)" + rep(", (1)", 5000), false},
		{"many cases", "SELECT CASE" + rep(" WHEN a = 1 THEN b + 1", 5000) + " END", false},
		{"many statements", rep("SELECT 1 + 1; ", 5000), false},
		{"100 joins", "SELECT 1 FROM a" + rep(" JOIN b ON a.x = b.x", 100), false},
		{"100 unions", "SELECT 1" + rep(" UNION SELECT 1", 100), false},
		{"in strings", "SELECT '" + rep("(", 5000) + "' -- " + rep("+", 5000), false},
		{"chain", "SELECT 1" + rep("+1", 300), true},
		{"chain through commas in calls", "SELECT f(1,2)" + rep("+f(1,2)", 300), true},
		{"chain of deep operands", "SELECT (1" + rep("+1", 150) + ")" + rep("+1", 150), true},
		{"brackets", "SELECT " + rep("(", 100), true},
		{"not", "SELECT " + rep("NOT ", 200), true},
		{"between not", "SELECT " + rep("a BETWEEN 1 AND NOT ", 100), true},
		{"unions", "SELECT 1, 2" + rep(" UNION SELECT 1, 2", 300), true},
		{"length", rep(" ", MaxLength+1), true},
	} {
		if reason, bad := TooDeep(tt.sql); bad != tt.bad || (reason != "") != bad {
			t.Errorf("%s: got %v %q", tt.name, bad, reason)
		}
	}
}
