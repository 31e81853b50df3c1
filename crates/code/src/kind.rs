//! What a symbol is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a symbol is, in words that fit all languages.
///
/// | kind | holds |
/// | --- | --- |
/// | `Function` | functions outside of a type, shell functions, Elixir and Haskell functions |
/// | `Method` | functions in a type, an `impl` or an object: methods, constructors, accessors |
/// | `Class` | classes, records, singleton and companion objects |
/// | `Struct` | structs and unions |
/// | `Enum` | enums and Haskell's `data` types |
/// | `Interface` | interfaces and Swift protocols |
/// | `Trait` | traits, Haskell type classes, Elixir protocols |
/// | `Module` | modules, namespaces, packages |
/// | `Type` | type aliases, typedefs, newtypes |
/// | `Constant`, `Variable` | those of a file or a type, never those inside a function |
/// | `Property` | fields with accessors, class fields that a language calls properties |
/// | `Macro` | macros |
/// | `Resource` | what is declared to exist: a Kubernetes object, a Terraform resource |
/// | `Service` | services of Compose and of Protocol Buffers |
/// | `Job`, `Step`, `Stage` | of pipelines, playbooks and image builds |
/// | `Section` | headings of documents |
/// | `Rule` | rules of style sheets and of builds |
/// | `Table` | tables and views of a database |
/// | `Endpoint` | paths of an API, remote procedures, operations |
/// | `Other` | named things beyond these: tests, operators |
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the table above documents each")]
pub enum SymbolKind {
    Function,
    Method,
    Class,
    Struct,
    Enum,
    Interface,
    Trait,
    Module,
    Type,
    Constant,
    Variable,
    Macro,
    Property,
    Resource,
    Service,
    Job,
    Step,
    Stage,
    Section,
    Rule,
    Table,
    Endpoint,
    Other,
}

impl SymbolKind {
    /// Every kind.
    pub const ALL: [SymbolKind; 23] = [
        SymbolKind::Function,
        SymbolKind::Method,
        SymbolKind::Class,
        SymbolKind::Struct,
        SymbolKind::Enum,
        SymbolKind::Interface,
        SymbolKind::Trait,
        SymbolKind::Module,
        SymbolKind::Type,
        SymbolKind::Constant,
        SymbolKind::Variable,
        SymbolKind::Macro,
        SymbolKind::Property,
        SymbolKind::Resource,
        SymbolKind::Service,
        SymbolKind::Job,
        SymbolKind::Step,
        SymbolKind::Stage,
        SymbolKind::Section,
        SymbolKind::Rule,
        SymbolKind::Table,
        SymbolKind::Endpoint,
        SymbolKind::Other,
    ];

    /// The kind's name in filters, results and the database: `"function"`, …
    pub fn as_str(self) -> &'static str {
        match self {
            SymbolKind::Function => "function",
            SymbolKind::Method => "method",
            SymbolKind::Class => "class",
            SymbolKind::Struct => "struct",
            SymbolKind::Enum => "enum",
            SymbolKind::Interface => "interface",
            SymbolKind::Trait => "trait",
            SymbolKind::Module => "module",
            SymbolKind::Type => "type",
            SymbolKind::Constant => "constant",
            SymbolKind::Variable => "variable",
            SymbolKind::Macro => "macro",
            SymbolKind::Property => "property",
            SymbolKind::Resource => "resource",
            SymbolKind::Service => "service",
            SymbolKind::Job => "job",
            SymbolKind::Step => "step",
            SymbolKind::Stage => "stage",
            SymbolKind::Section => "section",
            SymbolKind::Rule => "rule",
            SymbolKind::Table => "table",
            SymbolKind::Endpoint => "endpoint",
            SymbolKind::Other => "other",
        }
    }

    /// The kind called `name`, by its own name or an alias (`"fn"`, `"protocol"`, `"const"`), in
    /// any case and in the plural too.
    pub fn parse(name: &str) -> Option<SymbolKind> {
        let name = name.trim().to_lowercase();
        let kind = match name.strip_suffix('s').filter(|stem| *stem != "clas").unwrap_or(&name) {
            "function" | "func" | "fn" | "fun" | "def" | "procedure" | "subroutine" => {
                SymbolKind::Function
            }
            "method" | "constructor" | "member" => SymbolKind::Method,
            "class" | "classe" | "record" | "object" => SymbolKind::Class,
            "struct" | "structure" | "union" => SymbolKind::Struct,
            "enum" | "enumeration" | "data" => SymbolKind::Enum,
            "interface" | "protocol" => SymbolKind::Interface,
            "trait" | "typeclas" | "typeclass" => SymbolKind::Trait,
            "module" | "mod" | "namespace" | "package" => SymbolKind::Module,
            "type" | "typedef" | "alia" | "alias" | "newtype" => SymbolKind::Type,
            "constant" | "const" => SymbolKind::Constant,
            "variable" | "var" | "val" | "static" => SymbolKind::Variable,
            "macro" | "define" => SymbolKind::Macro,
            "property" | "propertie" | "field" | "attribute" => SymbolKind::Property,
            "resource" => SymbolKind::Resource,
            "service" => SymbolKind::Service,
            "job" | "task" => SymbolKind::Job,
            "step" => SymbolKind::Step,
            "stage" => SymbolKind::Stage,
            "section" | "heading" => SymbolKind::Section,
            "rule" | "selector" | "target" => SymbolKind::Rule,
            "table" | "view" => SymbolKind::Table,
            "endpoint" | "route" | "rpc" | "operation" => SymbolKind::Endpoint,
            "other" => SymbolKind::Other,
            _ => return None,
        };
        Some(kind)
    }

    /// The kinds that a filter for this one lets through. People name the idea and not always the
    /// language's own word: `class` also finds structs, `function` methods, `interface` and `trait` find one another,
    /// `type` finds every type, `variable` finds constants.
    pub fn group(self) -> &'static [SymbolKind] {
        match self {
            SymbolKind::Class => &[SymbolKind::Class, SymbolKind::Struct],
            SymbolKind::Interface | SymbolKind::Trait => {
                &[SymbolKind::Interface, SymbolKind::Trait]
            }
            SymbolKind::Type => &[
                SymbolKind::Type,
                SymbolKind::Class,
                SymbolKind::Struct,
                SymbolKind::Enum,
                SymbolKind::Interface,
                SymbolKind::Trait,
            ],
            SymbolKind::Function => &[SymbolKind::Function, SymbolKind::Method],
            SymbolKind::Method => &[SymbolKind::Method],
            SymbolKind::Struct => &[SymbolKind::Struct],
            SymbolKind::Enum => &[SymbolKind::Enum],
            SymbolKind::Module => &[SymbolKind::Module],
            SymbolKind::Constant => &[SymbolKind::Constant],
            SymbolKind::Variable => &[SymbolKind::Variable, SymbolKind::Constant],
            SymbolKind::Macro => &[SymbolKind::Macro],
            SymbolKind::Property => &[SymbolKind::Property],
            SymbolKind::Resource => &[SymbolKind::Resource],
            SymbolKind::Service => &[SymbolKind::Service],
            SymbolKind::Job => &[SymbolKind::Job],
            SymbolKind::Step => &[SymbolKind::Step],
            SymbolKind::Stage => &[SymbolKind::Stage],
            SymbolKind::Section => &[SymbolKind::Section],
            SymbolKind::Rule => &[SymbolKind::Rule],
            SymbolKind::Table => &[SymbolKind::Table],
            SymbolKind::Endpoint => &[SymbolKind::Endpoint],
            SymbolKind::Other => &[SymbolKind::Other],
        }
    }

    /// Whether functions directly inside one are its methods.
    pub(crate) fn has_methods(self) -> bool {
        matches!(
            self,
            SymbolKind::Class
                | SymbolKind::Struct
                | SymbolKind::Enum
                | SymbolKind::Interface
                | SymbolKind::Trait
        )
    }

    /// Whether it has a body of statements, in which values are local and no symbols.
    pub(crate) fn is_callable(self) -> bool {
        matches!(self, SymbolKind::Function | SymbolKind::Method)
    }

    /// Whether it is a plain value: many of these belong into one chunk.
    pub(crate) fn is_value(self) -> bool {
        matches!(self, SymbolKind::Constant | SymbolKind::Variable | SymbolKind::Property)
    }
}

impl fmt::Display for SymbolKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No symbol kind has this name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKind(pub String);

impl fmt::Display for UnknownKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown symbol kind `{}`", self.0)
    }
}

impl std::error::Error for UnknownKind {}

impl FromStr for SymbolKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        SymbolKind::parse(name).ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_found_by_its_name_and_plural() {
        for kind in SymbolKind::ALL {
            assert_eq!(SymbolKind::parse(kind.as_str()), Some(kind));
            assert_eq!(SymbolKind::parse(&kind.as_str().to_uppercase()), Some(kind));
            assert!(kind.group().contains(&kind));
        }
        assert_eq!(SymbolKind::parse("classes"), Some(SymbolKind::Class));
        assert_eq!(SymbolKind::parse("functions"), Some(SymbolKind::Function));
        assert_eq!(SymbolKind::parse("properties"), Some(SymbolKind::Property));
        assert_eq!(SymbolKind::parse("protocol"), Some(SymbolKind::Interface));
        assert_eq!(SymbolKind::parse("nonsense"), None);
        assert_eq!(SymbolKind::parse(""), None);
    }

    #[test]
    fn a_class_filter_finds_structs_and_an_interface_filter_finds_traits() {
        assert!(SymbolKind::Class.group().contains(&SymbolKind::Struct));
        assert!(SymbolKind::Interface.group().contains(&SymbolKind::Trait));
        assert!(!SymbolKind::Struct.group().contains(&SymbolKind::Class));
    }
}
