; Before those of C.

; `TEST(Basket, SumsUp)`: the mask leaves the last name, which the grammar takes for a parameter's type.
([
  (translation_unit (function_definition !type declarator: (function_declarator
    declarator: (identifier) @name
    parameters: (parameter_list . (parameter_declaration type: (type_identifier) !declarator) .))) @scope)
  (declaration_list (function_definition !type declarator: (function_declarator
    declarator: (identifier) @name
    parameters: (parameter_list . (parameter_declaration type: (type_identifier) !declarator) .))) @scope)
 ]
 (#match? @name "^[A-Z][A-Z0-9_]+$"))
([
  (translation_unit (function_definition !type declarator: (function_declarator
    declarator: (identifier) @_macro
    parameters: (parameter_list . (parameter_declaration type: (type_identifier) @name !declarator) .))) @definition.function)
  (declaration_list (function_definition !type declarator: (function_declarator
    declarator: (identifier) @_macro
    parameters: (parameter_list . (parameter_declaration type: (type_identifier) @name !declarator) .))) @definition.function)
 ]
 (#match? @_macro "^[A-Z][A-Z0-9_]+$"))

; `TEST_CASE("sums up")`, of which the mask makes a function: what is no word has been a string.
((function_definition declarator: (function_declarator declarator: (identifier) @name)) @definition.function
 (#match? @name "[^A-Za-z0-9_$]") (#set! name.join " "))

(class_specifier name: (_) @name body: (_)) @definition.class
(namespace_definition name: (_) @name) @definition.module
(alias_declaration name: (_) @name) @definition.type
(concept_definition name: (_) @name) @definition.type

; Members without a body.
(declaration declarator: (operator_cast) @name) @definition.function
(field_declaration declarator: (function_declarator) @name) @definition.function
(field_declaration declarator: (pointer_declarator declarator: (function_declarator)) @name) @definition.function
(field_declaration declarator: (reference_declarator (function_declarator)) @name) @definition.function
(declaration declarator: (reference_declarator (function_declarator)) @name) @declaration.function

(declaration_list (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
(declaration_list (declaration
  declarator: [
    (identifier) @name
    (array_declarator) @name
    (pointer_declarator declarator: [(identifier) (array_declarator)]) @name
  ]) @definition.variable)
(template_declaration (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)

(lambda_expression) @local

; `import a.b;`, which the mask makes one of these.
((using_declaration [(identifier) (qualified_identifier)] @import.target) @import (#match? @import "^import"))

(template_declaration (_) @wrapped) @wrapper
(translation_unit (declaration type: (template_type) declarator: (identifier) @name) @definition.variable)
