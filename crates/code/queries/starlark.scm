(function_definition name: (_) @name) @definition.function
; A target: a call with a name.
(module (expression_statement (call function: (_) arguments: (argument_list
  (keyword_argument name: (identifier) @_name value: (string (string_content) @name))))
  (#eq? @_name "name")) @definition.rule)
(module (expression_statement (assignment left: (identifier) @name right: (call function: (identifier) @_rule)
  (#any-of? @_rule "rule" "macro" "repository_rule" "provider" "aspect")) @definition.macro))
(module (expression_statement (assignment left: (identifier) @name) @definition.constant))

(lambda) @local
(comment) @comment
(function_definition body: (block . (expression_statement (string) @doc))) @documented

(call function: (identifier) @_load arguments: (argument_list . (string) @import.target)
  (#eq? @_load "load")) @import
(call function: (identifier) @_load arguments: (argument_list . (string) @import.target (string) @import.name)
  (#eq? @_load "load")) @import
