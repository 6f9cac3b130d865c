package vettool

import (
	"fmt"
	"runtime"
	"strings"

	"golang.org/x/tools/go/analysis"

	"github.com/sqlvet/sqlvet/internal/passes/suppress"
	"github.com/sqlvet/sqlvet/internal/report"
)

// guard makes a panic in any of the analyzers that one's failure on one
// package instead of the process's.
func guard(list []*analysis.Analyzer) {
	for _, a := range list {
		a.Run = guarded(a, a.Run)
	}
}

func guarded(a *analysis.Analyzer, run func(*analysis.Pass) (any, error)) func(*analysis.Pass) (any, error) {
	return func(pass *analysis.Pass) (result any, err error) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			message := fmt.Sprintf("internal error: %s panicked: %v (%s)", a.Name, p, panicPlace())
			if a.ResultType != nil || len(pass.Files) == 0 {
				err = fmt.Errorf("%s", message) // what needs the result cannot run
				return
			}
			// As a diagnostic, since go vet shows one error and drops the
			// rest of what the package had.
			result = nil
			if s, ok := pass.ResultOf[suppress.Analyzer].(*suppress.Result); ok {
				s.Failed(a.Name)
			}
			pass.Report(analysis.Diagnostic{
				Pos:      pass.Files[0].Name.Pos(),
				Category: report.InternalError,
				Message:  message + " [" + a.Name + "]",
			})
		}()
		return run(pass)
	}
}

// panicPlace returns the function and line that panicked. It must be called
// by the deferred function that recovered.
func panicPlace() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if f.Function != "" && !strings.HasPrefix(f.Function, "runtime.") {
			file := f.File[strings.LastIndexByte(f.File, '/')+1:]
			return fmt.Sprintf("%s, %s:%d", f.Function, file, f.Line)
		}
		if !more {
			return "place unknown"
		}
	}
}
