(rule (targets . [(word) (concatenation)] @name)
  (#not-match? @name "^\\.[A-Z_]+$|[\\s='\"@]")) @definition.rule
(makefile [
  (variable_assignment name: (word) @name) @definition.variable
  (export_directive (variable_assignment name: (word) @name)) @definition.variable
  (override_directive (variable_assignment name: (word) @name)) @definition.variable
] (#not-match? @name "^\\.[A-Z_]+$"))
(define_directive name: (_) @name) @definition.variable

(comment) @comment

(include_directive filenames: (list (_) @import.target)) @import
