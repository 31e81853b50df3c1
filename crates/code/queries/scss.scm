(mixin_statement name: (_) @name) @definition.macro
(function_statement name: (_) @name) @definition.function
; What errors join to a selector is none.
((rule_set (selectors) @name) @definition.rule (#not-match? @name ";|(^|[^#])[{]"))
(keyframes_statement (keyframes_name) @name) @definition.rule
(stylesheet (declaration (property_name) @name (#match? @name "^\\$")) @definition.variable)

[(comment) (js_comment)] @comment

(use_statement (string_value) @import.target) @import
(forward_statement (string_value) @import.target) @import
(import_statement (string_value) @import.target) @import
