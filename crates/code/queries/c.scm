(function_definition declarator: (_) @name) @definition.function

; Prototypes.
(declaration declarator: (function_declarator) @name) @declaration.function
(declaration declarator: (pointer_declarator declarator: (function_declarator)) @name) @declaration.function
(declaration
  declarator: (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator))) @name) @declaration.function

(struct_specifier name: (_) @name body: (_)) @definition.struct
(union_specifier name: (_) @name body: (_)) @definition.struct
(enum_specifier name: (_) @name body: (_)) @definition.enum
(type_definition
  type: [(struct_specifier !name body: (_)) (union_specifier !name body: (_))]
  declarator: (_) @name) @definition.struct
(type_definition type: (enum_specifier !name body: (_)) declarator: (_) @name) @definition.enum
(type_definition declarator: (_) @name) @definition.type

(translation_unit (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
(preproc_def name: (_) @name value: (_)) @definition.constant
(preproc_function_def name: (_) @name) @definition.macro

(comment) @comment

(preproc_include path: (_) @import.target) @import
