package main

import (
	"fmt"
	"os"

	"github.com/sqlvet/sqlvet/bench/indexadvice/bring"
)

func main() {
	r, ok := bring.Find(os.Args[1])
	if !ok {
		panic("no recipe")
	}
	if err := r.Write(os.Args[2], os.Args[3], os.Args[4]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
