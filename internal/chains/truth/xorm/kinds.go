package xorm

// What applications do besides.

func (c Chains) SumSoft() (float64, error) { return c.DB.Where("pages > 3").Sum(new(Book), "pages") }

func (c Chains) MapHanded(ids []int64, set map[string]any) error {
	_, err := c.DB.Table(new(Book)).In("id", ids).Update(set)
	return err
}

func (c Chains) SumTwo() ([]int64, error) {
	return c.DB.Where("stars > 3").SumsInt(new(Review), "stars", "version")
}

func (c Chains) AddRows(rs []*Review) (int64, error) { return c.DB.Insert(&rs) }
