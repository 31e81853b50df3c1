; A key with a value of several lines lends its name to what is inside; no key is a symbol.
(pair key: (string (string_content) @name) value: [(object) (array)]) @scope
(comment) @comment
