; A category is called `Class+Category`, as its file is.
(class_interface "@interface" . (identifier) @name category: (identifier) @name (#set! name.join "+")) @definition.class
(class_interface "@interface" . (identifier) @name (#set! name.join "+")) @definition.class
(class_implementation "@implementation" . (identifier) @name) @scope
(protocol_declaration "@protocol" . (identifier) @name) @definition.interface
(method_declaration (method_type) . (identifier) @name) @definition.method
(method_definition (method_type) . (identifier) @name) @definition.method
(property_declaration (struct_declaration (struct_declarator (_) @name))) @definition.property
(function_definition declarator: (_) @name) @definition.function

; Prototypes of a file, and not what errors leave of a statement.
(translation_unit (declaration type: (_) declarator: (function_declarator declarator: (identifier)) @name) @declaration.function)
(translation_unit (declaration
  type: (_)
  declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier))) @name) @declaration.function)
(preproc_ifdef (declaration type: (_) declarator: (function_declarator declarator: (identifier)) @name) @declaration.function)
(preproc_ifdef (declaration
  type: (_)
  declarator: (pointer_declarator declarator: (function_declarator declarator: (identifier))) @name) @declaration.function)

(preproc_def name: (_) @name) @definition.macro
(preproc_function_def name: (_) @name) @definition.macro
(struct_specifier name: (_) @name body: (_)) @definition.struct
(union_specifier name: (_) @name body: (_)) @definition.struct
(enum_specifier name: (_) @name body: (_)) @definition.enum
(enumerator name: (_) @name) @definition.constant
(type_definition declarator: (_) @name) @definition.type
([
  (translation_unit (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
  (implementation_definition (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
  (preproc_ifdef (declaration declarator: (init_declarator declarator: (_) @name)) @definition.variable)
  (translation_unit (declaration
    declarator: [
      (identifier) @name
      (array_declarator) @name
      (pointer_declarator declarator: [(identifier) (array_declarator)]) @name
    ]) @definition.variable)
])

; What is a block to the grammar, and was masked as one: C++.
((compound_statement) @injection.content
 (#match? @injection.content "^(namespace|template|class|struct|union|enum)\\b")
 (#set! injection.language "cpp"))

(block_literal) @local
(comment) @comment

(preproc_include path: (_) @import.target) @import
(module_import path: (_) @import.target) @import
