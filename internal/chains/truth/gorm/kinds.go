package gorm

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/sqlvet/sqlvet/internal/chains/truth/gorm/base"
)

// What applications do besides.

func (c Chains) GroupByExpression() (ns []int, err error) {
	return ns, c.DB.Model(&Book{}).Select("count(*)").Group("date_part('year', created_at)").Group("author_id").Scan(&ns).Error
}

func (c Chains) PluckExpression() (ns []string, err error) {
	return ns, c.DB.Model(&Member{}).Pluck("lower(email)", &ns).Error
}

func (c Chains) ScopeFirst(title string) (bs []Book, err error) {
	return bs, c.DB.Scopes(base.Since(1990)).Where("title = ?", title).Find(&bs).Error
}

func (c Chains) JoinOther() (bs []Book, err error) {
	return bs, c.DB.Joins("Author").InnerJoins("Shelf", c.DB.Where(&Shelf{Room: 3})).Find(&bs).Error
}

func (c Chains) KeyOfEmbedded(id uint) error {
	return c.DB.Model(&Book{Model: gorm.Model{ID: id}}).Update("title", "x").Error
}

func (c Chains) UpsertWhere(bs []Member) error {
	return c.DB.Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "email"}},
		Where:     clause.Where{Exprs: []clause.Expression{clause.Eq{Column: "members.active", Value: true}}},
		DoUpdates: clause.AssignmentColumns([]string{"name"}),
	}).Create(&bs).Error
}

func (c Chains) ReturningSome() (ms []Member, err error) {
	return ms, c.DB.Model(&ms).Clauses(clause.Returning{Columns: []clause.Column{{Name: "id"}, {Name: "name"}}}).Where("active").
		Updates(map[string]any{"active": false}).Error
}

func (c Chains) GenericLock(ctx context.Context) (int64, error) {
	return gorm.G[Tag](c.DB, clause.Locking{Strength: "SHARE"}).Where("label = ?", "x").Count(ctx, "*")
}

func (c Chains) GenericPreload(ctx context.Context) ([]Review, error) {
	return gorm.G[Review](c.DB).Preload("Book", nil).Find(ctx)
}

func (c Chains) OrInLoop(labels []string) (bs []Book, err error) {
	q := c.DB.Where("in_print")
	for _, l := range labels {
		q = q.Or("title = ?", l)
	}
	return bs, q.Find(&bs).Error
}

func (c Chains) SaveKeyed(id uint) error { return c.DB.Save(&Tag{ID: id, Label: "x"}).Error }

// Wide has more alternatives than are followed.
func (c Chains) Wide(title, isbn, print, pages, desc bool) (bs []Book, err error) {
	q := c.DB.Model(&Book{})
	if title {
		q = q.Where("title = 'x'")
	}
	if isbn {
		q = q.Where("isbn = 'x'")
	}
	if print {
		q = q.Where("in_print")
	}
	if pages {
		q = q.Where("pages > 3")
	}
	if desc {
		q = q.Order("id DESC")
	}
	return bs, q.Find(&bs).Error
}
