package orders

import (
	"context"

	"github.com/jackc/pgx/v5"
)

func directions(ctx context.Context, conn *pgx.Conn, s string, id int64) {
	conn.Query(ctx, "SELECT id FROM waits WHERE ward = $1 ORDER BY priority DESC, asked_at LIMIT 5", s)  // want `no index of waits serves ward = \$1 ORDER BY priority DESC, asked_at, which reads this one backward: CREATE INDEX CONCURRENTLY \w+ ON waits \(ward, priority, asked_at DESC\)`
	conn.Query(ctx, "SELECT id FROM logins WHERE staff_id = $1 ORDER BY at DESC NULLS LAST LIMIT 5", id) // want `no index of logins serves staff_id = \$1 ORDER BY at DESC NULLS LAST: CREATE INDEX CONCURRENTLY \w+ ON logins \(staff_id, at DESC NULLS LAST\)`
	conn.Query(ctx, "SELECT id FROM queues WHERE ward = $1 ORDER BY at DESC, id DESC LIMIT 5", s)        // want `no index of queues serves ward = \$1 ORDER BY at DESC, id DESC: CREATE`
	conn.QueryRow(ctx, "SELECT max(at) FROM pings WHERE host_id = $1", id)                               // want `no index of pings serves host_id = \$1 and max\(at\): CREATE INDEX CONCURRENTLY \w+ ON pings \(host_id, at\)`
}

// The arms of an OR need an index each: one finding for both.
func arms(ctx context.Context, conn *pgx.Conn, id int64, s string) {
	conn.Query(ctx, "SELECT id FROM mails WHERE sender_id = $1 OR receiver_id = $2", id, id) // want `no indexes of mails serve sender_id = \$1 OR receiver_id = \$2, which takes one for each arm: CREATE INDEX CONCURRENTLY mails_sender_id_idx ON mails \(sender_id\); CREATE INDEX CONCURRENTLY mails_receiver_id_idx ON mails \(receiver_id\) \[missingindex\]`

	// One of the two helps another query without the other.
	conn.Query(ctx, "SELECT id FROM calls WHERE caller_id = $1", id)                       // want `no index of calls serves caller_id = \$1; one for it also serves messages.go:22: CREATE`
	conn.Query(ctx, "SELECT id FROM calls WHERE caller_id = $1 OR callee_id = $2", id, id) // want `no index of calls serves callee_id = \$2, which helps only together with calls_caller_id_idx for the rest of the OR: CREATE INDEX CONCURRENTLY calls_callee_id_idx ON calls \(callee_id\)`
}

func remove(ctx context.Context, conn *pgx.Conn, id int64) {
	conn.Exec(ctx, "DELETE FROM devices WHERE id = $1", id) // want `foreign key device_id of alerts refers to the deleted rows \(on delete cascade\), and no index serves it: CREATE INDEX CONCURRENTLY alerts_device_id_idx ON alerts \(device_id\)`
}

// A whole schema refers to who made a row: one finding.
func leave(ctx context.Context, conn *pgx.Conn, id int64) {
	conn.Exec(ctx, "DELETE FROM staff WHERE id = $1", id) // want `4 foreign keys refer to the deleted rows, and no index serves them: created_by of \w+, created_by of \w+, created_by of \w+ and 1 more, which "sqlvet index" lists: CREATE INDEX CONCURRENTLY \w+ ON \w+ \(created_by\)`
}
