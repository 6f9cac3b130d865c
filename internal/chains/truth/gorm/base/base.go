// Package base is what other packages begin and end their chains with.
package base

import "gorm.io/gorm"

// Visible is a scope.
func Visible(db *gorm.DB) *gorm.DB { return db.Where("hidden = ?", false) }

// Since is a scope with an argument.
func Since(year int) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB { return db.Where("year >= ?", year) }
}

// Active is half a chain.
func Active(db *gorm.DB) *gorm.DB { return db.Where("active").Order("id") }

// List ends a chain.
func List[T any](db *gorm.DB) (out []T, err error) {
	err = db.Limit(50).Find(&out).Error
	return out, err
}

// A Repo is a store of one type.
type Repo[T any] struct{ DB *gorm.DB }

// Get finds one.
func (r Repo[T]) Get(id uint) (out T, err error) { return out, r.DB.First(&out, "id = ?", id).Error }

// Total counts those with a value.
func (r Repo[T]) Total(column string, value any) (n int64, err error) {
	return n, r.DB.Model(new(T)).Where(map[string]any{column: value}).Count(&n).Error
}
