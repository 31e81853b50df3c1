(rule_set (selectors) @name) @definition.rule
(keyframes_statement (keyframes_name) @name) @definition.rule
(media_statement "@media" @name) @scope

(comment) @comment

(import_statement (call_expression (arguments (string_value) @import.target))) @import
(import_statement (string_value) @import.target) @import
