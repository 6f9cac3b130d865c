package funceffects

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/sqlvet/sqlvet/internal/sqlscan"
)

// stubs hold as much of each library as the tests name, at its import path.
var stubs = map[string]string{
	"context":                           `package context; type Context interface{ Err() error }`,
	"google.golang.org/grpc":            `package grpc; type CallOption interface{}`,
	"github.com/googleapis/gax-go/v2":   `package gax; type CallOption interface{}`,
	"google.golang.org/api/googleapi":   `package googleapi; type CallOption interface{}`,
	"connectrpc.com/connect":            `package connect; type Request[T any] struct{}; type Response[T any] struct{}`,
	"entgo.io/ent/dialect":              `package dialect; type Driver interface{ Close() error }`,
	"database/sql":                      `package sql; type Rows struct{}; func (*Rows) Next() bool; func (*Rows) Scan(...any) error`,
	"github.com/aarondl/sqlboiler/v4/x": `package x`,
	"github.com/redis/go-redis/v9": `package redis
import "context"
type StringCmd struct{}
type cmdable func()
func (c cmdable) Get(ctx context.Context, key string) *StringCmd
type Client struct{ cmdable }
type Pipeline struct{ cmdable }
func (c cmdable) Options(ctx context.Context) error`,
	"github.com/aws/aws-sdk-go/service/s3": `package s3

import "context"

type (
	S3                 struct{}
	DeleteObjectInput  struct{}
	DeleteObjectOutput struct{}
)

func (*S3) DeleteObject(*DeleteObjectInput) (*DeleteObjectOutput, error) { return nil, nil }
func (*S3) DeleteObjectWithContext(context.Context, *DeleteObjectInput, ...func()) (*DeleteObjectOutput, error) {
	return nil, nil
}
func (*S3) DeleteObjectRequest(*DeleteObjectInput) (func(), *DeleteObjectOutput) { return nil, nil }
`,
	"github.com/aws/aws-sdk-go-v2/service/sqs": `package sqs
import "context"
type Options struct{}
type SendMessageInput struct{}
type SendMessageOutput struct{}
type Client struct{}
func (c *Client) SendMessage(ctx context.Context, in *SendMessageInput, opts ...func(*Options)) (*SendMessageOutput, error)
func (c *Client) Helper(ctx context.Context, in *SendMessageInput, opts ...func(*Options)) (*SendMessageOutput, error)`,
	"example.com/app/ent": `package ent
import ("context"; "entgo.io/ent/dialect")
type config struct{ driver dialect.Driver }
type User struct{ config }
type UserQuery struct{ config }
func (q *UserQuery) All(ctx context.Context) ([]*User, error)
func (q *UserQuery) Where(name string) *UserQuery
func (u *User) QueryPets() *UserQuery
type UserCreate struct{ config }
func (c *UserCreate) Save(ctx context.Context) (*User, error)
func (c *UserCreate) sqlSave(ctx context.Context) (*User, error)
type UserUpdateOne struct{ config }
func (c *UserUpdateOne) Exec(ctx context.Context) error
type UserDeleteOne struct { builder *UserDelete }
func (c *UserDeleteOne) Exec(ctx context.Context) error
type UserDelete struct { config }
type UserClient struct{ config }
func (c *UserClient) Get(ctx context.Context, id int) (*User, error)
func (c *UserClient) Query() *UserQuery
type Client struct{ config }
func (c *Client) Tx(ctx context.Context) (*Client, error)
type Plain struct{ config config }
type Other struct{ name string }
func (o *Other) All(ctx context.Context) error`,
	"example.com/app/pb": `package pb
import ("context"; "google.golang.org/grpc"; "connectrpc.com/connect"; "github.com/googleapis/gax-go/v2"; "google.golang.org/api/googleapi")
type GreeterClient interface { Hello(ctx context.Context, in *int, opts ...grpc.CallOption) (*int, error) }
type GreeterServer interface { Hello(ctx context.Context, in *int) (*int, error) }
func Dial(opts ...grpc.CallOption)
type CloudClient struct{}
func (CloudClient) List(ctx context.Context, opts ...gax.CallOption) error
type ListCall struct{}
func (*ListCall) Do(opts ...googleapi.CallOption) error
func (*ListCall) Fields(opts ...googleapi.CallOption) *ListCall
type PingClient interface { Ping(context.Context, *connect.Request[int]) (*connect.Response[int], error) }
type PingHandler interface { Ping(context.Context, *connect.Request[int]) (*connect.Response[int], error) }`,
	"slices": `package slices
func IndexOf[S ~[]E, E any](s S, f func(E) bool) int
func Pairs[E any](s []E, f func(a, b E) int)
func Collect[E any](seq func(yield func(E) bool)) []E
func Later(f func())
func Named(name string, f func(int))
func Runes(s string, f func(rune) bool)`,
}

type imports map[string]*types.Package

func (m imports) Import(path string) (*types.Package, error) {
	if pkg := m[path]; pkg != nil {
		return pkg, nil
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, path+".go", stubs[path], 0)
	if err != nil {
		return nil, err
	}
	pkg, err := (&types.Config{Importer: m, IgnoreFuncBodies: true, Error: func(error) {}}).Check(path, fset, []*ast.File{file}, nil)
	m[path] = pkg
	if pkg.Scope().Len() > 0 {
		err = nil // functions without body
	}
	return pkg, err
}

// function finds "T.M" or "F".
func function(t *testing.T, pkg *types.Package, name string) *types.Func {
	t.Helper()
	if recv, method, ok := strings.Cut(name, "."); ok {
		if tn := pkg.Scope().Lookup(recv); tn != nil {
			obj, _, _ := types.LookupFieldOrMethod(types.NewPointer(tn.Type()), true, pkg, method)
			if obj == nil {
				obj, _, _ = types.LookupFieldOrMethod(tn.Type(), true, pkg, method)
			}
			if fn, ok := obj.(*types.Func); ok {
				return fn
			}
		}
	} else if fn, ok := pkg.Scope().Lookup(name).(*types.Func); ok {
		return fn
	}
	t.Fatalf("no function %s in %s", name, pkg.Path())
	return nil
}

// TestShapes: what the shape of a generated client, or a callback, says.
func TestShapes(t *testing.T) {
	for _, test := range []struct{ pkg, fn, want string }{
		{"example.com/app/pb", "GreeterClient.Hello", "Network(rpc)"},
		{"example.com/app/pb", "GreeterServer.Hello", ""},
		{"example.com/app/pb", "Dial", ""},
		{"example.com/app/pb", "CloudClient.List", "Network(cloud)"},
		{"example.com/app/pb", "ListCall.Do", "Network(cloud)"},
		{"example.com/app/pb", "ListCall.Fields", ""},
		{"example.com/app/pb", "PingClient.Ping", "Network(rpc)"},
		{"example.com/app/pb", "PingHandler.Ping", ""},
		{"github.com/aws/aws-sdk-go-v2/service/sqs", "Client.SendMessage", "Publish"},
		{"github.com/aws/aws-sdk-go-v2/service/sqs", "Client.Helper", ""},
		{"github.com/aws/aws-sdk-go/service/s3", "S3.DeleteObject", "Network(cloud)"},
		{"github.com/aws/aws-sdk-go/service/s3", "S3.DeleteObjectWithContext", "Network(cloud)"},
		{"github.com/aws/aws-sdk-go/service/s3", "S3.DeleteObjectRequest", ""},
		{"github.com/redis/go-redis/v9", "Client.Get", "Network(cache)"},
		{"github.com/redis/go-redis/v9", "Client.Options", ""},
		{"example.com/app/ent", "UserQuery.All", "ReadDB[SELECT User]"},
		{"example.com/app/ent", "UserQuery.Where", ""},
		{"example.com/app/ent", "User.QueryPets", ""},
		{"example.com/app/ent", "UserCreate.Save", "WriteDB[INSERT User]"},
		{"example.com/app/ent", "UserCreate.sqlSave", ""},
		{"example.com/app/ent", "UserUpdateOne.Exec", "WriteDB[UPDATE User]"},
		{"example.com/app/ent", "UserDeleteOne.Exec", "WriteDB[DELETE User]"},
		{"example.com/app/ent", "UserClient.Get", "ReadDB[SELECT User]"},
		{"example.com/app/ent", "UserClient.Query", ""},
		{"example.com/app/ent", "Client.Tx", "BeginTx"},
		{"example.com/app/ent", "Other.All", ""},
		{"slices", "IndexOf", "calls 1 per element"},
		{"slices", "Pairs", "calls 1 per element"},
		{"slices", "Collect", "calls 0 once"},
		{"slices", "Later", ""},
		{"slices", "Named", ""},
		{"slices", "Runes", "calls 1 per element"},
	} {
		pkg, err := imports{}.Import(test.pkg)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if p := (lookup{found: map[*types.Func]*primitive{}}).of(function(t, pkg, test.fn)); p != nil {
			got = (&Summary{Effects: p.effects, Params: p.params}).String()
		}
		if got != test.want {
			t.Errorf("%s.%s: %q, want %q", test.pkg, test.fn, got, test.want)
		}
	}
}

func TestReadStatement(t *testing.T) {
	for _, test := range []struct {
		text  string
		want  string
		write bool
	}{
		{"select * from users where id in (select user_id from roles)", "SELECT users", false},
		{"SELECT (SELECT count(*) FROM a) FROM b", "SELECT b", false},
		{"-- name: ListUsers :many\nSELECT id FROM users", "SELECT users", false},
		{"(SELECT 1 FROM a) UNION SELECT 2 FROM b", "SELECT a", false},
		{"INSERT INTO app.users (id) SELECT id FROM old", "INSERT app.users", true},
		{"UPDATE ONLY users SET x = 1", "UPDATE users", true},
		{"DELETE FROM \"Users\"", "DELETE Users", true},
		{"WITH x AS (SELECT 1 FROM a) SELECT * FROM x", "SELECT x", false},
		{"WITH x AS (INSERT INTO a VALUES (1) RETURNING *) SELECT * FROM x", "INSERT a", true},
		{"WITH x AS (SELECT 1) UPDATE users SET y = 1", "UPDATE users", true},
		{"SELECT * FROM (SELECT 1) t", "SELECT", false},
		{"SELECT now()", "SELECT now()", false},
		{"SELECT EXISTS (SELECT 1 FROM users WHERE id = $1)", "SELECT users", false},
		{"SELECT extract(year from now())", "SELECT extract()", false},
		{"CREATE TABLE users (id int)", "CREATE", true},
		{"COPY users FROM STDIN", "COPY users", true},
		{"hello from users", "", false},
		{"", "", false},
	} {
		got := readStatement(test.text, nil)
		if got.String() != test.want || got.write != test.write {
			t.Errorf("%s: %q, write %v; want %q, %v", test.text, got, got.write, test.want, test.write)
		}
	}
	got := readStatement("SELECT * FROM  WHERE id = 1", []sqlscan.Hole{{At: len("SELECT * FROM ")}})
	if got.String() != "SELECT" {
		t.Errorf("a table that is a hole: %q", got)
	}
}
