package xorm

import "xorm.io/xorm/schemas"

// Fields that count only where the program asks for them, keys of several
// columns, rows read in batches, pages with their number.

// Seat has a key of two columns.
type Seat struct {
	Hall  string `xorm:"varchar(20) pk"`
	No    int    `xorm:"pk"`
	Taken bool
	Price int
	Label string
}

func (c Chains) SeatByKey(hall string, no int) (bool, error) {
	return c.DB.ID(schemas.PK{hall, no}).Get(new(Seat))
}

func (c Chains) SeatChange(hall string, no int, s *Seat) (int64, error) {
	return c.DB.ID(schemas.PK{hall, no}).Cols("price", "label").Update(s)
}

func (c Chains) SeatDrop(hall string, no int) (int64, error) {
	return c.DB.ID(schemas.PK{hall, no}).Delete(new(Seat))
}

func (c Chains) SeatsTaken(taken bool) (ss []*Seat, err error) {
	return ss, c.DB.UseBool("taken").Asc("no").Find(&ss, &Seat{Hall: "x", Taken: taken})
}

func (c Chains) SeatsAll(taken bool) (n int64, err error) {
	return c.DB.UseBool().Count(&Seat{Taken: taken})
}

func (c Chains) SeatsBool(taken bool) (ss []*Seat, err error) {
	return ss, c.DB.Find(&ss, &Seat{Hall: "x", Taken: taken})
}

func (c Chains) SeatsFree(hall string) (int64, error) {
	return c.DB.Where("hall = ?", hall).UseBool("taken").Update(&Seat{Taken: false, Price: 9})
}

func (c Chains) SeatsReset(hall string) (int64, error) {
	return c.DB.Where("hall = ?", hall).MustCols("label").Update(&Seat{Price: 9})
}

func (c Chains) Batches(city string) error {
	return c.DB.Where("city = ?", city).Asc("id").BufferSize(100).Iterate(new(Author), func(int, any) error { return nil })
}

func (c Chains) OneByOne(city string) error {
	return c.DB.Where("city = ?", city).Iterate(new(Author), func(int, any) error { return nil })
}

func (c Chains) ListAndCount(second bool) (as []Author, n int64, err error) {
	start := 0
	if second {
		start = 20
	}
	n, err = c.DB.Cols("id", "name").Where("city <> ''").Desc("id").Limit(20, start).FindAndCount(&as)
	return as, n, err
}

func (c Chains) Nobody() (bool, error) { return c.DB.IsTableEmpty(new(Author)) }
