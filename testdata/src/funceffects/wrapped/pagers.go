package wrapped

// Functions that go on with what their argument returned.

func Cursor(fetch func(token string) ([]int, string, error)) (all []int, err error) { // want Cursor:`^calls 0 per batch$`
	token := ""
	for {
		items, next, err := fetch(token)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if next == "" {
			return all, nil
		}
		token = next
	}
}

func Assigned(fetch func(token string) (string, error)) (err error) { // want Assigned:`^calls 0 per batch$`
	token := "x"
	for {
		if token, err = fetch(token); token == "" || err != nil {
			return err
		}
	}
}

// Each id is asked for by itself.
func Steps(next func() int, f func(int) error) { // want Steps:`^calls 0 per element; calls 1 per element$`
	for {
		id := next()
		if id == 0 {
			return
		}
		f(id)
	}
}
