// Package web is the shop's HTTP API. It decides nothing: it reads requests,
// asks the stores, and writes what they say as JSON.
package web

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"gorm.io/gorm"

	"github.com/sqlvet/sqlvet/examples/shop/internal/customer"
	"github.com/sqlvet/sqlvet/examples/shop/internal/order"
	"github.com/sqlvet/sqlvet/examples/shop/internal/product"
)

// A Server answers requests from the stores.
type Server struct {
	Customers *customer.Store
	Products  *product.Store
	Orders    *order.Store
}

// A badRequest is an error that the client made.
type badRequest struct{ error }

// Handler returns the API.
func (s *Server) Handler() http.Handler {
	mux := http.NewServeMux()
	get := func(pattern string, answer func(ctx context.Context, r *http.Request) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			v, err := answer(r.Context(), r)
			reply(w, r, v, err)
		})
	}
	get("GET /customers", s.customers)
	get("GET /customers/{id}", func(ctx context.Context, r *http.Request) (any, error) {
		return byID(ctx, r, s.Customers.Get)
	})
	get("GET /customers/{id}/orders", func(ctx context.Context, r *http.Request) (any, error) {
		return byID(ctx, r, s.Orders.OfCustomer)
	})
	get("GET /products", s.products)
	get("GET /products/{id}", func(ctx context.Context, r *http.Request) (any, error) {
		return byID(ctx, r, s.Products.Get)
	})
	get("POST /orders", s.place)
	get("GET /orders", s.orders)
	get("GET /orders/{id}", func(ctx context.Context, r *http.Request) (any, error) {
		return byID(ctx, r, s.Orders.Detail)
	})
	get("GET /orders/{id}/invoice", func(ctx context.Context, r *http.Request) (any, error) {
		return byID(ctx, r, func(ctx context.Context, id int64) (string, error) {
			return s.Orders.Invoice(ctx, id, s.Products)
		})
	})
	get("POST /orders/{id}/cancel", func(ctx context.Context, r *http.Request) (any, error) {
		return byID(ctx, r, func(ctx context.Context, id int64) (any, error) {
			return nil, s.Orders.Cancel(ctx, id, r.FormValue("refunded") == "true")
		})
	})
	return mux
}

// customers answers by address, by prefix of the name, or by day of joining.
func (s *Server) customers(ctx context.Context, r *http.Request) (any, error) {
	query := r.URL.Query()
	switch {
	case query.Has("email"):
		return s.Customers.ByEmail(ctx, query.Get("email"))
	case query.Has("name"):
		return s.Customers.Search(ctx, query.Get("name"))
	}
	day, err := parseDay(query.Get("joined"))
	if err != nil {
		return nil, err
	}
	return s.Customers.JoinedOn(ctx, day)
}

// products answers with what a budget buys, or with the best sellers.
func (s *Server) products(ctx context.Context, r *http.Request) (any, error) {
	budget := r.URL.Query().Get("budget")
	if budget == "" {
		return s.Products.BestSellers(ctx, 10)
	}
	cents, err := strconv.ParseInt(budget, 10, 64)
	if err != nil {
		return nil, badRequest{err}
	}
	return s.Products.Affordable(ctx, cents)
}

// orders answers with the orders of a day, and the names of who placed them.
func (s *Server) orders(ctx context.Context, r *http.Request) (any, error) {
	day, err := parseDay(r.URL.Query().Get("day"))
	if err != nil {
		return nil, err
	}
	orders, err := s.Orders.PlacedOn(ctx, day)
	if err != nil {
		return nil, err
	}
	list := make([]order.Detail, len(orders))
	for i, o := range orders {
		c, err := s.Customers.Get(ctx, o.CustomerID)
		if err != nil {
			return nil, err
		}
		list[i] = order.Detail{Order: o, CustomerName: c.Name}
	}
	return list, nil
}

func (s *Server) place(ctx context.Context, r *http.Request) (any, error) {
	var o order.Order
	if err := json.NewDecoder(http.MaxBytesReader(nil, r.Body, 1<<20)).Decode(&o); err != nil {
		return nil, badRequest{err}
	}
	if len(o.Lines) == 0 {
		return nil, badRequest{errors.New("an order needs lines")}
	}
	id, err := s.Orders.Place(ctx, o.CustomerID, o.Lines, o.Note)
	return map[string]int64{"id": id}, err
}

// byID calls answer with the id of the request's path.
func byID[T any](ctx context.Context, r *http.Request, answer func(context.Context, int64) (T, error)) (any, error) {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return nil, badRequest{err}
	}
	return answer(ctx, id)
}

func parseDay(text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, badRequest{err}
	}
	return day, nil
}

// reply writes v, or what err means to the client.
func reply(w http.ResponseWriter, r *http.Request, v any, err error) {
	status := http.StatusOK
	switch _, bad := errors.AsType[badRequest](err); {
	case err == nil:
	case bad:
		status, v = http.StatusBadRequest, map[string]string{"error": err.Error()}
	case errors.Is(err, sql.ErrNoRows), errors.Is(err, pgx.ErrNoRows), errors.Is(err, gorm.ErrRecordNotFound):
		status, v = http.StatusNotFound, map[string]string{"error": "not found"}
	default:
		slog.ErrorContext(r.Context(), "request failed", "path", r.URL.Path, "error", err)
		status, v = http.StatusInternalServerError, map[string]string{"error": "internal error"}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(v); err != nil {
		slog.WarnContext(r.Context(), "reply not sent", "path", r.URL.Path, "error", err)
	}
}
