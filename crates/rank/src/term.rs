//! The hash that stands for a term.

/// The hash that stands for a term everywhere: FNV-1a, finalised. It is stored, so it never changes.
pub(crate) fn term_hash(term: &str) -> u32 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in term.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^= hash >> 29;
    hash = hash.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (hash >> 32) as u32
}
