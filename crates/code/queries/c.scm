; `for_each_item(i, items) { … }` within a function: a loop.
((function_definition !type declarator: (function_declarator declarator: (identifier) @name)) @declaration.function
 (#match? @name "^([a-z0-9_]+|[A-Z0-9_]+)$"))
(function_definition declarator: (_) @name) @definition.function

; Prototypes.
(declaration declarator: (function_declarator) @name) @declaration.function
(declaration declarator: (pointer_declarator declarator: (function_declarator)) @name) @declaration.function
(declaration
  declarator: (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator))) @name) @declaration.function

(type_definition
  type: [
    (struct_specifier name: (_) @name body: (_) @body)
    (union_specifier name: (_) @name body: (_) @body)
  ]) @definition.struct
(type_definition type: (enum_specifier name: (_) @name body: (_) @body)) @definition.enum
(struct_specifier name: (_) @name body: (_)) @definition.struct
(union_specifier name: (_) @name body: (_)) @definition.struct
(enum_specifier name: (_) @name body: (_)) @definition.enum
(enumerator name: (_) @name) @definition.constant
; `typedef struct node { … } node;` is one symbol: the name behind it is dropped beside the tag's.
(type_definition
  type: [
    (struct_specifier name: (_) @_tag body: (_))
    (union_specifier name: (_) @_tag body: (_))
    (enum_specifier name: (_) @_tag body: (_))
  ]
  declarator: (_) @name
  (#eq? @name @_tag)) @scope
(type_definition
  type: [(struct_specifier !name body: (_)) (union_specifier !name body: (_))]
  declarator: (_) @name) @definition.struct
(type_definition type: (enum_specifier !name body: (_)) declarator: (_) @name) @definition.enum
(type_definition declarator: (_) @name) @definition.type

; Variables of a file. Within the guard of a header and under conditions, where errors put other things too, what
; they are begins with `static`, `extern` or `const`.
(translation_unit (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
(translation_unit (declaration
  type: [(primitive_type) (sized_type_specifier) (type_identifier) (struct_specifier) (union_specifier) (enum_specifier)]
  declarator: [
    (identifier) @name
    (array_declarator) @name
    (pointer_declarator declarator: [(identifier) (array_declarator)]) @name
  ]) @definition.variable)
([
  (preproc_ifdef (declaration . [(storage_class_specifier) (type_qualifier)] declarator: [
    (init_declarator declarator: (_) @name)
    (identifier) @name
    (array_declarator) @name
    (pointer_declarator declarator: [(identifier) (array_declarator)]) @name
  ]) @definition.variable)
  (preproc_if (declaration . [(storage_class_specifier) (type_qualifier)] declarator: [
    (init_declarator declarator: (_) @name)
    (identifier) @name
    (array_declarator) @name
    (pointer_declarator declarator: [(identifier) (array_declarator)]) @name
  ]) @definition.variable)
  (preproc_else (declaration . [(storage_class_specifier) (type_qualifier)] declarator: [
    (init_declarator declarator: (_) @name)
    (identifier) @name
    (array_declarator) @name
    (pointer_declarator declarator: [(identifier) (array_declarator)]) @name
  ]) @definition.variable)
])
(preproc_def name: (_) @name value: (_)) @definition.constant
(preproc_function_def name: (_) @name) @definition.macro

(comment) @comment

(preproc_include path: (_) @import.target) @import
