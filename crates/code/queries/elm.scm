(module_declaration name: (_) @name) @definition.module
(type_alias_declaration name: (_) @name) @definition.type
(type_declaration name: (_) @name) @definition.enum
; A type with one constructor of its own name is one symbol.
(type_declaration
  name: (_) @_type
  (union_variant name: (_) @name) @definition.constant
  (#not-eq? @_type @name))
(port_annotation name: (_) @name) @definition.function
(file (value_declaration (function_declaration_left . (lower_case_identifier) @name (_))) @definition.function)
(file (value_declaration (function_declaration_left . (lower_case_identifier) @name .)) @definition.variable)

(type_annotation) @signature
(type_annotation) @leading
(anonymous_function_expr) @local
[(line_comment) (block_comment)] @comment

(import_clause moduleName: (_) @import.target) @import
(import_clause moduleName: (_) @import.target exposing: (exposing_list [(exposed_type) (exposed_value)] @import.name)) @import
