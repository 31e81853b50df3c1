(label (ident) @name) @definition.function
(label (word) @name) @definition.function
(const name: (word) @name) @definition.constant

[(line_comment) (block_comment)] @comment
