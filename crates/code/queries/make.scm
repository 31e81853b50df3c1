(rule (targets . (word) @name)
  (#not-match? @name "^\\.[A-Z_]+$")) @definition.rule
(define_directive name: (_) @name) @definition.variable

(comment) @comment

(include_directive filenames: (list (_) @import.target)) @import
