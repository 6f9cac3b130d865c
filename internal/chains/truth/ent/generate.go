package ent

//go:generate go run -mod=mod entgo.io/ent/cmd/ent generate --feature sql/upsert,sql/lock,sql/modifier,namedges --target ./testdata/library ./testdata/schema
//go:generate rm -r testdata/library/enttest testdata/library/hook
