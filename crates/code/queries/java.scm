(class_declaration name: (_) @name) @definition.class
(record_declaration name: (_) @name) @definition.class
(interface_declaration name: (_) @name) @definition.interface
(annotation_type_declaration name: (_) @name) @definition.interface
(enum_declaration name: (_) @name) @definition.enum
(method_declaration name: (_) @name) @definition.method
(constructor_declaration name: (_) @name) @definition.method
(compact_constructor_declaration name: (_) @name) @definition.method
(annotation_type_element_declaration name: (_) @name) @definition.method
(enum_constant name: (_) @name) @definition.constant
(record_declaration parameters: (formal_parameters (formal_parameter name: (_) @name) @definition.property))
(module_declaration name: (_) @name) @definition.module

(field_declaration
  (modifiers "static" "final")
  declarator: (variable_declarator name: (_) @name)) @definition.constant
(field_declaration declarator: (variable_declarator name: (_) @name)) @definition.property
(constant_declaration declarator: (variable_declarator name: (_) @name)) @definition.constant

(lambda_expression) @local
(static_initializer) @local

[(line_comment) (block_comment)] @comment

(import_declaration [(identifier) (scoped_identifier)] @import.target) @import
(import_declaration (asterisk) @import.name) @import
