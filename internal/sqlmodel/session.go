package sqlmodel

import (
	"strings"

	pg "github.com/sqlvet/sqlvet/internal/pgquery"
)

// A State is what a statement leaves in its session, that is in the connection,
// for the statements after it.
type State uint8

// The states.
const (
	StateLock        State = iota + 1 // an advisory lock of the session
	StateUnlock                       // the end of one
	StateSetting                      // SET, set_config
	StateLocal                        // SET LOCAL: until the end of the transaction
	StateTransaction                  // BEGIN
	StateEnd                          // COMMIT, ROLLBACK
	StateTable                        // a temporary table or view
	StateListen
	StatePrepared // PREPARE
	StateCursor   // DECLARE
)

// A SessionState is one state that a text leaves.
type SessionState struct {
	Range // of the statement
	State State
	Name  string // of the function, the setting, the table, the channel
}

// Session returns what the statements of the text leave in their session, in
// order. One that is written for a transaction (SET TRANSACTION) is a setting.
func (r *Result) Session() []SessionState {
	lower := strings.ToLower(r.SQL)
	calls := strings.Contains(lower, "advisory_") || strings.Contains(lower, "set_config")
	utility := false
	for _, s := range r.Statements {
		utility = utility || s.Kind == Utility
	}
	if !calls && !utility {
		return nil
	}
	tree, err := pg.Parse(r.SQL)
	if err != nil || len(tree.Stmts) != len(r.Statements) {
		return nil
	}
	var out []SessionState
	for i, raw := range tree.Stmts {
		add := func(s State, name string) { out = append(out, SessionState{r.Statements[i].Range, s, name}) }
		if r.Statements[i].Kind == Utility {
			command(raw.Stmt, add)
		}
		if calls {
			pg.Walk(raw.Stmt, func(n *pg.Node) bool {
				if f := n.GetFuncCall(); f != nil {
					function(f, add)
				}
				return true
			})
		}
	}
	return out
}

func command(n *pg.Node, add func(State, string)) {
	switch {
	case n.GetVariableSetStmt() != nil:
		switch s := n.GetVariableSetStmt(); {
		case s.Kind == pg.VarReset || s.Kind == pg.VarResetAll:
		case s.IsLocal:
			add(StateLocal, s.Name)
		default:
			add(StateSetting, s.Name)
		}
	case n.GetTransactionStmt() != nil:
		switch n.GetTransactionStmt().Kind {
		case pg.TransBegin, pg.TransStart:
			add(StateTransaction, "")
		case pg.TransCommit, pg.TransRollback:
			add(StateEnd, "")
		}
	case n.GetCreateStmt().GetRelation().GetRelpersistence() == "t":
		add(StateTable, n.GetCreateStmt().GetRelation().GetRelname())
	case n.GetCreateTableAsStmt().GetInto().GetRel().GetRelpersistence() == "t":
		add(StateTable, n.GetCreateTableAsStmt().GetInto().GetRel().GetRelname())
	case n.GetViewStmt().GetView().GetRelpersistence() == "t":
		add(StateTable, n.GetViewStmt().GetView().GetRelname())
	case n.GetListenStmt() != nil:
		add(StateListen, n.GetListenStmt().GetConditionname())
	case n.GetPrepareStmt() != nil:
		add(StatePrepared, n.GetPrepareStmt().GetName())
	case n.GetDeclareCursorStmt() != nil:
		add(StateCursor, n.GetDeclareCursorStmt().GetPortalname())
	}
}

func function(f *pg.FuncCall, add func(State, string)) {
	names := pg.Names(f.Funcname)
	name := strings.ToLower(names[len(names)-1])
	switch {
	case name == "set_config":
		if len(f.Args) == 3 && isFalse(f.Args[2]) {
			add(StateSetting, f.Args[0].GetAConst().GetSval().GetSval())
		}
	case strings.Contains(name, "_xact_"):
	case strings.HasPrefix(name, "pg_advisory_unlock"):
		add(StateUnlock, name)
	case strings.HasPrefix(name, "pg_advisory_lock"), strings.HasPrefix(name, "pg_try_advisory_lock"):
		add(StateLock, name)
	}
}

// isFalse reports whether an expression is the constant false.
func isFalse(n *pg.Node) bool {
	if c := n.GetTypeCast(); c != nil {
		n = c.GetArg()
	}
	c := n.GetAConst()
	if b := c.GetBoolval(); b != nil {
		return !b.Boolval
	}
	s := c.GetSval().GetSval()
	return s == "f" || s == "false"
}
