// Score says how much sqlvet knows of a sample: modules with a truth.jsonl of
// their own, which holds what each finisher of their code was recorded to send.
//
//	go run ./score [-v] SQLVET MODULE...
//
// A finisher is right if sqlvet lists exactly what it sends, right with holes
// if what it lists can be that, unknown if something it sends is not listed,
// and wrong if something is listed that it does not send.
package main

import (
	"flag"
	"fmt"
	"log"
	"path/filepath"
	"strings"

	"github.com/sqlvet/sqlvet/internal/chains/truth"
)

func main() {
	log.SetFlags(0)
	verbose := flag.Bool("v", false, "print both sides of what is not right")
	flag.Parse()
	if flag.NArg() < 2 {
		log.Fatal("usage: score [-v] SQLVET MODULE...")
	}
	sum := make(map[string]int)
	for _, module := range flag.Args()[1:] {
		list, err := truth.Score(flag.Arg(0), module)
		if err != nil {
			log.Fatalf("%s: %v", module, err)
		}
		counts := make(map[string]int)
		for _, s := range list {
			counts[s.Verdict]++
			sum[s.Verdict]++
			if !*verbose || s.Verdict == "right" {
				continue
			}
			fmt.Printf("%s:%d: %s\n", filepath.Join(module, s.File), s.Line, s.Verdict)
			show("odd ", s.Odd)
			show("said", s.Said)
			show("sent", s.Sent)
		}
		report(filepath.Base(module), counts)
	}
	report("all", sum)
}

func report(name string, n map[string]int) {
	all := n["right"] + n["right with holes"] + n["unknown"] + n["wrong"]
	if all == 0 {
		return
	}
	fmt.Printf("%-10s %3d finishers: %3d right, %3d right with holes, %3d unknown, %3d wrong; %.1f %% right or with holes, %.1f %% wrong\n", name, all,
		n["right"], n["right with holes"], n["unknown"], n["wrong"],
		float64(n["right"]+n["right with holes"])*100/float64(all), float64(n["wrong"])*100/float64(all))
}

// maxShown bounds the statements of a finisher that are printed.
const maxShown = 8

func show(what string, list []string) {
	for _, t := range list[:min(len(list), maxShown)] {
		fmt.Printf("\t%s %s\n", what, strings.Join(strings.Fields(t), " "))
	}
	if n := len(list) - maxShown; n > 0 {
		fmt.Printf("\t%s %d others\n", what, n)
	}
}
