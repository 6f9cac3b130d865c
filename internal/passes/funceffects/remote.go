package funceffects

import (
	"go/types"
	"strings"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/golang"
)

// This file knows generated clients by their shape: no list can name them.

// remote returns the primitive of a call that leaves the process through a
// generated client; nil if fn is none.
func remote(fn *types.Func) *primitive {
	sig := fn.Signature()
	network := func(name string) *primitive {
		return &primitive{effects: []Effect{{Kind: Network, Name: name}}}
	}
	if opt := variadicType(sig); opt != "" {
		switch {
		case opt == "google.golang.org/grpc.CallOption" && sig.Recv() != nil:
			return network("rpc")
		case strings.HasPrefix(opt, "github.com/googleapis/gax-go") && strings.HasSuffix(opt, ".CallOption") && sig.Recv() != nil,
			opt == "google.golang.org/api/googleapi.CallOption" && fn.Name() == "Do":
			return network("cloud")
		}
	}
	path := fn.Pkg().Path()
	switch {
	case sig.Recv() == nil || !fn.Exported():
		return nil
	case strings.HasPrefix(path, "github.com/aws/aws-sdk-go"):
		return awsCall(fn)
	case isConnect(sig):
		return network("rpc")
	case strings.HasPrefix(path, "github.com/redis/go-redis/"):
		return redisCommand(fn)
	case strings.HasPrefix(path, "k8s.io/client-go/") && takesContext(sig) && golang.LastIsError(sig):
		return network("rpc")
	case strings.HasPrefix(path, "github.com/Azure/azure-sdk-for-go/sdk/") && takesContext(sig) && golang.LastIsError(sig) && !strings.Contains(path, "/azcore"):
		return network("cloud")
	}
	return nil
}

// awsCall: Op(ctx, *OpInput, ...func(*Options)) (*OpOutput, error), and what the
// first version has: Op(*OpInput) (*OpOutput, error), OpWithContext.
func awsCall(fn *types.Func) *primitive {
	sig := fn.Signature()
	_, service, ok := strings.Cut(fn.Pkg().Path(), "/service/")
	if !ok || !golang.LastIsError(sig) {
		return nil
	}
	at := 0
	if takesContext(sig) {
		at = 1
	}
	input := "." + strings.TrimSuffix(fn.Name(), "WithContext") + "Input"
	if sig.Params().Len() <= at || !strings.HasSuffix(apis.TypeName(sig.Params().At(at).Type()), input) {
		return nil
	}
	e := Effect{Kind: Network, Name: "cloud"}
	switch service {
	case "ses", "sesv2":
		e = Effect{Kind: Mail}
	case "sqs", "sns", "kinesis", "firehose", "eventbridge":
		e = Effect{Kind: Publish}
	case "lambda":
		e.Name = "rpc"
	}
	return &primitive{effects: []Effect{e}}
}

// isConnect: (context.Context, *connect.Request[T]) (*connect.Response[U],
// error) on a client.
func isConnect(sig *types.Signature) bool {
	return sig.Params().Len() == 2 && sig.Results().Len() == 2 &&
		apis.TypeName(sig.Params().At(1).Type()) == "connectrpc.com/connect.Request" &&
		apis.TypeName(sig.Results().At(0).Type()) == "connectrpc.com/connect.Response" &&
		strings.HasSuffix(apis.TypeName(sig.Recv().Type()), "Client")
}

// redisCommand: every command method takes a context and returns a …Cmd. The
// same methods of a pipeline only queue; the caller looks at the receiver.
func redisCommand(fn *types.Func) *primitive {
	sig := fn.Signature()
	if !takesContext(sig) || sig.Results().Len() != 1 || !strings.HasSuffix(apis.TypeName(sig.Results().At(0).Type()), "Cmd") {
		return nil
	}
	switch fn.Name() {
	case "Publish", "SPublish", "XAdd":
		return &primitive{effects: []Effect{{Kind: Publish}}}
	}
	return &primitive{effects: []Effect{{Kind: Network, Name: cacheServer}}}
}

// isPipeline reports whether a redis command is only queued by its receiver.
func isPipeline(recv types.Type) bool {
	name := apis.TypeName(recv)
	return strings.HasPrefix(name, "github.com/redis/go-redis/") && strings.Contains(name, ".Pipeline")
}

// entTerminal knows the methods of generated ent code that run a query: the
// receiver embeds the package's config, which holds the driver, and the first
// parameter is a context. Their bodies pass method values to generic helpers,
// too far for a look at them.
func entTerminal(fn *types.Func) *primitive {
	sig := fn.Signature()
	if sig.Recv() == nil || !fn.Exported() || !takesContext(sig) {
		return nil
	}
	named := golang.Named(sig.Recv().Type())
	if named == nil || !embedsEntConfig(named, 2) {
		return nil
	}
	entity, verb, kind := strings.TrimPrefix(named.Obj().Name(), "_"), "", ReadDB
	switch name := fn.Name(); {
	case name == "Tx" || name == "BeginTx":
		return &primitive{effects: []Effect{{Kind: BeginTx, Library: "entgo.io/ent"}}}
	case name == "Use" || name == "Intercept" || name == "Close" || name == "Schema":
		return nil
	case cutSuffix(&entity, "CreateBulk", "UpsertBulk", "UpsertOne", "Create"):
		verb, kind = "INSERT", WriteDB
	case cutSuffix(&entity, "UpdateOne", "Update"):
		verb, kind = "UPDATE", WriteDB
	case cutSuffix(&entity, "DeleteOne", "Delete"):
		verb, kind = "DELETE", WriteDB
	default:
		cutSuffix(&entity, "Query", "Select", "GroupBy", "Client")
		verb = "SELECT"
	}
	return &primitive{effects: []Effect{{Kind: kind, SQL: strings.TrimSpace(verb + " " + entity), Library: "entgo.io/ent"}}}
}

// cutSuffix removes the first of the suffixes that s has.
func cutSuffix(s *string, suffixes ...string) bool {
	for _, suffix := range suffixes {
		if rest, ok := strings.CutSuffix(*s, suffix); ok {
			*s = rest
			return true
		}
	}
	return false
}

// embedsEntConfig reports whether a struct holds ent's driver in a field of an
// embedded struct called config, directly or in what it embeds.
func embedsEntConfig(t *types.Named, depth int) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		f := st.Field(i)
		inner := golang.Named(f.Type())
		if inner == nil {
			continue
		}
		if f.Name() == "config" && holdsEntDriver(inner) {
			return true
		}
		if depth > 1 && (f.Embedded() || f.Name() == "build" || f.Name() == "create" || f.Name() == "builder") && embedsEntConfig(inner, depth-1) {
			return true
		}
	}
	return false
}

func holdsEntDriver(t *types.Named) bool {
	st, ok := t.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range st.NumFields() {
		if f := st.Field(i); f.Name() == "driver" && apis.TypeName(f.Type()) == "entgo.io/ent/dialect.Driver" {
			return true
		}
	}
	return false
}

// variadicType returns the name of the last parameter's element type.
func variadicType(sig *types.Signature) string {
	if !sig.Variadic() {
		return ""
	}
	if s, ok := sig.Params().At(sig.Params().Len() - 1).Type().(*types.Slice); ok {
		return apis.TypeName(s.Elem())
	}
	return ""
}

func takesContext(sig *types.Signature) bool {
	return sig.Params().Len() > 0 && apis.TypeName(sig.Params().At(0).Type()) == "context.Context"
}
