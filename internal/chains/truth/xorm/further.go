package xorm

import (
	"xorm.io/builder"
	"xorm.io/xorm"
)

// More of what applications write: options, transactions, helpers.

type bookOptions struct {
	Author int64
	Title  string
	Shelf  []int64
	All    bool
}

func (o bookOptions) cond() builder.Cond {
	cond := builder.NewCond()
	if o.Author > 0 {
		cond = cond.And(builder.Eq{"author_id": o.Author})
	}
	if o.Title != "" {
		cond = cond.And(builder.Like{"title", o.Title})
	}
	return cond
}

func (c Chains) Conds(author, title bool) (bs []Book, err error) {
	var o bookOptions
	if author {
		o.Author = 3
	}
	if title {
		o.Title = "x"
	}
	return bs, c.DB.Where(o.cond()).OrderBy("id").Find(&bs)
}

func (c Chains) Tx(id int64) error {
	s := c.DB.NewSession()
	defer s.Close()
	if err := s.Begin(); err != nil {
		return err
	}
	if _, err := s.ID(id).Cols("title").Update(&Book{Title: "x"}); err != nil {
		return err
	}
	if _, err := s.Where("book_id = ?", id).Delete(new(Review)); err != nil {
		return err
	}
	return s.Commit()
}

func (c Chains) TransactionMore(id int64) (any, error) {
	return c.DB.Transaction(func(s *xorm.Session) (any, error) {
		n, err := s.Where("id = ?", id).Incr("pages", 2).Update(new(Book))
		return n, err
	})
}

func findRows[T any](s *xorm.Session, cond builder.Cond) (rows []*T, err error) {
	return rows, s.Where(cond).Find(&rows)
}

func (c Chains) GenericRows() ([]*Author, error) {
	return findRows[Author](c.DB.NewSession(), builder.Eq{"country": "at"})
}

func (c Chains) ColsAll(id int64, m Member) error {
	_, err := c.DB.ID(id).AllCols().Update(&m)
	return err
}

func (c Chains) JoinedRows() (out []struct {
	Book   `xorm:"extends"`
	Author string
}, err error) {
	return out, c.DB.Table("book").Join("INNER", "author", "author.id = book.author_id").Where("author.country = ?", "at").Cols("book.id", "book.title").Find(&out)
}

func (c Chains) InQuery() (bs []Book, err error) {
	return bs, c.DB.In("author_id", builder.Select("id").From("author").Where(builder.Eq{"city": "x"})).Unscoped().Find(&bs)
}

func (c Chains) NotInBetween(ids []int64) (rs []Review, err error) {
	return rs, c.DB.NotIn("id", ids).And(builder.Between{Col: "stars", LessVal: 2, MoreVal: 4}).Desc("id").Limit(5).Find(&rs)
}

func (c Chains) OrCond() (as []Author, err error) {
	return as, c.DB.Where(builder.Or(builder.Eq{"name": "x"}, builder.IsNull{"city"})).Asc("name").Find(&as)
}

func (c Chains) ExistWhereMore(email string) (bool, error) {
	return c.DB.Where("email = ?", email).And("active = ?", true).Exist(new(Member))
}

func (c Chains) CountBeanMore() (int64, error) { return c.DB.Count(&Review{BookId: 3}) }

func (c Chains) Page(n, size int) (int64, error) {
	var as []Author
	return c.DB.Where("city <> ?", "").Limit(size, n*size).OrderBy("name").FindAndCount(&as)
}

func (c Chains) MapUpdate(id int64) error {
	_, err := c.DB.Table("member").ID(id).Update(map[string]any{"active": false})
	return err
}

func (c Chains) OtherOf(id int64) (as []Author, err error) {
	other := builder.Select("1").From("author", "a2").Where(builder.Expr("a2.city = author.city AND a2.id <> author.id"))
	return as, c.DB.Where(builder.Eq{"id": id}.And(builder.Exists(other))).Find(&as)
}
