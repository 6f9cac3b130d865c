//go:build unix

package planner

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/sqlvet/sqlvet/internal/schema"
)

// A Note is something of the migrations that this server runs in another way,
// or not at all.
type Note struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Message string `json:"message"`
	// Tables whose plans are uncertain for it, as schema.Table.String writes
	// them.
	Tables []string `json:"tables,omitempty"`
	// Harmless: plans are what they were.
	Harmless bool `json:"harmless,omitempty"`
}

// app is the role that migrations and plans are run as. They are a program's
// texts, which the superuser should not run: COPY … TO PROGRAM is one of them.
const app = "sqlvet_app"

// A builder runs scripts.
type builder struct {
	admin, app session
	notes      []Note
	script     *schema.Script
}

// build runs the scripts and returns what it could not run as it stands.
func build(ctx context.Context, admin, app session, scripts []schema.Script) ([]Note, error) {
	b := &builder{admin: admin, app: app}
	for i := range scripts {
		b.script = &scripts[i]
		for _, p := range b.script.Unread {
			b.notes = append(b.notes, Note{File: p.File, Line: p.Line, Message: p.Message, Tables: p.Tables})
		}
		if b.script.Skipped != "" {
			continue // Have: sqlvet schema tells.
		}
		// Each file begins as a new connection does.
		if err := app.exec(ctx, "DISCARD ALL"); err != nil {
			return nil, err
		}
		if err := b.all(ctx, b.script.Statements); err != nil {
			return nil, err
		}
	}
	return b.notes, app.exec(ctx, "DISCARD ALL")
}

// all runs the statements of a script. A dump may list things in any order:
// what lacks something is tried again behind the others, as long as that helps,
// and then without foreign keys, which come last.
func (b *builder) all(ctx context.Context, list []schema.ScriptStatement) error {
	apart := false
	for {
		var again []schema.ScriptStatement
		var notes []Note
		for _, st := range list {
			failed, missing, err := b.statement(ctx, st)
			if err != nil {
				return err
			}
			if missing {
				again, notes = append(again, st), append(notes, *failed)
			} else if failed != nil {
				b.notes = append(b.notes, *failed)
			}
		}
		if len(again) == len(list) && !apart {
			apart = true
			var tables, keys []schema.ScriptStatement
			for _, st := range again {
				table, of, _ := keysApart(st)
				tables, keys = append(tables, table), append(keys, of...)
			}
			again = append(tables, keys...)
		}
		if len(again) == 0 || len(again) == len(list) {
			b.notes = append(b.notes, notes...)
			return nil
		}
		list = again
	}
}

// maxRepairs bounds what is made for one statement.
const maxRepairs = 12

// statement runs one statement, and makes what it lacks if that can be made.
// What is noted of one that was not run is returned, and whether it misses a
// relation.
func (b *builder) statement(ctx context.Context, st schema.ScriptStatement) (failed *Note, missing bool, err error) {
	words := strings.Fields(strings.ToLower(st.Text[:min(len(st.Text), 200)]))
	first, second := words[0], ""
	if len(words) > 1 {
		second = words[1]
	}
	by := b.app
	switch {
	case (first == "create" || first == "alter" || first == "drop") && (second == "role" || second == "user" || second == "group" || second == "database" || second == "tablespace"),
		first == "alter" && second == "system":
		return nil, false, nil // Have: a role that is missed is made.
	case second == "extension":
		by = b.admin // most of them want a superuser, and are the server's own
	}
	for range maxRepairs {
		err := by.exec(ctx, st.Text)
		if err == nil {
			return nil, false, nil
		}
		said := refusal(err)
		if said == nil {
			return nil, false, err // the connection, not the statement
		}
		made, doubt, err := b.repair(ctx, st.Text, said.Code, said.Message)
		if err != nil {
			return nil, false, err
		}
		if made == "" {
			n := b.skipped(st, said.Message)
			return &n, said.Code == "42P01" && !n.Harmless, nil
		}
		n := Note{File: b.script.File, Line: st.Line, Message: made, Harmless: !doubt}
		if doubt {
			n.Tables = st.Tables()
		}
		b.notes = append(b.notes, n)
	}
	n := b.skipped(st, "too much is missing")
	return &n, false, nil
}

// skipped is what is noted of a statement that was not run.
func (b *builder) skipped(st schema.ScriptStatement, message string) Note {
	n := Note{File: b.script.File, Line: st.Line, Message: "not run: " + message}
	if strings.Contains(message, "already exists") {
		n.Harmless = true // the first of its name stays
	} else {
		n.Tables = st.Tables()
		n.Harmless = len(n.Tables) == 0
	}
	return n
}

var (
	missingRole      = regexp.MustCompile(`^role "(.+)" does not exist`)
	missingSequence  = regexp.MustCompile(`^relation "(.+)" does not exist`)
	missingSchema    = regexp.MustCompile(`^schema "(.+)" does not exist`)
	missingType      = regexp.MustCompile(`^type "?([^"]+)"? does not exist`)
	missingCollation = regexp.MustCompile(`^collation "([^"]+)" for encoding "[^"]+" does not exist`)
	missingFunction  = regexp.MustCompile(`^function ([^\s(]+)\((.*)\) does not exist`)
	notMember        = regexp.MustCompile(`^must be (?:member of|able to SET ROLE) "?([^"]+?)"?$`)
)

// repair makes what a statement lacks. It says what it made, "" if there is
// nothing that it can make, and whether plans may differ for it.
func (b *builder) repair(ctx context.Context, text, code, message string) (made string, doubt bool, err error) {
	try := func(sql string) bool { return b.admin.exec(ctx, sql) == nil }
	if m := missingRole.FindStringSubmatch(message); m != nil {
		role := schema.Quote(m[1])
		if try("CREATE ROLE " + role + "; GRANT " + role + " TO " + app) {
			return fmt.Sprintf("role %s made", role), false, nil
		}
	}
	if m := missingSequence.FindStringSubmatch(message); m != nil && isSequence(text, m[1]) {
		if try("CREATE SEQUENCE " + qualified(m[1]) + "; GRANT ALL ON SEQUENCE " + qualified(m[1]) + " TO " + app) {
			return fmt.Sprintf("sequence %s made", m[1]), false, nil
		}
	}
	if m := missingSchema.FindStringSubmatch(message); m != nil && try("CREATE SCHEMA "+schema.Quote(m[1])+" AUTHORIZATION "+app) {
		return fmt.Sprintf("schema %s made", schema.Quote(m[1])), false, nil
	}
	if m := missingCollation.FindStringSubmatch(message); m != nil && try(fmt.Sprintf("CREATE COLLATION public.%s (provider = libc, locale = 'C.UTF-8')", schema.Quote(m[1]))) {
		return fmt.Sprintf("collation %s is C.UTF-8 here", schema.Quote(m[1])), false, nil
	}
	if m := missingType.FindStringSubmatch(message); m != nil && code == "42704" {
		if name := qualified(m[1]); try(standIn(name)) {
			return fmt.Sprintf("type %s is a stand-in here, which has no operators of its own", m[1]), true, nil
		}
	}
	if m := missingFunction.FindStringSubmatch(message); m != nil && code == "42883" {
		for _, result := range []string{"uuid", "trigger", "text", "bigint", "timestamptz", "boolean", "jsonb"} {
			// Have: of what result the statement wants is found by trying: a
			// wrong one makes it fail in another way.
			args := strings.ReplaceAll(m[2], "unknown", "text")
			name := qualified(m[1])
			body := fmt.Sprintf("AS 'SELECT NULL::%s' LANGUAGE sql IMMUTABLE", result)
			if result == "trigger" {
				body = "AS 'BEGIN RETURN NEW; END' LANGUAGE plpgsql"
			}
			if !try(fmt.Sprintf("CREATE FUNCTION %s(%s) RETURNS %s %s", name, args, result, body)) {
				continue
			}
			return fmt.Sprintf("function %s(%s) is a stand-in here", m[1], m[2]), false, nil
		}
	}
	if m := notMember.FindStringSubmatch(message); m != nil && m[1] != "postgres" && try("GRANT "+schema.Quote(m[1])+" TO "+app) {
		return fmt.Sprintf("role %s granted", m[1]), false, nil
	}
	return "", false, nil
}

// isSequence reports whether a statement takes values of a sequence of that
// name.
func isSequence(text, name string) bool {
	return regexp.MustCompile(`(?i)\bnextval\s*\(\s*'"?` + regexp.QuoteMeta(name) + `"?'`).MatchString(strings.ReplaceAll(text, `"."`, `.`))
}

// qualified quotes a name that a message gives, in public if it names no
// schema.
func qualified(name string) string {
	parts := strings.Split(name, ".")
	for i, p := range parts {
		parts[i] = schema.Quote(strings.Trim(p, `"`))
	}
	if len(parts) == 1 {
		return "public." + parts[0]
	}
	return strings.Join(parts, ".")
}

// standIn is the SQL of a type that is stored as a text, and takes a modifier.
func standIn(name string) string {
	return fmt.Sprintf(`CREATE TYPE %[1]s;
CREATE FUNCTION public.%[2]s(cstring) RETURNS %[1]s LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION public.%[3]s(%[1]s) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION public.%[4]s(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'varchartypmodin';
CREATE TYPE %[1]s (INPUT = public.%[2]s, OUTPUT = public.%[3]s, TYPMOD_IN = public.%[4]s, LIKE = text)`,
		name, schema.Quote("in "+name), schema.Quote("out "+name), schema.Quote("mod "+name))
}
