-- What tells a file that was replaced by one of the same size and time: the system's own time of its
-- last change, which no tool can set. 0 is known for no file, so that each is looked into once.
ALTER TABLE files ADD COLUMN changed_ns bigint NOT NULL DEFAULT 0;
-- The encoding that a file was in, where it was not UTF-8.
ALTER TABLE files ADD COLUMN encoding text;

-- What the last walk of an index's directory left out, with the reasons, in the engine's own form.
CREATE TABLE skipped_files (
    index_id bigint PRIMARY KEY REFERENCES indexes (id) ON DELETE CASCADE,
    entries  jsonb  NOT NULL
);
