// Package hooks has hooks that gorm calls for each record.
package hooks

import "gorm.io/gorm"

type Team struct {
	ID   uint
	Name string
}

type User struct {
	ID     uint
	TeamID uint
	Team   Team
	Label  string
}

// Called for each user that a Find loads.
func (u *User) AfterFind(tx *gorm.DB) error {
	return tx.First(&u.Team, u.TeamID).Error // want `^the query SELECT teams runs once per record that is loaded: the hook is called for each: load what the hook needs together with the records \[nplusone\]$`
}

// Called for the one that is saved.
func (u *User) BeforeSave(tx *gorm.DB) error {
	return tx.First(&u.Team, u.TeamID).Error
}

type Label struct{ Text string }

// Nothing to wait for.
func (l *Label) AfterFind(*gorm.DB) error {
	l.Text = "label: " + l.Text
	return nil
}

// No hook: gorm does not know it.
type Store struct{}

func (s *Store) AfterFind(tx *gorm.DB, id int64) error {
	return tx.Exec("UPDATE users SET seen = now() WHERE id = ?", id).Error
}
