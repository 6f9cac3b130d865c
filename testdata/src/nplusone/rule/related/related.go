// Package related asks in loops for the rows of a relation, and for others.
package related

import (
	"context"

	"github.com/uptrace/bun"
	"gorm.io/gorm"
)

type Parcel struct {
	ID       int64
	DepotID  int64
	Depot    *Depot
	Stickers []Sticker
	Weight   int
}

type Depot struct {
	ID   int64
	Town string
}

type Sticker struct {
	ID       int64
	ParcelID int64
	Grams    int
}

func many(db *gorm.DB, parcels []Parcel) error {
	for i := range parcels {
		p := &parcels[i]
		if err := db.Where("parcel_id = ?", p.ID).Find(&p.Stickers).Error; err != nil { // want `load them together with the rows of the loop, by Preload\("Stickers"\), which asks once for all`
			return err
		}
	}
	return nil
}

func one(db *gorm.DB, parcels []Parcel) error {
	for _, p := range parcels {
		var d Depot
		if err := db.First(&d, "id = ?", p.DepotID).Error; err != nil { // want `by Preload\("Depot"\), which asks once for all`
			return err
		}
	}
	return nil
}

// The weight is no key of a relation.
func other(db *gorm.DB, parcels []Parcel) error {
	for _, p := range parcels {
		var s []Sticker
		if err := db.Where("grams = ?", p.Weight).Find(&s).Error; err != nil { // want `load all at once with Preload, Joins or one Find with IN`
			return err
		}
	}
	return nil
}

type Crate struct {
	bun.BaseModel `bun:"table:crates,alias:c"`

	ID    int64    `bun:",pk,autoincrement"`
	Seals []*Seal_ `bun:"rel:has-many,join:id=crate_id"`
}

type Seal_ struct {
	bun.BaseModel `bun:"table:seals,alias:s"`

	ID      int64 `bun:",pk,autoincrement"`
	CrateID int64
}

func seals(ctx context.Context, db *bun.DB, crates []*Crate) error {
	for _, c := range crates {
		if err := db.NewSelect().Model(&c.Seals).Where("s.crate_id = ?", c.ID).Scan(ctx); err != nil { // want `by Relation\("Seals"\), which asks once for all`
			return err
		}
	}
	return nil
}
