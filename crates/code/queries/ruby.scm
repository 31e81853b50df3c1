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
  (#any-of? @_method "attr_reader" "attr_writer" "attr_accessor" "attr_internal" "cattr_reader" "cattr_writer" "cattr_accessor" "mattr_reader" "mattr_writer" "mattr_accessor" "thread_mattr_accessor" "class_attribute")) @definition.property
; What another object answers for it.
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list (simple_symbol) @name)
  (#eq? @_method "delegate")) @definition.method
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (_) (simple_symbol) @name)
  (#eq? @_method "def_delegators")) @definition.method
(call
  !receiver
  method: (identifier) @_method
  arguments: (argument_list . (_) . (simple_symbol) . (simple_symbol)? @name)
  (#eq? @_method "def_delegator")) @definition.method
; Sinatra's routes.
(call
  !receiver
  method: (identifier) @name @_verb
  arguments: (argument_list . (string (string_content) @name @_path))
  block: (_) @body
  (#any-of? @_verb "get" "post" "put" "patch" "delete" "options" "head" "link" "unlink")
  (#match? @_path "^/")
  (#set! name.join " ")) @definition.endpoint
; Tests and the blocks around them: `describe Cart, "#total" do`, `it "adds up" do`.
(call
  receiver: (constant)? @_framework
  method: (identifier) @_method
  arguments: (argument_list . [(string) (constant) (scope_resolution)] @name . (string)? @name)
  block: (_) @body
  (#match? @_framework "^RSpec$")
  (#match? @_method "^([fx]?(describe|context|it|specify|example|feature|scenario)|shared_[a-z_]+|test|should)$")
  (#set! name.join " ")) @definition.other
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
  (#any-of? @_method "has_many" "has_one" "belongs_to" "has_and_belongs_to_many" "has_one_attached" "has_many_attached" "has_rich_text" "attribute")) @definition.property
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
