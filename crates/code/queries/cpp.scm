; Beside those of C.
(class_specifier name: (_) @name body: (_)) @definition.class
(namespace_definition name: (_) @name) @definition.module
(alias_declaration name: (_) @name) @definition.type
(concept_definition name: (_) @name) @definition.type

; Members without a body.
(field_declaration declarator: (function_declarator) @name) @definition.function
(field_declaration declarator: (pointer_declarator declarator: (function_declarator)) @name) @definition.function
(field_declaration declarator: (reference_declarator (function_declarator)) @name) @definition.function
(declaration declarator: (reference_declarator (function_declarator)) @name) @declaration.function

(declaration_list (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)

(lambda_expression) @local

(template_declaration (_) @wrapped) @wrapper
