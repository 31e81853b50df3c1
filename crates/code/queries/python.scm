(function_definition name: (_) @name) @definition.function
(class_definition name: (_) @name) @definition.class
(type_alias_statement left: (type [(identifier) (generic_type . (identifier))] @name)) @definition.type

; Values of a module or a class: upper case means constant.
(expression_statement
  (assignment left: (identifier) @name) @definition.constant
  (#match? @name "^_*[A-Z][A-Z0-9_]*$"))
(expression_statement
  (assignment left: (identifier) @name) @definition.variable
  (#not-match? @name "^_*[A-Z][A-Z0-9_]*$"))

(expression_statement
  (assignment left: (pattern_list (identifier) @name)) @definition.variable)

; What `cdef` declares, as Cython is read.
(nonlocal_statement (identifier) @name) @definition.variable

(lambda) @local

(decorated_definition definition: (_) @wrapped) @wrapper
(comment) @comment
(function_definition body: (block . (expression_statement (string) @doc))) @documented
(class_definition body: (block . (expression_statement (string) @doc))) @documented

(import_statement name: (dotted_name) @import.target) @import
(import_statement name: (aliased_import name: (_) @import.target)) @import
(import_from_statement
  module_name: (_) @import.target
  name: [(dotted_name) @import.name (aliased_import name: (_) @import.name)]) @import
(import_from_statement module_name: (_) @import.target (wildcard_import) @import.name) @import
(future_import_statement "__future__" @import.target name: (_) @import.name) @import
