// Package suppress is where rules hand in what they found. It decides
// whether a finding is shown: generated files, //sqlvet:ignore RULE reason,
// //nolint:sqlvet, rules that the configuration turns off. It adds what every
// message carries: the rule in brackets and the page's URL.
//
// It does not find anything itself, and does not print.
package suppress
