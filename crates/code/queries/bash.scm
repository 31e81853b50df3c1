(function_definition name: (_) @name) @definition.function
(program (variable_assignment name: (variable_name) @name) @definition.variable)
(program
  (declaration_command ["readonly" "export" "declare" "typeset"]
    (variable_assignment name: (variable_name) @name)) @definition.variable)

(comment) @comment

(command
  name: (command_name) @_command
  argument: (_) @import.target
  (#any-of? @_command "source" ".")) @import
