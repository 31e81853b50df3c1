(module name: (_) @name) @definition.module
(class name: (_) @name) @definition.class
(method name: (_) @name) @definition.method
(singleton_method name: (_) @name) @definition.method
(alias name: (_) @name) @definition.method
(call
  method: (identifier) @_method
  arguments: (argument_list . (simple_symbol) @name)
  (#any-of? @_method "define_method" "define_singleton_method" "alias_method")) @definition.method
(call
  method: (identifier) @_method
  arguments: (argument_list (simple_symbol) @name)
  (#any-of? @_method "attr_reader" "attr_writer" "attr_accessor" "cattr_accessor" "mattr_accessor" "class_attribute")) @definition.property
; What Rails declares of a model.
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (simple_symbol) @name . (lambda))
  (#eq? @_method "scope")) @definition.method
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (simple_symbol) @name)
  (#any-of? @_method "has_many" "has_one" "belongs_to" "has_and_belongs_to_many")) @definition.property
; Rake's tasks.
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . [
    (simple_symbol) @name
    (pair key: [(hash_key_symbol) (simple_symbol)] @name)
  ])
  (#eq? @_method "task")) @definition.rule
(assignment
  left: (constant) @name
  right: (call receiver: (constant) @_class method: (identifier) @_method)
  (#any-of? @_class "Struct" "Data" "Class")
  (#any-of? @_method "new" "define")) @definition.class
(assignment left: (constant) @name) @definition.constant

; `private def a`.
(call !receiver arguments: (argument_list . [(method) (singleton_method)] @wrapped .)) @wrapper
(comment) @comment

(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (string (string_content) @import.target))
  (#any-of? @_method "require" "require_relative" "load")) @import
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list [(constant) (scope_resolution)] @import.target)
  (#any-of? @_method "include" "extend" "prepend")) @import
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (simple_symbol) @import.name (string (string_content) @import.target))
  (#eq? @_method "autoload")) @import
