//! Bytes to text, whatever encoding they are in.
//!
//! What is UTF-8 costs one check. All else is told by its byte-order mark, by the pattern of its zero
//! bytes, by what the file itself declares in its first lines, and at last by how its bytes follow each
//! other. A binary is known by its signature, or by bytes that no text has.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};

use super::SkipReason;

/// How far into a file it is looked for the pattern of UTF-16.
const WINDOW: usize = 8192;
/// How far into a file an encoding may be declared.
const DECLARATION: usize = 1024;

/// A file's text, and what it was before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The text. Each of its lines ends with `\n` or `\r\n`; a NUL became a space, since PostgreSQL
    /// takes none.
    pub(super) text: String,
    /// The encoding's name, where it was not UTF-8 without a fault.
    pub(super) encoding: Option<Cow<'static, str>>,
}

impl Decoded {
    fn of(text: String) -> Self {
        Self { text, encoding: None }
    }

    fn from(text: String, name: &'static str, is_damaged: bool) -> Self {
        let damaged = || Cow::from(format!("{name}, damaged"));
        Self { text, encoding: Some(if is_damaged { damaged() } else { Cow::from(name) }) }
    }
}

/// The text of a file's bytes; a reason where they are no text.
pub(super) fn decode(bytes: Vec<u8>) -> Result<Decoded, SkipReason> {
    if bytes.is_empty() {
        return Err(SkipReason::Empty);
    }
    let mut decoded = match String::from_utf8(bytes) {
        Ok(text) if text.contains('\0') => with_nul(text.as_bytes())?,
        Ok(text) => seven_bit(&text).unwrap_or_else(|| Decoded::of(text)),
        Err(error) => not_utf8(error.as_bytes())?,
    };
    if decoded.text.starts_with('\u{feff}') {
        decoded.text.drain(..'\u{feff}'.len_utf8());
    }
    if decoded.text.is_empty() {
        return Err(SkipReason::Empty);
    }
    decoded.text = with_line_feeds(without_nul(decoded.text));
    Ok(decoded)
}

/// ISO-2022-JP is the one encoding in use whose every byte is ASCII: escapes switch its alphabets.
fn seven_bit(text: &str) -> Option<Decoded> {
    if !text.contains('\x1b') || !["\x1b$B", "\x1b$@"].iter().any(|escape| text.contains(escape)) {
        return None;
    }
    let japanese = ISO_2022_JP.decode_without_bom_handling_and_without_replacement(text.as_bytes());
    Some(Decoded::from(japanese?.into_owned(), ISO_2022_JP.name(), false))
}

/// Valid UTF-8 with a NUL in it: UTF-16 of ASCII, text with a stray one, or a binary.
fn with_nul(bytes: &[u8]) -> Result<Decoded, SkipReason> {
    if let Some(encoding) = utf16_without_mark(bytes) {
        return utf16(bytes, encoding);
    }
    // A file that a crash cut short ends in zeros.
    let kept = without_zeros_at_end(bytes);
    if is_binary(kept) {
        return Err(SkipReason::Binary);
    }
    Ok(Decoded::of(String::from_utf8_lossy(kept).into_owned()))
}

fn not_utf8(bytes: &[u8]) -> Result<Decoded, SkipReason> {
    match bytes {
        [0xFF, 0xFE, 0, 0, rest @ ..] => return utf32(rest, u32::from_le_bytes, "UTF-32LE"),
        [0, 0, 0xFE, 0xFF, rest @ ..] => return utf32(rest, u32::from_be_bytes, "UTF-32BE"),
        [0xFF, 0xFE, rest @ ..] => return utf16(rest, UTF_16LE),
        [0xFE, 0xFF, rest @ ..] => return utf16(rest, UTF_16BE),
        _ => {}
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return utf16(bytes, encoding);
    }
    let bytes = without_zeros_at_end(bytes);
    if is_binary(bytes) {
        return Err(SkipReason::Binary);
    }
    if let Some(encoding) = declared(bytes)
        && let Some(decoded) = by(bytes, encoding)
    {
        return Ok(decoded);
    }
    if is_damaged_utf8(bytes) {
        let text = String::from_utf8_lossy(bytes).into_owned();
        return Ok(Decoded::from(text, UTF_8.name(), true));
    }
    by(bytes, detected(bytes)).filter(reads_like_text).ok_or(SkipReason::Binary)
}

/// Whether a short text whose encoding was guessed has few signs that no keyboard has: of bytes by chance a
/// quarter are such signs in most encodings, and too few to be told by those that no text has.
fn reads_like_text(decoded: &Decoded) -> bool {
    const SHORT: usize = 1024;
    let is_sign = |c: &char| !c.is_ascii() && !c.is_alphanumeric() && !c.is_whitespace();
    let count = decoded.text.chars().count();
    count > SHORT || decoded.text.chars().filter(is_sign).count() <= 1 + count / 10
}

/// The text by an encoding, unless much of it would be broken.
fn by(bytes: &[u8], encoding: &'static Encoding) -> Option<Decoded> {
    let (text, is_damaged) = encoding.decode_without_bom_handling(bytes);
    is_text(&text).then(|| Decoded::from(text.into_owned(), encoding.name(), is_damaged))
}

fn utf16(bytes: &[u8], encoding: &'static Encoding) -> Result<Decoded, SkipReason> {
    by(bytes, encoding).ok_or(SkipReason::Binary)
}

fn utf32(
    bytes: &[u8],
    unit: fn([u8; 4]) -> u32,
    name: &'static str,
) -> Result<Decoded, SkipReason> {
    let (quads, rest) = bytes.as_chunks::<4>();
    let chars = quads.iter().map(|quad| char::from_u32(unit(*quad)).unwrap_or('\u{fffd}'));
    let text: String = chars.collect();
    let is_damaged = !rest.is_empty() || text.contains('\u{fffd}');
    if is_text(&text) { Ok(Decoded::from(text, name, is_damaged)) } else { Err(SkipReason::Binary) }
}

/// Whether characters that no text has are few.
fn is_text(text: &str) -> bool {
    let (mut all, mut stray) = (0, 0);
    for c in text.chars() {
        all += 1;
        stray += usize::from(is_stray(c));
    }
    stray <= forgiven_characters(all)
}

fn is_stray(c: char) -> bool {
    matches!(c, '\u{fffd}' | '\0'..='\u{8}' | '\u{e}'..='\u{19}' | '\u{1c}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}')
}

/// How many of so many characters may be broken: two in any text, and one in fifty.
fn forgiven_characters(all: usize) -> usize {
    2 + all / 50
}

/// How many of so many bytes may be none that a text has: one in any, and one in a hundred.
fn forgiven_bytes(all: usize) -> usize {
    1 + all / 100
}

/// How binary files begin that are mostly text, or may be short.
const SIGNATURES: [&[u8]; 29] = [
    b"\x7fELF",
    b"\x89PNG",
    b"GIF8",
    b"\xff\xd8\xff",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",
    b"%PDF-",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\0asm",
    b"BZh",
    b"\xfd7zXZ",
    b"7z\xbc\xaf",
    b"\x28\xb5\x2f\xfd",
    b"Rar!",
    b"OggS",
    b"fLaC",
    b"ID3",
    b"RIFF",
    b"wOFF",
    b"wOF2",
    b"SQLite format 3\0",
    b"!<arch>\n",
    b"\xd0\xcf\x11\xe0",
    // zlib, of which git's objects are.
    b"x\x01",
    b"x\x9c",
    b"x\xda",
];

/// Whether bytes that are no plain text are none at all: judged by the whole file, since an installer
/// may begin with a script.
fn is_binary(bytes: &[u8]) -> bool {
    let stray = |byte: &&u8| matches!(**byte, 0..=8 | 14..=25 | 28..=31 | 127);
    SIGNATURES.iter().any(|signature| bytes.starts_with(signature))
        || bytes.iter().filter(stray).count() > forgiven_bytes(bytes.len())
        || bytes.is_empty()
}

/// Which UTF-16 it is, where the zeros of ASCII characters lie as they do there.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    const AT_LEAST_UNITS: usize = 4;
    let head = &bytes[..bytes.len().min(WINDOW)];
    let (units, _) = head.as_chunks::<2>();
    if units.len() < AT_LEAST_UNITS || !head.contains(&0) || is_ascii_with_zeros(head) {
        return None;
    }
    let ascii = |unit: fn([u8; 2]) -> u16| ascii_units(units, unit).unwrap_or(0);
    let (little, big) = (ascii(u16::from_le_bytes), ascii(u16::from_be_bytes));
    // Text in any script has line ends, and code much more.
    if little.max(big) * 50 < units.len() || little == big {
        return None;
    }
    Some(if little > big { UTF_16LE } else { UTF_16BE })
}

/// Whether these are words of ASCII with a zero here and there, as lists of names have it: two letters
/// could be taken for one Chinese character.
fn is_ascii_with_zeros(bytes: &[u8]) -> bool {
    let zeros = bytes.iter().filter(|byte| matches!(byte, 0)).count();
    let is_printed = |byte: &&u8| matches!(**byte, b' '..=b'~' | b'\t' | b'\n' | b'\r');
    let printed = bytes.iter().filter(is_printed).count();
    zeros * 4 < bytes.len() && zeros + printed + forgiven_bytes(bytes.len()) >= bytes.len()
}

/// How many units are printed ASCII; none where many are none that a text has. Of few units some are
/// printed ASCII by chance, and so few of the others may be signs.
fn ascii_units(units: &[[u8; 2]], unit: fn([u8; 2]) -> u16) -> Option<usize> {
    const FEW_UNITS: usize = 400;
    let is_short = units.len() < FEW_UNITS;
    let is_sign = |c: char| {
        let is_of_text = c.is_alphanumeric() || c.is_ascii();
        let is_mark = matches!(c, '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}');
        !is_of_text && !is_mark
    };
    let (mut ascii, mut stray) = (0, 0);
    for c in char::decode_utf16(units.iter().map(|pair| unit(*pair))) {
        match c {
            Ok(' '..='~' | '\t' | '\n' | '\r') => ascii += 1,
            // Tables of small numbers have zeros.
            Ok('\0') => return None,
            Ok(c) if is_short && is_sign(c) => stray += 1,
            Ok(c) if !is_stray(c) && !matches!(c, '\u{e000}'..='\u{f8ff}') => {}
            _ => stray += 1,
        }
    }
    (stray <= forgiven_characters(units.len())).then_some(ascii)
}

/// Whether it is UTF-8 but for a few bytes, such as a tail that was cut off. Two letters of another
/// encoding may look like one of UTF-8, but not most of them.
fn is_damaged_utf8(bytes: &[u8]) -> bool {
    let (mut whole, mut broken, mut ends_broken) = (0, 0, false);
    for chunk in bytes.utf8_chunks() {
        whole += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        ends_broken = !chunk.invalid().is_empty();
        broken += usize::from(ends_broken);
    }
    whole > broken || whole > 0 && broken == 1 && ends_broken
}

/// The encoding that a file names: in its first two lines, as Python, Ruby, Emacs and Vim have it, in
/// an XML declaration, or as a character set of HTML or CSS.
fn declared(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION)]).to_ascii_lowercase();
    let mut lines = head.split(['\n', '\r']).filter(|line| !line.is_empty());
    let first = [lines.next(), lines.next()];
    let in_lines = first.iter().flatten().find_map(|line| named_after(line, "coding", &[':', '=']));
    in_lines.or_else(|| named_after(&head, "charset", &['=', ' ']))
}

/// The encoding whose name stands behind a word and a mark.
fn named_after(text: &str, word: &str, marks: &[char]) -> Option<&'static Encoding> {
    text.match_indices(word).find_map(|(at, _)| {
        let rest = &text[at + word.len()..];
        let rest = if marks.contains(&' ') { rest } else { rest.trim_start_matches(' ') };
        let rest = rest.strip_prefix(marks)?.trim_start_matches([' ', '"', '\'']);
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c));
        labelled(&rest[..end.unwrap_or(rest.len())])
    })
}

/// The encoding of a name, also as languages and editors call it.
fn labelled(name: &str) -> Option<&'static Encoding> {
    let name = name.replace('_', "-");
    let name = ["-unix", "-dos", "-mac"]
        .iter()
        .find_map(|line_end| name.strip_suffix(line_end))
        .unwrap_or(&name);
    let label = match name {
        "latin-1" | "iso-latin-1" | "iso8859" | "cp819" => "latin1",
        "cp932" | "ms932" | "mskanji" | "shiftjis" | "s-jis" | "japanese-shift-jis" => "shift_jis",
        "cp936" | "ms936" | "euc-cn" | "chinese-gbk" | "hz-gb-2312" => "gbk",
        "cp949" | "ms949" | "uhc" | "euckr" => "euc-kr",
        "cp950" | "ms950" | "big5hkscs" => "big5",
        "eucjp" | "ujis" | "japanese-euc" => "euc-jp",
        "mac-roman" | "macroman" => "macintosh",
        "koi8r" | "cyrillic-koi8" => "koi8-r",
        _ => name,
    };
    let windows = || {
        let digits = label.trim_start_matches("windows").trim_start_matches("win");
        Encoding::for_label(format!("windows-{}", digits.trim_start_matches('-')).as_bytes())
    };
    let found = Encoding::for_label(label.as_bytes()).or_else(windows)?;
    // What it would be by these was found out before.
    let is_other = ![UTF_8, UTF_16LE, UTF_16BE, encoding_rs::REPLACEMENT].contains(&found);
    is_other.then_some(found)
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

fn without_nul(text: String) -> String {
    if text.contains('\0') { text.replace('\0', " ") } else { text }
}

/// A lone `\r` becomes `\n`, which is as long: nothing else counts lines by it.
fn with_line_feeds(text: String) -> String {
    let is_lone = |bytes: &[u8], at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    let bytes = text.as_bytes();
    if !text.contains('\r') || !(0..bytes.len()).any(|at| is_lone(bytes, at)) {
        return text;
    }
    let mut with = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        with.push(if c == '\r' && rest.peek() != Some(&'\n') { '\n' } else { c });
    }
    with
}

/// Bytes without the zeros at their end.
fn without_zeros_at_end(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    &bytes[..end]
}

#[cfg(test)]
mod tests;
