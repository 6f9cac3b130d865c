package gorm

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// More of what applications write: repositories, pages, options, transactions.

type members struct{ *gorm.DB }

func (m members) activeOnly(ctx context.Context) *gorm.DB {
	return m.WithContext(ctx).Model(&Member{}).Where("active = ?", true)
}

func (m members) page(ctx context.Context, term string, page, size int) (list []Member, total int64, err error) {
	q := m.activeOnly(ctx)
	if term = strings.TrimSpace(term); term != "" {
		like := "%" + term + "%"
		q = q.Where("name ILIKE ? OR email ILIKE ?", like, like)
	}
	if err = q.Count(&total).Error; err != nil {
		return nil, 0, err
	}
	err = q.Order("name").Offset((page - 1) * size).Limit(size).Find(&list).Error
	return list, total, err
}

func (c Chains) Pages(ctx context.Context, some bool) (int64, error) {
	term := " "
	if some {
		term = "x"
	}
	_, n, err := members{c.DB}.page(ctx, term, 2, 10)
	return n, err
}

type option func(*gorm.DB) *gorm.DB

func titled(s string) option {
	return func(q *gorm.DB) *gorm.DB { return q.Where("title = ?", s) }
}

func ordered(column string, down bool) option {
	return func(q *gorm.DB) *gorm.DB {
		return q.Order(clause.OrderByColumn{Column: clause.Column{Name: column}, Desc: down})
	}
}

func (c Chains) optioned(opts ...option) (bs []Book, err error) {
	q := c.DB.Model(&Book{})
	for _, o := range opts {
		q = o(q)
	}
	return bs, q.Find(&bs).Error
}

func (c Chains) Options() ([]Book, error) { return c.optioned(titled("x"), ordered("pages", true)) }

func (c Chains) NamedTwice(s string) (bs []Book, err error) {
	return bs, c.DB.Where("title = @t OR isbn = @t", sql.Named("t", s)).Find(&bs).Error
}

func (c Chains) RowsMore() error {
	rows, err := c.DB.Model(&Author{}).Select("country, count(*) AS n").Group("country").Having("count(*) > ?", 3).Order("n DESC").Rows()
	if err != nil {
		return err
	}
	return rows.Close()
}

type bookLine struct {
	ID     uint
	Title  string
	Author string
}

func (c Chains) JoinedLines(country string) (ls []bookLine, err error) {
	return ls, c.DB.Model(&Book{}).
		Select("books.id, books.title, authors.name AS author").
		Joins("LEFT JOIN authors ON authors.id = books.author_id").
		Where("authors.country = ?", country).
		Scan(&ls).Error
}

func (c Chains) AliasCount(n int64) (int64, error) {
	return n, c.DB.Table("books AS b").Joins("JOIN reviews r ON r.book_id = b.id").Where("r.stars >= ?", 4).Distinct("b.id").Count(&n).Error
}

func (c Chains) PreloadOrderedMore(id uint) (b Book, err error) {
	err = c.DB.Preload("Reviews", func(q *gorm.DB) *gorm.DB { return q.Order("stars DESC") }).
		Preload("Reviews.Member").
		First(&b, id).Error
	return b, err
}

func (c Chains) PreloadBoth(id uint) (a Author, err error) {
	err = c.DB.Preload("Books", "pages > ?", 3, func(q *gorm.DB) *gorm.DB { return q.Order("title") }).Take(&a, "id = ?", id).Error
	return a, err
}

func (c Chains) LockNow(id uint) (b Book, err error) {
	return b, c.DB.Clauses(clause.Locking{Strength: "UPDATE", Options: "NOWAIT"}).First(&b, "id = ?", id).Error
}

func (c Chains) Counter(id uint) error {
	return c.DB.Model(&Book{}).Where("id = ?", id).UpdateColumn("pages", gorm.Expr("pages + ?", 1)).Error
}

func (c Chains) Purge(before time.Time) error {
	return c.DB.Unscoped().Where("deleted_at < ?", before).Delete(&Book{}).Error
}

func (c Chains) Existing() (bs []Book, err error) {
	loans := c.DB.Model(&Loan{}).Select("1").Where("loans.book_id = books.id")
	return bs, c.DB.Where("EXISTS (?)", loans).Find(&bs).Error
}

func (c Chains) FromQuery(name string) (names []string, err error) {
	inner := c.DB.Model(&Author{}).Select("name").Where("city = ?", "x")
	return names, c.DB.Table("(?) AS u", inner).Where("u.name = ?", name).Pluck("u.name", &names).Error
}

func (c Chains) Move(book, to uint) error {
	return c.DB.Transaction(func(tx *gorm.DB) error {
		var b Book
		if err := tx.Clauses(clause.Locking{Strength: "UPDATE"}).Take(&b, book).Error; err != nil {
			return err
		}
		if err := tx.Model(&b).Update("shelf_id", to).Error; err != nil {
			return err
		}
		return tx.Create(&AuditEntry{Kind: "move", HTTPCode: 200}).Error
	})
}

func (c Chains) Manual() error {
	tx := c.DB.Begin()
	defer tx.Rollback()
	if err := tx.Where("member_id = ?", 3).Delete(&Card{}).Error; err != nil {
		return err
	}
	return tx.Commit().Error
}

func (c Chains) Status(closed bool) (ls []Loan, err error) {
	q := c.DB.Where("member_id = ?", 3)
	switch {
	case closed:
		q = q.Where("returned_at IS NOT NULL")
	default:
		q = q.Where("returned_at IS NULL")
	}
	return ls, q.Order("taken_at DESC").Find(&ls).Error
}

func (c Chains) SortBy(down bool) (as []Author, err error) {
	order := "name"
	if down {
		order += " DESC"
	}
	return as, c.DB.Order(order).Limit(5).Find(&as).Error
}

func (c Chains) ClauseValues(ids []any) (bs []Book, err error) {
	return bs, c.DB.Where(clause.IN{Column: "author_id", Values: ids}).Where(clause.Or(clause.Eq{Column: "title", Value: "x"}, clause.Gt{Column: "pages", Value: 3})).Find(&bs).Error
}

func (c Chains) ColumnOfTable() (bs []Book, err error) {
	return bs, c.DB.Joins("Author").Where(clause.Eq{Column: clause.Column{Table: clause.CurrentTable, Name: "title"}, Value: "x"}).Find(&bs).Error
}

func (c Chains) JoinWith() (bs []Book, err error) {
	return bs, c.DB.Joins("Author", c.DB.Where(&Author{Country: "at"})).Order("books.id").Find(&bs).Error
}

func (c Chains) UpsertMore(ms []Member) error {
	return c.DB.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "email"}},
		DoUpdates: clause.Assignments(map[string]any{"name": gorm.Expr("excluded.name"), "active": true}),
	}).Create(&ms).Error
}

func (c Chains) OmitSave(t Tag) error { return c.DB.Omit("Label").Create(&t).Error }

func (c Chains) SelectAll(id uint, m Member) error {
	return c.DB.Model(&Member{}).Where("id = ?", id).Select("*").Omit("ID").Updates(m).Error
}

func (c Chains) Ensure(label string) (t Tag, err error) {
	return t, c.DB.Where(Tag{Label: label}).Attrs(Tag{Label: label}).FirstOrCreate(&t).Error
}

func (c Chains) DeleteKeys(ids []int) error { return c.DB.Delete(&Book{}, ids).Error }

func (c Chains) Missing(email string) (bool, error) {
	var m Member
	err := c.DB.Where("email = ?", email).Limit(1).Find(&m).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return true, nil
	}
	return false, err
}

func (c Chains) MapOf(cond map[string]any) (cs []Card, err error) {
	return cs, c.DB.Where(cond).Find(&cs).Error
}

func (c Chains) GroupCount() (n int64, err error) {
	return n, c.DB.Model(&Review{}).Where("stars > ?", 2).Group("book_id").Count(&n).Error
}

func (c Chains) NotStruct() (bs []Book, err error) {
	return bs, c.DB.Where("pages > ? OR in_print", 3).Not(&Book{Title: "x"}).Find(&bs).Error
}

func (c Chains) Sums(out struct{ Total, Most int }) error {
	return c.DB.Model(&Book{}).Select("sum(pages) AS total, max(pages) AS most").Where("author_id = ?", 3).Take(&out).Error
}

func (c Chains) PairsIn(pairs [][]any) (ls []Loan, err error) {
	return ls, c.DB.Where("(member_id, book_id) IN ?", pairs).Find(&ls).Error
}

func (c Chains) NestedJoin() (ls []Loan, err error) {
	return ls, c.DB.Joins("Book").Joins("Book.Author").Where("member_id = ?", 3).Find(&ls).Error
}

func any1[T any](db *gorm.DB, cond ...any) (*T, error) {
	out := new(T)
	if err := db.First(out, cond...).Error; err != nil {
		return nil, err
	}
	return out, nil
}

func (c Chains) OneOf(id uint) (*Review, error) { return any1[Review](c.DB, "id = ?", id) }

func (c Chains) Raws(id uint) (n int, err error) {
	return n, c.DB.Raw("SELECT count(*) FROM loans WHERE member_id = ? AND returned_at IS NULL", id).Row().Scan(&n)
}

// A Job has defaults: gorm writes those that are constants, the database the
// others.
type Job struct {
	ID    uint
	Kind  string    `gorm:"default:'mail'"`
	Tries *int      `gorm:"default:3"`
	RunAt time.Time `gorm:"default:now()"`
}

func (c Chains) Constants() error { return c.DB.Create(&Book{Title: "x", AuthorID: 1}).Error }

func (c Chains) Evaluated() error { return c.DB.Create(&Job{Kind: "x"}).Error }

func (c Chains) EvaluatedGiven(at time.Time) error { return c.DB.Create(&Job{RunAt: at}).Error }

func (c Chains) EvaluatedUnknown(j Job) error { return c.DB.Create(&j).Error }

func (c Chains) GivenKey() error { return c.DB.Create(&Tag{ID: 7, Label: "x"}).Error }

func (c Chains) LockingOf() (bs []Book, err error) {
	lock := clause.Locking{Strength: clause.LockingStrengthUpdate, Table: clause.Table{Name: "b"}, Options: clause.LockingOptionsSkipLocked}
	return bs, c.DB.Table("books AS b").Clauses(lock).Find(&bs).Error
}
