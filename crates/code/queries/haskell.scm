(header module: (_) @name) @definition.module
(declarations [(function name: (_) @name) (bind name: (_) @name)] @definition.function)
(class_declarations [(function name: (_) @name) (bind name: (_) @name)] @definition.function)
(instance_declarations [(function name: (_) @name) (bind name: (_) @name)] @definition.function)
(declarations (function (infix operator: (_) @name)) @definition.function)
(data_type name: (_) @name) @definition.enum
; A type with a constructor of its own name is one symbol.
(data_type
  name: (_) @_type
  constructors: (data_constructors (data_constructor constructor: (_ name: (_) @name)) @definition.constant)
  (#not-eq? @_type @name))
(gadt_constructor name: (_) @name) @definition.constant
(gadt_constructor names: (binding_list (_) @name)) @definition.constant
(field name: (field_name) @name) @definition.property
(newtype name: (_) @name) @definition.type
(type_synonym name: (_) @name) @definition.type
(type_synonym (infix operator: (_) @name)) @definition.type
(type_family name: (_) @name) @definition.type
(data_family name: (_) @name) @definition.type
(class name: (_) @name) @definition.trait
(instance name: (_) @name) @scope
(class_declarations (signature name: (_) @name) @definition.function @signature)
(class_declarations (signature names: (binding_list name: (_) @name)) @definition.function @signature)
(pattern_synonym (equation synonym: [
  (apply function: (constructor) @name)
  (apply function: (apply function: (constructor) @name))
  (apply function: (apply function: (apply function: (constructor) @name)))
  (infix operator: (_) @name)
  (record constructor: (constructor) @name)
  (constructor) @name
])) @definition.function
(foreign_import signature: (signature name: (_) @name)) @definition.function

(declarations (signature) @leading)
(declarations (signature) @signature)
(pattern_synonym (signature)) @leading @signature

(pragma) @leading
[(comment) (haddock)] @comment

(import module: (_) @import.target) @import
(import module: (_) @import.target names: (import_list name: (_) @import.name)) @import
