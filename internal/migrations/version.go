package migrations

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

var (
	versionedName = regexp.MustCompile(`(?i)^(\d+)(?:\D.*)?\.(?:sql|go|fizz)$`)
	versionedDir  = regexp.MustCompile(`^(\d+)_[^.]*$`)
	versionedV    = regexp.MustCompile(`^[VUB](\d+(?:[._]\d+)*)__.*\.(?:sql|java)$`)
)

// versionOf returns the parts of the version that a migration's name begins
// with, and what stands between them: of V1_20__x.sql 1, "_" and 20. nil if it
// has none.
func versionOf(name string) []string {
	for _, re := range []*regexp.Regexp{versionedV, versionedName, versionedDir} {
		m := re.FindStringSubmatch(name)
		if m == nil {
			continue
		}
		var parts []string
		for rest := m[1]; ; {
			i := strings.IndexAny(rest, "._")
			if i < 0 {
				return append(parts, rest)
			}
			parts = append(parts, rest[:i], rest[i:i+1])
			rest = rest[i+1:]
		}
	}
	return nil
}

// compareParts orders versions: numbers as numbers.
func compareParts(a, b []string) int {
	return slices.CompareFunc(a, b, func(a, b string) int {
		a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
		if strings.ContainsAny(a+b, "._") {
			return 0
		}
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
}

// Versioned reports whether a migration's name begins with a version.
func Versioned(name string) bool { return versionOf(name) != nil }

// Versions gives the versions of new migrations.
type Versions struct {
	head  string // what stands before the number that counts
	last  string // the number given last, or that of the folder's last file
	now   time.Time
	clock *clock // nil if versions are counted
}

// Versions gives the versions that follow those of a folder's files, written as
// the last of them is: counted, or the time at which it was made. now is in UTC,
// as the tools take it.
func (t *Tool) Versions(names []string, now time.Time) *Versions {
	var last []string
	for _, n := range names {
		if p := versionOf(n); p != nil && (last == nil || compareParts(p, last) > 0) {
			last = p
		}
	}
	if last == nil {
		last = []string{cmp.Or(t.first, "000000")}
	}
	v := &Versions{head: strings.Join(last[:len(last)-1], ""), last: last[len(last)-1], now: now}
	for _, c := range clocks {
		if _, ok := c.read(v.last, now); ok && v.head == "" {
			v.clock = &c
			break
		}
	}
	return v
}

// Next returns a version that is larger than all others.
func (v *Versions) Next() string {
	if v.clock != nil {
		at, _ := v.clock.read(v.last, v.now)
		if at = at.Add(v.clock.step); at.Before(v.now) {
			at = v.now
		}
		v.last = v.clock.write(at)
	} else {
		v.last = increment(v.last)
	}
	return v.head + v.last
}

// increment adds one to a number of any length, and keeps its width.
func increment(digits string) string {
	out := []byte(digits)
	for i := len(out) - 1; i >= 0; i-- {
		if out[i] != '9' {
			out[i]++
			return string(out)
		}
		out[i] = '0'
	}
	return "1" + string(out)
}

// A clock writes a time as a version.
type clock struct {
	layout string        // of package time
	unit   time.Duration // since 1970, if layout is ""
	step   time.Duration // between two versions
}

var clocks = []clock{
	{layout: "20060102150405", step: time.Second},
	{layout: "200601021504", step: time.Minute},
	{layout: "20060102", step: 24 * time.Hour},
	{unit: time.Second, step: time.Second},
	{unit: time.Millisecond, step: time.Millisecond},
}

// read returns the time that a version is, if it may be one.
func (c *clock) read(version string, now time.Time) (time.Time, bool) {
	if c.layout != "" {
		at, err := time.Parse(c.layout, version)
		return at, err == nil && len(version) == len(c.layout)
	}
	n, err := strconv.ParseInt(version, 10, 64)
	if err != nil || len(version) != len(c.write(now)) {
		return time.Time{}, false
	}
	at := time.UnixMilli(n * int64(c.unit/time.Millisecond)).UTC()
	// Have: the digits are as many as a time of today has. Those of a date
	// with a counter, 2024030101, are decades ahead.
	return at, at.Before(now.AddDate(1, 0, 0))
}

func (c *clock) write(at time.Time) string {
	if c.layout != "" {
		return at.Format(c.layout)
	}
	return fmt.Sprint(at.UnixMilli() / int64(c.unit/time.Millisecond))
}
