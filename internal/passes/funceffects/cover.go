package funceffects

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file knows what a cache hides: calls that are made on its misses alone.

// Hides returns where the cache is asked whose misses alone lead to a call of
// this package: in the body around it, in the call that is handed a function to
// load with, or in each caller of a function that nobody else can call. It is a
// cache that outlives the call. NoPos if there is none, or it is not known.
func (r *Result) Hides(call *ast.CallExpr) token.Pos {
	r.mu.Lock()
	defer r.mu.Unlock()
	if e := r.s.g.calls[call]; e != nil {
		return r.s.hides(e, maxHides)
	}
	return token.NoPos
}

// maxHides bounds how many calls away a cache is looked for.
const maxHides = 3

func (s *solver) hides(e *edge, depth int) token.Pos {
	switch {
	case e.cached:
		return e.asked
	case depth == 0:
		return token.NoPos
	case e.in.lit != nil:
		return s.hidesValue(depth, func(t target) bool { return t.lit == e.in }, 1)
	case e.in.fn == nil || e.in.fn.Exported():
		return token.NoPos
	}
	fn := e.in.fn.Origin()
	uses := 0
	for _, obj := range s.g.info.Uses {
		if f, ok := obj.(*types.Func); ok && f.Origin() == fn {
			uses++
		}
	}
	return s.hidesValue(depth, func(t target) bool { return t.fn == fn && !t.yield && t.through == "" }, uses)
}

// hidesValue returns where a cache is asked before each use of a function, of
// which there are so many: calls, and calls that it is handed to. The first of
// them tells the place.
func (s *solver) hidesValue(depth int, is func(target) bool, uses int) token.Pos {
	first, n := token.NoPos, 0
	for _, e := range s.g.calls {
		at := token.NoPos
		found := false
		for _, t := range e.targets {
			if is(t) {
				found, at = true, s.hides(e, depth-1)
			}
		}
		for _, a := range e.args {
			for _, v := range a.values {
				if is(v) {
					found = true
					if at = s.hides(e, depth-1); s.onMiss(e, a.index) {
						at = e.call.Pos()
					}
				}
			}
		}
		switch {
		case !found:
		case !at.IsValid():
			return token.NoPos
		default:
			n++
			if !first.IsValid() || at < first {
				first = at
			}
		}
	}
	if n < uses {
		return token.NoPos // somebody keeps it
	}
	return first
}

// onMiss reports whether a callee calls a parameter if a cache lacks the value.
func (s *solver) onMiss(e *edge, index int) bool {
	if e.callee != nil && e.callee.FullName() == "(*sync.Once).Do" {
		return false // there is no second time
	}
	if computes(e.callee) && !s.g.sees(e.callee) {
		return true
	}
	for _, t := range e.targets {
		for _, p := range s.paramsOf(t) {
			if p.Index != index || !p.Cached || p.Times == 0 || p.Times == Stored {
				continue
			}
			if _, kept := s.g.kept(e.in, e, p.Keeper); kept || !p.Kept {
				return true // Have: the memory outlives the call.
			}
		}
	}
	return false
}

// Memory returns the call that is handed the function literal around a call of this
// package, and calls it only for what a memory lacks that has it from then on; nil if
// there is none.
func (r *Result) Memory(call *ast.CallExpr) *ast.CallExpr {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.s.g.calls[call]
	if e == nil || e.in.lit == nil {
		return nil
	}
	var first *ast.CallExpr
	for call, by := range r.s.g.calls {
		if first != nil && first.Pos() < call.Pos() || !golang.Within(e.in.lit, call) {
			continue
		}
		for _, a := range by.args {
			if ast.Unparen(a.x) == e.in.lit && slices.ContainsFunc(by.targets, func(t target) bool {
				return slices.ContainsFunc(r.s.paramsOf(t), func(p Param) bool { return p.Index == a.index && p.Kept })
			}) {
				first = call
			}
		}
	}
	return first
}

// sees reports whether the body of a function is known, and tells by itself what it
// does with a function that it is given.
func (g *graph) sees(fn *types.Func) bool {
	return g.decls[fn] != nil || fn.Pkg() != nil && g.modules.Ours(fn.Pkg()) && g.summary(fn) != nil
}

// asker returns the look into a cache that outlives the call which a condition
// asks about; NoPos for one of a map of this call's.
func (w *walker) asker(cond ast.Expr) token.Pos {
	at := token.NoPos
	ast.Inspect(cond, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			if pos, ok := w.shared[w.g.info.Uses[n]]; ok && !at.IsValid() {
				at = pos
			}
		case *ast.CallExpr:
			if fn := golang.Callee(w.g.info, n); fn != nil && cacheLike(fn) && !at.IsValid() {
				at = n.Pos()
			}
		}
		return !at.IsValid()
	})
	return at
}

// outlives reports whether a look asks what is there after the call: not a map
// in a variable of the body.
func (w *walker) outlives(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.TypeAssertExpr:
		if id, ok := ast.Unparen(x.X).(*ast.Ident); ok {
			return w.shared[w.g.info.Uses[id]].IsValid()
		}
		return w.outlives(x.X)
	case *ast.IndexExpr:
		p, exact := golang.PathOf(w.g.info, x.X)
		return exact && (p.Root.Parent() == p.Root.Pkg().Scope() || p.Fields != "")
	case *ast.CallExpr:
		sel, ok := ast.Unparen(x.Fun).(*ast.SelectorExpr)
		if !ok {
			return true
		}
		// A cache that the body made ends with it.
		p, exact := golang.PathOf(w.g.info, sel.X)
		return !exact || p.Fields != "" || !w.declares(p.Root)
	}
	return false
}

// asksServer reports whether a call returns what a server of keys and values
// has: a command of the catalogue's (effect: cache) that yields a value, and
// what converts its reply.
func (w *walker) asksServer(call *ast.CallExpr, fn *types.Func) bool {
	if p := w.g.prims.of(fn); p != nil && slices.ContainsFunc(p.effects, func(e Effect) bool { return e.Kind == Network && e.Name == cacheServer }) {
		return w.yieldsValue(call, fn)
	}
	// rdb.Get(ctx, key).Result(), redis.Bytes(conn.Do("GET", key))
	var inner ast.Expr
	if recv := golang.Receiver(w.g.info, call); recv != nil {
		inner = recv
	} else if len(call.Args) > 0 {
		inner = call.Args[0]
	}
	if inner, ok := ast.Unparen(inner).(*ast.CallExpr); ok {
		if f := golang.Callee(w.g.info, inner); f != nil && f.Pkg() == fn.Pkg() {
			return w.asksServer(inner, f)
		}
	}
	return false
}

// cacheServer is the name of the effect of asking one, toldServer of telling it
// something.
const (
	cacheServer = "cache"
	toldServer  = "cache_write"
)

// yieldsValue reports whether a command returns what is stored: not a count,
// and no more than that it was done.
func (w *walker) yieldsValue(call *ast.CallExpr, fn *types.Func) bool {
	results := fn.Signature().Results()
	if results.Len() == 0 {
		return false
	}
	first := results.At(0).Type()
	// go-redis: a …Cmd that holds the reply.
	if val, _, _ := types.LookupFieldOrMethod(first, true, fn.Pkg(), "Val"); val != nil {
		m, ok := val.(*types.Func)
		if !ok || m.Signature().Results().Len() != 1 || strings.HasSuffix(apis.TypeName(first), ".StatusCmd") {
			return false
		}
		switch t := m.Signature().Results().At(0).Type().Underlying().(type) {
		case *types.Basic:
			return t.Info()&types.IsString != 0
		case *types.Slice, *types.Map:
			return true
		}
		return false
	}
	if results.Len() != 2 || golang.IsError(first) {
		return false
	}
	// redigo: the command is the first argument.
	if sig := fn.Signature(); sig.Params().Len() > 0 && types.Identical(sig.Params().At(0).Type(), types.Typ[types.String]) && types.IsInterface(first) {
		v := w.g.info.Types[call.Args[0]].Value
		return v != nil && v.Kind() == constant.String && isRead(constant.StringVal(v))
	}
	return true
}

// stores reports whether a command changes what a server of keys and values has: one
// of its commands that write, what sends those that were queued, and a client's method
// that returns no more than an error.
func (w *walker) stores(call *ast.CallExpr, fn *types.Func) bool {
	results := fn.Signature().Results()
	switch {
	case results.Len() == 0:
		return false
	case isPipeline(w.g.info.TypeOf(golang.Receiver(w.g.info, call))), fn.Name() == "Pipelined", fn.Name() == "TxPipelined":
		return true
	case fn.Name() == "Do" && len(call.Args) > 0:
		for _, a := range call.Args[:min(2, len(call.Args))] {
			if v := w.g.info.Types[a].Value; v != nil && v.Kind() == constant.String {
				return writes[strings.ToUpper(constant.StringVal(v))]
			}
		}
		return false
	}
	return writes[strings.ToUpper(fn.Name())] && (strings.HasSuffix(apis.TypeName(results.At(0).Type()), "Cmd") || results.Len() == 1 && golang.IsError(results.At(0).Type()))
}

// writes are commands of the protocols of Redis and Memcached that change what is
// stored.
// https://redis.io/docs/latest/commands
var writes = map[string]bool{
	"APPEND": true, "COPY": true, "DECR": true, "DECRBY": true, "DECREMENT": true, "DEL": true, "DELETE": true, "EXPIRE": true, "EXPIREAT": true,
	"FLUSHALL": true, "FLUSHDB": true, "HDEL": true, "HINCRBY": true, "HMSET": true, "HSET": true, "HSETNX": true,
	"INCR": true, "INCRBY": true, "INCRBYFLOAT": true, "INCREMENT": true, "LPOP": true, "LPUSH": true, "LREM": true, "LSET": true, "LTRIM": true,
	"MSET": true, "PERSIST": true, "PEXPIRE": true, "RENAME": true, "REPLACE": true, "RPOP": true, "RPUSH": true, "SADD": true, "SET": true, "SETEX": true,
	"SETNX": true, "SPOP": true, "SREM": true, "TOUCH": true, "UNLINK": true, "ZADD": true, "ZINCRBY": true, "ZREM": true,
	"ZREMRANGEBYSCORE": true,
}

// isRead reports whether a command of the protocol returns what is stored.
func isRead(command string) bool {
	switch strings.ToUpper(command) {
	case "GET", "MGET", "HGET", "HMGET", "HGETALL", "GETEX", "JSON.GET", "LRANGE", "SMEMBERS", "ZRANGE":
		return true
	}
	return false
}
