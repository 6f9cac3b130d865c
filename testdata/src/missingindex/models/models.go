// Package models has no migrations: gorm makes its tables of the types.
package models

import (
	"time"

	_ "github.com/lib/pq"
	"gorm.io/gorm"
)

type Parcel struct {
	ID        int64
	SenderID  int64 `gorm:"index"`
	CourierID int64
	Barcode   string `gorm:"size:40;uniqueIndex"`
	SentAt    time.Time
}

// A Scan is looked for by its parcel, which has an index under another name.
type Scan struct {
	ID     int64
	Parcel int64     `gorm:"column:parcel_no;index:scans_by_parcel,priority:1"`
	At     time.Time `gorm:"index:scans_by_parcel,priority:2"`
}

func Migrate(db *gorm.DB) error { return db.AutoMigrate(&Parcel{}, &Scan{}) }

func ByCourier(db *gorm.DB, courier int64) (out []Parcel, err error) {
	return out, db.Where("courier_id = ?", courier).Find(&out).Error // want `parcels`
}

func GoodBySender(db *gorm.DB, sender int64) (out []Parcel, err error) {
	return out, db.Where("sender_id = ?", sender).Find(&out).Error
}

func GoodByBarcode(db *gorm.DB, code string) (p Parcel, err error) {
	return p, db.Where(&Parcel{Barcode: code}).First(&p).Error
}

func GoodScans(db *gorm.DB, parcel int64) (out []Scan, err error) {
	return out, db.Where("parcel_no = ?", parcel).Order("at").Find(&out).Error
}
