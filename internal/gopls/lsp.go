package gopls

import (
	"encoding/json"
	"net/url"
	"path/filepath"
	"strings"
)

// The few types of the Language Server Protocol that the proxy reads or makes.
// A library of all would weigh more than the proxy.

type position struct {
	Line      int `json:"line"`      // 0-based
	Character int `json:"character"` // 0-based, in UTF-16 units or, if agreed, bytes
}

func (p position) before(q position) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Character < q.Character
}

type textRange struct {
	Start position `json:"start"`
	End   position `json:"end"`
}

func (r textRange) touches(s textRange) bool { return !r.End.before(s.Start) && !s.End.before(r.Start) }

type location struct {
	URI   string    `json:"uri"`
	Range textRange `json:"range"`
}

type relatedInformation struct {
	Location location `json:"location"`
	Message  string   `json:"message"`
}

type href struct {
	Href string `json:"href"`
}

const severityWarning = 2

type diagnostic struct {
	Range    textRange            `json:"range"`
	Severity int                  `json:"severity"`
	Code     string               `json:"code"`
	Link     *href                `json:"codeDescription,omitempty"`
	Source   string               `json:"source"`
	Message  string               `json:"message"`
	Related  []relatedInformation `json:"relatedInformation,omitempty"`
}

type textEdit struct {
	Range   textRange `json:"range"`
	NewText string    `json:"newText"`
}

type workspaceEdit struct {
	Changes map[string][]textEdit `json:"changes"`
}

const (
	quickFix     = "quickfix"
	sourceFixAll = "source.fixAll"
)

type codeAction struct {
	Title       string        `json:"title"`
	Kind        string        `json:"kind"`
	Diagnostics []diagnostic  `json:"diagnostics,omitempty"`
	Edit        workspaceEdit `json:"edit"`
}

type codeActionParams struct {
	TextDocument document  `json:"textDocument"`
	Range        textRange `json:"range"`
	Context      struct {
		Only []string `json:"only"`
	} `json:"context"`
}

// wants reports whether the client asked for actions of the kind: by its name,
// by a kind above it, or, for quick fixes, by naming none.
func (p *codeActionParams) wants(kind string) bool {
	if len(p.Context.Only) == 0 {
		return kind == quickFix
	}
	for _, only := range p.Context.Only {
		if kind == only || strings.HasPrefix(kind, only+".") || only == "" {
			return true
		}
	}
	return false
}

type document struct {
	URI string `json:"uri"`
}

type documentParams struct {
	TextDocument document `json:"textDocument"`
}

type publishParams struct {
	URI         string            `json:"uri"`
	Version     json.RawMessage   `json:"version,omitempty"`
	Diagnostics []json.RawMessage `json:"diagnostics"`
}

type message struct {
	Type    int    `json:"type"` // 3 for information
	Message string `json:"message"`
}

// filePath returns the path of a file: URI, "" for others.
func filePath(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return ""
	}
	path := u.Path
	if len(path) >= 3 && path[0] == '/' && path[2] == ':' {
		path = path[1:] // /C:/x on Windows
	}
	return filepath.FromSlash(path)
}

// fileURI returns the file: URI of an absolute path.
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}
