-- A job that waits for its turn to fill an index holds its lock and says 'queued'; without a writer
-- that reads as 'interrupted'.
ALTER TABLE indexes DROP CONSTRAINT indexes_status_check;
ALTER TABLE indexes ADD CONSTRAINT indexes_status_check
    CHECK (status IN ('empty', 'queued', 'indexing', 'interrupted', 'ready', 'failed'));
