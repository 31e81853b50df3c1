-- Whether the job that writes an index is asked to stop, by whom it may concern: it looks every other
-- second, and whoever becomes the index's writer begins with false.
ALTER TABLE indexes ADD COLUMN stop boolean NOT NULL DEFAULT false;
