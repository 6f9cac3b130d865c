// Package mail sends mail over SMTP. It keeps nothing: mail that must not get
// lost goes through package outbox.
package mail

import (
	"context"
	"fmt"
	"net/smtp"
	"strings"
)

// A Sender delivers one message, or says why it could not.
type Sender interface {
	Send(ctx context.Context, to, subject, body string) error
}

// SMTP sends through the server at Addr ("host:port").
type SMTP struct {
	Addr, From string
}

// Send implements Sender. net/smtp knows no contexts: ctx is only asked before.
func (s SMTP) Send(ctx context.Context, to, subject, body string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	text, err := message(s.From, to, subject, body)
	if err != nil {
		return err
	}
	return smtp.SendMail(s.Addr, nil, s.From, []string{to}, text)
}

// message returns the text of a mail. A line break in a header would let the
// caller's input add headers of its own.
func message(from, to, subject, body string) ([]byte, error) {
	for _, header := range []string{from, to, subject} {
		if strings.ContainsAny(header, "\r\n") {
			return nil, fmt.Errorf("mail: line break in header %q", header)
		}
	}
	text := fmt.Sprintf("From: %s\nTo: %s\nSubject: %s\n\n%s\n", from, to, subject, body)
	return []byte(strings.ReplaceAll(text, "\n", "\r\n")), nil
}
