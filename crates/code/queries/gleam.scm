(function name: (_) @name) @definition.function
(type_definition (type_name name: (_) @name)) @definition.type
; A type with a constructor of its own name is one symbol.
(type_definition
  (type_name name: (_) @_type)
  (data_constructors (data_constructor name: (_) @name) @definition.constant)
  (#not-eq? @_type @name))
(external_type (type_name name: (_) @name)) @definition.type
(type_alias (type_name name: (_) @name)) @definition.type
(constant name: (_) @name) @definition.constant

(anonymous_function) @local
[(comment) (statement_comment) (module_comment)] @comment
(attribute) @leading

(import module: (_) @import.target) @import
(import module: (_) @import.target imports: (unqualified_imports (unqualified_import name: (_) @import.name))) @import
