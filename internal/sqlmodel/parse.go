package sqlmodel

import (
	pg "github.com/sqlvet/sqlvet/internal/pgquery"
	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// A Result is what Parse found.
type Result struct {
	Statements []*Statement
	// Err is set if no reading of the source is SQL, and tells of the one
	// that came furthest. Statements is empty then.
	Err *Error
	// Exact is false if a hole had to be guessed to be a run of SQL.
	Exact bool
	// SQL is the text that the parser read: holes filled, placeholders
	// numbered. Empty if nothing could be read.
	SQL string

	candidate sqlscan.Candidate
}

// Source returns the offset in the source's Text of an offset in SQL, -1 if
// it has none there.
func (r *Result) Source(off int) int { return r.candidate.Map(off) }

// An Error says why a source is not PostgreSQL's SQL.
type Error struct {
	Message string
	Offset  int // in the source's Text; -1 if there is no place
	// Refused is set if the parser was never asked: the text is too long,
	// too deep or no text. Nothing is known about it then.
	Refused bool
}

func (e *Error) Error() string { return e.Message }

// Parse builds the model of src, which is the part frag of a statement with
// the placeholders of style. A source of which nothing is known (empty, only
// holes, OtherClause) gives neither statements nor an error.
func Parse(src sqlscan.Source, frag sqlscan.Fragment, style sqlscan.Style) *Result {
	g := sqlscan.NewGuesser(src, frag, style)
	res := &Result{}
	for c, ok := g.First(); ok; {
		tree, err := pg.Parse(c.SQL)
		if err == nil {
			z := tokenize(c)
			b := &builder{tokenized: z, src: g.Source(), frag: frag, loose: looseTokens(z, c)}
			res.Err, res.Exact, res.SQL, res.candidate = nil, c.Exact, c.SQL, c
			for _, raw := range tree.Stmts {
				if st := b.statement(raw); st.Range != none { // not the wrapper alone
					res.Statements = append(res.Statements, st)
				}
			}
			return res
		}
		if e := sourceError(c, err); res.Err == nil || e.Offset > res.Err.Offset {
			res.Err, res.Exact, res.SQL = e, c.Exact, c.SQL
		}
		if err.Refused {
			return res
		}
		c, ok = g.Next(err.Offset)
	}
	return res
}

// sourceError places err in the source.
func sourceError(c sqlscan.Candidate, err *pg.Error) *Error {
	e := &Error{Message: err.Message, Offset: -1, Refused: err.Refused}
	if err.Offset >= 0 {
		e.Offset = c.Map(err.Offset)
	}
	return e
}

// Pattern returns SQL with a mark of package sqlscan in the place of each
// hole; "" if the source is not SQL.
func (r *Result) Pattern() string {
	if r.Err != nil || r.SQL == "" {
		return ""
	}
	return r.candidate.Pattern()
}

// Fingerprint returns what pg_stat_statements' readers call the query's
// fingerprint, 16 hex digits; "" if the source is not SQL.
func (r *Result) Fingerprint() string {
	if r.Err != nil || r.SQL == "" {
		return ""
	}
	f, _ := pg.Fingerprint(r.SQL)
	return f
}

// Normalized returns the text with each constant replaced by a parameter; ""
// if the source is not SQL.
func (r *Result) Normalized() string {
	if r.Err != nil || r.SQL == "" {
		return ""
	}
	n, _ := pg.Normalize(r.SQL)
	return n
}
