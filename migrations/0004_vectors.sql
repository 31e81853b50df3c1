-- Vectors in a table of their own that is only inserted into. A file's words and chunks are written
-- first, and its vectors when they are made: nothing is written twice, nothing is left to be vacuumed,
-- and an exact search reads vectors alone.
CREATE TABLE vectors (
    index_id  bigint  NOT NULL,
    file_id   bigint  NOT NULL,
    ordinal   integer NOT NULL,
    embedding halfvec NOT NULL
) PARTITION BY LIST (index_id);
ALTER TABLE vectors ALTER COLUMN embedding SET STORAGE PLAIN;

DO $$
DECLARE
    index_id bigint;
BEGIN
    FOR index_id IN SELECT id FROM indexes LOOP
        EXECUTE format('CREATE TABLE vectors_%1$s PARTITION OF vectors FOR VALUES IN (%1$s)', index_id);
        EXECUTE format(
            'INSERT INTO vectors_%1$s SELECT index_id, file_id, ordinal, embedding FROM chunks_%1$s
             WHERE embedding IS NOT NULL ORDER BY file_id, ordinal',
            index_id
        );
        EXECUTE format('ALTER TABLE vectors_%1$s ADD PRIMARY KEY (file_id, ordinal)', index_id);
        -- the files whose vectors are still to be made, found without reading the others
        EXECUTE format('CREATE INDEX ON files_%1$s (file_id) WHERE NOT embedded', index_id);
    END LOOP;
END $$;

-- The HNSW index goes with the column; the next job builds it again on the new table.
UPDATE indexes SET hnsw = false;
ALTER TABLE chunks DROP COLUMN embedding;

-- Written at every index, and read by nobody.
DROP TABLE edges;
