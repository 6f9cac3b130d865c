package walker

import "database/sql"

// A turn calls what it was given for a kind.
type turn struct {
	open, shut func(name string) error
}

func (t turn) take(kind string, names []string) error {
	for _, n := range names {
		if kind == "open" {
			if err := t.open(n); err != nil { // want `^the query UPDATE doors runs once per iteration`
				return err
			}
		} else if err := t.shut(n); err != nil {
			return err
		}
	}
	return nil
}

func doors(db *sql.DB, kinds, names []string) error {
	t := turn{open: func(name string) error {
		_, err := db.Exec("UPDATE doors SET open = true WHERE name = $1", name)
		return err
	}}
	for _, k := range kinds {
		if err := t.take(k, names); err != nil { // want `^the query UPDATE doors runs once per iteration of the loop at line 28`
			return err
		}
	}
	return nil
}

// Others are given to the same type.
func gathered(kinds, names []string) (all []string, err error) {
	t := turn{
		open: func(name string) error { all = append(all, name); return nil },
		shut: func(string) error { return nil },
	}
	for _, k := range kinds {
		if err := t.take(k, names); err != nil {
			return nil, err
		}
	}
	return all, nil
}

type desk struct {
	db    *sql.DB
	forms map[string]func(id int64) error
	words map[string]func(id int64) error
}

func (d *desk) keep(id int64) error {
	_, err := d.db.Exec("UPDATE forms SET kept = true WHERE id = $1", id)
	return err
}

func newDesk(db *sql.DB) *desk {
	d := &desk{db: db, words: map[string]func(int64) error{"hush": func(int64) error { return nil }}}
	d.forms = map[string]func(int64) error{"keep": d.keep}
	d.forms["drop"] = func(int64) error { return nil }
	return d
}

func (d *desk) sort(kind string, ids []int64) error {
	for _, id := range ids {
		if f := d.forms[kind]; f != nil {
			if err := f(id); err != nil { // want `^the query UPDATE forms runs once per iteration of the loop at line 69, via f -> db\.Exec \(own\.go:57\) through forms`
				return err
			}
		}
		if err := d.words[kind](id); err != nil {
			return err
		}
	}
	return nil
}

// Each of a list of functions is another one.
func inTurn(d *desk, id int64) error {
	for _, f := range []func(int64) error{d.keep, d.words["hush"]} {
		if err := f(id); err != nil {
			return err
		}
	}
	return nil
}
