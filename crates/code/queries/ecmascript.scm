; What JavaScript and TypeScript have in common.

(function_declaration name: (_) @name) @definition.function
(generator_function_declaration name: (_) @name) @definition.function
(class_declaration name: (_) @name) @definition.class
(method_definition name: (_) @name) @definition.method

; Functions and classes that are given a name by assignment.
(variable_declarator
  name: (identifier) @name
  value: (arrow_function body: (_) @body)) @definition.function
(variable_declarator
  name: (identifier) @name
  value: [(function_expression body: (_) @body) (generator_function body: (_) @body)]) @definition.function
(variable_declarator name: (identifier) @name value: (class body: (_) @body)) @definition.class
(assignment_expression
  left: [(member_expression) @name (identifier) @name (subscript_expression index: (string) @name)]
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function
(assignment_expression
  left: [(member_expression) (identifier)] @name
  right: (class body: (_) @body)) @definition.class
; `globalThis.a ??= function () {…}`
(augmented_assignment_expression
  left: [(member_expression) (identifier)] @name
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.function
; What a module is, by the name that it has itself: `module.exports = class A {…}`.
(assignment_expression
  left: [(member_expression) (identifier)] @_exports
  right: [
    (function_expression name: (_) @name body: (_) @body)
    (generator_function name: (_) @name body: (_) @body)
  ]
  (#any-of? @_exports "module.exports" "exports")) @definition.function
(assignment_expression
  left: [(member_expression) (identifier)] @_exports
  right: (class name: (_) @name body: (_) @body)
  (#any-of? @_exports "module.exports" "exports")) @definition.class
; A variable that is exported as it is made: `const a = exports.a = function () {…}`.
(variable_declarator
  name: (identifier) @name
  value: [
    (assignment_expression right: [
      (arrow_function body: (_) @body)
      (function_expression body: (_) @body)
      (generator_function body: (_) @body)
    ])
    (assignment_expression right: (assignment_expression right: [
      (arrow_function body: (_) @body)
      (function_expression body: (_) @body)
      (generator_function body: (_) @body)
    ]))
  ]) @definition.function
(variable_declarator
  name: (identifier) @name
  value: [
    (assignment_expression right: (class body: (_) @body))
    (assignment_expression right: (assignment_expression right: (class body: (_) @body)))
  ]) @definition.class
; The methods of `A.prototype = {…}` are in the scope of the class.
(assignment_expression
  left: (member_expression object: (_) @name property: (_) @_property)
  right: (object)
  (#eq? @_property "prototype")) @scope
(call_expression
  function: (member_expression) @_function
  arguments: (arguments . (member_expression object: (_) @name property: (_) @_property) (object))
  (#eq? @_function "Object.assign")
  (#eq? @_property "prototype")) @scope
(pair
  key: [(property_identifier) (string)] @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @definition.method
; A member that a call makes of a function or of its settings: `list: procedure.query(async () => …)`,
; `addPost: build.mutation({…})`.
(pair
  key: [(property_identifier) (string)] @name
  value: (call_expression
    function: _ @_maker
    arguments: (arguments [
      (arrow_function body: (_) @body) (function_expression body: (_) @body) (object) @body
    ]))
  (#match? @_maker "(^|\\.)(query|infiniteQuery|mutation|subscription|procedure|handler|action|endpoint|effect|thunk)$")) @definition.method
(pair
  key: [(property_identifier) (string)] @name
  value: (call_expression
    function: _ @_wrapper
    arguments: (arguments [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))
  (#match? @_wrapper "(^|\\.)(memo|forwardRef|observer|lazy|once|debounce|throttle|memoize|curry|asyncHandler|computed|with[A-Z]\\w*|create[A-Z]\\w*|define[A-Z]\\w*|wrap\\w*)$")) @definition.method

; Components and functions of a module that a call wraps: `memo(() => …)`, `forwardRef(function A() {…})`.
; A variable's own name counts, also where the function in the call has one.
(program [
  (lexical_declaration (variable_declarator
    name: (identifier) @name
    value: (call_expression
      function: _ @_wrapper
      arguments: (arguments [
        (arrow_function) (function_expression) (class)
        (call_expression arguments: (arguments [(arrow_function) (function_expression) (class)]))
      ]))) @definition.function)
  (export_statement (lexical_declaration (variable_declarator
    name: (identifier) @name
    value: (call_expression
      function: _ @_wrapper
      arguments: (arguments [
        (arrow_function) (function_expression) (class)
        (call_expression arguments: (arguments [(arrow_function) (function_expression) (class)]))
      ]))) @definition.function))]
  (#match? @_wrapper "(^|\\.)(memo|forwardRef|observer|lazy|dynamic|inject|connect|styled|cache|once|debounce|throttle|memoize|curry|action|asyncHandler|with[A-Z]\\w*|create[A-Z]\\w*|define[A-Z]\\w*|wrap\\w*)$"))
; Functions and values within a component that a hook keeps: `const onSave = useCallback(async () => {…}, [])`.
(variable_declarator
  name: (identifier) @name
  value: (call_expression
    function: _ @_wrapper
    arguments: (arguments . [
      (arrow_function body: (_) @body)
      (function_expression body: (_) @body)
      (call_expression arguments: (arguments . [
        (arrow_function body: (_) @body)
        (function_expression body: (_) @body)
      ]))
    ]))
  (#match? @_wrapper "(^|\\.)(use\\w*(Callback|Memo|Event|Fn)|debounce|throttle|memoize|once)$")) @definition.function
(export_statement value: (call_expression
  arguments: (arguments (function_expression name: (identifier) @name) @definition.function)))
(export_statement value: (call_expression
  arguments: (arguments (class name: (_) @name) @definition.class)))
(export_statement value: (call_expression
  arguments: (arguments (call_expression
    arguments: (arguments (function_expression name: (identifier) @name) @definition.function)))))
(expression_statement (call_expression
  arguments: (arguments (function_expression name: (identifier) @name) @definition.function)))
(assignment_expression
  left: [(member_expression) (identifier)]
  right: (call_expression
    arguments: (arguments (function_expression name: (identifier) @name) @definition.function)))
(export_statement value: (function_expression name: (identifier) @name) @definition.function)
; What a module exports by itself, where it has no name of its own.
(export_statement "default" @name value: (arrow_function body: (_) @body)) @definition.function
(export_statement "default" @name value: (function_expression !name body: (_) @body)) @definition.function
(export_statement "default" @name value: (class !name body: (_) @body)) @definition.class
(export_statement "default" @name
  value: (call_expression
    function: _ @_maker
    arguments: (arguments [(arrow_function body: (_) @body) (function_expression !name body: (_) @body)]))
  (#match? @_maker "^(define|create|with|wrap)[A-Z]\\w*$")) @definition.function

; A route whose handler stands in it: `app.get("/users/:id", auth, async (request, response) => …)`.
(call_expression
  function: (member_expression property: (_) @name @_verb)
  arguments: (arguments
    . [(string (string_fragment) @name @_path) (template_string (string_fragment) @name @_path)]
    [(arrow_function body: (_) @body) (function_expression body: (_) @body)] .)
  (#any-of? @_verb "get" "post" "put" "patch" "delete" "options" "head" "all" "use")
  (#match? @_path "^/")
  (#set! name.join " ")) @definition.endpoint

; Tests and the blocks around them, by what they say: `describe("a cart", () => …)`, `it.each(rows)("adds %s", () => …)`.
(call_expression
  function: _ @_test
  arguments: (arguments
    . [
      (string) @name
      (template_string) @name
      (identifier) @name
      (member_expression object: (identifier) @name property: (_) @_class)
    ]
    [
      (arrow_function) @body
      (function_expression) @body
      (call_expression arguments: (arguments [(arrow_function) (function_expression)])) @body
    ])
  (#match? @_test "^([fx]?(describe|context|it|specify)|[ftx]?test|suite|(Deno|QUnit|t)\\.test|QUnit\\.module)(\\.(concurrent|describe|each|fail|failing|fails|fixme|for|only|parallel|runIf|sequential|serial|shuffle|skip|skipIf|slow|todo))*([(`<]|$)")
  (#not-match? @name "^[a-z_$][\\w$]*$")
  (#eq? @_class "name")
  (#set! name.join " ")) @definition.other

; Values of a module: upper case means constant.
(lexical_declaration
  (variable_declarator name: (identifier) @name) @definition.constant
  (#match? @name "^_*[A-Z][A-Z0-9_]*$"))
(lexical_declaration
  (variable_declarator name: (identifier) @name) @definition.variable
  (#not-match? @name "^_*[A-Z][A-Z0-9_]*$"))
(variable_declaration
  (variable_declarator name: (identifier) @name) @definition.variable)

; What a module takes apart: `export const { add, remove } = slice.actions`.
(program [
  (lexical_declaration (variable_declarator
    name: (object_pattern [
      (shorthand_property_identifier_pattern) @name
      (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
      (pair_pattern value: (identifier) @name)
    ])))
  (export_statement (lexical_declaration (variable_declarator
    name: (object_pattern [
      (shorthand_property_identifier_pattern) @name
      (object_assignment_pattern left: (shorthand_property_identifier_pattern) @name)
      (pair_pattern value: (identifier) @name)
    ]))))
] @definition.variable)

; A function without a name of its own, such as a callback.
(arrow_function) @local
(function_expression) @local
(class_static_block) @local

(lexical_declaration . (variable_declarator) @wrapped .) @wrapper
(variable_declaration . (variable_declarator) @wrapped .) @wrapper
(expression_statement (assignment_expression) @wrapped) @wrapper
(expression_statement
  (call_expression arguments: (arguments [(arrow_function) (function_expression)])) @wrapped) @wrapper
(assignment_expression right: (assignment_expression) @wrapped) @wrapper
(export_statement declaration: (_) @wrapped) @wrapper
(decorator) @leading
(comment) @comment

(import_statement source: (string) @import.target) @import
(import_statement
  (import_clause [
    (identifier) @import.name
    (namespace_import (identifier) @import.name)
    (named_imports (import_specifier name: (_) @import.name))
  ])
  source: (string) @import.target) @import
(export_statement source: (string) @import.target) @import
(export_statement
  (export_clause (export_specifier name: (_) @import.name))
  source: (string) @import.target) @import
(call_expression
  function: [(identifier) (import)] @_function
  arguments: (arguments . (string) @import.target)
  (#any-of? @_function "require" "import")) @import
