(method_invocation name: (identifier) @_stage arguments: (argument_list . (_) @name)
  (#eq? @_stage "stage")
  (#set! name.join "")) @definition.stage
(method_invocation name: (identifier) @name body: (closure)
  (#eq? @name "pipeline")) @scope
