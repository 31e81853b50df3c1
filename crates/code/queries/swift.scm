(class_declaration declaration_kind: ["class" "actor"] name: (_) @name) @definition.class
(class_declaration declaration_kind: "struct" name: (_) @name) @definition.struct
(class_declaration declaration_kind: "enum" name: (_) @name) @definition.enum
(enum_entry name: (simple_identifier) @name) @definition.constant
(class_declaration declaration_kind: "extension" name: (_) @name) @scope
(protocol_declaration name: (_) @name) @definition.interface
; A return type is in a field `name` too, so the nodes that are names are listed.
(function_declaration name: (simple_identifier) @name) @definition.function
(function_declaration
  name: [
    "==" "!=" "===" "!==" "<" "<=" ">" ">=" "+" "-" "*" "/" "%" "+=" "-=" "*=" "/=" "%="
    "++" "--" "|" "&" "^" "<<" ">>" "~" (bang) (custom_operator)
  ] @name) @definition.function
(protocol_function_declaration name: (simple_identifier) @name) @definition.function
(init_declaration "init" @name) @definition.method
(deinit_declaration "deinit" @name) @definition.method
(subscript_declaration "subscript" @name) @definition.method
(macro_declaration "macro" (simple_identifier) @name) @definition.macro
(typealias_declaration "typealias" . (_) @name) @definition.type
(associatedtype_declaration "associatedtype" . (_) @name) @definition.type
(property_declaration name: (pattern bound_identifier: (_) @name)) @definition.property
(protocol_property_declaration name: (pattern bound_identifier: (_) @name)) @definition.property

(lambda_literal) @local
[(computed_property) (willset_didset_block)] @local

[(comment) (multiline_comment)] @comment

(import_declaration (identifier) @import.target) @import
