package main

import (
	"context"

	"github.com/sqlvet/sqlvet/internal/pgserver"
)

// startServer runs a server with room for the workloads' data, which stay in
// dir if it is given. It plans as one does that nobody has configured.
func startServer(ctx context.Context, dir string) (*pgserver.Server, error) {
	return pgserver.Start(ctx, pgserver.Options{Dir: dir, Settings: []string{"shared_buffers = 512MB", "max_wal_size = 512MB", "max_parallel_workers_per_gather = 2"}})
}
