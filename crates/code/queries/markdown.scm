; What is quoted is a section of another text, and only lends its name to what is inside.
(block_quote (section (atx_heading heading_content: (_) @name)) @scope)
(block_quote (section (setext_heading heading_content: (_) @name)) @scope)
; The grammar opens no section for an underlined heading, and ends none before it.
((section (atx_heading (atx_h1_marker) heading_content: (_) @name)) @definition.section (#set! level "1"))
((section (atx_heading (atx_h2_marker) heading_content: (_) @name)) @definition.section (#set! level "2"))
((section (atx_heading (atx_h3_marker) heading_content: (_) @name)) @definition.section (#set! level "3"))
((section (atx_heading (atx_h4_marker) heading_content: (_) @name)) @definition.section (#set! level "4"))
((section (atx_heading (atx_h5_marker) heading_content: (_) @name)) @definition.section (#set! level "5"))
((section (atx_heading (atx_h6_marker) heading_content: (_) @name)) @definition.section (#set! level "6"))
(section (setext_heading heading_content: (paragraph) @name (setext_h1_underline)) @definition.section
  (#set! level "1") (#set! ends "next"))
(section (setext_heading heading_content: (paragraph) @name (setext_h2_underline)) @definition.section
  (#set! level "2") (#set! ends "next"))

(fenced_code_block (info_string (language) @injection.language) (code_fence_content) @injection.content)
((minus_metadata) @injection.content (#set! injection.language "yaml"))
