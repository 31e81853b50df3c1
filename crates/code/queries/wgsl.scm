(function_declaration name: (_) @name) @definition.function
(struct_declaration name: (_) @name) @definition.struct
(type_alias_declaration (identifier) @name) @definition.type
(global_variable_declaration (variable_declaration
  (variable_identifier_declaration name: (_) @name))) @definition.variable
(global_constant_declaration (variable_identifier_declaration name: (_) @name)) @definition.constant

[(line_comment) (block_comment)] @comment
