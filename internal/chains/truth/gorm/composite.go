package gorm

import "github.com/sqlvet/sqlvet/internal/chains/truth/gorm/port"

func (c Chains) TwoKeys(pier uint) (*port.Berth, error) {
	b := port.Berth{PierID: pier, Nr: 3}
	return &b, c.DB.Take(&b).Error
}

func (c Chains) OfTwoKeys(b *port.Berth) (ms []port.Mooring, err error) {
	return ms, c.DB.Model(b).Where("boat <> ?", "x").Order("boat").Association("Moorings").Find(&ms)
}

func (c Chains) JoinedColumns() (bs []Book, err error) {
	return bs, c.DB.Joins("Author", c.DB.Select("name", "City")).Find(&bs).Error
}

func (c Chains) RowOfPairs(room int) error {
	return c.DB.Model(&Shelf{}).Create(map[string]any{"room": room, "Code": "c"}).Error
}

func (c Chains) ScopedOnce(deep bool) (bs []Book, err error) {
	cols, by := "id", "title"
	if deep {
		cols, by = "id, pages", "pages"
	}
	return bs, c.DB.Select(cols).Order(by).Find(&bs).Error
}
