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
(assignment left: (constant) @name) @definition.constant

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
