; A block's name is its type and its labels: `resource.aws_s3_bucket.data`.
(config_file (body (block . (identifier) @name . (string_lit) @name . (string_lit)? @name
  (#set! name.join ".")) @definition.resource))
; Blocks within others only lend their names.
(block (body (block . (identifier) @name . (string_lit)? @name
  (#set! name.join ".")) @scope))
(config_file (body (block . (identifier) @name . (block_start)
  (#set! name.join ".")) @scope))

(comment) @comment
