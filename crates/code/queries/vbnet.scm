(namespace_block name: (_) @name) @definition.module
(class_block name: (_) @name) @definition.class
(module_block name: (_) @name) @definition.module
(structure_block name: (_) @name) @definition.struct
(interface_block name: (_) @name) @definition.interface
(enum_block name: (_) @name) @definition.enum
(method_declaration name: (_) @name) @definition.function
(property_declaration name: (_) @name) @definition.property
(event_declaration name: (_) @name) @definition.property
(delegate_declaration name: (_) @name) @definition.type
(const_declaration name: (_) @name) @definition.constant
; The grammar takes these clauses for fields.
(field_declaration (variable_declarator name: (_) @name)
  (#not-any-of? @name "Implements" "Inherits")) @definition.variable

(comment) @comment

(imports_statement namespace: (_) @import.target) @import
