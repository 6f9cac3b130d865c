package apis

import "go/types"

func matchRules(fn *types.Func) (API, bool) { return API{}, false }
