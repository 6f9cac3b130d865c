package truth

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/sqlvet/sqlvet/internal/chains/truth/record"
)

// run calls every exported method of chains, for all values of its bool
// parameters, and with no row and with one in every table. It returns the
// statements that each sent, without doubles.
func run(chains any, log *record.Log) (map[string][]string, error) {
	sent := make(map[string][]string)
	v := reflect.ValueOf(chains)
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		for _, rows := range []bool{false, true} {
			log.Rows = rows
			for _, in := range inputs(v.Method(i).Type()) {
				log.Take()
				if err := call(v.Method(i), in); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
				for _, sql := range log.Take() {
					if !slices.Contains(sent[name], sql) {
						sent[name] = append(sent[name], sql)
					}
				}
			}
		}
	}
	return sent, nil
}

func call(fn reflect.Value, in []reflect.Value) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	// Have: errors of the chain are no matter, it was sent all the same.
	if fn.Type().IsVariadic() {
		fn.CallSlice(in)
	} else {
		fn.Call(in)
	}
	return nil
}

// inputs returns the argument lists for a function.
func inputs(fn reflect.Type) [][]reflect.Value {
	lists := [][]reflect.Value{nil}
	for i := range fn.NumIn() {
		values := []reflect.Value{value(fn.In(i))}
		if fn.In(i).Kind() == reflect.Bool {
			values = []reflect.Value{reflect.ValueOf(false), reflect.ValueOf(true)}
		}
		var next [][]reflect.Value
		for _, l := range lists {
			for _, v := range values {
				next = append(next, append(slices.Clone(l), v))
			}
		}
		lists = next
	}
	return lists
}

// value returns a value of a type that is not its zero.
func value(t reflect.Type) reflect.Value {
	switch t {
	case reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background())
	case reflect.TypeFor[time.Time]():
		return reflect.ValueOf(time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC))
	}
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.String:
		v.SetString("x")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(2) // page 1 is at offset 0, which some libraries do not write
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(2)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Slice:
		v = reflect.Append(v, value(t.Elem()), value(t.Elem()))
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(value(t.Key()), value(t.Elem()))
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(value(t.Elem()))
	case reflect.Interface:
		v.Set(reflect.ValueOf("x"))
	case reflect.Struct:
		for i := range t.NumField() {
			// Associations stay empty: what is saved with them is another chain.
			// So do keys: most libraries leave out one that the database gives.
			if f := t.Field(i); f.IsExported() && !strings.EqualFold(f.Name, "id") && f.Type.Kind() != reflect.Pointer && f.Type.Kind() != reflect.Slice && scalar(f.Type) {
				v.Field(i).Set(value(f.Type))
			}
		}
	}
	return v
}

func scalar(t reflect.Type) bool {
	return t.Kind() != reflect.Struct && t.Kind() != reflect.Interface || t == reflect.TypeFor[time.Time]()
}
