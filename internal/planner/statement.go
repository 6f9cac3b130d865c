//go:build unix

package planner

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/plans"
	"github.com/sqlvet/sqlvet/internal/sqlpattern"
)

// A Statement is one that the server plans.
type Statement struct {
	Text   string // as it is planned: with some values for parameters
	Params int    // that are left
	// Run is set for one that changes nothing and may be run to see what it
	// finds.
	Run bool
	// Deep is the text with an offset far from the start, "" if OFFSET has
	// no parameter.
	Deep string
}

// A Refusal is what the server says of a statement that it does not plan.
type Refusal struct{ Code, Message, Hint string }

func (r *Refusal) Error() string { return r.Message }

// Missing reports whether the statement names something that is not there: on
// a database that is not whole it says nothing about the statement.
func (r *Refusal) Missing() bool {
	return slices.Contains([]string{"42P01", "42703", "3F000", "42704", "42883", "42P02"}, r.Code)
}

var untyped = regexp.MustCompile(`^could not determine data type of parameter \$(\d+)$`)

// Prepare finds the form in which a statement is planned. The error is a
// *Refusal if the server does not take it.
func (b *Box) Prepare(ctx context.Context, sql string, bound sqlpattern.Bound) (*Statement, error) {
	st, err := b.prepare(ctx, sql, bound, firstOffset)
	if err != nil || st.Deep == "" {
		return st, err
	}
	deep, err := b.prepare(ctx, sql, bound, typicalLimit*deepPage)
	if err != nil {
		return nil, err
	}
	st.Deep = deep.Text
	return st, nil
}

func (b *Box) prepare(ctx context.Context, sql string, bound sqlpattern.Bound, offset int) (*Statement, error) {
	values := b.values
	if values == nil {
		values = b.typical
	}
	text, paged := bind(sql, bound, values, offset)
	st := &Statement{Text: text}
	if paged {
		st.Deep = text
	}
	for range maxUntyped {
		n, err := b.app.prepare(ctx, st.Text)
		if err == nil {
			st.Params = n
			return st, nil
		}
		said := refusal(err)
		if said == nil {
			return nil, err
		}
		m := untyped.FindStringSubmatch(said.Message)
		if m == nil {
			return nil, refused(err)
		}
		// A driver sends the type of what it binds: a text will do.
		param := regexp.MustCompile(`\$` + m[1] + `\b`)
		st.Text = param.ReplaceAllString(st.Text, "$$"+m[1]+"::text")
	}
	return nil, &Refusal{Code: "42P18", Message: "the types of its parameters are not known"}
}

// maxUntyped bounds the parameters that are given a type.
const maxUntyped = 20

func refused(err error) error {
	if e := refusal(err); e != nil {
		return &Refusal{Code: e.Code, Message: e.Message, Hint: e.Hint}
	}
	return err
}

// Explain plans a statement with the indexes that are switched on. The error
// is a *Refusal if the server does not plan it.
func (b *Box) Explain(ctx context.Context, st *Statement) (*plans.Node, error) {
	return b.explain(ctx, st.Text, st.Params)
}

// ExplainDeep plans it for a page far from the first.
func (b *Box) ExplainDeep(ctx context.Context, st *Statement) (*plans.Node, error) {
	return b.explain(ctx, st.Deep, st.Params)
}

const explainJSON = "EXPLAIN (FORMAT JSON) "

func (b *Box) explain(ctx context.Context, text string, params int) (*plans.Node, error) {
	sql := explainJSON + text
	if params > 0 {
		// Anew each time: the plan of a prepared statement is kept though
		// indexes come and go.
		if _, err := b.app.prepare(ctx, text); err != nil {
			return nil, refused(err)
		}
		sql = fmt.Sprintf(explainJSON+"EXECUTE q(%s)", strings.TrimSuffix(strings.Repeat("NULL,", params), ","))
	}
	p, err := b.plan(ctx, b.app, sql)
	if err != nil {
		return nil, refused(err)
	}
	return p, nil
}
