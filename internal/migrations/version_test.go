package migrations

import (
	"slices"
	"testing"
	"time"
)

func TestVersions(t *testing.T) {
	now := time.Date(2026, 11, 22, 6, 10, 30, 0, time.UTC)
	tests := []struct {
		name   string
		format string
		files  []string
		want   []string // of two migrations
	}{
		{"none", "sql", nil, []string{"000001", "000002"}},
		{"flyway, none", "flyway", []string{"R__views.sql"}, []string{"1", "2"}},
		{"counted", "goose", []string{"00001_a.sql", "00009_b.go", "README.md"}, []string{"00010", "00011"}},
		{"width grows", "tern", []string{"998_a.sql"}, []string{"999", "1000"}},
		{"largest by number", "golang-migrate", []string{"10_b.up.sql", "9_a.up.sql"}, []string{"11", "12"}},
		{"no version", "golang-migrate", []string{"1_a.up.sql", "2024-notes.md", "99.txt"}, []string{"2", "3"}},
		{"seconds", "dbmate", []string{"20240301120000_a.sql"}, []string{"20261122061030", "20261122061031"}},
		{"seconds, as late as now", "dbmate", []string{"20261122061030_a.sql"}, []string{"20261122061031", "20261122061032"}},
		{"seconds, ahead of now", "dbmate", []string{"20271231235959_a.sql"}, []string{"20280101000000", "20280101000001"}},
		{"no time", "goose", []string{"20240301120099_a.sql"}, []string{"20240301120100", "20240301120101"}},
		{"counted, then seconds", "goose", []string{"00001_a.sql", "20240301120000_b.sql"}, []string{"20261122061030", "20261122061031"}},
		{"minutes", "golang-migrate", []string{"202403011200_a.up.sql"}, []string{"202611220610", "202611220611"}},
		{"days", "sql", []string{"20240301_a.sql"}, []string{"20261122", "20261123"}},
		{"unix seconds", "golang-migrate", []string{"1709294400_a.up.sql"}, []string{"1795327830", "1795327831"}},
		{"unix milliseconds", "golang-migrate", []string{"1709294400123_a.up.sql"}, []string{"1795327830000", "1795327830001"}},
		{"date and counter", "sql", []string{"2024030101_a.sql"}, []string{"2024030102", "2024030103"}},
		{"too large for int64", "sql", []string{"99999999999999999999_a.sql"}, []string{"100000000000000000000", "100000000000000000001"}},
		{"flyway", "flyway", []string{"V001__a.sql", "U001__a.sql", "R__v.sql"}, []string{"002", "003"}},
		{"flyway, parts", "flyway", []string{"V1_9__a.sql", "V1_10__b.sql", "V1.2__c.sql"}, []string{"1_11", "1_12"}},
		{"flyway, more parts", "flyway", []string{"V2.0__a.sql", "V2.0.1__b.sql", "V1.9.9__c.sql"}, []string{"2.0.2", "2.0.3"}},
		{"flyway, baseline", "flyway", []string{"B7__a.sql", "V3__b.sql"}, []string{"8", "9"}},
		{"flyway, seconds", "flyway", []string{"V20240301120000__a.sql"}, []string{"20261122061030", "20261122061031"}},
		{"folders", "prisma", []string{"20240301120000_init", "migration_lock.toml"}, []string{"20261122061030", "20261122061031"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := Named(tt.format).Versions(tt.files, now)
			if have := []string{v.Next(), v.Next()}; !slices.Equal(have, tt.want) {
				t.Errorf("have %v, want %v", have, tt.want)
			}
		})
	}
}
