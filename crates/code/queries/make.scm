(rule (targets . [(word) (concatenation)] @name)
  (#not-match? @name "^\\.[A-Z_]+$|[\\s='\"@]")) @definition.rule
(makefile (variable_assignment name: (word) @name
  (#not-match? @name "^\\.[A-Z_]+$")) @definition.variable)
(define_directive name: (_) @name) @definition.variable

(comment) @comment

(include_directive filenames: (list (_) @import.target)) @import
