package linkage

import (
	"crypto/sha256"
	"encoding/base64"
	"go/types"
	"slices"

	"github.com/sqlvet/sqlvet/internal/golang"
)

// methodIDs returns what identifies each method of a set, sorted: two methods
// have the same identity if one implements the other, in whatever package and
// with whatever words their signatures are written.
func methodIDs(set *types.MethodSet) []string {
	var out []string
	for sel := range set.Methods() {
		if fn, ok := sel.Obj().(*types.Func); ok {
			// The type of the selection, for methods of instances of generic types.
			out = append(out, methodID(fn.Id(), sel.Type()))
		}
	}
	slices.Sort(out)
	return out
}

// methodID is a method's name with a hash of its signature: signatures that
// spell out import paths would be most of what the link step is given.
func methodID(name string, signature types.Type) string {
	sum := sha256.Sum256([]byte(golang.TypeText(signature)))
	return name + " " + base64.RawStdEncoding.EncodeToString(sum[:9])
}
