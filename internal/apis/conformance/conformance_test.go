package conformance

import (
	"fmt"
	"go/types"
	"iter"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"

	"github.com/sqlvet/sqlvet/internal/apis"
)

const (
	refused     = "the module proxy answers 403 for every version"
	notDB       = "no database library: left out to keep the download small"
	manyModules = "left out to keep the download small"
)

// leftOut are the libraries whose entries are not checked here, and why.
// They were checked against a snapshot of their source once.
var leftOut = map[string]string{
	"github.com/beego/beego/v2":        refused,
	"github.com/blockloop/scan/v2":     refused,
	"github.com/go-jet/jet/v2":         refused,
	"github.com/gogf/gf/v2":            refused,
	"github.com/upper/db/v4":           refused,
	"github.com/vikstrous/dataloadgen": refused,

	"github.com/ClickHouse/clickhouse-go/v2": manyModules,
	"github.com/zeromicro/go-zero":           manyModules,
	"go.mongodb.org/mongo-driver/v2":         manyModules,

	"connectrpc.com/connect":                         notDB,
	"github.com/IBM/sarama":                          notDB,
	"github.com/ThreeDotsLabs/watermill":             notDB,
	"github.com/confluentinc/confluent-kafka-go/v2":  notDB,
	"github.com/elastic/go-elasticsearch/v9":         notDB,
	"github.com/go-resty/resty/v2":                   notDB,
	"github.com/gomodule/redigo":                     notDB,
	"github.com/hashicorp/go-retryablehttp":          notDB,
	"github.com/hibiken/asynq":                       notDB,
	"github.com/imroc/req/v3":                        notDB,
	"github.com/jordan-wright/email":                 notDB,
	"github.com/keighl/postmark":                     notDB,
	"github.com/mailgun/mailgun-go/v5":               notDB,
	"github.com/minio/minio-go/v7":                   notDB,
	"github.com/mrz1836/postmark":                    notDB,
	"github.com/nats-io/nats.go":                     notDB,
	"github.com/opensearch-project/opensearch-go/v5": notDB,
	"github.com/rabbitmq/amqp091-go":                 notDB,
	"github.com/redis/go-redis/v9":                   notDB,
	"github.com/resend/resend-go/v3":                 notDB,
	"github.com/segmentio/kafka-go":                  notDB,
	"github.com/sendgrid/sendgrid-go":                notDB,
	"github.com/slack-go/slack":                      notDB,
	"github.com/twmb/franz-go":                       notDB,
	"github.com/valyala/fasthttp":                    notDB,
	"github.com/wneessen/go-mail":                    notDB,
	"google.golang.org/grpc":                         notDB,
	"gopkg.in/gomail.v2":                             notDB,
}

// load type-checks the packages of all entries, from export data.
func load(t *testing.T, libs []*apis.Library) map[string]*packages.Package {
	t.Helper()
	var paths []string
	for _, lib := range libs {
		for _, key := range lib.Keys() {
			paths = append(paths, packageOf(key))
		}
	}
	slices.Sort(paths)
	cfg := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedModule}
	pkgs, err := packages.Load(cfg, slices.Compact(paths)...)
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string]*packages.Package{}
	for _, pkg := range pkgs {
		for _, err := range pkg.Errors {
			t.Errorf("%s: %v", pkg.PkgPath, err)
		}
		byPath[pkg.PkgPath] = pkg
	}
	return byPath
}

// packageOf returns the import path in a key.
func packageOf(key string) string {
	if recv, _, ok := strings.Cut(key, ")"); ok {
		key = strings.TrimLeft(recv, "(*")
	}
	return key[:strings.LastIndexByte(key, '.')]
}

// declared returns the function or method of a package that has this key.
func declared(pkg *types.Package, key string) *types.Func {
	name := key[strings.LastIndexByte(key, '.')+1:]
	recv, _, isMethod := strings.Cut(key, ")")
	if !isMethod {
		fn, _ := pkg.Scope().Lookup(name).(*types.Func)
		return fn
	}
	obj := pkg.Scope().Lookup(recv[strings.LastIndexByte(recv, '.')+1:])
	if obj == nil {
		return nil
	}
	found, _, _ := types.LookupFieldOrMethod(types.NewPointer(obj.Type()), true, pkg, name)
	if types.IsInterface(obj.Type()) {
		found, _, _ = types.LookupFieldOrMethod(obj.Type(), true, pkg, name)
	}
	fn, _ := found.(*types.Func)
	return fn
}

func TestEntries(t *testing.T) {
	all, err := apis.Libraries()
	if err != nil {
		t.Fatal(err)
	}
	libs := slices.DeleteFunc(all, func(lib *apis.Library) bool {
		return len(lib.Keys()) == 0 || lib.ForkOf != "" || leftOut[lib.Module] != ""
	})
	pkgs := load(t, libs)
	for _, lib := range libs {
		t.Run(lib.Module, func(t *testing.T) {
			for _, key := range lib.Keys() {
				pkg := pkgs[packageOf(key)]
				if pkg == nil || pkg.Types == nil {
					t.Errorf("%s: no package", key)
					continue
				}
				if m := pkg.Module; m != nil && strings.HasPrefix(lib.Version, "v") && m.Version != lib.Version {
					t.Errorf("%s: go.mod has %s, the data file %s", key, m.Version, lib.Version)
				}
				fn := declared(pkg.Types, key)
				if fn == nil {
					t.Errorf("%s: not declared", key)
					continue
				}
				if got := apis.Key(fn); got != key {
					t.Errorf("%s: declared as %s", key, got)
					continue
				}
				api, _ := lib.Entry(key)
				checkPositions(t, fn, api)
				checkRule(t, fn, api)
			}
		})
	}
}

// checkPositions holds each position of an entry against the signature.
func checkPositions(t *testing.T, fn *types.Func, api apis.API) {
	t.Helper()
	sig := fn.Signature()
	bad := func(format string, args ...any) {
		t.Helper()
		t.Errorf("%s%s: %s", api.Key, strings.TrimPrefix(sig.String(), "func"), fmt.Sprintf(format, args...))
	}
	for name, pos := range map[string]int{
		"sql_arg": api.SQLArg, "args_start": api.ArgsStart, "dest_arg": api.DestArg, "query_arg": api.QueryArg,
		"executor_arg": api.ExecutorArg, "fn_arg": api.FnArg, "row_fn": api.RowFn, "batch_fn": api.BatchFn,
	} {
		if n := sig.Params().Len(); pos >= n && !(name == "args_start" && pos == n && sig.Variadic()) {
			bad("%s %d, but %d parameters", name, pos, n)
			return
		}
	}
	if api.SQLArg != apis.None {
		typ, variadic := param(sig, api.SQLArg)
		if !canHoldText(typ) {
			bad("sql_arg %d is a %s", api.SQLArg, typ)
		}
		if variadic != (api.SQLVariadic != "") {
			bad("sql_variadic is %q", api.SQLVariadic)
		}
	}
	for _, pos := range []int{api.FnArg, api.RowFn, api.BatchFn} {
		if pos == apis.None {
			continue
		}
		typ, _ := param(sig, pos)
		callback, ok := core(typ).(*types.Signature)
		if !ok && !types.IsInterface(typ) {
			bad("argument %d is a %s, not a function", pos, typ)
		}
		if ok && pos == api.FnArg && max(api.TxParam, api.CtxParam) >= callback.Params().Len() {
			bad("tx_param %d, ctx_param %d of %s", api.TxParam, api.CtxParam, callback)
		}
	}
}

// param returns the type of an argument, of one element if it is variadic.
func param(sig *types.Signature, i int) (typ types.Type, variadic bool) {
	typ = sig.Params().At(i).Type()
	if sig.Variadic() && i == sig.Params().Len()-1 {
		return typ.(*types.Slice).Elem(), true
	}
	return typ, false
}

// core is the underlying type, of a type parameter its one term's.
func core(t types.Type) types.Type {
	p, ok := types.Unalias(t).(*types.TypeParam)
	if !ok {
		return t.Underlying()
	}
	if i, ok := p.Constraint().Underlying().(*types.Interface); ok && i.NumEmbeddeds() == 1 {
		if u, ok := i.EmbeddedType(0).(*types.Union); ok && u.Len() == 1 {
			return u.Term(0).Type().Underlying()
		}
	}
	return t.Underlying()
}

// canHoldText: a string, a []string, bytes, or an interface.
func canHoldText(t types.Type) bool {
	switch t := core(t).(type) {
	case *types.Basic:
		return t.Info()&types.IsString != 0
	case *types.Slice:
		return canHoldText(t.Elem()) || types.Identical(t.Elem(), types.Typ[types.Byte])
	case *types.Interface:
		return true
	}
	return false
}

// checkRule: the signature rules alone find what the entry says they find,
// and what they find is what the entry says.
func checkRule(t *testing.T, fn *types.Func, api apis.API) {
	t.Helper()
	got, ok := apis.BySignature(fn)
	switch {
	case got.Rule != api.SigRule:
		t.Errorf("%s%s: rule %q finds it, sig_rule is %q (role %s)", api.Key, strings.TrimPrefix(fn.Signature().String(), "func"), got.Rule, api.SigRule, api.Role)
	case ok && (got.SQLArg != api.SQLArg || got.ArgsStart != api.ArgsStart || got.FnArg != api.FnArg || got.Role != api.Role || got.TxParam != api.TxParam):
		t.Errorf("%s%s: the rule says %s sql %d args %d fn %d tx %d, the entry %s %d %d %d %d", api.Key, strings.TrimPrefix(fn.Signature().String(), "func"),
			got.Role, got.SQLArg, got.ArgsStart, got.FnArg, got.TxParam, api.Role, api.SQLArg, api.ArgsStart, api.FnArg, api.TxParam)
	}
}

// TestNothingElseMatches: among all packages that the libraries are built
// from, the signature rules find database calls in database packages only.
func TestNothingElseMatches(t *testing.T) {
	cfg := &packages.Config{Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedDeps}
	roots, err := packages.Load(cfg, ".")
	if err != nil {
		t.Fatal(err)
	}
	looked := 0
	packages.Visit(roots, nil, func(pkg *packages.Package) {
		if isDatabase(pkg.PkgPath) || pkg.Types == nil {
			return
		}
		for fn := range functions(pkg.Types) {
			looked++
			if api, ok := apis.BySignature(fn); ok {
				t.Errorf("%s finds %s%s", api.Rule, fn.FullName(), strings.TrimPrefix(fn.Signature().String(), "func"))
			}
		}
	})
	if looked < 10000 {
		t.Errorf("only %d functions were looked at", looked)
	}
}

// isDatabase: packages of the catalogue's libraries, and those that they are
// made of.
func isDatabase(path string) bool {
	if lib, ok := apis.LibraryOf(path); ok && (lib.Dialect != "" || lib.Placeholders != nil) {
		return true
	}
	return slices.ContainsFunc([]string{
		"github.com/avito-tech/go-transaction-manager", "github.com/luna-duclos/instrumentedsql", "github.com/riverqueue/river", "github.com/stephenafamo/scan",
	}, func(prefix string) bool { return path == prefix || strings.HasPrefix(path, prefix+"/") })
}

// functions yields the functions and methods that a package declares.
func functions(pkg *types.Package) iter.Seq[*types.Func] {
	return func(yield func(*types.Func) bool) {
		for _, name := range pkg.Scope().Names() {
			obj := pkg.Scope().Lookup(name)
			if fn, ok := obj.(*types.Func); ok && !yield(fn) {
				return
			}
			named, ok := obj.Type().(*types.Named)
			if _, isType := obj.(*types.TypeName); !ok || !isType {
				continue
			}
			for m := range named.Methods() {
				if !yield(m) {
					return
				}
			}
			if i, ok := named.Underlying().(*types.Interface); ok {
				for m := range i.ExplicitMethods() {
					if !yield(m) {
						return
					}
				}
			}
		}
	}
}

// TestArguments checks that what data files name as arguments exists: types,
// and the functions that make them.
func TestArguments(t *testing.T) {
	all, err := apis.Libraries()
	if err != nil {
		t.Fatal(err)
	}
	var paths, names []string
	for _, lib := range all {
		if lib.ForkOf != "" {
			continue // as the original
		}
		for name := range lib.Arguments {
			name = strings.TrimPrefix(name, "*")
			names, paths = append(names, name), append(paths, packageOf(name))
		}
	}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.NeedName | packages.NeedTypes}, paths...)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, pkg := range pkgs {
		for _, name := range pkg.Types.Scope().Names() {
			found[pkg.PkgPath+"."+name] = true
		}
	}
	for _, name := range names {
		if !found[name] {
			t.Errorf("%s: not declared", name)
		}
	}
	if len(names) == 0 {
		t.Error("no arguments")
	}
}
