package apis

import (
	"go/types"
	"slices"
	"strings"
)

// Signature rules know functions that no data file lists: other libraries,
// interfaces that a program declares over its database handle, and wrappers.
// They ask for types that only SQL libraries have (a result with Scan and
// Next, with RowsAffected, a prepared statement, Commit beside Rollback). Where
// the types alone are too common, a parameter must be called query or sql, or
// the receiver must be a handle by its other methods.

// A rule answers for one shape.
type rule struct {
	id    string
	match func(c candidate) (API, bool)
}

var rules = []rule{
	{"R2.stmt", matchStmt}, // before the others: a statement's arguments look like text
	{"R1.query", matchQuery},
	{"R1.exec", matchExec},
	{"R1.prepare", matchPrepare},
	{"R1b.anysql", matchAnySQL},
	{"R1c.named", matchNamed},
	{"R3.dest", matchDest},
	{"R5.begin", matchBegin},
	{"R6.end", matchEnd},
	{"R7.batch", matchBatch},
	{"R4.tx_closure", matchTxClosure},
	{"R4c.named_closure", matchNamedClosure},
}

// A candidate is a function that rules look at.
type candidate struct {
	name   string
	sig    *types.Signature
	params *types.Tuple
	recv   types.Type // nil for a function
}

func matchRules(fn *types.Func) (API, bool) {
	sig := fn.Signature()
	c := candidate{name: fn.Name(), sig: sig, params: sig.Params()}
	if sig.Recv() != nil {
		c.recv = sig.Recv().Type()
	}
	for _, r := range rules {
		if api, ok := r.match(c); ok {
			api.Key, api.Rule = Key(fn), r.id
			api.RoundTrip = true
			return api, true
		}
	}
	return API{}, false
}

// matchQuery is R1.query: (…, string, ...any) whose result is rows or a row.
func matchQuery(c candidate) (API, bool) {
	at, ok := c.text(isString)
	if !ok {
		return API{}, false
	}
	kind := result(c.sig)
	if kind != oneRow && kind != manyRows {
		return API{}, false
	}
	switch c.paramName(at) {
	case otherName:
		return API{}, false
	case unclear:
		if !strings.Contains(c.name, "Query") {
			return API{}, false // the string may be a key or a condition
		}
	}
	api := none()
	api.Role, api.SQLArg, api.ArgsStart = roleOf(kind, c.name), at, at+1
	return api, true
}

// matchExec is R1.exec: Exec…(…, string, ...any) whose result counts affected
// rows; with a plain number or error as result only on a database handle.
func matchExec(c candidate) (API, bool) {
	if !strings.Contains(c.name, "Exec") {
		return API{}, false
	}
	at, ok := c.text(isString)
	if !ok {
		return API{}, false
	}
	name := c.paramName(at)
	switch {
	case name == otherName:
		return API{}, false
	case result(c.sig) == affected:
	case !lastIsError(c.sig) || result(c.sig) != notRows || !c.onHandle():
		return API{}, false // a shell command, CQL, …
	case name != textName && c.params.At(at).Name() != "":
		return API{}, false
	}
	api := none()
	api.Role, api.SQLArg, api.ArgsStart = Exec, at, at+1
	return api, true
}

// matchPrepare is R1.prepare: Prepare…(…, string) that returns a statement.
// With two strings the last is the SQL text: pgx's first is a name.
func matchPrepare(c candidate) (API, bool) {
	last := c.params.Len() - 1
	if !strings.HasPrefix(c.name, "Prepare") || last < 0 || c.sig.Variadic() || !isPrepared(c.sig) {
		return API{}, false
	}
	if t := c.params.At(last).Type(); !isString(t) && !isAny(t) || c.paramName(last) == otherName {
		return API{}, false
	}
	api := none()
	api.Role, api.SQLArg = Prepare, last
	return api, true
}

// matchAnySQL is R1b.anysql: Query(…, any, ...any) with an SQL result. The
// any may hold a builder; an argument that is a string is text.
func matchAnySQL(c candidate) (API, bool) {
	base := strings.TrimPrefix(c.name, "Must")
	base = strings.TrimSuffix(strings.TrimSuffix(base, "Context"), "Ctx")
	switch base {
	case "Query", "QueryOne", "QueryRow", "QueryRows", "Exec", "ExecOne", "ExecRow", "ExecRows":
	default:
		return API{}, false
	}
	at, ok := c.text(isAny)
	kind := result(c.sig)
	if !ok || kind == notRows || c.paramName(at) == otherName {
		return API{}, false
	}
	api := none()
	api.Role, api.SQLArg, api.ArgsStart = roleOf(kind, c.name), at, at+1
	return api, true
}

// matchNamed is R1c.named: NamedExec(…, string, any), NamedQuery.
func matchNamed(c candidate) (API, bool) {
	at := c.params.Len() - 2
	if !strings.HasPrefix(c.name, "NamedExec") && !strings.HasPrefix(c.name, "NamedQuery") {
		return API{}, false
	}
	if at < 0 || c.sig.Variadic() || !isString(c.params.At(at).Type()) || !isAny(c.params.At(at+1).Type()) {
		return API{}, false
	}
	kind := result(c.sig)
	if kind == notRows {
		return API{}, false
	}
	api := none()
	api.Role, api.SQLArg, api.ArgsStart, api.Named = roleOf(kind, c.name), at, at+1, true
	return api, true
}

// matchStmt is R2.stmt: a method of a prepared statement that runs it. The SQL
// text is where the statement was prepared.
func matchStmt(c candidate) (API, bool) {
	if c.recv == nil || !isStmt(c.recv) {
		return API{}, false
	}
	base := strings.TrimPrefix(c.name, "Must")
	api := none()
	switch {
	case strings.HasPrefix(base, "Exec"):
		api.Role = Exec
	case strings.HasPrefix(base, "Get"), strings.HasPrefix(base, "QueryRow") && !strings.HasPrefix(base, "QueryRows"), strings.HasPrefix(base, "QueryOne"):
		api.Role = QueryRow
	case strings.HasPrefix(base, "Query"), strings.HasPrefix(base, "Select"):
		api.Role = Query
	default:
		return API{}, false
	}
	kind := result(c.sig)
	if kind == notRows && !lastIsError(c.sig) {
		return API{}, false
	}
	last := c.params.Len() - 1
	if at, ok := variadicAny(c.sig); ok {
		api.ArgsStart = at
	} else if last >= 0 && isAny(c.params.At(last).Type()) {
		api.ArgsStart = last
	} else {
		return API{}, false
	}
	// What is not returned is scanned into the argument before.
	if at := api.ArgsStart - 1; kind != oneRow && kind != manyRows && at >= 0 && isAny(c.params.At(at).Type()) {
		api.DestArg = at
	}
	return api, true
}

// matchDest is R3.dest: Get(…, dest any, query string, ...any) error.
func matchDest(c candidate) (API, bool) {
	if !slices.ContainsFunc([]string{"Get", "Select", "Scan", "Query", "One", "All"}, func(s string) bool { return strings.Contains(c.name, s) }) {
		return API{}, false
	}
	at, ok := c.text(isString)
	if !ok || at == 0 || !lastIsError(c.sig) || !isDest(c.params.At(at-1).Type()) {
		return API{}, false
	}
	switch c.paramName(at) {
	case otherName:
		return API{}, false
	case unclear:
		// A URL with a format, a key: only a handle's string is a query.
		if !c.onHandle() {
			return API{}, false
		}
	}
	api := none()
	api.Role, api.DestArg, api.SQLArg, api.ArgsStart = Query, at-1, at, at+1
	if w := words(c.name); slices.Contains(w, "get") || slices.Contains(w, "one") || slices.Contains(w, "row") {
		api.Role = QueryRow
	}
	return api, true
}

// isDest: any, or *T in a generic function.
func isDest(t types.Type) bool {
	if p, ok := types.Unalias(t).(*types.Pointer); ok {
		_, ok := types.Unalias(p.Elem()).(*types.TypeParam)
		return ok
	}
	return isAny(t)
}

// matchBegin is R5.begin: Begin…, NewTransaction or Tx that returns a
// transaction.
func matchBegin(c candidate) (API, bool) {
	base := strings.TrimPrefix(c.name, "Must")
	if base != "Tx" && !hasAnyPrefix(base, "Begin", "NewTransaction", "StartTransaction", "StartTx") || c.sig.Results().Len() == 0 {
		return API{}, false
	}
	t := c.sig.Results().At(0).Type()
	if tx, _ := IsTx(t); !tx {
		return API{}, false
	}
	api := none()
	api.Role, api.TxType = Begin, types.TypeString(t, nil)
	return api, true
}

// matchEnd is R6.end: Commit and Rollback of a transaction.
func matchEnd(c candidate) (API, bool) {
	if c.recv == nil {
		return API{}, false
	}
	api := none()
	switch strings.TrimSuffix(c.name, "Context") {
	case "Commit":
		api.Role = Commit
	case "Rollback", "RollbackUnlessCommitted":
		api.Role = Rollback
	default:
		return API{}, false
	}
	if tx, _ := IsTx(c.recv); !tx || c.params.Len() > 1 || c.params.Len() == 1 && !isContext(c.params.At(0).Type()) {
		return API{}, false
	}
	return api, true
}

// matchBatch is R7.batch: SendBatch of a *Batch that SQL was queued in.
func matchBatch(c candidate) (API, bool) {
	if c.name != "SendBatch" {
		return API{}, false
	}
	for i := range c.params.Len() {
		t := c.params.At(i).Type()
		if n := named(t); n == nil || n.Obj().Name() != "Batch" {
			continue
		}
		if queue := method(t, "Queue"); queue != nil {
			if at, ok := variadicAny(queue.Signature()); ok && at > 0 && isString(queue.Signature().Params().At(at-1).Type()) {
				api := none()
				api.Role, api.QueryArg = SendBatch, i
				return api, true
			}
		}
	}
	return API{}, false
}

// matchTxClosure is R4.tx_closure: a function that takes a func(…, tx, …)
// error. A type that is the plain handle as well (*gorm.DB) is a transaction
// only if the function's name says so.
func matchTxClosure(c candidate) (API, bool) {
	if !lastIsError(c.sig) || isHookName(c.name) {
		return API{}, false
	}
	for i := range c.params.Len() {
		fn, ok := c.params.At(i).Type().Underlying().(*types.Signature)
		if !ok || !lastIsError(fn) {
			continue
		}
		for j := range fn.Params().Len() {
			t := fn.Params().At(j).Type()
			tx, alsoHandle := IsTx(t)
			if !tx || alsoHandle && !isTxName(c.name) {
				continue
			}
			api := none()
			api.Role, api.FnArg, api.TxParam, api.TxType = TxClosure, i, j, types.TypeString(t, nil)
			api.CtxParam = contextParam(fn)
			return api, true
		}
	}
	return API{}, false
}

// matchNamedClosure is R4c.named_closure: WithTx(func(…) error) error, told by
// its name; also Do of a transaction manager.
func matchNamedClosure(c candidate) (API, bool) {
	if !lastIsError(c.sig) || isHookName(c.name) || !isTxName(c.name) && !c.isTxManager() {
		return API{}, false
	}
	for i := range c.params.Len() {
		fn, ok := c.params.At(i).Type().Underlying().(*types.Signature)
		if !ok || !lastIsError(fn) || fn.Variadic() {
			continue
		}
		api := none()
		api.Role, api.FnArg, api.CtxParam = TxClosure, i, contextParam(fn)
		api.TxParam = onlyHandle(fn)
		return api, true
	}
	return API{}, false
}

// isTxManager: Do of a type in a package that is about transactions.
func (c candidate) isTxManager() bool {
	if c.name != "Do" && c.name != "DoWithSettings" || c.recv == nil {
		return false
	}
	n := named(c.recv)
	if n == nil || n.Obj().Pkg() == nil {
		return false
	}
	path := n.Obj().Pkg().Path()
	return strings.Contains(path, "transaction") || strings.HasSuffix(path, "/trm") || strings.Contains(path, "/trm/")
}

// onlyHandle returns the one parameter of a closure that is not a context:
// it is what the transaction is used through.
func onlyHandle(fn *types.Signature) int {
	found := None
	for j := range fn.Params().Len() {
		if isContext(fn.Params().At(j).Type()) {
			continue
		}
		if found != None {
			return None
		}
		found = j
	}
	return found
}

func contextParam(fn *types.Signature) int {
	for j := range fn.Params().Len() {
		if isContext(fn.Params().At(j).Type()) {
			return j
		}
	}
	return None
}

// text returns the parameter before ...any, if is holds of its type.
func (c candidate) text(is func(types.Type) bool) (int, bool) {
	at, ok := variadicAny(c.sig)
	if !ok || at == 0 || !is(c.params.At(at-1).Type()) {
		return None, false
	}
	if strings.HasSuffix(c.name, "f") {
		return None, false // Queryf: a format, its arguments are no binds
	}
	return at - 1, true
}

// onHandle reports whether the receiver, or an argument of a free function,
// is something that sends SQL.
func (c candidate) onHandle() bool {
	if c.recv != nil {
		return isHandle(c.recv) || isStmt(c.recv)
	}
	for i := range c.params.Len() {
		if isHandle(c.params.At(i).Type()) {
			return true
		}
	}
	return false
}

// roleOf is the role of a call with an SQL result.
func roleOf(kind rowKind, name string) Role {
	switch {
	case kind == oneRow:
		return QueryRow
	case kind == manyRows:
		return Query
	case !strings.Contains(name, "Query"):
		return Exec
	case strings.Contains(name, "One"), strings.Contains(name, "Row") && !strings.Contains(name, "Rows"):
		return QueryRow
	}
	return Query
}
