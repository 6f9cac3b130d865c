// Package receivers calls methods in loops, of one value or of many.
package receivers

import "context"

type labels struct{ all map[int]string }

func (l *labels) get(id int) string { return l.all[id] }

type service struct {
	labels *labels
	cur    *labels
}

func load(id int) *labels

func (s *service) calls(ids []int, others []*labels, byID map[int]*labels) {
	own := &labels{}
	for _, id := range ids {
		s.labels.get(id) // receiver: false
		own.get(id)      // receiver: false
		byID[id].get(id) // receiver: true
		fresh := &labels{}
		fresh.get(id) // receiver: true
		same := s.labels
		same.get(id) // receiver: false
		s.cur = load(id)
		s.cur.get(id) // receiver: true
	}
	for _, o := range others {
		o.get(1) // receiver: true
	}
}

func ask(ctx context.Context)

type key struct{}

func inContexts(ctx context.Context, ids []int) {
	for _, id := range ids {
		own := context.WithValue(ctx, key{}, id)
		ask(own)                                  // depends: yes
		ask(context.WithValue(ctx, key{}, id))    // depends: yes
		ask(context.WithValue(ctx, key{}, "all")) // depends: no
		ask(ctx)                                  // depends: no
	}
}
