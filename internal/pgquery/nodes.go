package pgquery

import (
	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The syntax tree's types build with and without cgo. Those that have no name
// here are reached through the getters of Node.
type (
	ParseResult = pg.ParseResult
	RawStmt     = pg.RawStmt
	Node        = pg.Node

	AConst           = pg.A_Const
	AExpr            = pg.A_Expr
	AExprKind        = pg.A_Expr_Kind
	AIndirection     = pg.A_Indirection
	BoolExpr         = pg.BoolExpr
	BooleanTest      = pg.BooleanTest
	CaseExpr         = pg.CaseExpr
	CollateClause    = pg.CollateClause
	ColumnRef        = pg.ColumnRef
	CommonTableExpr  = pg.CommonTableExpr
	DeleteStmt       = pg.DeleteStmt
	FuncCall         = pg.FuncCall
	InsertStmt       = pg.InsertStmt
	JoinExpr         = pg.JoinExpr
	MergeStmt        = pg.MergeStmt
	NullTest         = pg.NullTest
	OnConflictClause = pg.OnConflictClause
	RangeFunction    = pg.RangeFunction
	RangeSubselect   = pg.RangeSubselect
	RangeVar         = pg.RangeVar
	ResTarget        = pg.ResTarget
	SelectStmt       = pg.SelectStmt
	SQLValueFunction = pg.SQLValueFunction
	SubLink          = pg.SubLink
	TypeCast         = pg.TypeCast
	TypeName         = pg.TypeName
	UpdateStmt       = pg.UpdateStmt
	WindowDef        = pg.WindowDef
	WithClause       = pg.WithClause
)

// The alternatives of Node.Node.
type (
	IsAArrayExpr       = pg.Node_AArrayExpr
	IsAConst           = pg.Node_AConst
	IsAExpr            = pg.Node_AExpr
	IsAIndirection     = pg.Node_AIndirection
	IsBoolExpr         = pg.Node_BoolExpr
	IsBooleanTest      = pg.Node_BooleanTest
	IsCaseExpr         = pg.Node_CaseExpr
	IsCoalesceExpr     = pg.Node_CoalesceExpr
	IsCollateClause    = pg.Node_CollateClause
	IsColumnRef        = pg.Node_ColumnRef
	IsCurrentOfExpr    = pg.Node_CurrentOfExpr
	IsDeleteStmt       = pg.Node_DeleteStmt
	IsFuncCall         = pg.Node_FuncCall
	IsGroupingFunc     = pg.Node_GroupingFunc
	IsGroupingSet      = pg.Node_GroupingSet
	IsInsertStmt       = pg.Node_InsertStmt
	IsJoinExpr         = pg.Node_JoinExpr
	IsJsonTable        = pg.Node_JsonTable
	IsList             = pg.Node_List
	IsMergeStmt        = pg.Node_MergeStmt
	IsMergeSupportFunc = pg.Node_MergeSupportFunc
	IsMinMaxExpr       = pg.Node_MinMaxExpr
	IsMultiAssignRef   = pg.Node_MultiAssignRef
	IsNamedArgExpr     = pg.Node_NamedArgExpr
	IsNullTest         = pg.Node_NullTest
	IsParamRef         = pg.Node_ParamRef
	IsRangeFunction    = pg.Node_RangeFunction
	IsRangeSubselect   = pg.Node_RangeSubselect
	IsRangeTableFunc   = pg.Node_RangeTableFunc
	IsRangeTableSample = pg.Node_RangeTableSample
	IsRangeVar         = pg.Node_RangeVar
	IsRowExpr          = pg.Node_RowExpr
	IsSelectStmt       = pg.Node_SelectStmt
	IsSetToDefault     = pg.Node_SetToDefault
	IsSQLValueFunction = pg.Node_SqlvalueFunction
	IsSubLink          = pg.Node_SubLink
	IsTypeCast         = pg.Node_TypeCast
	IsUpdateStmt       = pg.Node_UpdateStmt
)

const (
	AExprOp            = pg.A_Expr_Kind_AEXPR_OP
	AExprOpAny         = pg.A_Expr_Kind_AEXPR_OP_ANY
	AExprOpAll         = pg.A_Expr_Kind_AEXPR_OP_ALL
	AExprDistinct      = pg.A_Expr_Kind_AEXPR_DISTINCT
	AExprNotDistinct   = pg.A_Expr_Kind_AEXPR_NOT_DISTINCT
	AExprNullIf        = pg.A_Expr_Kind_AEXPR_NULLIF
	AExprIn            = pg.A_Expr_Kind_AEXPR_IN
	AExprLike          = pg.A_Expr_Kind_AEXPR_LIKE
	AExprILike         = pg.A_Expr_Kind_AEXPR_ILIKE
	AExprSimilar       = pg.A_Expr_Kind_AEXPR_SIMILAR
	AExprBetween       = pg.A_Expr_Kind_AEXPR_BETWEEN
	AExprNotBetween    = pg.A_Expr_Kind_AEXPR_NOT_BETWEEN
	AExprBetweenSym    = pg.A_Expr_Kind_AEXPR_BETWEEN_SYM
	AExprNotBetweenSym = pg.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM

	AndExpr = pg.BoolExprType_AND_EXPR
	OrExpr  = pg.BoolExprType_OR_EXPR
	NotExpr = pg.BoolExprType_NOT_EXPR

	SetOpNone      = pg.SetOperation_SETOP_NONE
	SetOpUnion     = pg.SetOperation_SETOP_UNION
	SetOpIntersect = pg.SetOperation_SETOP_INTERSECT
	SetOpExcept    = pg.SetOperation_SETOP_EXCEPT

	SubLinkExists = pg.SubLinkType_EXISTS_SUBLINK
	SubLinkAll    = pg.SubLinkType_ALL_SUBLINK
	SubLinkAny    = pg.SubLinkType_ANY_SUBLINK
	SubLinkArray  = pg.SubLinkType_ARRAY_SUBLINK

	JoinLeft  = pg.JoinType_JOIN_LEFT
	JoinRight = pg.JoinType_JOIN_RIGHT
	JoinFull  = pg.JoinType_JOIN_FULL

	LockUpdate      = pg.LockClauseStrength_LCS_FORUPDATE
	LockNoKeyUpdate = pg.LockClauseStrength_LCS_FORNOKEYUPDATE
	LockShare       = pg.LockClauseStrength_LCS_FORSHARE
	LockKeyShare    = pg.LockClauseStrength_LCS_FORKEYSHARE
	LockWaitSkip    = pg.LockWaitPolicy_LockWaitSkip

	SortDesc       = pg.SortByDir_SORTBY_DESC
	SortNullsFirst = pg.SortByNulls_SORTBY_NULLS_FIRST
	SortNullsLast  = pg.SortByNulls_SORTBY_NULLS_LAST

	IsNull    = pg.NullTestType_IS_NULL
	IsNotNull = pg.NullTestType_IS_NOT_NULL

	IsGreatest = pg.MinMaxOp_IS_GREATEST

	SQLSyntax = pg.CoercionForm_COERCE_SQL_SYNTAX
)

// Name returns the text of a String node, "" for any other.
func Name(n *Node) string { return n.GetString_().GetSval() }

// Names returns the texts of a list of String nodes.
func Names(list []*Node) []string {
	out := make([]string, 0, len(list))
	for _, n := range list {
		out = append(out, Name(n))
	}
	return out
}

// Walk calls visit for each node below n, n not included, in the order of the
// grammar's fields, and goes below those for which visit returns true.
func Walk(n *Node, visit func(*Node) bool) {
	walkMessage(n.ProtoReflect(), visit)
}

func walkMessage(m protoreflect.Message, visit func(*Node) bool) {
	if one := m.Descriptor().Oneofs(); one.Len() == 1 {
		if f := m.WhichOneof(one.Get(0)); f != nil && f.Kind() == protoreflect.MessageKind {
			walkChild(m.Get(f).Message(), visit)
			return
		}
	}
	fields := m.Descriptor().Fields()
	for i := 0; i < fields.Len(); i++ {
		f := fields.Get(i)
		if f.Kind() != protoreflect.MessageKind || !m.Has(f) {
			continue
		}
		if v := m.Get(f); f.IsList() {
			for k := 0; k < v.List().Len(); k++ {
				walkChild(v.List().Get(k).Message(), visit)
			}
		} else {
			walkChild(v.Message(), visit)
		}
	}
}

func walkChild(m protoreflect.Message, visit func(*Node) bool) {
	if n, ok := m.Interface().(*Node); ok && !visit(n) {
		return
	}
	walkMessage(m, visit)
}

// Location returns the byte offset that the node itself records, -1 if it
// records none.
func Location(n *Node) int32 {
	m := n.ProtoReflect()
	f := m.WhichOneof(m.Descriptor().Oneofs().Get(0))
	if f == nil || f.Kind() != protoreflect.MessageKind {
		return -1
	}
	inner := m.Get(f).Message()
	loc := inner.Descriptor().Fields().ByName("location")
	if loc == nil {
		return -1
	}
	return int32(inner.Get(loc).Int())
}
