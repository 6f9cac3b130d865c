package xorm

import (
	"xorm.io/builder"
	"xorm.io/xorm"

	"github.com/sqlvet/sqlvet/internal/chains/truth/xorm/base"
)

func (c Chains) FarStart() (ms []Member, err error) {
	return ms, base.Active(c.DB).Asc("email").Find(&ms)
}

func (c Chains) FarCond() (int64, error) { return c.DB.Where(base.Long(3)).Table("book").Count() }

func (c Chains) FarEnd() (ms []Member, err error) {
	return ms, base.List(c.DB.Where("email = ?", "x"), &ms)
}

func (c Chains) FarOptions(name, country bool) (as []Author, err error) {
	var o base.Options
	if name {
		o.Name = "x"
	}
	if country {
		o.Country = "at"
	}
	return as, c.DB.Where(o.ToConds()).Find(&as)
}

func (c Chains) Loop(names []string) (as []Author, err error) {
	sess := c.DB.NewSession()
	defer sess.Close()
	for _, n := range names {
		sess.And("name <> ?", n)
	}
	return as, sess.Asc("id").Find(&as)
}

func (c Chains) OrLoop(names []string) (as []Author, err error) {
	cond := builder.NewCond()
	for _, n := range names {
		cond = cond.Or(builder.Eq{"name": n})
	}
	return as, c.DB.Where(cond).Find(&as)
}

func (c Chains) Sorted(desc bool) (as []Author, err error) {
	sess := c.DB.Where("city <> ''")
	if desc {
		sess.Desc("name")
	} else {
		sess.Asc("name")
	}
	return as, sess.Find(&as)
}

func (c Chains) Closure() (rs []Review, err error) {
	mine := func(sess *xorm.Session) *xorm.Session { return sess.Where("user_id = ?", 3) }
	return rs, mine(c.DB.Asc("id")).Find(&rs)
}

func (c Chains) EarlyReturn(fast bool) (bool, error) {
	sess := c.DB.Where("email = ?", "x")
	if fast {
		return sess.Exist(new(Member))
	}
	return sess.Cols("id").Get(new(Member))
}
