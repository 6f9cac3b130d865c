// Package tests is analysed with -nplusone.tests.
package tests
