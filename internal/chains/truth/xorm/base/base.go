// Package base is what other packages begin and end their chains with.
package base

import (
	"xorm.io/builder"
	"xorm.io/xorm"
)

// Active is half a chain.
func Active(db *xorm.Engine) *xorm.Session { return db.Where("active = ?", true) }

// Long is a condition.
func Long(n int) builder.Cond { return builder.Gt{"pages": n} }

// List ends a chain.
func List(sess *xorm.Session, out any) error { return sess.Limit(50).Find(out) }

// Options say what to look for.
type Options struct {
	Name    string
	Country string
}

// ToConds returns the options as a condition.
func (o Options) ToConds() builder.Cond {
	cond := builder.NewCond()
	if o.Name != "" {
		cond = cond.And(builder.Eq{"name": o.Name})
	}
	if o.Country != "" {
		cond = cond.And(builder.Eq{"country": o.Country})
	}
	return cond
}
