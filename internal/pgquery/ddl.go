package pgquery

import (
	"strings"

	pg "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The statements that define things, and their parts.
type (
	AlterTableCmd      = pg.AlterTableCmd
	AlterTableStmt     = pg.AlterTableStmt
	ColumnDef          = pg.ColumnDef
	Constraint         = pg.Constraint
	ConstrType         = pg.ConstrType
	CreateDomainStmt   = pg.CreateDomainStmt
	CreateStmt         = pg.CreateStmt
	CreateTableAsStmt  = pg.CreateTableAsStmt
	DropStmt           = pg.DropStmt
	IndexElem          = pg.IndexElem
	IntoClause         = pg.IntoClause
	CreateTrigStmt     = pg.CreateTrigStmt
	IndexStmt          = pg.IndexStmt
	ObjectType         = pg.ObjectType
	PartitionSpec      = pg.PartitionSpec
	RenameStmt         = pg.RenameStmt
	TableLikeClause    = pg.TableLikeClause
	TransactionStmt    = pg.TransactionStmt
	VariableSetStmt    = pg.VariableSetStmt
	ViewStmt           = pg.ViewStmt
	AlterEnumStmt      = pg.AlterEnumStmt
	AlterDomainStmt    = pg.AlterDomainStmt
	CommentStmt        = pg.CommentStmt
	AlterObjectSchema  = pg.AlterObjectSchemaStmt
	CreateFunctionStmt = pg.CreateFunctionStmt
)

const (
	AddColumn          = pg.AlterTableType_AT_AddColumn
	ColumnDefault      = pg.AlterTableType_AT_ColumnDefault
	DropNotNull        = pg.AlterTableType_AT_DropNotNull
	SetNotNull         = pg.AlterTableType_AT_SetNotNull
	SetExpression      = pg.AlterTableType_AT_SetExpression
	DropExpression     = pg.AlterTableType_AT_DropExpression
	VarReset           = pg.VariableSetKind_VAR_RESET
	VarResetAll        = pg.VariableSetKind_VAR_RESET_ALL
	TransBegin         = pg.TransactionStmtKind_TRANS_STMT_BEGIN
	TransStart         = pg.TransactionStmtKind_TRANS_STMT_START
	TransCommit        = pg.TransactionStmtKind_TRANS_STMT_COMMIT
	TransRollback      = pg.TransactionStmtKind_TRANS_STMT_ROLLBACK
	DropColumn         = pg.AlterTableType_AT_DropColumn
	AddIndexConstraint = pg.AlterTableType_AT_AddIndexConstraint
	AddConstraint      = pg.AlterTableType_AT_AddConstraint
	ValidateConstraint = pg.AlterTableType_AT_ValidateConstraint
	DropConstraint     = pg.AlterTableType_AT_DropConstraint
	AlterColumnType    = pg.AlterTableType_AT_AlterColumnType
	AttachPartition    = pg.AlterTableType_AT_AttachPartition
	DetachPartition    = pg.AlterTableType_AT_DetachPartition
	DetachFinalize     = pg.AlterTableType_AT_DetachPartitionFinalize
	AddIdentity        = pg.AlterTableType_AT_AddIdentity
	DropIdentity       = pg.AlterTableType_AT_DropIdentity
	AddInherit         = pg.AlterTableType_AT_AddInherit
	DropInherit        = pg.AlterTableType_AT_DropInherit
	AddOf              = pg.AlterTableType_AT_AddOf

	ConstrNull      = pg.ConstrType_CONSTR_NULL
	ConstrNotNull   = pg.ConstrType_CONSTR_NOTNULL
	ConstrDefault   = pg.ConstrType_CONSTR_DEFAULT
	ConstrIdentity  = pg.ConstrType_CONSTR_IDENTITY
	ConstrGenerated = pg.ConstrType_CONSTR_GENERATED
	ConstrCheck     = pg.ConstrType_CONSTR_CHECK
	ConstrPrimary   = pg.ConstrType_CONSTR_PRIMARY
	ConstrUnique    = pg.ConstrType_CONSTR_UNIQUE
	ConstrExclusion = pg.ConstrType_CONSTR_EXCLUSION
	ConstrForeign   = pg.ConstrType_CONSTR_FOREIGN

	PartitionByList  = pg.PartitionStrategy_PARTITION_STRATEGY_LIST
	PartitionByRange = pg.PartitionStrategy_PARTITION_STRATEGY_RANGE
	PartitionByHash  = pg.PartitionStrategy_PARTITION_STRATEGY_HASH
	DropCascade      = pg.DropBehavior_DROP_CASCADE

	SetValue               = pg.VariableSetKind_VAR_SET_VALUE
	ObjectTable            = pg.ObjectType_OBJECT_TABLE
	ObjectView             = pg.ObjectType_OBJECT_VIEW
	ObjectMatview          = pg.ObjectType_OBJECT_MATVIEW
	ObjectForeignTable     = pg.ObjectType_OBJECT_FOREIGN_TABLE
	ObjectIndex            = pg.ObjectType_OBJECT_INDEX
	ObjectColumn           = pg.ObjectType_OBJECT_COLUMN
	ObjectConstraint       = pg.ObjectType_OBJECT_TABCONSTRAINT
	ObjectDomain           = pg.ObjectType_OBJECT_DOMAIN
	ObjectKindType         = pg.ObjectType_OBJECT_TYPE
	ObjectSequence         = pg.ObjectType_OBJECT_SEQUENCE
	ObjectDomainConstraint = pg.ObjectType_OBJECT_DOMCONSTRAINT
	ObjectSchema           = pg.ObjectType_OBJECT_SCHEMA
	ObjectExtension        = pg.ObjectType_OBJECT_EXTENSION
	ObjectAttribute        = pg.ObjectType_OBJECT_ATTRIBUTE
)

// treeVersion is what a hand-built tree must say to be written back: the
// server's version whose grammar the parser has.
const treeVersion = 170007

// Once is Parse without keeping the tree: for texts that nobody asks for
// twice. The caller may change it.
func Once(sql string) (*ParseResult, *Error) { return parse(sql) }

// Deparse returns the SQL text of a statement's tree.
func Deparse(stmt *Node) (string, *Error) {
	tree := &ParseResult{Version: treeVersion, Stmts: []*RawStmt{{Stmt: stmt}}}
	out, err := guarded(func() (string, error) { return parserDeparse(tree) })
	if err != nil {
		return "", toError("", err)
	}
	return out, nil
}

// DeparseExpr returns the SQL text of an expression's tree: equal for equal
// trees, whatever the spaces, the case of key words and needless brackets of
// the text they came from.
func DeparseExpr(expr *Node) (string, *Error) {
	sel := &SelectStmt{
		TargetList: []*Node{{Node: &pg.Node_ResTarget{ResTarget: &ResTarget{Val: expr}}}},
		Op:         SetOpNone, LimitOption: pg.LimitOption_LIMIT_OPTION_DEFAULT,
	}
	text, err := Deparse(&Node{Node: &IsSelectStmt{SelectStmt: sel}})
	if err != nil {
		return "", err
	}
	return strings.TrimPrefix(text, "SELECT "), nil
}

// ParseExpr returns the tree of an expression.
func ParseExpr(text string) (*Node, *Error) {
	tree, err := Once("SELECT " + text)
	if err != nil {
		return nil, err
	}
	if len(tree.GetStmts()) == 1 {
		if list := tree.GetStmts()[0].GetStmt().GetSelectStmt().GetTargetList(); len(list) == 1 {
			return list[0].GetResTarget().GetVal(), nil
		}
	}
	return nil, &Error{Message: "not one expression", Offset: -1}
}

// ArrayExpr returns the tree of ARRAY[items].
func ArrayExpr(items []*Node) *Node {
	return &Node{Node: &pg.Node_AArrayExpr{AArrayExpr: &pg.A_ArrayExpr{Elements: items}}}
}

// Rewrite replaces each node directly below n, the nodes between which and n
// stands no other, by what f makes of it.
func Rewrite(n *Node, f func(*Node) *Node) { rewriteMessage(n.ProtoReflect(), f) }

func rewriteMessage(m protoreflect.Message, f func(*Node) *Node) {
	m.Range(func(field protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if field.Kind() != protoreflect.MessageKind {
			return true
		}
		replace := func(v protoreflect.Value) (protoreflect.Value, bool) {
			if child, ok := v.Message().Interface().(*Node); ok {
				return protoreflect.ValueOfMessage(f(child).ProtoReflect()), true
			}
			rewriteMessage(v.Message(), f)
			return v, false
		}
		if field.IsList() {
			list := v.List()
			for i := 0; i < list.Len(); i++ {
				if w, changed := replace(list.Get(i)); changed {
					list.Set(i, w)
				}
			}
		} else if w, changed := replace(v); changed {
			m.Set(field, w)
		}
		return true
	})
}
