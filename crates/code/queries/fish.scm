(function_definition name: (_) @name) @definition.function
(program (command name: (word) @_set . argument: (word) @name
  (#eq? @_set "set") (#not-match? @name "^-")) @definition.variable)
(program (command name: (word) @_set . argument: (word) @_flag . argument: (word) @name
  (#eq? @_set "set") (#match? @_flag "^-")) @definition.variable)

(comment) @comment

(command name: (word) @_source argument: (_) @import.target
  (#any-of? @_source "source" ".")) @import
