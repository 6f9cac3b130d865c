package gopls

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/report"
)

func TestStream(t *testing.T) {
	body := `{"jsonrpc":"2.0","method":"x"}`
	tests := []struct{ in, want string }{
		{"Content-Length: 30\r\n\r\n" + body, body},
		{"Content-Type: application/vscode-jsonrpc\r\nContent-Length: 30\r\n\r\n" + body, body},
		{"content-length: 30\r\n\r\n" + body, body},
		{"", "EOF"},
		{"Content-Length: 31\r\n\r\n" + body, "unexpected EOF"},
		{"Content-Length: -1\r\n\r\n" + body, `message with Content-Length "-1"`},
		{"Content-Length: 99999999999\r\n\r\n" + body, `message with Content-Length "99999999999"`},
		{"Content-Type: x\r\n\r\n" + body, `message with Content-Length ""`},
	}
	for _, test := range tests {
		s := newStream(strings.NewReader(test.in), io.Discard)
		got, err := s.read()
		if err != nil {
			got = []byte(err.Error())
		}
		if string(got) != test.want {
			t.Errorf("%q: have %q, want %q", test.in, got, test.want)
		}
	}
}

func TestAnalysesOf(t *testing.T) {
	want := map[string]bool{"nplusone": false}
	tests := []struct {
		settings string
		want     map[string]bool
	}{
		{`{"analyses": {"nplusone": false}}`, want},
		{`{"ui.diagnostic.analyses": {"nplusone": false}}`, want},
		{`{"ui": {"diagnostic": {"analyses": {"nplusone": false}}}}`, want},
		{`{"gopls": {"analyses": {"nplusone": false}}}`, want},
		{`{"staticcheck": true}`, nil},
		{`null`, nil},
		{`{"analyses": 1}`, nil},
		{``, nil},
	}
	for _, test := range tests {
		if got := analysesOf(json.RawMessage(test.settings)); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: have %v, want %v", test.settings, got, test.want)
		}
	}
}

func TestPosition(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.go")
	if err := os.WriteFile(path, []byte("a\r\né𝛑x\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		offset       int
		utf16, bytes position
	}{
		{0, position{0, 0}, position{0, 0}},
		{1, position{0, 1}, position{0, 1}},
		{2, position{0, 1}, position{0, 1}}, // inside the line's end
		{3, position{1, 0}, position{1, 0}},
		{5, position{1, 1}, position{1, 2}},
		{9, position{1, 3}, position{1, 6}},
		{10, position{1, 4}, position{1, 7}},
		{11, position{2, 0}, position{2, 0}}, // end of the file
	}
	files := make(texts)
	for _, test := range tests {
		p := files.offset(path, test.offset)
		if got := p.position(false); got != test.utf16 {
			t.Errorf("offset %d: have %v in UTF-16, want %v", test.offset, got, test.utf16)
		}
		if got := p.position(true); got != test.bytes {
			t.Errorf("offset %d: have %v in bytes, want %v", test.offset, got, test.bytes)
		}
	}
	f := files.finding(filepath.Dir(path), report.Finding{Pos: report.Position{File: "a.go", Line: 2, Column: 3}})
	if f.path != path || f.span.textRange(false) != (textRange{position{1, 1}, position{1, 1}}) {
		t.Errorf("a finding without end: have %s %v", f.path, f.span.textRange(false))
	}
}

func TestURI(t *testing.T) {
	tests := []struct{ uri, path string }{
		{"file:///a/b.go", "/a/b.go"},
		{"file:///a/b%20c.go", "/a/b c.go"},
		{"untitled:Untitled-1", ""},
		{"://", ""},
	}
	for _, test := range tests {
		if got := filePath(test.uri); got != filepath.FromSlash(test.path) {
			t.Errorf("filePath(%q) = %q, want %q", test.uri, got, test.path)
		}
		if test.path != "" && fileURI(test.path) != test.uri {
			t.Errorf("fileURI(%q) = %q, want %q", test.path, fileURI(test.path), test.uri)
		}
	}
}

// TestPassThrough expects messages that concern sqlvet in nothing to arrive
// byte by byte, whatever they are.
func TestPassThrough(t *testing.T) {
	messages := []string{
		`{"jsonrpc":"2.0","id":1,"method":"textDocument/hover","params":{"a" : [1, 2.50, null]}}`,
		`{"jsonrpc":"2.0","id":"x","result":null}`,
		`{"jsonrpc":"2.0","method":"$/progress","params":{}}`,
		`not JSON`,
	}
	var toServer, toClient strings.Builder
	p := newProxy(newStream(nil, &toClient), newStream(nil, &toServer), nil)
	for _, m := range messages {
		if err := p.fromClient([]byte(m)); err != nil {
			t.Fatal(err)
		}
		if err := p.fromServer([]byte(m)); err != nil {
			t.Fatal(err)
		}
	}
	for name, out := range map[string]string{"server": toServer.String(), "client": toClient.String()} {
		s := newStream(bufio.NewReader(strings.NewReader(out)), nil)
		for _, want := range messages {
			if got, err := s.read(); err != nil || string(got) != want {
				t.Errorf("to the %s: have %q, %v; want %q", name, got, err, want)
			}
		}
	}
}
