// Package store is what a service's packages share: pages, options, helpers.
package store

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// A Page is what a list request asks for.
type Page struct {
	Number, Size int
	Sort         string
	Desc         bool
}

// Paginate counts the rows and reads one page of them.
func Paginate(db *gorm.DB, p Page, out any) (total int64, err error) {
	if err = db.Count(&total).Error; err != nil {
		return 0, err
	}
	return total, db.Offset((p.Number - 1) * p.Size).Limit(p.Size).Find(out).Error
}

// Sorted orders and reads a page.
func Sorted(p Page, db *gorm.DB, out any) error {
	if p.Sort != "" {
		db = db.Order(clause.OrderByColumn{Column: clause.Column{Name: p.Sort}, Desc: p.Desc})
	}
	return Read(db, p, out)
}

// Read reads a page.
func Read(db *gorm.DB, p Page, out any) error {
	return db.Limit(p.Size).Find(out).Error
}

// An Option adds to a chain.
type Option func(*gorm.DB) *gorm.DB

// WithLimit is an option.
func WithLimit(n int) Option { return func(db *gorm.DB) *gorm.DB { return db.Limit(n) } }

// ByName is an option.
func ByName(name string) Option {
	return func(db *gorm.DB) *gorm.DB { return db.Where("name = ?", name) }
}

// Apply applies options.
func Apply(db *gorm.DB, opts ...Option) *gorm.DB {
	for _, o := range opts {
		db = o(db)
	}
	return db
}

// A DAO reads and writes one table.
type DAO[T any] struct {
	db *gorm.DB
}

// NewDAO makes one.
func NewDAO[T any](db *gorm.DB) *DAO[T] { return &DAO[T]{db: db} }

func (d *DAO[T]) with(ctx context.Context) *gorm.DB { return d.db.WithContext(ctx) }

// ByID reads one.
func (d *DAO[T]) ByID(ctx context.Context, id uint) (*T, error) {
	var out T
	if err := d.with(ctx).Where("id = ?", id).First(&out).Error; err != nil {
		return nil, err
	}
	return &out, nil
}

// Remove deletes one.
func (d *DAO[T]) Remove(ctx context.Context, id uint) error {
	return d.with(ctx).Delete(new(T), id).Error
}
