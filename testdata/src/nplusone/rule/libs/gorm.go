package libs

import "gorm.io/gorm"

type Order struct {
	ID     int64
	UserID int64
	User   User
	Items  []Item
}

type Item struct {
	ID        int64
	OrderID   int64
	ProductID int64
	Product   Product
}

type Product struct{ ID int64 }

// A page of 50 orders and a query for each of their users: 51.
func gormPage(db *gorm.DB) ([]Order, error) {
	var orders []Order
	if err := db.Order("id").Limit(50).Find(&orders).Error; err != nil {
		return nil, err
	}
	for i := range orders {
		if err := db.First(&orders[i].User, orders[i].UserID).Error; err != nil { // want `^the query SELECT users runs once per iteration of the loop at line 27: load them together with the rows of the loop, by Preload\("User"\), which asks once for all \[nplusone\]$`
			return nil, err
		}
	}
	return orders, nil
}

// Two: gorm asks for the users of all orders at once.
func gormPagePreloaded(db *gorm.DB) (orders []Order, err error) {
	err = db.Preload("User").Order("id").Limit(50).Find(&orders).Error
	return orders, err
}

// Three levels are three queries, whatever the number of orders.
func gormThreeLevels(db *gorm.DB) (orders []Order, err error) {
	err = db.Preload("Items.Product").Find(&orders).Error
	return orders, err
}

// The same by hand: a query per order and one per item.
func gormThreeLevelsByHand(db *gorm.DB) error {
	var orders []Order
	if err := db.Find(&orders).Error; err != nil {
		return err
	}
	for i := range orders {
		o := &orders[i]
		if err := db.Where("order_id = ?", o.ID).Find(&o.Items).Error; err != nil { // want `^the query SELECT items runs once per iteration of the loop at line 53: load them together with the rows of the loop, by Preload\("Items"\), which asks once for all \[nplusone\]$`
			return err
		}
		for j := range o.Items {
			if err := db.First(&o.Items[j].Product, o.Items[j].ProductID).Error; err != nil { // want `^the query SELECT products runs once per iteration of the loop at line 58, itself in the loop at line 53: load them together with the rows of the loop, by Preload\("Product"\), which asks once for all \[nplusone\]$`
				return err
			}
		}
	}
	return nil
}

func gormAssociation(db *gorm.DB, orders []Order) {
	for i := range orders {
		db.Model(&orders[i]).Association("Items").Find(&orders[i].Items) // want `runs once per iteration of the loop at line 68: load all at once with Preload, Joins or one Find with IN \[nplusone\]$`
	}
}

func gormSave(db *gorm.DB, orders []*Order) error {
	return db.Transaction(func(tx *gorm.DB) error {
		for _, o := range orders {
			if err := tx.Create(o).Error; err != nil { // want `^the query INSERT orders runs once per iteration of the loop at line 75: write all at once with Create or CreateInBatches on a slice; the transaction of db.Transaction at line 74 holds its locks for as many round trips \[nplusone\]$`
				return err
			}
		}
		return nil
	})
}

func gormSaveAtOnce(db *gorm.DB, orders []*Order) error {
	return db.CreateInBatches(orders, 500).Error
}

// Conditions are collected, and sent by the finisher behind the loop.
func gormBuilds(db *gorm.DB, filters map[string]string) (orders []Order, err error) {
	q := db.Model(&Order{})
	for column, value := range filters {
		q = q.Where(column+" = ?", value)
	}
	err = q.Find(&orders).Error
	return orders, err
}

func gormScopes(db *gorm.DB, names []string) (orders []Order, err error) {
	for _, name := range names {
		db = db.Preload(name)
	}
	err = db.Find(&orders).Error
	return orders, err
}

// A batch is loaded at once, its records are written one by one.
func gormBatches(db *gorm.DB) error {
	var orders []Order
	return db.FindInBatches(&orders, 100, func(tx *gorm.DB, n int) error {
		for i := range orders {
			tx.Save(&orders[i]) // want `^(a statement that writes|the query UPDATE orders) runs once per iteration of the loop at line 110: write all at once with .*WHERE … IN \?`
		}
		return nil
	}).Error
}

func gormBatchesAtOnce(db *gorm.DB) error {
	var orders []Order
	return db.FindInBatches(&orders, 100, func(tx *gorm.DB, n int) error {
		return tx.Save(&orders).Error
	}).Error
}

func gormRows(db *gorm.DB) error {
	rows, err := db.Model(&Order{}).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var o Order
		if err := db.ScanRows(rows, &o); err != nil {
			return err
		}
		db.Model(&o).Update("seen", true) // want `^the query UPDATE orders runs once per iteration of the loop at line 130: write all at once with WHERE … IN \?, or UPDATE … FROM \(VALUES …\) if the values differ \[nplusone\]$`
	}
	return rows.Err()
}

// The key is in the destination.
func gormByDestination(db *gorm.DB, orders []Order) error {
	for i := range orders {
		if err := db.First(&orders[i]).Error; err != nil { // want `the query SELECT orders runs once per iteration of the loop`
			return err
		}
	}
	return nil
}

func gormByPointer(db *gorm.DB, orders []*Order) error {
	for _, o := range orders {
		if err := db.Take(o).Error; err != nil { // want `the query SELECT orders runs once per iteration of the loop`
			return err
		}
	}
	return nil
}

// Only a destination: the same each time.
func gormSame(db *gorm.DB, ids []int) error {
	for range ids {
		var o Order
		if err := db.Where("total > 0").First(&o).Error; err != nil { // want `the query SELECT orders is the same in each iteration`
			return err
		}
	}
	return nil
}
