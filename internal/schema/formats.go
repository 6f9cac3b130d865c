package schema

import (
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
)

// An input is one file that may be replayed.
type input struct {
	rel    string // as the tree names it
	text   string
	format string
	// skipped says why it is not replayed.
	skipped string
	// up is the part of the text that is replayed, on its lines.
	up string
	// noTransaction is set if the file asks not to be run in a transaction.
	noTransaction bool
	notes         []note // what was not read of a Go file
}

// notRead ends the reason to skip a file that changes the schema all the same.
const notRead = ": not read"

func (in *input) base() string { return path.Base(in.rel) }

var (
	upDown   = regexp.MustCompile(`(?i)^\d+.*?[_.-](autocommit\.|tx\.|notx\.)?(up|down)\.sql$`)
	numbered = regexp.MustCompile(`^\d+[_.-].*\.(sql|go|fizz)$|^\d+\.(sql|go|fizz)$`)
	flyway   = regexp.MustCompile(`^([VUR])([\d._]*)__.*\.sql$`)

	gooseUp   = regexp.MustCompile(`(?im)^\s*--\s*\+goose\s+up\b`)
	migrateUp = regexp.MustCompile(`(?im)^\s*--\s*\+migrate\s+up\b`)
	dbmateUp  = regexp.MustCompile(`(?im)^\s*--\s*migrate:up\b`)
	ternLine  = regexp.MustCompile(`(?im)^---- create above / drop below ----`)
	ternPlain = regexp.MustCompile(`(?im)^---- tern: disable-tx ----`)
	pgDump    = regexp.MustCompile(`(?m)^-- PostgreSQL database dump`)
)

// arrange finds out the format of a folder's files and puts them in the order
// in which that tool runs them. It fills in what is replayed of each and what
// is not.
func arrange(files []*input, names map[string]bool) (format string, ordered []*input) {
	format = formatOf(files, names)
	for _, in := range files {
		in.format = format
	}
	ordered = slices.Clone(files)
	switch format {
	case "golang-migrate":
		arrangeUpDown(ordered)
	case "flyway":
		arrangeFlyway(ordered)
	case "atlas":
		arrangeAtlas(ordered)
	case "goose", "dbmate", "sql-migrate":
		byVersion(ordered)
		for _, in := range ordered {
			sections(in)
		}
	default:
		byVersion(ordered)
		for _, in := range ordered {
			arrangePlain(in)
		}
		skipDown(ordered)
		skipSnapshots(ordered)
	}
	for _, in := range ordered {
		switch lower := strings.ToLower(in.rel); {
		case in.skipped != "":
		case strings.HasSuffix(lower, ".go"):
			in.skipped = goNotRead
		case strings.HasSuffix(lower, ".fizz"):
			in.skipped = "fizz migration" + notRead
		}
	}
	return format, ordered
}

// formatOf names the tool that a folder's files are written for. names are
// the names of all files in it.
func formatOf(files []*input, names map[string]bool) string {
	has := func(re *regexp.Regexp) bool {
		return slices.ContainsFunc(files, func(in *input) bool { return re.MatchString(in.text) })
	}
	named := func(re *regexp.Regexp) bool {
		return slices.ContainsFunc(files, func(in *input) bool { return re.MatchString(in.base()) })
	}
	switch {
	case has(gooseUp):
		return "goose"
	case has(migrateUp):
		return "sql-migrate"
	case has(dbmateUp):
		return "dbmate"
	case directed(files):
		return "golang-migrate"
	case named(flyway):
		return "flyway"
	case names["atlas.sum"]:
		return "atlas"
	case has(ternLine) || names["tern.conf"]:
		return "tern"
	case has(pgDump) && len(files) == 1:
		return "pg_dump"
	}
	return "sql"
}

// directed reports whether most of a folder's numbered files say at the end of
// their name which way they go. One that does may only be called so: 3_clean_up.
func directed(files []*input) bool {
	named, all := 0, 0
	for _, in := range files {
		switch {
		case upDown.MatchString(in.base()):
			named++
			all++
		case in.numbered():
			all++
		}
	}
	return 2*named > all
}

// numbered reports whether an SQL file has a migration's number.
func (in *input) numbered() bool {
	return strings.HasSuffix(in.base(), ".sql") && numbered.MatchString(in.base())
}

// version returns the digits that a file's name begins with, without leading
// zeros.
func version(base string) (digits string, ok bool) {
	i := 0
	for i < len(base) && base[i] >= '0' && base[i] <= '9' {
		i++
	}
	return strings.TrimLeft(base[:i], "0"), i > 0
}

// compareVersions orders names by the number in front: as numbers, then as
// text. Names without a number come after.
func compareVersions(a, b string) int {
	va, oka := version(a)
	vb, okb := version(b)
	if oka != okb {
		if oka {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(len(va), len(vb)), cmp.Compare(va, vb), cmp.Compare(a, b))
}

func byVersion(files []*input) {
	slices.SortStableFunc(files, func(a, b *input) int { return compareVersions(a.base(), b.base()) })
}

// arrangeUpDown is for N_name.up.sql, as golang-migrate, pop and bun have it.
// pop puts the dialect between name and direction.
func arrangeUpDown(files []*input) {
	byVersion(files)
	postgres := make(map[string]bool) // versions that have a file for PostgreSQL
	for _, in := range files {
		if v, ok := version(in.base()); ok && dialectOfMigration(in.base()) == postgresName {
			postgres[v] = true
		}
	}
	for _, in := range files {
		m := upDown.FindStringSubmatch(in.base())
		v, _ := version(in.base())
		d := dialectOfMigration(in.base())
		switch {
		case m == nil:
			in.skipped = "not named as a migration"
			if numbered.MatchString(in.base()) && !strings.HasSuffix(in.base(), ".sql") {
				in.skipped = "" // Go and fizz: arrange says it
			}
		case strings.EqualFold(m[2], "down"):
			in.skipped = "down migration"
		case d != "" && d != postgresName:
			in.skipped = "written for " + d
		case d == "" && postgres[v]:
			in.skipped = "this version has a file for postgres"
		}
		in.up = in.text
		if m != nil {
			in.noTransaction = strings.EqualFold(m[1], "autocommit.") || strings.EqualFold(m[1], "notx.")
		}
	}
}

// arrangeFlyway orders V1.2__name.sql by version; repeatable ones come last.
func arrangeFlyway(files []*input) {
	key := func(in *input) (kind string, version []string) {
		m := flyway.FindStringSubmatch(in.base())
		if m == nil {
			return "", nil
		}
		return m[1], strings.FieldsFunc(m[2], func(c rune) bool { return c == '.' || c == '_' })
	}
	slices.SortStableFunc(files, func(a, b *input) int {
		ka, va := key(a)
		kb, vb := key(b)
		if (ka == "R") != (kb == "R") {
			if ka == "R" {
				return 1
			}
			return -1
		}
		return cmp.Or(slices.CompareFunc(va, vb, compareVersions), cmp.Compare(a.rel, b.rel))
	})
	for _, in := range files {
		switch kind, _ := key(in); kind {
		case "U":
			in.skipped = "undo migration"
		case "":
			in.skipped = "not named as a migration"
		}
		in.up = in.text
	}
}

// arrangeAtlas orders by name, and begins with the last checkpoint.
func arrangeAtlas(files []*input) {
	slices.SortStableFunc(files, func(a, b *input) int { return cmp.Compare(a.rel, b.rel) })
	from := 0
	for i, in := range files {
		in.up = in.text
		head := in.text[:min(len(in.text), 4096)]
		if strings.Contains(head, "-- atlas:checkpoint") {
			from = i
		}
		in.noTransaction = strings.Contains(head, "-- atlas:txmode none")
	}
	for _, in := range files[:from] {
		in.skipped = "before the checkpoint"
	}
}

// arrangePlain is for files without marks: tern's end at its line, other files are
// replayed whole.
func arrangePlain(in *input) {
	in.up = in.text
	in.noTransaction = ternPlain.MatchString(in.text)
	if at := ternLine.FindStringIndex(in.text); at != nil {
		in.up = in.text[:at[0]]
	}
	if pgDump.MatchString(in.text) {
		in.format = "pg_dump"
	}
}

var downName = regexp.MustCompile(`(?i)(^|[._-])(down|rollback|undo|revert|drop)([._-]|$)`)

// skipDown leaves out the files that take back what another one does. One with
// a number of its own is a step like any other, whatever its name says.
func skipDown(files []*input) {
	down := func(in *input) bool {
		return downName.MatchString(strings.TrimSuffix(in.base(), path.Ext(in.base())))
	}
	up := make(map[string]bool) // versions that have a file that is none
	for _, in := range files {
		if v, _ := version(in.base()); !down(in) {
			up[v] = true
		}
	}
	for _, in := range files {
		if v, ok := version(in.base()); down(in) && (!ok || up[v]) {
			in.skipped = "down migration"
		}
	}
}

// skipSnapshots leaves out the files beside the numbered ones that hold the
// schema which those make: a new database begins with the one, an old one gets
// there by the others.
func skipSnapshots(files []*input) {
	numbers := 0
	creating := false
	for _, in := range files {
		switch {
		case in.skipped != "":
		case in.numbered():
			numbers++
		default:
			creating = creating || createsTable.MatchString(in.up)
		}
	}
	if numbers < 2 || !creating {
		return
	}
	made := newReplayer()
	for _, in := range files {
		if in.skipped == "" && in.numbered() {
			made.file(Source{File: in.rel}, in.up)
		}
	}
	have := made.finish()
	for _, in := range files {
		if in.skipped != "" || in.numbered() || !createsTable.MatchString(in.up) {
			continue
		}
		known := 0
		own := Parse(in.rel, in.up).Tables
		for _, t := range own {
			if have.Table(t.Schema, t.Name) != nil {
				known++
			}
		}
		if 2*known > len(own) {
			in.skipped = "the schema that the migrations make"
		}
	}
}

var mark = regexp.MustCompile(`(?i)^\s*--\s*(?:\+goose|\+migrate|migrate:)\s*(up|down|no transaction)\b(.*)`)

// sections keeps the lines of goose's, dbmate's and sql-migrate's up section
// and blanks the others.
func sections(in *input) {
	var b strings.Builder
	up, seen := false, false
	for line := range strings.Lines(in.text) {
		if m := mark.FindStringSubmatch(line); m != nil {
			switch strings.ToLower(m[1]) {
			case "up":
				up, seen = true, true
				rest := strings.ToLower(m[2])
				in.noTransaction = in.noTransaction || strings.Contains(rest, "notransaction") || strings.Contains(rest, "transaction:false")
			case "down":
				up = false
			case "no transaction":
				in.noTransaction = true
			}
		}
		if up {
			b.WriteString(line)
		} else if strings.HasSuffix(line, "\n") {
			b.WriteByte('\n')
		}
	}
	in.up = b.String()
	if !seen && strings.HasSuffix(strings.ToLower(in.rel), ".sql") {
		in.skipped = "no up section"
	}
}
