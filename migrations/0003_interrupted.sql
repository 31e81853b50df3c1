-- A job that ends before its work is done leaves 'interrupted' behind. So 'indexing' without a writer
-- means a job that its process did not survive, which nobody but the user begins again: whatever
-- ended that process may end the next one too.
ALTER TABLE indexes DROP CONSTRAINT indexes_status_check;
ALTER TABLE indexes ADD CONSTRAINT indexes_status_check
    CHECK (status IN ('empty', 'indexing', 'interrupted', 'ready', 'failed'));
