//! What data and interfaces are described in.

use super::row::{Class, Grammar, Row, grammar, parsed};

pub(super) static ROWS: &[Row] = &[
    parsed(
        Class::Code,
        "graphql",
        "GraphQL",
        &["gql"],
        &["graphql", "gql", "graphqls"],
        grammar(tree_sitter_graphql::LANGUAGE, include_str!("../../queries/graphql.scm")),
    ),
    parsed(
        Class::Code,
        "prisma",
        "Prisma",
        &[],
        &["prisma"],
        grammar(tree_sitter_prisma_io::LANGUAGE, include_str!("../../queries/prisma.scm")),
    ),
    parsed(
        Class::Code,
        "proto",
        "Protocol Buffers",
        &["protobuf"],
        &["proto"],
        grammar(tree_sitter_proto::LANGUAGE, include_str!("../../queries/proto.scm")),
    ),
    parsed(
        Class::Code,
        "sql",
        "SQL",
        &["psql", "mysql"],
        &["sql", "psql", "pgsql", "mysql", "ddl", "dml"],
        Grammar {
            statements: true,
            ..grammar(tree_sitter_sequel::LANGUAGE, include_str!("../../queries/sql.scm"))
        },
    ),
];
