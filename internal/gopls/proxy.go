package gopls

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A proxy stands between an editor (the client) and gopls (the server). All
// messages pass; it adds sqlvet's findings to published diagnostics and their
// fixes to code actions. It knows saved files only.
type proxy struct {
	client, server *stream
	analyse        func(dir string) []finding
	jobs           jobs

	mu     sync.Mutex
	docs   map[string]*openDocument        // by path
	theirs map[string]publishParams        // what the server published, by path
	ours   map[string]map[string][]finding // directory, then path
	asked  map[string]json.RawMessage      // requests under way whose answers are of interest, by sender and ID
	rules  map[string]bool                 // the setting "analyses": on or off
	bytes  bool                            // columns are counted in bytes
}

// An openDocument is one that the client has open.
type openDocument struct {
	uri   string // as the client writes it
	dirty bool   // changed since it was read or saved: offsets of fixes are wrong
}

func newProxy(client, server *stream, analyse func(dir string) []finding) *proxy {
	return &proxy{
		client:  client,
		server:  server,
		analyse: analyse,
		docs:    make(map[string]*openDocument),
		theirs:  make(map[string]publishParams),
		ours:    make(map[string]map[string][]finding),
		asked:   make(map[string]json.RawMessage),
		rules:   make(map[string]bool),
	}
}

// runProxy starts gopls, and serves on standard input and output until it
// ends; it returns its exit code. If beside is not nil it runs meanwhile, with
// a function that shows the user a message.
func runProxy(stock string, args []string, beside func(tell func(string))) (int, error) {
	cmd := exec.Command(stock, args...)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return 0, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	exe, err := os.Executable()
	if err != nil {
		return 0, err
	}
	p := newProxy(newStream(os.Stdin, os.Stdout), newStream(out, in), func(dir string) []finding { return analyse(exe, dir) })
	if beside != nil {
		go beside(func(text string) { p.client.notify("window/showMessage", message{3, text}) })
	}
	go func() {
		pump(p.client, p.fromClient)
		in.Close() // gopls ends, with or without "exit"
	}()
	go p.work()
	pump(p.server, p.fromServer)
	err = cmd.Wait()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// pump hands each message of s to f until there is none.
func pump(s *stream, f func([]byte) error) error {
	for {
		body, err := s.read()
		if err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		if err := f(body); err != nil {
			return err
		}
	}
}

// fromClient looks at a message of the client and passes it on.
func (p *proxy) fromClient(body []byte) error {
	var e envelope
	if json.Unmarshal(body, &e) == nil {
		p.note(e)
	}
	return p.server.write(body)
}

// note remembers what a message of the client says.
func (p *proxy) note(e envelope) {
	switch e.Method {
	case "": // the answer to a question of the server
		if _, ok := p.take("server", e.ID); ok {
			var list []json.RawMessage
			if json.Unmarshal(e.Result, &list) == nil {
				p.configure(list...)
			}
		}
	case "initialize":
		var params struct {
			Options json.RawMessage `json:"initializationOptions"`
		}
		if json.Unmarshal(e.Params, &params) == nil {
			p.configure(params.Options)
		}
		p.expect("client", e)
	case "workspace/didChangeConfiguration":
		var params struct {
			Settings json.RawMessage `json:"settings"`
		}
		if json.Unmarshal(e.Params, &params) == nil {
			p.configure(params.Settings)
		}
	case "textDocument/codeAction":
		p.expect("client", e)
	case "textDocument/didOpen", "textDocument/didChange", "textDocument/didSave", "textDocument/didClose":
		var params documentParams
		if json.Unmarshal(e.Params, &params) == nil {
			p.edited(strings.TrimPrefix(e.Method, "textDocument/"), params.TextDocument.URI)
		}
	}
}

// expect remembers a request, to know its answer.
func (p *proxy) expect(sender string, e envelope) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[sender+string(e.ID)] = e.Params
}

// take returns and forgets the parameters of the request that id answers.
func (p *proxy) take(sender string, id json.RawMessage) (json.RawMessage, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	params, ok := p.asked[sender+string(id)]
	delete(p.asked, sender+string(id))
	return params, ok
}

// edited keeps track of open documents, and has the package of one that was
// opened or saved analysed.
func (p *proxy) edited(what, uri string) {
	path := filePath(uri)
	if !strings.HasSuffix(path, ".go") {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch what {
	case "didOpen":
		p.docs[path] = &openDocument{uri: uri}
		p.jobs.add(filepath.Dir(path))
	case "didSave":
		if d := p.docs[path]; d != nil {
			d.dirty = false
		}
		p.jobs.add(filepath.Dir(path))
	case "didChange":
		if d := p.docs[path]; d != nil {
			d.dirty = true
		}
	case "didClose":
		delete(p.docs, path)
	}
}

// configure takes the setting "analyses" out of settings of gopls, in any of
// the forms that clients give it.
func (p *proxy) configure(list ...json.RawMessage) {
	p.mu.Lock()
	changed := false
	for _, raw := range list {
		for name, on := range analysesOf(raw) {
			was, ok := p.rules[name]
			p.rules[name] = on
			changed = changed || !ok || was != on
		}
	}
	p.mu.Unlock()
	if changed {
		p.publishAll()
	}
}

// analysesOf returns the setting in one object of settings.
func analysesOf(raw json.RawMessage) map[string]bool {
	var s struct {
		Gopls    json.RawMessage `json:"gopls"`
		Analyses map[string]bool `json:"analyses"`
		Dotted   map[string]bool `json:"ui.diagnostic.analyses"`
		UI       struct {
			Diagnostic struct {
				Analyses map[string]bool `json:"analyses"`
			} `json:"diagnostic"`
		} `json:"ui"`
	}
	if json.Unmarshal(raw, &s) != nil {
		return nil
	}
	for _, m := range []map[string]bool{s.Analyses, s.Dotted, s.UI.Diagnostic.Analyses} {
		if m != nil {
			return m
		}
	}
	if s.Gopls != nil {
		return analysesOf(s.Gopls)
	}
	return nil
}

// fromServer looks at a message of the server and passes it on, with what
// sqlvet has to add.
func (p *proxy) fromServer(body []byte) error {
	var e envelope
	if json.Unmarshal(body, &e) != nil {
		return p.client.write(body)
	}
	switch e.Method {
	case "":
		params, ok := p.take("client", e.ID)
		if !ok || len(e.Error) > 0 {
			break
		}
		var action codeActionParams
		if json.Unmarshal(params, &action) == nil && action.TextDocument.URI != "" {
			return p.answerActions(e, &action)
		}
		p.initialized(e.Result)
	case "workspace/configuration":
		p.expect("server", e)
	case "textDocument/publishDiagnostics":
		var params publishParams
		if json.Unmarshal(e.Params, &params) != nil {
			break
		}
		path := filePath(params.URI)
		p.mu.Lock()
		p.theirs[path] = params
		p.mu.Unlock()
		return p.publish(path)
	}
	return p.client.write(body)
}

// initialized reads from the server's capabilities how columns are counted.
func (p *proxy) initialized(result json.RawMessage) {
	var r struct {
		Capabilities struct {
			PositionEncoding string `json:"positionEncoding"`
		} `json:"capabilities"`
	}
	if json.Unmarshal(result, &r) == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.bytes = r.Capabilities.PositionEncoding == "utf-8"
	}
}

// publish sends the diagnostics of a file: the server's and sqlvet's.
func (p *proxy) publish(path string) error {
	p.mu.Lock()
	params, ok := p.theirs[path]
	if !ok {
		params = publishParams{URI: fileURI(path)}
		if d := p.docs[path]; d != nil {
			params.URI = d.uri
		}
	}
	list := slices.Clone(params.Diagnostics)
	for _, f := range p.findings(path) {
		data, err := json.Marshal(f.diagnostic(p.bytes))
		if err != nil {
			p.mu.Unlock()
			return err
		}
		list = append(list, data)
	}
	p.mu.Unlock()
	if list == nil {
		list = []json.RawMessage{}
	}
	params.Diagnostics = list
	return p.client.notify("textDocument/publishDiagnostics", params)
}

// findings returns those of the file whose rules are on. The caller holds mu.
func (p *proxy) findings(path string) []finding {
	var list []finding
	for _, dir := range p.ours {
		for _, f := range dir[path] {
			if on, set := p.rules[f.rule]; on || !set {
				list = append(list, f)
			}
		}
	}
	return list
}

// publishAll publishes every file that sqlvet has findings in.
func (p *proxy) publishAll() {
	p.mu.Lock()
	var paths []string
	for _, dir := range p.ours {
		for path := range dir {
			paths = append(paths, path)
		}
	}
	p.mu.Unlock()
	slices.Sort(paths)
	for _, path := range slices.Compact(paths) {
		p.publish(path)
	}
}

// answerActions adds sqlvet's fixes to the server's answer.
func (p *proxy) answerActions(e envelope, params *codeActionParams) error {
	var list []json.RawMessage
	if json.Unmarshal(e.Result, &list) != nil {
		list = nil
	}
	for _, a := range p.actions(params) {
		data, err := json.Marshal(a)
		if err != nil {
			return err
		}
		list = append(list, data)
	}
	if len(list) > 0 {
		data, err := json.Marshal(list)
		if err != nil {
			return err
		}
		e.Result = data
	}
	if e.Result == nil {
		e.Result = json.RawMessage("null") // a response has one
	}
	return p.client.send(e)
}
