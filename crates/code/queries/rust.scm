(function_item name: (_) @name) @definition.function
(function_signature_item name: (_) @name) @definition.function
(struct_item name: (_) @name) @definition.struct
(union_item name: (_) @name) @definition.struct
(enum_item name: (_) @name) @definition.enum
(enum_variant name: (_) @name) @definition.constant
(trait_item name: (_) @name) @definition.trait
(mod_item name: (_) @name body: (_)) @definition.module
(mod_item name: (_) @import.target !body) @import
(type_item name: (_) @name) @definition.type
(associated_type name: (_) @name) @definition.type
(const_item name: (_) @name) @definition.constant
(static_item name: (_) @name) @definition.variable
; `bitflags! { struct Flags: u32 { … } }`, which is no Rust to be parsed as embedded.
(macro_invocation
  macro: [(identifier) @_macro (scoped_identifier name: (identifier) @_macro)]
  (token_tree "struct" . (identifier) @name)
  (#eq? @_macro "bitflags")) @definition.struct
(macro_definition name: (_) @name) @definition.macro

; The methods of an impl are in the scope of its type.
(impl_item type: (_) @name) @scope

(closure_expression) @local

; Items in the braces of a macro, such as `thread_local! { … }`.
(source_file (macro_invocation (token_tree) @embedded))
(source_file (expression_statement (macro_invocation (token_tree) @embedded)))
(declaration_list (macro_invocation (token_tree) @embedded))
; The branches of `cfg_if! { if #[cfg(unix)] { … } else { … } }`.
([
  (source_file (macro_invocation
    macro: [(identifier) @_macro (scoped_identifier name: (identifier) @_macro)] (token_tree (token_tree) @embedded)))
  (source_file (expression_statement (macro_invocation
    macro: [(identifier) @_macro (scoped_identifier name: (identifier) @_macro)] (token_tree (token_tree) @embedded))))
  (declaration_list (macro_invocation
    macro: [(identifier) @_macro (scoped_identifier name: (identifier) @_macro)] (token_tree (token_tree) @embedded)))
 ]
 (#match? @_macro "^cfg_(if|match|select)$"))

(attribute_item) @leading
[(line_comment) (block_comment)] @comment

(use_declaration argument: [(identifier) (scoped_identifier) (crate) (self) (super)] @import.target) @import
(use_declaration argument: (use_as_clause path: (_) @import.target)) @import
(use_declaration argument: (use_wildcard . (_) @import.target "*" @import.name)) @import
(use_declaration argument: (scoped_use_list path: (_) @import.target list: (use_list (_) @import.name))) @import
(extern_crate_declaration name: (_) @import.target) @import
