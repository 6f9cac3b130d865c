package config

import _ "embed"

// JSONSchema describes the file to editors, as a JSON Schema of 2020-12.
//
//go:embed sqlvet.schema.json
var JSONSchema []byte
