// Package product stores the catalogue in PostgreSQL with gorm.
package product

import (
	"context"

	"gorm.io/gorm"
)

// A Product is a row of the table products.
type Product struct {
	ID          int64  `json:"id"`
	SKU         string `json:"sku"`
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Photo       []byte `json:"photo,omitempty"`
	PriceCents  int64  `json:"price_cents"`
}

// A Store reads and writes products.
type Store struct {
	DB *gorm.DB
}

// Create adds a product and sets its ID.
func (s *Store) Create(ctx context.Context, p *Product) error {
	return s.DB.WithContext(ctx).Create(p).Error
}

// Get returns the product id, or gorm.ErrRecordNotFound.
func (s *Store) Get(ctx context.Context, id int64) (*Product, error) {
	var p Product
	if err := s.DB.WithContext(ctx).First(&p, id).Error; err != nil {
		return nil, err
	}
	return &p, nil
}

// Name returns the name of the product id, or gorm.ErrRecordNotFound.
func (s *Store) Name(ctx context.Context, id int64) (string, error) {
	var p Product
	err := s.DB.WithContext(ctx).Select("name").Where("id = ?", id).Take(&p).Error
	return p.Name, err
}

// BestSellers returns the n products of which most pieces were ordered.
func (s *Store) BestSellers(ctx context.Context, n int) ([]Product, error) {
	var list []Product
	err := s.DB.WithContext(ctx).Raw(`
		SELECT p.*
		FROM products p
		JOIN order_items i ON i.product_id = p.id
		GROUP BY p.id
		ORDER BY sum(i.quantity) DESC, p.id
		LIMIT ?`, n).Scan(&list).Error
	return list, err
}

// Pieces returns how many pieces of the product id were ordered.
func (s *Store) Pieces(ctx context.Context, id int64) (int64, error) {
	var n int64
	err := s.DB.WithContext(ctx).Raw(
		`SELECT coalesce(sum(quantity), 0) FROM order_items WHERE product_id = ?`, id).Scan(&n).Error
	return n, err
}

// Affordable returns the products that cost at most budget cents, 490 cents of
// postage included, the dearest first.
func (s *Store) Affordable(ctx context.Context, budget int64) ([]Product, error) {
	var list []Product
	err := s.DB.WithContext(ctx).
		Select("id", "sku", "name", "price_cents").
		Where("price_cents + 490 <= ?", budget).
		Order("price_cents DESC, id").
		Find(&list).Error
	return list, err
}

// Between returns the products in a range of prices, both ends included.
func (s *Store) Between(ctx context.Context, low, high int64) ([]Product, error) {
	var list []Product
	err := s.DB.WithContext(ctx).
		Select("id", "sku", "name", "price_cents").
		Where("price_cents BETWEEN ? AND ?", low, high).
		Order("price_cents, id").
		Find(&list).Error
	return list, err
}

// Refurbished returns the second-hand products, which have their own suffix.
func (s *Store) Refurbished(ctx context.Context) ([]Product, error) {
	var list []Product
	err := s.DB.WithContext(ctx).
		Select("id", "sku", "name", "price_cents").
		Where("sku LIKE '%-REFURB'").
		Order("sku").
		Find(&list).Error
	return list, err
}

// Books returns the books, which have their own prefix.
func (s *Store) Books(ctx context.Context) ([]Product, error) {
	var list []Product
	err := s.DB.WithContext(ctx).
		Select("id", "sku", "name", "price_cents").
		Where("sku LIKE 'BOOK-%'").
		Order("sku").
		Find(&list).Error
	return list, err
}
