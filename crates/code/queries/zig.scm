(function_declaration name: (_) @name) @definition.function
(variable_declaration "const" (identifier) @name [(struct_declaration) (opaque_declaration) (union_declaration)]) @definition.struct
(variable_declaration "const" (identifier) @name (enum_declaration)) @definition.enum
(variable_declaration "const" (identifier) @name (error_set_declaration)) @definition.enum
(enum_declaration (container_field . (_) @name) @definition.constant)
(error_set_declaration (identifier) @name @definition.constant)
(variable_declaration "const" . (identifier) @name) @definition.constant
(variable_declaration "var" . (identifier) @name) @definition.variable
(test_declaration [(string (string_content) @name) (identifier) @name]) @definition.other

[(comptime_declaration) (test_declaration (block))] @local
(comment) @comment

(builtin_function
  (builtin_identifier) @_function
  (arguments (string (string_content) @import.target))
  (#eq? @_function "@import")) @import
