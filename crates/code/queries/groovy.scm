(class_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(enum_declaration name: (_) @name) @definition.enum
(enum_constant name: (_) @name) @definition.constant
(annotation_type_declaration name: (_) @name) @definition.interface
(method_declaration name: (_) @name) @definition.method
(constructor_declaration name: (_) @name) @definition.method
(function_definition name: (_) @name) @definition.function
(field_declaration (modifiers) @_m declarator: (variable_declarator name: (_) @name)
  (#match? @_m "static")) @definition.constant
(field_declaration declarator: (variable_declarator name: (_) @name)) @definition.property

(closure) @local
[(line_comment) (block_comment)] @comment

(import_declaration (scoped_identifier) @import.target) @import
