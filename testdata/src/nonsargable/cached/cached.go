// Package cached has queries behind caches.
package cached

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

type desk struct {
	db    *sql.DB
	rdb   *redis.Client
	mu    sync.Mutex
	names map[string]string
	seen  sync.Map
}

func (d *desk) weight(ctx context.Context, barcode string) (string, error) {
	text, err := d.rdb.Get(ctx, "w:"+barcode).Result()
	if err == nil {
		return text, nil
	}
	if !errors.Is(err, redis.Nil) {
		return "", err
	}
	var n int
	if err := d.db.QueryRowContext(ctx, "SELECT weight FROM parcels WHERE lower(barcode) = $1", barcode).Scan(&n); err != nil { // want `; the cache that is asked at line \d+ hides this while it has the answer, and each miss waits for it: mend the query first`
		return "", err
	}
	text = strconv.Itoa(n)
	return text, d.rdb.Set(ctx, "w:"+barcode, text, time.Minute).Err()
}

func (d *desk) byNil(ctx context.Context, barcode string) ([]byte, error) {
	data, err := d.rdb.Get(ctx, barcode).Bytes()
	if err == redis.Nil {
		return d.load(ctx, barcode)
	}
	return data, err
}

// load is what byNil calls, and nobody else.
func (d *desk) load(ctx context.Context, barcode string) ([]byte, error) {
	var id int64
	err := d.db.QueryRowContext(ctx, "SELECT id FROM parcels WHERE lower(barcode) = $1", barcode).Scan(&id) // want `; the cache that is asked at line \d+ hides this while it has the answer, and each miss waits for it: mend the query first`
	return strconv.AppendInt(nil, id, 10), err
}

func (d *desk) depot(ctx context.Context, name string) (int64, error) {
	if id, ok := d.seen.Load(name); ok {
		return id.(int64), nil
	}
	var id int64
	err := d.db.QueryRowContext(ctx, "SELECT id FROM depots WHERE lower(name) = $1", name).Scan(&id) // want `; the cache that is asked at line \d+ hides this while it has the answer, and each miss waits for it: mend the query first`
	return id, err
}

func (d *desk) inMap(ctx context.Context, key string) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if name, ok := d.names[key]; ok {
		return name, nil
	}
	var name string
	err := d.db.QueryRowContext(ctx, "SELECT barcode FROM parcels WHERE lower(barcode) = $1", key).Scan(&name) // want `; the cache that is asked at line \d+ hides this while it has the answer, and each miss waits for it: mend the query first`
	d.names[key] = name
	return name, err
}

// lru is a cache whose loader is handed to it.
type lruCache struct{ kept map[string]int }

func (c *lruCache) GetOrLoad(key string, load func() (int, error)) (int, error) {
	if v, ok := c.kept[key]; ok {
		return v, nil
	}
	v, err := load()
	if err == nil {
		c.kept[key] = v
	}
	return v, err
}

func (d *desk) loader(ctx context.Context, c *lruCache, barcode string) (int, error) {
	return c.GetOrLoad(barcode, func() (n int, err error) {
		err = d.db.QueryRowContext(ctx, "SELECT depot FROM parcels WHERE lower(barcode) = $1", barcode).Scan(&n) // want `; the cache that is asked at line \d+ hides this while it has the answer, and each miss waits for it: mend the query first`
		return n, err
	})
}

// What goes to the database each time is not hidden: the cache is written.
func (d *desk) writes(ctx context.Context, barcode string) error {
	var n int
	if err := d.db.QueryRowContext(ctx, "SELECT weight FROM parcels WHERE lower(barcode) = $1", barcode).Scan(&n); err != nil { // want `cannot serve [^;]*$`
		return err
	}
	if err := d.rdb.Set(ctx, barcode, n, 0).Err(); err != nil {
		return d.direct(ctx, barcode)
	}
	return nil
}

// direct is called elsewhere, too, and by what asks no cache.
func (d *desk) direct(ctx context.Context, barcode string) error {
	_, err := d.db.ExecContext(ctx, "UPDATE parcels SET weight = 0 WHERE lower(barcode) = $1", barcode) // want `cannot serve [^;]*$`
	return err
}

// A count is no answer: the key is there for another reason.
func (d *desk) locked(ctx context.Context, barcode string) (n int, err error) {
	if got, err := d.rdb.SetNX(ctx, "lock:"+barcode, 1, time.Second).Result(); err != nil || !got {
		return 0, err
	}
	err = d.db.QueryRowContext(ctx, "SELECT id FROM parcels WHERE lower(barcode) = $1", barcode).Scan(&n) // want `cannot serve [^;]*$`
	return n, err
}

// What one call remembers is gone with it.
func (d *desk) once(ctx context.Context, barcodes []string) (out []int, err error) {
	known := make(map[string]int)
	for _, b := range barcodes {
		n, ok := known[b]
		if !ok {
			if err := d.db.QueryRowContext(ctx, "SELECT id FROM parcels WHERE lower(barcode) = $1", b).Scan(&n); err != nil { // want `cannot serve [^;]*$`
				return nil, err
			}
			known[b] = n
		}
		out = append(out, n)
	}
	return out, nil
}
