; What is quoted is a section of another text, and only lends its name to what is inside.
(block_quote (section (atx_heading heading_content: (_) @name)) @scope)
(section (atx_heading heading_content: (_) @name)) @definition.section
; The grammar opens no section for an underlined heading.
(setext_heading heading_content: (paragraph) @name) @definition.section

(fenced_code_block (info_string (language) @injection.language) (code_fence_content) @injection.content)
((minus_metadata) @injection.content (#set! injection.language "yaml"))
