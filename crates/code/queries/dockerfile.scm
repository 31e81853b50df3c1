; A stage is called by its alias, else by its image.
(from_instruction as: (image_alias) @name (#set! name.join " ") (#set! ends "next")) @definition.stage
(from_instruction (image_spec) @name (#set! name.join " ") (#set! ends "next")) @definition.stage
(env_pair name: (_) @name) @definition.variable
(arg_pair name: (_) @name) @definition.variable

(comment) @comment

(from_instruction (image_spec) @import.target) @import
