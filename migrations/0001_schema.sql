-- The schema of Sconce. Everything lies in a schema of its own, `sconce`, so that a database that is
-- shared with others stays tidy; the search path is set by the store when it connects.
--
-- The four big tables are LIST-partitioned by index. The store makes a partition of each with every
-- index, and reads and writes the partitions by name: an index is dropped at once by dropping them,
-- and no statement on one index ever locks, plans or scans another.

CREATE TABLE indexes (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text        NOT NULL UNIQUE,
    root        text        NOT NULL,
    model       text        NOT NULL,
    dimension   integer     NOT NULL CHECK (dimension > 0),
    settings    jsonb       NOT NULL DEFAULT '{}',
    -- counts the changes of the content
    generation  bigint      NOT NULL DEFAULT 0,
    status      text        NOT NULL DEFAULT 'empty'
                CHECK (status IN ('empty', 'indexing', 'ready', 'failed')),
    commit_id   text,
    branch      text,
    error       text,
    -- kept by every write, so that a list of indexes counts nothing
    files       bigint      NOT NULL DEFAULT 0,
    chunks      bigint      NOT NULL DEFAULT 0,
    -- whether the vectors have an HNSW index; without one they are scanned
    hnsw        boolean     NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX indexes_root ON indexes (root);

-- Ids of file versions: a file that is written again gets a new one, so (file_id, ordinal) names one
-- version of a chunk for ever.
CREATE SEQUENCE file_ids AS bigint;

CREATE TABLE files (
    index_id     bigint  NOT NULL,
    file_id      bigint  NOT NULL,
    path         text    NOT NULL,
    hash         bytea   NOT NULL,
    size         bigint  NOT NULL,
    mtime_ns     bigint  NOT NULL,
    language     text,
    lines        integer NOT NULL,
    chunks       integer NOT NULL,
    parse_status text    NOT NULL,
    -- the words of the file, in the engine's own form
    lexical      bytea   NOT NULL
) PARTITION BY LIST (index_id);
-- already compact, and read whole
ALTER TABLE files ALTER COLUMN lexical SET STORAGE EXTERNAL;

CREATE TABLE chunks (
    index_id     bigint  NOT NULL,
    file_id      bigint  NOT NULL,
    ordinal      integer NOT NULL,
    start_line   integer NOT NULL,
    end_line     integer NOT NULL,
    start_byte   integer NOT NULL,
    end_byte     integer NOT NULL,
    content_hash bytea   NOT NULL,
    symbol_kind  text,
    symbol_name  text,
    signature    text,
    scopes       text[]  NOT NULL,
    content      text    NOT NULL,
    embedding    halfvec
) PARTITION BY LIST (index_id);
-- An exact search reads every vector: they stay in the row, and the text is what moves out of it.
ALTER TABLE chunks ALTER COLUMN embedding SET STORAGE PLAIN;

CREATE TABLE symbols (
    index_id   bigint  NOT NULL,
    file_id    bigint  NOT NULL,
    -- ordinal of the chunk that it starts in
    chunk      integer NOT NULL,
    kind       text    NOT NULL,
    name       text    NOT NULL,
    scopes     text[]  NOT NULL,
    signature  text    NOT NULL,
    start_line integer NOT NULL,
    end_line   integer NOT NULL,
    name_line  integer NOT NULL,
    doc        text
) PARTITION BY LIST (index_id);

-- What a file depends on. `target` is as written; `resolved` is the path of a file of the same index,
-- once something has resolved it.
CREATE TABLE edges (
    index_id bigint  NOT NULL,
    file_id  bigint  NOT NULL,
    kind     text    NOT NULL,
    target   text    NOT NULL,
    names    text[]  NOT NULL,
    line     integer NOT NULL,
    resolved text
) PARTITION BY LIST (index_id);

-- No foreign keys between these: the store writes and removes a file and all that belongs to it in
-- one transaction, and a check a row would be the dearest part of it.

-- Vectors by what was embedded, whichever index asked for it.
CREATE TABLE embeddings (
    model        text    NOT NULL,
    content_hash bytea   NOT NULL,
    last_used    date    NOT NULL DEFAULT CURRENT_DATE,
    embedding    halfvec NOT NULL,
    PRIMARY KEY (model, content_hash)
);
ALTER TABLE embeddings ALTER COLUMN embedding SET STORAGE PLAIN;
CREATE INDEX embeddings_last_used ON embeddings (last_used);
