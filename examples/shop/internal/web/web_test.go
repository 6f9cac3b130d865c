package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The server has no stores: a request that reached one would panic.
func TestBadRequests(t *testing.T) {
	handler := (&Server{}).Handler()
	for _, test := range []struct {
		method, target, body string
		want                 int
	}{
		{"GET", "/customers/seven", "", http.StatusBadRequest},
		{"GET", "/customers?joined=yesterday", "", http.StatusBadRequest},
		{"GET", "/products?budget=much", "", http.StatusBadRequest},
		{"GET", "/orders", "", http.StatusBadRequest},
		{"POST", "/orders", "{", http.StatusBadRequest},
		{"POST", "/orders", `{"customer_id": 1}`, http.StatusBadRequest},
		{"DELETE", "/orders/1", "", http.StatusMethodNotAllowed},
		{"GET", "/nothing", "", http.StatusNotFound},
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(test.method, test.target, strings.NewReader(test.body)))
		if w.Code != test.want {
			t.Errorf("%s %s: status %d, want %d", test.method, test.target, w.Code, test.want)
		}
	}
}
