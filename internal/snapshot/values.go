package snapshot

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// number reads a number of the server's; 0 for null and what is none.
func number(s string) float64 {
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0
	}
	return n
}

func count(s string) int64 {
	n, _ := strconv.ParseInt(s, 10, 64)
	return max(n, 0)
}

// moment reads a time in UTC, nil for null.
func moment(s string) *time.Time {
	t := pgserver.Moment(s).Truncate(time.Second)
	if t.IsZero() {
		return nil
	}
	return &t
}

// list reads an array that the server wrote as JSON, nil for null and for one
// that holds a null.
func list[T any](s string) []T {
	var items []*T
	if s == "" || json.Unmarshal([]byte(s), &items) != nil {
		return nil
	}
	var out []T
	for _, x := range items {
		if x == nil {
			return nil
		}
		out = append(out, *x)
	}
	return out
}
