// Package slow holds what takes long, and what only looks so; and places at which
// several things happen.
package slow

import (
	"context"
	"crypto/pbkdf2"
	"crypto/sha256"
	"database/sql"
	"os"

	"testdata/txsideeffect/notify"
)

type sender interface{ Send(text string) error }

type remote struct{}

// Send makes a request.
func (remote) Send(text string) error { return notify.Hook(context.Background(), text) }

type service struct {
	db  *sql.DB
	out *os.File
	via sender
}

func newService(db *sql.DB) *service { return &service{db: db, out: os.Stderr, via: remote{}} }

var console = os.Stdout

func stream(loud bool) *os.File {
	if loud {
		return os.Stderr
	}
	return console
}

// What is printed is no file.
func (s *service) say(loud bool, text string) {
	w := console
	if loud {
		w = os.Stderr
	}
	_, _ = w.WriteString(text)
	_, _ = s.out.WriteString(text)
	_, _ = stream(loud).WriteString(text)
}

func (s *service) note(text string) error {
	f, err := os.Create("notes")
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteString(text)
	return err
}

// audit writes past the transaction, for certain, and tells somebody, perhaps.
func (s *service) audit(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, "INSERT INTO audit VALUES (1)"); err != nil {
		return err
	}
	return s.via.Send("audited")
}

func (s *service) all(ctx context.Context, secret string) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	s.say(true, "begun")
	if err := s.note("begun"); err != nil { // want `a file is written inside`
		return err
	}
	sum := sha256.Sum256([]byte(secret))
	key, err := pbkdf2.Key(sha256.New, secret, sum[:], 600_000, 32) // want `a password is hashed inside the transaction begun at line 69 \(pbkdf2.Key\), which holds its locks meanwhile: do it before the begin or after the commit`
	if err != nil {
		return err
	}
	if err := s.audit(ctx); err != nil { // want `the query INSERT audit does not go through the transaction begun at line 69, via \(\*service\).audit -> db.ExecContext .*; there too: an HTTP request is made, via \(\*service\).audit -> sender.Send .* through .*sender`
		return err
	}
	if _, err := tx.ExecContext(ctx, "UPDATE users SET key = $1", key); err != nil {
		return err
	}
	return tx.Commit()
}

// A fallback for a context that nobody filled is not what is done each time.
type tracer struct{ project string }

type tracerKey struct{}

func tracerOf(ctx context.Context) *tracer {
	t, found := ctx.Value(tracerKey{}).(*tracer)
	if !found {
		_ = notify.Hook(ctx, "who am I")
		t = new(tracer)
	}
	return t
}

func named(ctx context.Context) *tracer {
	if t, ok := ctx.Value(tracerKey{}).(*tracer); ok {
		_ = notify.Hook(ctx, t.project)
		return t
	}
	return new(tracer)
}

func (s *service) traced(ctx context.Context) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if tracerOf(ctx).project == "" {
		named(ctx) // want `an HTTP request is made inside`
	}
	return tx.Commit()
}
