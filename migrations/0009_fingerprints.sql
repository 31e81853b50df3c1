-- A fingerprint is a hash of the files' checksums now, which are known of what was downloaded. The next
-- process that embeds says it anew.
DELETE FROM models;
