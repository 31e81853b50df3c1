; A definition is a list whose first symbol is `def…`; its second one is the name.
(source (list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#eq? @_def "ns")) @definition.module)
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#any-of? @_def "defn" "defn-" "deftest" "defmulti" "s/defn" "defn-spec")) @definition.function
; What a dispatch value tells apart is one more method of the name.
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#eq? @_def "defmethod")) @definition.method
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#eq? @_def "defmacro")) @definition.macro
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#any-of? @_def "defrecord" "deftype" "defstruct")) @definition.struct
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#any-of? @_def "defprotocol" "definterface")) @definition.interface
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#any-of? @_def "def" "defonce")) @definition.variable
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#match? @_def "^(\\w+/)?def[a-z-]+$")) @definition.other
; The methods of a protocol and of a type.
(list_lit
  . (sym_lit name: (sym_name) @_def)
  (list_lit . (sym_lit name: (sym_name) @name) . (vec_lit)) @definition.method
  (#any-of? @_def "defprotocol" "defrecord" "deftype" "extend-type" "extend-protocol"))
(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit name: (sym_name) @name)
  (#any-of? @_def "extend-type" "extend-protocol")) @scope

(list_lit
  . (sym_lit name: (sym_name) @_def) . (sym_lit) . (str_lit) @doc
  (#match? @_def "^def")) @documented
(comment) @comment

(list_lit
  . (kwd_lit name: (kwd_name) @_kind)
  [(vec_lit . (sym_lit) @import.target) (sym_lit) @import.target]
  (#any-of? @_kind "require" "use" "import")) @import
