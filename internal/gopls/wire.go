package gopls

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
	"sync"
)

// A stream reads and writes the messages of the Language Server Protocol:
// headers, an empty line, JSON. By hand, since a proxy passes on what it does
// not understand byte by byte; libraries decode it.
type stream struct {
	in  *bufio.Reader
	mu  sync.Mutex // guards out
	out io.Writer
}

// maxMessage is more than any server sends: a larger length is no length.
const maxMessage = 1 << 30

func newStream(in io.Reader, out io.Writer) *stream {
	return &stream{in: bufio.NewReaderSize(in, 1<<16), out: out}
}

// read returns the next message; io.EOF after the last.
func (s *stream) read() ([]byte, error) {
	header, err := textproto.NewReader(s.in).ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil || n < 0 || n > maxMessage {
		return nil, fmt.Errorf("message with Content-Length %q", header.Get("Content-Length"))
	}
	body := make([]byte, n)
	_, err = io.ReadFull(s.in, body)
	return body, err
}

func (s *stream) write(body []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := fmt.Fprintf(s.out, "Content-Length: %d\r\n\r\n", len(body)); err != nil {
		return err
	}
	_, err := s.out.Write(body)
	return err
}

// notify sends a notification.
func (s *stream) notify(method string, params any) error {
	data, err := json.Marshal(params)
	if err != nil {
		return err
	}
	return s.send(envelope{Version: "2.0", Method: method, Params: data})
}

func (s *stream) send(e envelope) error {
	data, err := json.Marshal(e)
	if err != nil {
		return err
	}
	return s.write(data)
}

// An envelope is a request (ID and Method), a notification (Method alone) or
// a response (ID alone).
type envelope struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
}
