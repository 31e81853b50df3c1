(function_def (function_command (argument_list . (argument) @name))) @definition.function
(macro_def (macro_command (argument_list . (argument) @name))) @definition.macro
(normal_command (identifier) @_command (argument_list . (argument) @name)
  (#match? @_command "^(?i)project$")) @definition.module
(normal_command (identifier) @_command (argument_list . (argument) @_keyword . (argument) @name)
  (#match? @_command "^(?i)add_test$")
  (#eq? @_keyword "NAME")) @definition.rule
(normal_command (identifier) @_command (argument_list . (argument) @name)
  (#match? @_command "^(?i)(\\w+_)?add_(executable|library|custom_target|test|module|plugin)$|^(?i)(fetchcontent_declare|externalproject_add)$")
  (#not-eq? @name "NAME")) @definition.rule
(normal_command (identifier) @_command (argument_list . (argument) @name)
  (#match? @_command "^(?i)option$")) @definition.variable
(source_file (normal_command (identifier) @_command (argument_list . (argument) @name)
  (#match? @_command "^(?i)set$")) @definition.variable)

[(line_comment) (bracket_comment)] @comment

(normal_command (identifier) @_command (argument_list . (argument) @import.target)
  (#match? @_command "^(?i)(include|find_package|add_subdirectory)$")) @import
