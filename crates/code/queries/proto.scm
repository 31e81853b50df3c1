(package (full_ident) @name) @definition.module
(message (message_name) @name) @definition.struct
(enum (enum_name) @name) @definition.enum
(enum_field . (identifier) @name) @definition.constant
(service (service_name) @name) @definition.service
(rpc (rpc_name) @name) @definition.endpoint
(extend (_) @name) @scope

(comment) @comment

(import path: (_) @import.target) @import
