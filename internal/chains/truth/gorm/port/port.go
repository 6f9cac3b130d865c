// Package port has models in a schema of their own.
package port

// A Berth has a key of two columns, in a schema of its own.
type Berth struct {
	PierID   uint `gorm:"primaryKey;autoIncrement:false"`
	Nr       int  `gorm:"primaryKey;autoIncrement:false"`
	Kind     string
	Moorings []Mooring `gorm:"foreignKey:PierID,Nr;references:PierID,Nr"`
}

func (Berth) TableName() string { return "port.berths" }

type Mooring struct {
	ID     uint
	PierID uint
	Nr     int
	Boat   string
}

func (Mooring) TableName() string { return "port.moorings" }
