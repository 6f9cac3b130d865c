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
	match func(c candidate) *API // nil: not mine
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

// BySignature returns what the signature rules say of fn, without the data
// files. It trusts no name alone; see the rules for what each asks for.
func BySignature(fn *types.Func) (API, bool) {
	sig := fn.Signature()
	c := candidate{name: fn.Name(), sig: sig, params: sig.Params()}
	if sig.Recv() != nil {
		c.recv = sig.Recv().Type()
	}
	for _, r := range rules {
		if api := r.match(c); api != nil {
			api.Key, api.Rule = Key(fn), r.id
			return *api, true
		}
	}
	return API{}, false
}

// found begins the answer of a rule: each of them goes to the database.
func found() *API {
	api := Blank()
	api.RoundTrip = true
	return &api
}

// matchQuery is R1.query: (…, string, ...any) whose result is rows or a row.
func matchQuery(c candidate) *API {
	at, ok := c.text(isString)
	if !ok {
		return nil
	}
	kind := result(c.sig)
	if kind != oneRow && kind != manyRows {
		return nil
	}
	switch c.paramName(at) {
	case otherName:
		return nil
	case unclear:
		if !strings.Contains(c.name, "Query") {
			return nil // the string may be a key or a condition
		}
	}
	api := found()
	api.Role, api.SQLArg, api.ArgsStart = roleOf(kind, c.name), at, at+1
	return api
}

// matchExec is R1.exec: Exec…(…, string, ...any) whose result counts affected
// rows; with a plain number or error as result only on a database handle.
func matchExec(c candidate) *API {
	if !strings.Contains(c.name, "Exec") {
		return nil
	}
	at, ok := c.text(isString)
	if !ok {
		return nil
	}
	name := c.paramName(at)
	switch {
	case name == otherName:
		return nil
	case result(c.sig) == affected:
	case !lastIsError(c.sig) || result(c.sig) != notRows || !c.onHandle():
		return nil // a shell command, CQL, …
	case name != textName && c.params.At(at).Name() != "":
		return nil
	}
	api := found()
	api.Role, api.SQLArg, api.ArgsStart = Exec, at, at+1
	return api
}

// matchPrepare is R1.prepare: Prepare…(…, string) that returns a statement.
// With two strings the last is the SQL text: pgx's first is a name.
func matchPrepare(c candidate) *API {
	last := c.params.Len() - 1
	if !strings.HasPrefix(c.name, "Prepare") || last < 0 || c.sig.Variadic() || !isPrepared(c.sig) {
		return nil
	}
	if t := c.params.At(last).Type(); !isString(t) && !isAny(t) || c.paramName(last) == otherName {
		return nil
	}
	api := found()
	api.Role, api.SQLArg = Prepare, last
	return api
}

// matchAnySQL is R1b.anysql: Query(…, any, ...any) with an SQL result. The
// any may hold a builder; an argument that is a string is text.
func matchAnySQL(c candidate) *API {
	base := strings.TrimPrefix(c.name, "Must")
	base = strings.TrimSuffix(strings.TrimSuffix(base, "Context"), "Ctx")
	switch base {
	case "Query", "QueryOne", "QueryRow", "QueryRows", "Exec", "ExecOne", "ExecRow", "ExecRows":
	default:
		return nil
	}
	at, ok := c.text(isAny)
	kind := result(c.sig)
	if !ok || kind == notRows || c.paramName(at) == otherName {
		return nil
	}
	api := found()
	api.Role, api.SQLArg, api.ArgsStart = roleOf(kind, c.name), at, at+1
	return api
}

// matchNamed is R1c.named: NamedExec(…, string, any), NamedQuery.
func matchNamed(c candidate) *API {
	at := c.params.Len() - 2
	if !strings.HasPrefix(c.name, "NamedExec") && !strings.HasPrefix(c.name, "NamedQuery") {
		return nil
	}
	if at < 0 || c.sig.Variadic() || !isString(c.params.At(at).Type()) || !isAny(c.params.At(at+1).Type()) {
		return nil
	}
	kind := result(c.sig)
	if kind == notRows {
		return nil
	}
	api := found()
	api.Role, api.SQLArg, api.ArgsStart, api.Named = roleOf(kind, c.name), at, at+1, true
	return api
}

// matchStmt is R2.stmt: a method of a prepared statement that runs it. The SQL
// text is where the statement was prepared.
func matchStmt(c candidate) *API {
	if c.recv == nil || !isStmt(c.recv) {
		return nil
	}
	if _, ok := c.text(isString); ok {
		return nil // a cache of statements takes text
	}
	base := strings.TrimPrefix(c.name, "Must")
	api := found()
	switch {
	case strings.HasPrefix(base, "Exec"):
		api.Role = Exec
	case strings.HasPrefix(base, "Get"), strings.HasPrefix(base, "QueryRow") && !strings.HasPrefix(base, "QueryRows"), strings.HasPrefix(base, "QueryOne"):
		api.Role = QueryRow
	case strings.HasPrefix(base, "Query"), strings.HasPrefix(base, "Select"):
		api.Role = Query
	default:
		return nil
	}
	kind := result(c.sig)
	if kind == notRows && !lastIsError(c.sig) {
		return nil
	}
	last := c.params.Len() - 1
	if at, ok := variadicAny(c.sig); ok {
		api.ArgsStart = at
	} else if last >= 0 && isAny(c.params.At(last).Type()) {
		api.ArgsStart = last
	} else {
		return nil
	}
	// What is not returned is scanned into the argument before.
	if at := api.ArgsStart - 1; kind != oneRow && kind != manyRows && at >= 0 && isAny(c.params.At(at).Type()) {
		api.DestArg = at
	}
	return api
}

// matchDest is R3.dest: Get(…, dest any, query string, ...any) error.
func matchDest(c candidate) *API {
	at, ok := c.text(isString)
	if !ok || at == 0 || !lastIsError(c.sig) || !isDest(c.params.At(at-1).Type()) {
		return nil
	}
	if !slices.ContainsFunc([]string{"Get", "Select", "Scan", "Query", "One", "All"}, func(s string) bool { return strings.Contains(c.name, s) }) {
		return nil
	}
	switch c.paramName(at) {
	case otherName:
		return nil
	case unclear:
		// A URL with a format, a key: only a handle's string is a query.
		if !c.onHandle() {
			return nil
		}
	}
	api := found()
	api.Role, api.DestArg, api.SQLArg, api.ArgsStart = Query, at-1, at, at+1
	for _, word := range words(c.name) {
		switch word {
		case "get", "one", "row", "struct", "val", "value":
			api.Role = QueryRow
		case "all":
			api.Role = Query
		}
	}
	return api
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
func matchBegin(c candidate) *API {
	base := strings.TrimPrefix(c.name, "Must")
	if base != "Tx" && !hasAnyPrefix(base, "Begin", "NewTransaction", "StartTransaction", "StartTx") || c.sig.Results().Len() == 0 {
		return nil
	}
	if base == "Tx" && !lastIsError(c.sig) {
		return nil // returns the transaction at hand
	}
	t := c.sig.Results().At(0).Type()
	if tx, _ := IsTx(t); !tx {
		return nil
	}
	api := found()
	api.Role = Begin
	return api
}

// matchEnd is R6.end: Commit and Rollback of a transaction.
func matchEnd(c candidate) *API {
	if c.recv == nil {
		return nil
	}
	api := found()
	switch strings.TrimSuffix(c.name, "Context") {
	case "Commit":
		api.Role = Commit
	case "Rollback", "RollbackUnlessCommitted":
		api.Role = Rollback
	default:
		return nil
	}
	if tx, _ := IsTx(c.recv); !tx || c.params.Len() > 1 || c.params.Len() == 1 && !isContext(c.params.At(0).Type()) {
		return nil
	}
	return api
}

// matchBatch is R7.batch: SendBatch of a *Batch that SQL was queued in.
func matchBatch(c candidate) *API {
	if c.name != "SendBatch" {
		return nil
	}
	for i := range c.params.Len() {
		t := c.params.At(i).Type()
		if n := named(t); n == nil || n.Obj().Name() != "Batch" {
			continue
		}
		if queue := method(t, "Queue"); queue != nil {
			if at, ok := variadicAny(queue.Signature()); ok && at > 0 && isString(queue.Signature().Params().At(at-1).Type()) {
				api := found()
				api.Role, api.QueryArg = SendBatch, i
				return api
			}
		}
	}
	return nil
}

// matchTxClosure is R4.tx_closure: a function that takes a func(…, tx, …)
// error. A type that is the plain handle as well (*gorm.DB) is a transaction
// only if the function's name says so.
func matchTxClosure(c candidate) *API {
	if !lastIsError(c.sig) {
		return nil
	}
	for i := range c.params.Len() {
		fn, ok := c.params.At(i).Type().Underlying().(*types.Signature)
		if !ok || !lastIsError(fn) {
			continue
		}
		for j := range fn.Params().Len() {
			t := fn.Params().At(j).Type()
			tx, alsoHandle := IsTx(t)
			if !tx || alsoHandle && !isTxName(c.name) || isHookName(c.name) {
				continue
			}
			api := found()
			api.Role, api.FnArg, api.TxParam = TxClosure, i, j
			api.CtxParam = contextParam(fn)
			return api
		}
	}
	return nil
}

// matchNamedClosure is R4c.named_closure: WithTx(func(…) error) error, told by
// its name; also Do of a transaction manager.
func matchNamedClosure(c candidate) *API {
	if !lastIsError(c.sig) {
		return nil
	}
	for i := range c.params.Len() {
		fn, ok := c.params.At(i).Type().Underlying().(*types.Signature)
		if !ok || !lastIsError(fn) || fn.Variadic() {
			continue
		}
		if isHookName(c.name) || !isTxName(c.name) && !c.isTxManager() {
			return nil
		}
		api := found()
		api.Role, api.FnArg, api.CtxParam = TxClosure, i, contextParam(fn)
		api.TxParam = onlyHandle(fn)
		return api
	}
	return nil
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
		return IsHandle(c.recv) || isStmt(c.recv)
	}
	for i := range c.params.Len() {
		if IsHandle(c.params.At(i).Type()) {
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
