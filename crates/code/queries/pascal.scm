(unit (moduleName) @name) @definition.module
(program (moduleName) @name) @definition.module
(declType name: (_) @name type: (declClass (kRecord))) @definition.struct
(declType name: (_) @name type: (declClass)) @definition.class
(declType name: (_) @name type: (declIntf)) @definition.interface
(declType name: (_) @name type: (type (declEnum))) @definition.enum
(declEnumValue name: (_) @name) @definition.constant
(declType name: (_) @name type: (declHelper)) @definition.class
(declType name: (_) @name) @definition.type
(defProc header: (declProc name: (genericDot) @name) body: (_) @body) @definition.method
(defProc header: (declProc name: (_) @name) body: (_) @body) @definition.function
(declProc name: (_) @name) @declaration.function
(declProp name: (_) @name) @definition.property
(declConst name: (_) @name) @definition.constant
(declVar name: (_) @name) @definition.variable

(comment) @comment

(declUses (moduleName) @import.target) @import
