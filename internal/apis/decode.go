package apis

import (
	"fmt"
	"io"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// A DecodeError is a fault of a library's text.
type DecodeError struct {
	Line    int // 1-based
	Message string
	// Name and Known are set if something has a name that is not known, for
	// a hint.
	Name  string
	Known []string
}

func (e *DecodeError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Message) }

func faultAt(n *yaml.Node, format string, args ...any) *DecodeError {
	return &DecodeError{Line: n.Line, Message: fmt.Sprintf(format, args...)}
}

func unknownName(n *yaml.Node, what string, known []string) *DecodeError {
	e := faultAt(n, "unknown %s %q", what, n.Value)
	e.Name, e.Known = n.Value, known
	return e
}

// Decode reads a library in the form of the data files: a header and
// "entries", a mapping from [Key] to the fields of [API]. Unknown fields,
// repeated keys and entries that make no sense are errors, of type
// *DecodeError if the text is YAML.
func Decode(r io.Reader) (*Library, error) {
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	if doc.Kind == 0 {
		return nil, &DecodeError{Line: 1, Message: "nothing but comments"}
	}
	return DecodeNode(doc.Content[0])
}

// DecodeNode is Decode for a part of a YAML document. The error is a
// *DecodeError.
func DecodeNode(n *yaml.Node) (*Library, error) {
	lib := new(Library)
	header := *n
	header.Content = nil
	var entries *yaml.Node
	err := eachKey(n, func(key, value *yaml.Node) error {
		switch {
		case key.Value == "entries":
			entries = value
		case !slices.Contains(headerFields(), key.Value):
			return unknownName(key, "field", append(headerFields(), "entries"))
		default:
			header.Content = append(header.Content, key, value)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := header.Decode(&lib.Header); err != nil {
		return nil, yamlFault(n, err)
	}
	for _, name := range lib.Placeholders {
		if _, ok := styles[name]; !ok {
			return nil, faultAt(n, "unknown placeholder form %q", name)
		}
	}
	for _, how := range lib.Arguments {
		if !slices.Contains([]string{ArgName, ArgSQL, ArgList}, how) {
			return nil, faultAt(n, "arguments are written as name, sql or list, not %q", how)
		}
	}
	if entries == nil {
		return lib, nil
	}
	return lib, eachKey(entries, func(key, value *yaml.Node) error {
		var e entry
		if err := e.UnmarshalYAML(value); err != nil {
			return err
		}
		api := lib.add(key.Value, e)
		if problem := api.problem(); problem != "" {
			return faultAt(key, "%s: %s", key.Value, problem)
		}
		return nil
	})
}

// eachKey calls f for the keys of a mapping; a key given twice is an error.
func eachKey(n *yaml.Node, f func(key, value *yaml.Node) error) error {
	if n.Kind != yaml.MappingNode {
		return faultAt(n, "want keys with values (name: value)")
	}
	seen := make(map[string]bool)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if seen[key.Value] {
			return faultAt(key, "key %q given twice", key.Value)
		}
		seen[key.Value] = true
		if err := f(key, value); err != nil {
			return err
		}
	}
	return nil
}

// yamlFault makes a DecodeError of yaml's error about a value below n.
func yamlFault(n *yaml.Node, err error) *DecodeError {
	message := err.Error()
	if e, ok := err.(*yaml.TypeError); ok && len(e.Errors) > 0 {
		message = e.Errors[0]
	}
	e := &DecodeError{Line: n.Line, Message: message}
	if _, err := fmt.Sscanf(message, "line %d:", &e.Line); err == nil {
		_, e.Message, _ = strings.Cut(message, ": ")
	}
	return e
}

// entry decodes an API, with None for each position that is not given.
type entry API

// UnmarshalYAML checks field names itself: yaml's own strictness does not
// reach into custom decoders.
func (e *entry) UnmarshalYAML(n *yaml.Node) error {
	err := eachKey(n, func(key, _ *yaml.Node) error {
		if !slices.Contains(fieldNames(), key.Value) {
			return unknownName(key, "field", fieldNames())
		}
		return nil
	})
	if err != nil {
		return err
	}
	*e = entry(Blank())
	if err := n.Decode((*API)(e)); err != nil {
		return yamlFault(n, err)
	}
	return nil
}

var (
	// fieldNames are the names of an entry's fields, headerFields those of a
	// header's.
	fieldNames   = sync.OnceValue(func() []string { return yamlNames(reflect.TypeFor[API]()) })
	headerFields = sync.OnceValue(func() []string { return yamlNames(reflect.TypeFor[Header]()) })
)

func yamlNames(t reflect.Type) []string {
	var names []string
	for i := range t.NumField() {
		if name := t.Field(i).Tag.Get("yaml"); name != "-" && t.Field(i).IsExported() {
			names = append(names, name)
		}
	}
	return names
}

// FieldNames returns the names of an entry's fields.
func FieldNames() []string { return slices.Clone(fieldNames()) }

// HeaderFields returns the names of a library's fields besides entries.
func HeaderFields() []string { return slices.Clone(headerFields()) }

// Roles lists the roles.
var Roles = []Role{
	Query, QueryRow, Exec, Prepare, SendBatch, BatchQueue, Copy, RawSQL, Builder, BuilderTerminal, Preload, SQLRewrite,
	Begin, Commit, Rollback, Savepoint, TxClosure, TxBind, ConnAcquire, RowsIter, ScanStruct, Open, PoolConfig, Migrate,
	Listen, DryRun, SideEffect, HOF, DataLoader,
}

// PlaceholderForms returns the names that Header.Placeholders may hold.
func PlaceholderForms() []string { return slices.Sorted(maps.Keys(styles)) }

var (
	keyForm   = regexp.MustCompile(`^(\(\*?[^()\[\]\s]+\.[A-Za-z_]\w*\)|[^()\[\]\s]+)\.[A-Za-z_]\w*$`)
	fragments = []string{"", "statement", "where", "having", "join", "select", "order", "group", "table", "column", "set", "expr", "conflict", "cte", "lock"}
)

// problem says why an entry makes no sense; "" if it does.
func (a API) problem() string {
	switch {
	case !keyForm.MatchString(a.Key):
		return "the key is no full name without type parameters, such as (*example.com/db.DB).Query"
	case a.Role == "":
		return "has no role"
	case !slices.Contains(Roles, a.Role):
		return fmt.Sprintf("unknown role %q", a.Role)
	case !slices.Contains(fragments, a.Fragment):
		return fmt.Sprintf("unknown fragment %q", a.Fragment)
	case !slices.Contains([]string{"", "first", "each"}, a.SQLVariadic):
		return fmt.Sprintf("sql_variadic is %q, want first or each", a.SQLVariadic)
	case a.SQLArg == None && (a.SQLVariadic != "" || a.Fragment != ""):
		return "tells about SQL text, but has no sql_arg"
	case a.SQLArg != None && a.ArgsStart != None && a.SQLArg >= a.ArgsStart && a.SQLVariadic == "":
		return fmt.Sprintf("sql_arg %d is not before args_start %d", a.SQLArg, a.ArgsStart)
	case a.SQLArg != None && a.SQLArg == a.DestArg:
		return "sql_arg is dest_arg"
	case a.TxParam != None && a.FnArg == None:
		return "tx_param without fn_arg"
	case (a.Role == SideEffect) != (a.Effect != ""):
		return "side_effect and effect belong together"
	}
	for _, pos := range []int{a.SQLArg, a.ArgsStart, a.DestArg, a.QueryArg, a.ExecutorArg, a.FnArg, a.TxParam, a.CtxParam, a.RowFn, a.BatchFn} {
		if pos < None || pos > 9 {
			return fmt.Sprintf("%d is no argument position", pos)
		}
	}
	return a.roleProblem()
}

// roleProblem says what the entry's role needs and it has not.
func (a API) roleProblem() string {
	missing := ""
	switch a.Role {
	case RawSQL:
		if a.SQLArg == None {
			missing = "sql_arg"
		}
	case HOF, TxClosure:
		if a.FnArg == None {
			missing = "fn_arg"
		}
	case Query, QueryRow, Exec, BuilderTerminal, Commit:
		if !a.RoundTrip {
			missing = "roundtrip: true"
		}
	}
	if missing == "" {
		return ""
	}
	return fmt.Sprintf("a %s needs %s", a.Role, missing)
}
