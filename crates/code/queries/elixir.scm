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
    (arguments . (binary_operator left: (call target: (identifier) @name) operator: "::")))
  (#any-of? @_keyword "callback" "macrocallback")) @definition.function

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
