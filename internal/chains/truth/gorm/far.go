package gorm

import (
	"gorm.io/gorm"

	"github.com/sqlvet/sqlvet/internal/chains/truth/gorm/base"
)

func (c Chains) FarScope() (bs []Book, err error) {
	return bs, c.DB.Scopes(base.Visible, base.Since(2001)).Find(&bs).Error
}

func (c Chains) FarStart() (ms []Member, err error) {
	return ms, base.Active(c.DB).Where("email = ?", "x").Find(&ms).Error
}

func (c Chains) FarEnd() ([]Tag, error) { return base.List[Tag](c.DB.Where("label = ?", "x")) }

func (c Chains) FarRepo(id uint) (Card, error) { return base.Repo[Card]{DB: c.DB}.Get(id) }

func (c Chains) FarCount() (int64, error) { return base.Repo[Review]{DB: c.DB}.Total("stars", 3) }

type filter struct {
	title string
	pages *int
	ids   []uint
}

func (f filter) apply(q *gorm.DB) *gorm.DB {
	if f.title != "" {
		q = q.Where("title ILIKE ?", f.title)
	}
	if f.pages != nil {
		q = q.Where("pages >= ?", *f.pages)
	}
	if len(f.ids) > 0 {
		q = q.Where("id IN ?", f.ids)
	}
	return q
}

func (c Chains) Filter(title, pages, ids bool) (bs []Book, err error) {
	var f filter
	if title {
		f.title = "x"
	}
	if pages {
		f.pages = new(int)
	}
	if ids {
		f.ids = []uint{1, 2}
	}
	return bs, f.apply(c.DB.Model(&Book{})).Find(&bs).Error
}

func (c Chains) Loop(names []string) (as []Author, err error) {
	q := c.DB.Model(&Author{})
	for _, n := range names {
		q = q.Where("name <> ?", n)
	}
	return as, q.Order("id").Find(&as).Error
}

func (c Chains) OrGroup(names []string) (as []Author, err error) {
	or := c.DB.Where("country = ?", "at")
	for _, n := range names {
		or = or.Or("name = ?", n)
	}
	return as, c.DB.Where("city = ?", "x").Where(or).Find(&as).Error
}

func (c Chains) Sorted(desc bool) (as []Author, err error) {
	order := "name"
	if desc {
		order += " desc"
	}
	return as, c.DB.Order(order).Find(&as).Error
}

func (c Chains) EarlyReturn(fast bool) (bs []Book, err error) {
	q := c.DB.Model(&Book{})
	if fast {
		return bs, q.Limit(1).Find(&bs).Error
	}
	q = q.Joins("JOIN authors a ON a.id = books.author_id")
	return bs, q.Where("a.country = ?", "at").Select("books.id").Find(&bs).Error
}

func (c Chains) Closure(author uint) (bs []Book, err error) {
	mine := func(q *gorm.DB) *gorm.DB { return q.Where("author_id = ?", author) }
	return bs, mine(c.DB).Order("id").Find(&bs).Error
}

func (c Chains) Paginated(page, size int) (ts []Tag, err error) {
	paginate := func(db *gorm.DB) *gorm.DB { return db.Offset((page - 1) * size).Limit(size) }
	return ts, c.DB.Scopes(paginate).Order("label").Find(&ts).Error
}

type lister struct{ query *gorm.DB }

func (l *lister) only(author uint) *lister {
	l.query = l.query.Where("author_id = ?", author)
	return l
}

func (l *lister) found() (bs []Book, err error) { return bs, l.query.Find(&bs).Error }

func (c Chains) Field(author uint) ([]Book, error) {
	return (&lister{c.DB.Order("title")}).only(author).found()
}
