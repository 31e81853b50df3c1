//! Files of data that no language reads.

/// Extensions of drawings, tables, translations and patches, in lower case.
pub const DATA_EXTENSIONS: [&str; 12] =
    ["svg", "csv", "tsv", "jsonl", "ndjson", "geojson", "po", "pot", "srt", "vtt", "patch", "diff"];
