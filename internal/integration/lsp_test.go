package integration

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
)

// A client speaks the Language Server Protocol with a server, as an editor
// does, and keeps what the server publishes.
type client struct {
	t        testing.TB
	dir      string
	pid      int // of the server
	in       io.WriteCloser
	mu       sync.Mutex
	cond     *sync.Cond
	next     int
	answers  map[int]rpcAnswer
	files    map[string]published // by URI
	settings map[string]any       // the answer to workspace/configuration
	watched  []string             // patterns of files whose changes the server wants to hear of
	messages []string             // window/showMessage
	version  map[string]int
}

type published struct {
	n           int // how many times
	diagnostics []lspDiagnostic
}

type rpcAnswer struct {
	Result json.RawMessage
	Error  json.RawMessage
}

type lspPosition struct {
	Line      int `json:"line"`
	Character int `json:"character"`
}

type lspRange struct {
	Start lspPosition `json:"start"`
	End   lspPosition `json:"end"`
}

func (r lspRange) String() string {
	return fmt.Sprintf("%d:%d-%d:%d", r.Start.Line+1, r.Start.Character+1, r.End.Line+1, r.End.Character+1)
}

type lspDiagnostic struct {
	Range           lspRange        `json:"range"`
	Severity        int             `json:"severity"`
	Code            json.RawMessage `json:"code"`
	CodeDescription struct {
		Href string `json:"href"`
	} `json:"codeDescription"`
	Source             string          `json:"source"`
	Message            string          `json:"message"`
	Tags               []int           `json:"tags,omitempty"`
	Data               json.RawMessage `json:"data,omitempty"`
	RelatedInformation []struct {
		Location struct {
			URI   string   `json:"uri"`
			Range lspRange `json:"range"`
		} `json:"location"`
		Message string `json:"message"`
	} `json:"relatedInformation,omitempty"`
}

type lspEdit struct {
	Range   lspRange `json:"range"`
	NewText string   `json:"newText"`
}

type lspAction struct {
	Title string `json:"title"`
	Kind  string `json:"kind"`
	Edit  struct {
		Changes         map[string][]lspEdit `json:"changes"`
		DocumentChanges []struct {
			TextDocument struct {
				URI string `json:"uri"`
			} `json:"textDocument"`
			Edits []lspEdit `json:"edits"`
		} `json:"documentChanges"`
	} `json:"edit"`
}

// edits returns the action's edits of the document.
func (a *lspAction) edits(uri string) []lspEdit {
	list := a.Edit.Changes[uri]
	for _, c := range a.Edit.DocumentChanges {
		if c.TextDocument.URI == uri {
			list = append(list, c.Edits...)
		}
	}
	return list
}

func uriOf(path string) string { return "file://" + filepath.ToSlash(path) }

// connect starts the server in dir and shakes hands. The settings are those
// under "gopls".
func connect(t testing.TB, dir string, settings map[string]any, env []string, exe string, args ...string) *client {
	t.Helper()
	cmd := exec.Command(exe, args...)
	cmd.Dir = dir
	cmd.Env = append(append(os.Environ(), "GOWORK=off"), env...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	all := map[string]any{"diagnosticsDelay": "0s"}
	for k, v := range settings {
		all[k] = v
	}
	c := &client{
		t: t, dir: dir, pid: cmd.Process.Pid, in: in, settings: all,
		answers: make(map[int]rpcAnswer), files: make(map[string]published), version: make(map[string]int),
	}
	c.cond = sync.NewCond(&c.mu)
	go c.listen(bufio.NewReader(out))
	t.Cleanup(func() {
		c.request("shutdown", nil)
		c.notify("exit", nil)
		in.Close()
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case <-done:
		case <-time.After(20 * time.Second):
			t.Errorf("%s does not end after exit", filepath.Base(exe))
			cmd.Process.Kill()
			<-done
		}
	})
	c.request("initialize", map[string]any{
		"processId":        os.Getpid(),
		"rootUri":          uriOf(dir),
		"workspaceFolders": []any{map[string]any{"uri": uriOf(dir), "name": "app"}},
		"capabilities": map[string]any{
			"workspace": map[string]any{
				"configuration":         true,
				"didChangeWatchedFiles": map[string]any{"dynamicRegistration": true, "relativePatternSupport": true},
			},
			"textDocument": map[string]any{
				"publishDiagnostics": map[string]any{"relatedInformation": true, "codeDescriptionSupport": true},
				"codeAction": map[string]any{"codeActionLiteralSupport": map[string]any{
					"codeActionKind": map[string]any{"valueSet": []any{"quickfix", "source.fixAll"}},
				}},
			},
		},
	})
	c.notify("initialized", map[string]any{})
	return c
}

func (c *client) listen(r *bufio.Reader) {
	for {
		header, err := textproto.NewReader(r).ReadMIMEHeader()
		if err != nil {
			return
		}
		n, err := strconv.Atoi(header.Get("Content-Length"))
		if err != nil {
			return
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(r, body); err != nil {
			return
		}
		c.receive(body)
	}
}

func (c *client) receive(body []byte) {
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method string          `json:"method"`
		Params json.RawMessage `json:"params"`
		Result json.RawMessage `json:"result"`
		Error  json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		c.t.Errorf("message %q: %v", body, err)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.cond.Broadcast()
	switch {
	case m.Method == "":
		id, _ := strconv.Atoi(string(m.ID))
		c.answers[id] = rpcAnswer{m.Result, m.Error}
	case m.Method == "textDocument/publishDiagnostics":
		var p struct {
			URI         string          `json:"uri"`
			Diagnostics []lspDiagnostic `json:"diagnostics"`
		}
		json.Unmarshal(m.Params, &p)
		c.files[p.URI] = published{c.files[p.URI].n + 1, p.Diagnostics}
	case m.Method == "window/showMessage":
		var p struct{ Message string }
		json.Unmarshal(m.Params, &p)
		c.messages = append(c.messages, p.Message)
	case m.Method == "client/registerCapability":
		c.watched = append(c.watched, string(m.Params))
		c.send(map[string]any{"id": m.ID, "result": nil})
	case m.Method == "workspace/configuration":
		var p struct{ Items []any }
		json.Unmarshal(m.Params, &p)
		list := make([]any, len(p.Items))
		for i := range list {
			list[i] = c.settings
		}
		c.send(map[string]any{"id": m.ID, "result": list})
	case m.ID != nil:
		c.send(map[string]any{"id": m.ID, "result": nil})
	}
}

// send writes a message. The caller holds mu.
func (c *client) send(m map[string]any) {
	m["jsonrpc"] = "2.0"
	body, err := json.Marshal(m)
	if err != nil {
		c.t.Error(err)
		return
	}
	fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
}

func (c *client) notify(method string, params any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	m := map[string]any{"method": method}
	if params != nil {
		m["params"] = params
	}
	c.send(m)
}

func (c *client) request(method string, params any) json.RawMessage {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next++
	id := c.next
	m := map[string]any{"id": id, "method": method}
	if params != nil {
		m["params"] = params
	}
	c.send(m)
	if !c.await(func() bool { _, ok := c.answers[id]; return ok }) {
		c.t.Fatalf("no answer to %s", method)
	}
	a := c.answers[id]
	if len(a.Error) > 0 {
		c.t.Errorf("%s: %s", method, a.Error)
	}
	return a.Result
}

// await waits until the condition holds; false after too long. The caller
// holds mu.
func (c *client) await(ok func() bool) bool { return c.awaitFor(3*time.Minute, ok) }

func (c *client) awaitFor(timeout time.Duration, ok func() bool) bool {
	late := false
	timer := time.AfterFunc(timeout, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		late = true
		c.cond.Broadcast()
	})
	defer timer.Stop()
	for !ok() && !late {
		c.cond.Wait()
	}
	return ok()
}

func (c *client) open(name string) string {
	c.t.Helper()
	uri := uriOf(filepath.Join(c.dir, name))
	c.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": uri, "languageId": "go", "version": 1, "text": read(c.t, filepath.Join(c.dir, name)),
	}})
	c.version[uri] = 1
	return uri
}

// edit changes the document in the editor only.
func (c *client) edit(uri, text string) {
	c.version[uri]++
	c.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": uri, "version": c.version[uri]},
		"contentChanges": []any{map[string]any{"text": text}},
	})
}

// save writes the document's text to its file.
func (c *client) save(uri, text string) {
	c.t.Helper()
	write(c.t, "/", strings.TrimPrefix(uri, "file:///"), text)
	c.notify("textDocument/didSave", map[string]any{"textDocument": map[string]any{"uri": uri}})
}

// changed writes a file that is not open, and tells the server if it asked for
// such files.
func (c *client) changed(name, text, pattern string) {
	c.t.Helper()
	write(c.t, c.dir, name, text)
	c.mu.Lock()
	asked := strings.Contains(strings.Join(c.watched, "\n"), pattern)
	c.mu.Unlock()
	if asked {
		c.notify("workspace/didChangeWatchedFiles", map[string]any{
			"changes": []any{map[string]any{"uri": uriOf(filepath.Join(c.dir, name)), "type": 2}},
		})
	}
}

// configure changes the settings under "gopls".
func (c *client) configure(key string, value any) {
	c.mu.Lock()
	c.settings[key] = value
	c.mu.Unlock()
	c.notify("workspace/didChangeConfiguration", map[string]any{"settings": map[string]any{}})
}

// wait waits until the document's diagnostics of the sources are as ok wants
// them, and returns them.
func (c *client) wait(uri string, sources string, ok func([]lspDiagnostic) bool) []lspDiagnostic {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []lspDiagnostic
	if !c.await(func() bool {
		list = nil
		for _, d := range c.files[uri].diagnostics {
			if strings.Contains(" "+sources+" ", " "+d.Source+" ") {
				list = append(list, d)
			}
		}
		return c.files[uri].n > 0 && ok(list)
	}) {
		c.t.Fatalf("the diagnostics wanted never came; have %+v", c.files[uri].diagnostics)
	}
	return list
}

func count(n int) func([]lspDiagnostic) bool {
	return func(list []lspDiagnostic) bool { return len(list) == n }
}

func (c *client) actions(uri string, kind string, ds ...lspDiagnostic) []lspAction {
	c.t.Helper()
	r := lspRange{End: lspPosition{Line: 100}}
	if len(ds) > 0 {
		r = ds[0].Range
	}
	if ds == nil {
		ds = []lspDiagnostic{}
	}
	raw := c.request("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": uri},
		"range":        r,
		"context":      map[string]any{"diagnostics": ds, "only": []string{kind}},
	})
	var list []lspAction
	if err := json.Unmarshal(raw, &list); err != nil {
		c.t.Fatalf("code actions %s: %v", raw, err)
	}
	return list
}

// offsetOf returns the byte offset of a position, which is counted in UTF-16
// units.
func offsetOf(text string, p lspPosition) int {
	lines := strings.SplitAfter(text, "\n")
	at := len(strings.Join(lines[:p.Line], ""))
	units := 0
	for i, r := range lines[p.Line] {
		if units == p.Character {
			return at + i
		}
		units += utf16.RuneLen(r)
	}
	return at + len(lines[p.Line])
}

func inRange(text string, r lspRange) string {
	return text[offsetOf(text, r.Start):offsetOf(text, r.End)]
}

// apply returns the text with the edits.
func apply(text string, edits []lspEdit) string {
	edits = slices.Clone(edits)
	// The last first, so that offsets stay true.
	slices.SortFunc(edits, func(a, b lspEdit) int {
		return offsetOf(text, b.Range.Start) - offsetOf(text, a.Range.Start)
	})
	for _, e := range edits {
		text = text[:offsetOf(text, e.Range.Start)] + e.NewText + text[offsetOf(text, e.Range.End):]
	}
	return text
}
