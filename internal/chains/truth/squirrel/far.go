package squirrel

import (
	"context"
	"database/sql"
	"fmt"

	sq "github.com/Masterminds/squirrel"

	"github.com/sqlvet/sqlvet/internal/chains/truth/squirrel/base"
)

func (c Chains) FarVar(id int64) (*sql.Rows, error) {
	return base.Members.Where(sq.Eq{"id": id}).RunWith(c.DB).Query()
}

func (c Chains) FarStart(author int64) (*sql.Rows, error) {
	return base.Books("id", "title").Where(sq.Eq{"author_id": author}).RunWith(c.DB).Query()
}

func (c Chains) FarMiddle() (*sql.Rows, error) {
	return base.Visible(psql.Select("id").From("shelves")).OrderBy("id").RunWith(c.DB).Query()
}

func (c Chains) FarEnd(ctx context.Context, id int64) error {
	return base.Exec(ctx, c.DB, psql.Delete("members").Where(sq.Eq{"id": id}))
}

func (c Chains) FarAll(ctx context.Context, id int64) error {
	return base.Exec(ctx, c.DB, base.Builder.Update("members").Set("name", "x").Where("id = ?", id))
}

// A filter is a list of conditions, some of which may be missing.
type filter struct {
	title string
	pages *int
	ids   []int64
}

func (f filter) apply(q sq.SelectBuilder) sq.SelectBuilder {
	if f.title != "" {
		q = q.Where(sq.ILike{"title": f.title})
	}
	if f.pages != nil {
		q = q.Where(sq.GtOrEq{"pages": *f.pages})
	}
	if len(f.ids) > 0 {
		q = q.Where(sq.Eq{"id": f.ids})
	}
	return q
}

func (c Chains) Filter(title, pages, ids bool) (*sql.Rows, error) {
	var f filter
	if title {
		f.title = "x"
	}
	if pages {
		f.pages = new(int)
	}
	if ids {
		f.ids = []int64{1, 2}
	}
	return f.apply(psql.Select("id").From("books")).RunWith(c.DB).Query()
}

func (c Chains) Loop(names []string) (*sql.Rows, error) {
	q := psql.Select("id").From("authors")
	for _, n := range names {
		q = q.Where("name <> ?", n)
	}
	return q.OrderBy("id").RunWith(c.DB).Query()
}

func (c Chains) OrLoop(names []string) (*sql.Rows, error) {
	or := sq.Or{}
	for _, n := range names {
		or = append(or, sq.Eq{"name": n})
	}
	return psql.Select("id").From("authors").Where(or).RunWith(c.DB).Query()
}

func (c Chains) Sorted(desc bool) (*sql.Rows, error) {
	dir := "ASC"
	if desc {
		dir = "DESC"
	}
	return psql.Select("id").From("books").OrderBy(fmt.Sprintf("pages %s", dir)).RunWith(c.DB).Query()
}

func (c Chains) EarlyReturn(fast bool) (*sql.Rows, error) {
	q := psql.Select("id").From("books")
	if fast {
		return q.Limit(1).RunWith(c.DB).Query()
	}
	q = q.Join("authors USING (author_id)")
	return q.Where("country = ?", "at").RunWith(c.DB).Query()
}

func (c Chains) Count2(author int64) error {
	q := psql.Select().From("books").Where(sq.Eq{"author_id": author})
	if _, err := q.Columns("count(*)").RunWith(c.DB).Query(); err != nil {
		return err
	}
	_, err := q.Columns("id", "title").OrderBy("id").RunWith(c.DB).Query()
	return err
}

func (c Chains) Closure(author int64) (*sql.Rows, error) {
	mine := func(q sq.SelectBuilder) sq.SelectBuilder { return q.Where("author_id = ?", author) }
	return mine(psql.Select("id").From("books")).RunWith(c.DB).Query()
}

func (c Chains) Deferred(id int64) (err error) {
	defer func() {
		_, err = psql.Insert("log").Columns("book_id").Values(id).RunWith(c.DB).Exec()
	}()
	return nil
}

// A lister has its statement's parts in fields.
type lister struct {
	db    *sql.DB
	query sq.SelectBuilder
}

func (l *lister) only(author int64) *lister {
	l.query = l.query.Where(sq.Eq{"author_id": author})
	return l
}

func (l *lister) run() (*sql.Rows, error) { return l.query.RunWith(l.db).Query() }

func (c Chains) Field(author int64) (*sql.Rows, error) {
	l := &lister{db: c.DB, query: psql.Select("id").From("books")}
	return l.only(author).run()
}

func (c Chains) FarColumns() (*sql.Rows, error) {
	return base.Columns("count(*)").Where("pages > 3").RunWith(c.DB).Query()
}

func (c Chains) FarColumnsDefault() (*sql.Rows, error) {
	return base.Columns().Where("pages > 3").RunWith(c.DB).Query()
}
