// Package gormed has statements that functions of the caller's add to.
package gormed

import "gorm.io/gorm"

type Row struct {
	ID   uint
	Name string
}

type Option func(*gorm.DB) *gorm.DB

var DB *gorm.DB

func start(options ...Option) *gorm.DB {
	db := DB
	for _, o := range options {
		db = o(db)
	}
	return db
}

func First(options ...Option) (r Row, err error) {
	return r, start(options...).Model(&Row{}).First(&r).Error // sql: SELECT * FROM rows {…} ORDER BY rows.id LIMIT 1 | SELECT * FROM rows {…} {o} ORDER BY rows.id LIMIT 1
}

func Remove(options ...Option) error {
	db := DB
	for _, o := range options {
		db = o(db)
	}
	return db.Delete(&Row{}).Error // sql: DELETE FROM rows {…} | DELETE FROM rows {…} {o}
}

func All() (list []Row, err error) {
	return list, DB.Find(&list).Error // sql: SELECT * FROM rows
}
