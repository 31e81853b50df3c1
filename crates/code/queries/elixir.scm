(call
  target: (identifier) @_keyword
  (arguments . (alias) @name)
  (do_block)? @body
  (#any-of? @_keyword "defmodule" "defimpl")) @definition.module
(call
  target: (identifier) @_keyword
  (arguments . (alias) @name)
  (do_block) @body
  (#eq? @_keyword "defprotocol")) @definition.trait

(call
  target: (identifier) @_keyword
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name) operator: "when")
    (binary_operator left: (identifier) @name operator: "when")
  ])
  (#any-of? @_keyword "def" "defp" "defdelegate" "defn" "defnp")) @definition.function
; An operator: `def left <~> right`.
(call
  target: (identifier) @_keyword
  (arguments . (binary_operator operator: _ @name))
  (#any-of? @_keyword "def" "defp")
  (#not-any-of? @name "when" "::" "\\\\")) @definition.function
(unary_operator
  operator: "@"
  operand: (call target: (identifier) @name)
  (#not-any-of? @name
    "after_compile" "after_verify" "before_compile" "behaviour" "callback" "compile" "deprecated" "derive"
    "describetag" "dialyzer" "doc" "enforce_keys" "external_resource" "file" "impl" "macrocallback" "moduledoc"
    "moduletag" "on_definition" "on_load" "opaque" "optional_callbacks" "shortdoc" "since" "spec" "tag" "type"
    "typedoc" "typep" "vsn")) @definition.constant
(call
  target: (identifier) @_keyword
  (arguments . [
    (identifier) @name
    (call target: (identifier) @name)
    (binary_operator left: (call target: (identifier) @name) operator: "when")
  ])
  (#any-of? @_keyword "defmacro" "defmacrop" "defguard" "defguardp")) @definition.macro
(unary_operator
  operator: "@"
  operand: (call
    target: (identifier) @_keyword
    (arguments . (binary_operator left: [(call target: (identifier) @name) (identifier) @name] operator: "::")))
  (#any-of? @_keyword "type" "typep" "opaque")) @definition.type
(unary_operator
  operator: "@"
  operand: (call
    target: (identifier) @_keyword
    (arguments . (binary_operator left: [(call target: (identifier) @name) (identifier) @name] operator: "::")))
  (#any-of? @_keyword "callback" "macrocallback")) @definition.function
(unary_operator
  operator: "@"
  operand: (call
    target: (identifier) @_keyword
    (arguments . (binary_operator
      left: (binary_operator left: [(call target: (identifier) @name) (identifier) @name] operator: "::")
      operator: "when")))
  (#any-of? @_keyword "callback" "macrocallback")) @definition.function

; Tests and the blocks around them: `test "adds up", %{cart: cart} do`.
(call
  target: (identifier) @_keyword
  (arguments . (string) @name)
  (do_block) @body
  (#any-of? @_keyword "describe" "test" "property" "feature")
  (#set! name.join " ")) @definition.other

; Attributes that lead a definition.
(unary_operator
  operator: "@"
  operand: (call target: (identifier) @_keyword)
  (#any-of? @_keyword "doc" "spec" "impl" "typedoc" "deprecated")) @leading
(unary_operator
  operator: "@"
  operand: (call target: (identifier) @_keyword (arguments . (string (quoted_content) @doc.text)))
  (#any-of? @_keyword "doc" "typedoc"))
(call
  (do_block
    (unary_operator
      operator: "@"
      operand: (call target: (identifier) @_keyword (arguments . (string (quoted_content) @doc)))))
  (#eq? @_keyword "moduledoc")) @documented

(comment) @comment

(call
  target: (identifier) @_keyword
  (arguments . [(alias) (dot)] @import.target)
  (#any-of? @_keyword "alias" "import" "use" "require")) @import
