// Package neversent holds statements that are built, sent or not.
package neversent

import (
	"context"

	sq "github.com/Masterminds/squirrel"
	"github.com/uptrace/bun"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

type row struct{ ID int }

func reads(db *gorm.DB, ids []int) error {
	if err := db.Raw("UPDATE rows SET n = 0 WHERE id IN ?", ids).Error; err != nil { // want `nothing sends the statement whose Error is read: Raw only builds it; use Exec, or end the chain with the call that reads its rows \[neversent\]`
		return err
	}
	if db.Model(&row{}).Where("n > ?", 1).RowsAffected > 0 { // want `nothing sends the statement whose RowsAffected is read: Where only builds it; end the chain with the call that runs it`
		return nil
	}
	return db.WithContext(context.Background()).Error
}

func drops(db *gorm.DB, b *bun.DB) {
	db.Raw("DELETE FROM rows")                          // want `the statement that this builds is dropped: Raw does not send it`
	b.NewDelete().Model((*row)(nil)).Where("id = ?", 1) // want `the statement that this builds is dropped: Where does not send it`
	sq.Delete("rows").Where("id = ?", 1)                // want `the statement that this builds is dropped`
}

func dropsSession(ctx context.Context, db, tx *gorm.DB) {
	db.WithContext(ctx).Where("id = ?", 1).Order("id") // want `the statement that this builds is dropped: Order does not send it`
	tx.Where("id = ?", 1)                              // may be added to what tx has
	db.WithContext(ctx)
}

func sends(ctx context.Context, db *gorm.DB, b *bun.DB) error {
	var rows []row
	if err := db.Raw("DELETE FROM rows RETURNING id").Scan(&rows).Error; err != nil {
		return err
	}
	if err := db.Where("id = ?", 1).Delete(&row{}).Error; err != nil {
		return err
	}
	if err := db.Where("id IN (?)", db.Raw("SELECT 1")).Find(&rows).Error; err != nil {
		return err
	}
	_, err := b.NewDelete().Model((*row)(nil)).Where("id = ?", 1).Exec(ctx)
	return err
}

// A builder that is changed in place.
func goesOn(ctx context.Context, b *bun.DB, only bool) error {
	q := b.NewDelete().Model((*row)(nil))
	if only {
		q.Where("id = ?", 1)
	}
	_, err := q.Exec(ctx)
	return err
}

func kept(ctx context.Context, db *gorm.DB, b *bun.DB, id int) error {
	hide := b.NewUpdate().Model((*row)(nil)).Set("n = 0") // want `the statement that this builds is dropped: Set does not send it`
	if id > 0 {
		hide = hide.Where("id = ?", id)
	}
	_ = hide
	found := db.Model(&row{}).Where("id = ?", id) // want `nothing sends this statement, whose Error is read at line \d+: Where only builds it`
	return found.Error
}

func keptAndSent(ctx context.Context, db *gorm.DB, b *bun.DB, id int) (*bun.UpdateQuery, error) {
	hide := b.NewUpdate().Model((*row)(nil)).Set("n = 0")
	if id > 0 {
		hide = hide.Where("id = ?", id)
	}
	if _, err := hide.Exec(ctx); err != nil {
		return nil, err
	}
	found := db.Model(&row{}).Where("id = ?", id)
	if found.Error != nil {
		return nil, found.Error
	}
	var rows []row
	if err := found.Find(&rows).Error; err != nil {
		return nil, err
	}
	handed := db.Where("id = ?", id)
	counted(handed)
	later := b.NewUpdate().Model((*row)(nil))
	later.Where("id = ?", id)
	text := sq.Delete("rows").Where("id = ?", id)
	defer func() { _, _, _ = text.ToSql() }()
	return later, handed.Error
}

func counted(q *gorm.DB) (n int64) {
	q.Count(&n)
	return n
}

// The last call of the chain is given no text.
func ended(ctx context.Context, db *gorm.DB, id int) error {
	if err := db.Model(&row{}).Where("id = ?", id).Clauses(clause.Returning{}).Error; err != nil { // want `nothing sends the statement whose Error is read: Clauses only builds it`
		return err
	}
	if err := db.WithContext(ctx).Model(&row{}).Error; err != nil { // want `nothing sends the statement whose Error is read: Model only builds it`
		return err
	}
	if err := db.WithContext(ctx).Error; err != nil { // of the handle
		return err
	}
	return db.Model(&row{}).Where("id = ?", id).Clauses(clause.Returning{}).Update("n", 1).Error
}
