// Package dbload answers: how does an empty database come to have a workload's
// tables and plausible rows?
//
// It takes any DDL that PostgreSQL takes, in any order, sets the indexes aside
// that no key needs, and invents rows from types, names, keys and the literals
// of the statements. It does not judge the schema.
package dbload

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"

	"github.com/sqlvet/sqlvet/bench/indexadvice/catalog"
	"github.com/sqlvet/sqlvet/bench/indexadvice/planner"
	"github.com/sqlvet/sqlvet/bench/indexadvice/shape"
)

// maxPasses bounds how often statements are tried again that need others.
const maxPasses = 64

var reSequence = regexp.MustCompile(`relation "([a-z_0-9]+_seq)" does not exist`)

// Schema runs DDL. Dumps list things in any order and leave some out, so a
// statement that fails is tried again after the others, a missing sequence is
// created, and what exists already is no error. It returns the errors of the
// statements that never worked.
func Schema(s *planner.Session, ddl string) ([]error, error) {
	if err := s.Exec("SET check_function_bodies = off"); err != nil {
		return nil, err
	}
	list, err := pg.SplitWithScanner(ddl, true)
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	var todo []string
	for _, sql := range list {
		if whole, ok := unpartitioned(sql); ok && !isTransaction(sql) {
			todo = append(todo, keysApart(whole)...)
		}
	}
	var failed []error
	for range maxPasses {
		var next []string
		failed = nil
		sequences := false
		for _, sql := range todo {
			err := s.Exec(sql)
			if err == nil || strings.Contains(err.Error(), "already exists") {
				continue
			}
			if m := reSequence.FindStringSubmatch(err.Error()); m != nil {
				sequences = s.Exec("CREATE SEQUENCE "+catalog.Quote(m[1])) == nil || sequences
			}
			next, failed = append(next, sql), append(failed, err)
		}
		if len(next) == 0 || len(next) == len(todo) && !sequences {
			break
		}
		todo = next
	}
	return failed, s.Reload()
}

// isTransaction reports whether a statement begins or ends a transaction. In
// one, a single failure would take everything else with it.
func isTransaction(sql string) bool {
	tree, err := pg.Parse(sql)
	return err == nil && len(tree.Stmts) == 1 && tree.Stmts[0].Stmt.GetTransactionStmt() != nil
}

// unpartitioned makes one table of a partitioned one, and leaves out a CREATE
// TABLE of a partition: applications make those while they run, and the
// planner's costs of one partition are those of one table.
func unpartitioned(sql string) (string, bool) {
	tree, err := pg.Parse(sql)
	if err != nil || len(tree.Stmts) != 1 {
		return sql, true
	}
	create := tree.Stmts[0].Stmt.GetCreateStmt()
	if create.GetPartbound() != nil {
		return "", false
	}
	if create.GetPartspec() == nil {
		return sql, true
	}
	create.Partspec = nil
	text, err := shape.DeparseStatement(tree.Stmts[0].Stmt)
	if err != nil {
		return sql, true
	}
	return text, true
}

// keysApart moves the foreign keys of a CREATE TABLE into statements of their
// own, for tables that refer to each other.
func keysApart(sql string) []string {
	tree, err := pg.Parse(sql)
	if err != nil || len(tree.Stmts) != 1 {
		return []string{sql}
	}
	create := tree.Stmts[0].Stmt.GetCreateStmt()
	var keep, keys []*pg.Node
	for _, e := range create.GetTableElts() {
		if k := e.GetConstraint(); k != nil && k.Contype == pg.ConstrType_CONSTR_FOREIGN {
			keys = append(keys, e)
		} else {
			keep = append(keep, e)
		}
	}
	if len(keys) == 0 {
		return []string{sql}
	}
	create.TableElts = keep
	nodes := []*pg.Node{tree.Stmts[0].Stmt}
	for _, k := range keys {
		cmd := &pg.AlterTableCmd{Subtype: pg.AlterTableType_AT_AddConstraint, Def: k, Behavior: pg.DropBehavior_DROP_RESTRICT}
		nodes = append(nodes, &pg.Node{Node: &pg.Node_AlterTableStmt{AlterTableStmt: &pg.AlterTableStmt{
			Relation: create.Relation, Objtype: pg.ObjectType_OBJECT_TABLE,
			Cmds: []*pg.Node{{Node: &pg.Node_AlterTableCmd{AlterTableCmd: cmd}}},
		}}})
	}
	var out []string
	for _, n := range nodes {
		text, err := shape.DeparseStatement(n)
		if err != nil {
			return []string{sql}
		}
		out = append(out, text)
	}
	return out
}

// Strip drops the indexes that belong to no key and writes their definitions:
// what the maintainers chose, and what a tool has to find again.
func Strip(s *planner.Session, human io.Writer) error {
	for _, name := range s.Catalog.Order {
		for _, x := range s.Catalog.Tables[name].Indexes {
			if x.Unique || x.Constr {
				continue
			}
			if _, err := fmt.Fprintf(human, "%s;\n", x.Def); err != nil {
				return err
			}
			if err := s.Exec("DROP INDEX " + catalog.SchemaPrefix(name) + catalog.Quote(x.Name)); err != nil {
				return err
			}
		}
	}
	return s.Reload()
}
