(function_definition declarator: (_) @name) @definition.function
(translation_unit (declaration declarator: (function_declarator) @name) @declaration.function)
(struct_specifier name: (_) @name body: (_)) @definition.struct
(declaration (identifier) @name . (field_declaration_list)) @definition.struct
(translation_unit (declaration (type_qualifier) @_q declarator: (_) @name (#eq? @_q "const")) @definition.constant)
(translation_unit (declaration declarator: (_) @name) @definition.variable)
([
  (preproc_ifdef (declaration declarator: (_) @name) @definition.variable)
  (preproc_if (declaration declarator: (_) @name) @definition.variable)
  (preproc_else (declaration declarator: (_) @name) @definition.variable)
])
(preproc_def name: (_) @name) @definition.macro
(preproc_function_def name: (_) @name) @definition.macro

(comment) @comment

(preproc_include path: (_) @import.target) @import
