-- Whether every chunk of the file has its vector. Where there is much to embed, the words of all files
-- are written first, so that searches answer from them while the vectors are made; a file that has
-- none yet is looked into again by the next job.
ALTER TABLE files ADD COLUMN embedded boolean NOT NULL DEFAULT true;
