package config

import (
	"errors"
	"path/filepath"

	"go.yaml.in/yaml/v3"

	"github.com/sqlvet/sqlvet/internal/apis"
	"github.com/sqlvet/sqlvet/internal/filetree"
)

// own reads the entries of the project's own functions: libraries in the form
// of the catalogue's data files, or the names of files that hold one.
func own(c *Config, _, value *yaml.Node) *Error {
	items := []*yaml.Node{value}
	switch {
	case value.Tag == "!!null":
		return nil
	case value.Kind == yaml.SequenceNode:
		items = value.Content
	}
	var libs []*apis.Library
	for _, item := range items {
		item = deref(item)
		lib, err := library(c, item)
		if err != nil {
			return err
		}
		libs = append(libs, lib)
	}
	c.APIs = apis.NewCatalogue(libs)
	return nil
}

func library(c *Config, item *yaml.Node) (*apis.Library, *Error) {
	if item.Kind != yaml.ScalarNode {
		c.apiSources = append(c.apiSources, "(inline)")
		lib, err := apis.DecodeNode(item)
		return lib, decodeFault("", item.Line, err)
	}
	path := filepath.FromSlash(item.Value)
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(c.path), path)
	}
	c.apiFiles = append(c.apiFiles, path)
	c.apiSources = append(c.apiSources, item.Value)
	f, err := filetree.Open(repository(c.path), path, maxSettings)
	if err != nil {
		return nil, fault(item, "apis: %v", err)
	}
	defer f.Close()
	lib, err := apis.Decode(f)
	return lib, decodeFault(path, 0, err)
}

// decodeFault turns an error about a library's text into one of the file that
// holds it; path is "" for the configuration itself.
func decodeFault(path string, line int, err error) *Error {
	if err == nil {
		return nil
	}
	out := &Error{Path: path, Line: line, Message: err.Error()}
	if e := (*apis.DecodeError)(nil); errors.As(err, &e) {
		out.Line, out.Message = e.Line, e.Message+Hint(e.Name, e.Known)
	}
	return out
}
