package seldom

// The file's name says that this runs once.
func (s *Store) split(users []User) {
	for _, u := range users {
		s.forget(u.ID)
	}
}
