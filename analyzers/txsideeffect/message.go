package txsideeffect

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/funceffects"
	"github.com/sqlvet/sqlvet/internal/passes/txspans"
)

// A description is what a message says.
type description struct {
	category string
	effect   funceffects.Effect
	tx       string // the transaction
	remedy   string // for what goes past it
	retries  bool
}

// message names what happens, the transaction, the way from one to the other,
// and the remedy.
func (c *checker) message(f finding) string {
	first := f.parts[0]
	d := description{
		category: first.category, effect: first.effect, tx: f.span.String(), remedy: passTx(f.span),
		retries: f.span.Retries,
	}
	text := d.String()
	if len(f.parts) > 1 {
		var also []string
		for _, p := range f.parts[1:] {
			also = append(also, description{category: p.category, effect: p.effect}.what()+way(p.effect))
		}
		text += "; there too: " + strings.Join(also, "; ")
	}
	return text
}

func (d description) String() string {
	var b strings.Builder
	switch d.category {
	case "outer-handle":
		fmt.Fprintf(&b, "%s does not go through %s%s: ", d.effect.Statement(), d.tx, way(d.effect))
		fmt.Fprintf(&b, "it does not see the transaction's changes and waits for a second connection while the first is held; %s", d.remedy)
		return b.String()
	case "nested-begin":
		fmt.Fprintf(&b, "a second transaction is begun inside %s%s: ", d.tx, way(d.effect))
		fmt.Fprintf(&b, "it waits for another connection, and for the locks of the first; %s", d.remedy)
		return b.String()
	case "async":
		fmt.Fprintf(&b, "a goroutine started inside %s %s%s: ", d.tx, verb(d.effect), way(d.effect))
		b.WriteString("a rollback does not take that back; start it after the commit")
		return b.String()
	}
	fmt.Fprintf(&b, "%s inside %s%s, which holds its locks meanwhile", d.what(), d.tx, way(d.effect))
	if d.retries && (d.category == "mail" || d.category == "publish" || d.category == "http" || d.category == "rpc") {
		b.WriteString(" and may run again after a conflict")
	}
	b.WriteString(": " + remedy(d.category))
	return b.String()
}

// what names the event as the subject of a sentence.
func (d description) what() string {
	switch d.category {
	case "mail":
		return "mail is sent"
	case "publish":
		return "a message is published"
	case "rpc":
		switch d.effect.Name {
		case "cloud":
			return "a cloud service is called"
		case "net", "dns", "connect":
			return "the network is used"
		}
		return "a remote procedure is called"
	case "exec":
		return "a command is run"
	case "file":
		if d.effect.Name == "file_read" {
			return "a file is read"
		}
		return "a file is written"
	case "sleep":
		return "the code sleeps"
	case "cpu":
		return "a password is hashed"
	case "cache":
		return "a server of keys and values is written to"
	case "outer-handle":
		return d.effect.Statement() + " goes past it"
	case "nested-begin":
		return "a second transaction is begun"
	case "wait":
		return "the code waits for another goroutine"
	}
	switch d.effect.Name {
	case "chat":
		return "a chat message is sent"
	case "payment":
		return "a payment service is called"
	}
	return "an HTTP request is made"
}

// verb says what a goroutine does.
func verb(e funceffects.Effect) string {
	switch e.Kind {
	case funceffects.Mail:
		return "sends mail"
	case funceffects.Publish:
		return "publishes a message"
	}
	switch e.Name {
	case "rpc", "cloud", "net", "connect":
		return "calls another service"
	}
	return "makes an HTTP request"
}

// remedy says what to write instead.
func remedy(category string) string {
	switch category {
	case "mail", "publish":
		return "do it after the commit, or write an outbox row in the transaction and let a worker send it"
	case "http", "rpc":
		return "do it before the begin or after the commit, or write an outbox row that a worker handles"
	case "file", "exec", "cpu":
		return "do it before the begin or after the commit"
	case "cache":
		return "do it after the commit: until then others read the old rows, and a rollback does not take it back"
	case "sleep":
		return "end the transaction first, and begin another one for the next attempt"
	}
	return "wait before the begin or after the commit"
}

// passTx is the remedy for what goes past the transaction.
func passTx(s *txspans.Span) string {
	if s.Name != "" {
		return fmt.Sprintf("use %s, or do it outside", s.Name)
	}
	return "use the transaction, or do it outside"
}

// way names the calls between the transaction and the effect.
func way(e funceffects.Effect) string {
	way := ""
	switch len(e.Path) {
	case 0:
	case 1:
		way = " (" + e.Path[0].Func + ")"
	default:
		way = ", via " + e.Way()
	}
	if e.Through != "" {
		way += " through " + e.Through
	}
	return way
}

// related points at the transaction, and at who hands it.
func (c *checker) related(f finding) []analysis.RelatedInformation {
	list := []analysis.RelatedInformation{{Pos: f.span.At.Pos(), End: end(f.span.At), Message: "the transaction: " + f.span.String()}}
	if from := f.span.From; from != nil {
		list = append(list, analysis.RelatedInformation{Pos: from.Pos(), End: end(from), Message: "it is handed here"})
	}
	return list
}

// end keeps a related place on one line: a call with a literal is long.
func end(n ast.Node) token.Pos {
	if call, ok := n.(*ast.CallExpr); ok {
		return call.Lparen
	}
	return n.End()
}

// fixes offers the transaction's variable in place of the outer handle, where
// the same method of it takes the same arguments.
func (c *checker) fixes(f finding) []analysis.SuggestedFix {
	if f.parts[0].category != "outer-handle" || len(f.parts[0].effect.Path) != 1 || f.span.Tx == nil || f.span.Tx.IsField() {
		return nil
	}
	call := f.event.Node.(*ast.CallExpr)
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || !pure(sel.X) {
		return nil
	}
	tx := f.span.Tx
	if scope := c.pass.Pkg.Scope().Innermost(call.Pos()); scope == nil {
		return nil
	} else if _, obj := scope.LookupParent(tx.Name(), call.Pos()); obj != tx {
		return nil // another variable of that name is nearer
	}
	have, ok := c.pass.TypesInfo.Uses[sel.Sel].(*types.Func)
	if !ok {
		return nil
	}
	obj, _, _ := types.LookupFieldOrMethod(tx.Type(), true, c.pass.Pkg, sel.Sel.Name)
	want, ok := obj.(*types.Func)
	if !ok || !types.Identical(have.Signature(), want.Signature()) {
		return nil
	}
	return []analysis.SuggestedFix{{
		Message:   fmt.Sprintf("use %s", tx.Name()),
		TextEdits: []analysis.TextEdit{{Pos: sel.X.Pos(), End: sel.X.End(), NewText: []byte(tx.Name())}},
	}}
}

// pure: a variable or a field, not a call.
func pure(x ast.Expr) bool {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return true
	case *ast.SelectorExpr:
		return pure(x.X)
	}
	return false
}
