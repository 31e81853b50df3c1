//! Text in the encodings that people have, and what is none.

use super::*;

fn read(bytes: &[u8]) -> (String, String) {
    let decoded = decode(bytes.to_vec()).unwrap_or_else(|reason| panic!("{reason:?}"));
    (decoded.text, decoded.encoding.unwrap_or_default().into_owned())
}

fn text(bytes: &[u8]) -> String {
    read(bytes).0
}

/// A text in an encoding.
fn encoded(text: &str, label: &str) -> Vec<u8> {
    let encoding = Encoding::for_label(label.as_bytes()).unwrap();
    let (bytes, _, is_lossy) = encoding.encode(text);
    assert!(!is_lossy, "{text} is no {label}");
    bytes.into_owned()
}

fn utf16(text: &str, bytes_of: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes_of).collect()
}

#[test]
fn utf8_is_as_it_was_and_nothing_is_told_of_it() {
    assert_eq!(read("grün".as_bytes()), ("grün".to_owned(), String::new()));
    assert_eq!(read("\u{feff}a".as_bytes()), ("a".to_owned(), String::new()));
    assert_eq!(decode(vec![]), Err(SkipReason::Empty));
    assert_eq!(decode("\u{feff}".into()), Err(SkipReason::Empty));
}

#[test]
fn undeclared_encodings_are_known_by_their_bytes() {
    for (label, name, sample) in [
        (
            "windows-1251",
            "windows-1251",
            "// Считает скидку по сумме заказов\nint discount_for(int sum);\n",
        ),
        (
            "koi8-r",
            "KOI8-U",
            "# Считает скидку по сумме заказов за месяц\ndef discount_for(sum):\n",
        ),
        ("latin1", "windows-1252", "/* Größe des Behälters */\nint behaelter_volumen(void);\n"),
        ("windows-1252", "windows-1252", "// “quoted” – naïve café\nint a;\n"),
        ("windows-1250", "windows-1250", "// Příliš žluťoučký kůň úpěl ďábelské ódy\nint a;\n"),
        ("windows-1253", "windows-1253", "// Υπολογίζει το σύνολο της παραγγελίας\nint a;\n"),
        ("windows-1255", "windows-1255", "// מחשב את סכום ההזמנה של הלקוח\nint a;\n"),
        ("shift_jis", "Shift_JIS", "// 在庫の数量を計算する\nint zaiko(int kazu);\n"),
        ("euc-jp", "EUC-JP", "// 在庫の数量を計算するための関数\nint zaiko(int kazu);\n"),
        ("gbk", "GBK", "// 计算商品的库存数量\nint stock_count(int id);\n"),
        ("euc-kr", "EUC-KR", "// 상품의 재고 수량을 계산한다\nint stock_count(int id);\n"),
        ("big5", "Big5", "// 計算商品的庫存數量\nint stock_count(int id);\n"),
    ] {
        assert_eq!(read(&encoded(sample, label)), (sample.to_owned(), name.to_owned()));
    }
    assert_eq!(
        text(b"// by Andr\xE9\nint main() { return 0; }\n"),
        "// by André\nint main() { return 0; }\n"
    );
}

#[test]
fn what_a_file_declares_holds() {
    for (label, sample) in [
        ("gbk", "#!/usr/bin/env python\n# -*- coding: gbk -*-\n# 出库\n"),
        ("shift_jis", "# vim: set fileencoding=cp932 :\n# 表\n"),
        ("euc-kr", "# encoding: cp949\n# 값\n"),
        ("big5", "<?xml version=\"1.0\" encoding=\"Big5\"?>\n<a>庫</a>\n"),
        ("windows-1251", "<html><head>\n\n\n<meta charset=windows-1251>я</head>\n"),
        ("iso-8859-15", "# -*- coding: iso8859_15-unix -*-\nprice = '5 €'\n"),
        ("windows-1250", "@charset \"cp1250\";\n/* ž */\n"),
        ("koi8-r", "# coding=koi8_r\n# я\n"),
    ] {
        assert_eq!(text(&encoded(sample, label)), sample);
    }
    assert_eq!(read(&encoded("# 在庫\n", "iso-2022-jp")).1, "ISO-2022-JP");
    // A wrong one, or one in the third line, is no reason to break a text.
    let wrong = "# coding: euc-jp\n# Größe des Behälters, für später\n";
    assert_eq!(text(&encoded(wrong, "latin1")), wrong);
    assert_eq!(text("# coding: latin-1\n# für\n".as_bytes()), "# coding: latin-1\n# für\n");
}

#[test]
fn utf16_and_utf32_are_read_with_and_without_a_mark() {
    let sample = "class BasketCounter // 数える, считать\n{\n}\n";
    for (marked, name) in [("", "UTF-16LE"), ("\u{feff}", "UTF-16LE")] {
        let bytes = utf16(&format!("{marked}{sample}"), u16::to_le_bytes);
        assert_eq!(read(&bytes), (sample.to_owned(), name.to_owned()));
        let bytes = utf16(&format!("{marked}{sample}"), u16::to_be_bytes);
        assert_eq!(read(&bytes), (sample.to_owned(), "UTF-16BE".to_owned()));
    }
    let chinese = format!("{}\n", "计算商品的库存数量".repeat(4)).repeat(3);
    assert_eq!(text(&utf16(&chinese, u16::to_le_bytes)), chinese);
    let wide: Vec<u8> = "\u{feff}a→\n".chars().flat_map(|c| u32::from(c).to_be_bytes()).collect();
    assert_eq!(read(&wide), ("a→\n".to_owned(), "UTF-32BE".to_owned()));
}

#[test]
fn damage_costs_what_is_damaged_and_no_more() {
    let mut lone = utf16("\u{feff}int a;\n// ", u16::to_le_bytes);
    lone.extend([0x00, 0xD8, 0x0A, 0x00, 0x7D]);
    let (found, name) = read(&lone);
    assert!(found.starts_with("int a;\n// \u{fffd}\n"), "{found:?}");
    assert_eq!(name, "UTF-16LE, damaged");
    let cut = "// grün, größer, über\nlet a = 'ä".as_bytes();
    let (found, name) = read(&cut[..cut.len() - 1]);
    assert_eq!(
        (found.as_str(), name.as_str()),
        ("// grün, größer, über\nlet a = '\u{fffd}", "UTF-8, damaged")
    );
    assert_eq!(read("let a = 'ä';\nlet b = 'ü".as_bytes()).1, "");
    let (found, name) = read(b"let a = '\xc3\xa4';\nlet b = '\xc3");
    assert_eq!(
        (found.as_str(), name.as_str()),
        ("let a = 'ä';\nlet b = '\u{fffd}", "UTF-8, damaged")
    );
    let thai = encoded("// ผิด\nint e;\n", "windows-874");
    assert_eq!(read(&thai).0, "// ผิด\nint e;\n");
    assert_eq!(text(b"let frame = 'a\0b';\n"), "let frame = 'a b';\n");
    let mut zeros = b"fn main() {}\n".to_vec();
    zeros.resize(5000, 0);
    assert_eq!(text(&zeros), "fn main() {}\n", "a file that a crash cut short");
    let mut late = vec![b'a'; 9000];
    late.push(0);
    late.push(b'b');
    assert_eq!(text(&late).as_bytes()[8999..], *b"a b");
}

#[test]
fn a_binary_is_no_text() {
    let noise: Vec<u8> =
        (0..4000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let installer = [b"#!/bin/sh\necho installing\n".repeat(400), noise.clone()].concat();
    let units: Vec<u8> = (0..4000_u16).flat_map(u16::to_le_bytes).collect();
    for binary in [
        b"\x7fELF\0\0".to_vec(),
        b"\x89PNG\0\0\0".to_vec(),
        b"\x1f\x8b\x08 short".to_vec(),
        b"%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj\n".to_vec(),
        b"alpha\0beta\0gamma\0".to_vec().repeat(9),
        vec![0; 100],
        [b"\xFF\xFE".to_vec(), noise.clone()].concat(),
        noise,
        installer,
        units,
    ] {
        let shown: Vec<u8> = binary.iter().take(20).copied().collect();
        assert!(decode(binary) == Err(SkipReason::Binary), "{shown:?}");
    }
}

#[test]
fn each_line_end_counts_one_line() {
    assert_eq!(text(b"a\rb\rc"), "a\nb\nc");
    assert_eq!(text(b"a\r\nb\rc\nd\r"), "a\r\nb\nc\nd\n");
    assert_eq!(text("ü\r\r\n".as_bytes()), "ü\n\r\n");
    assert_eq!(text(b"a\r\nb\r\n"), "a\r\nb\r\n");
}

/// Numbers by chance, the same in each run.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 32) as u8
    };
    (0..length).map(|_| next()).collect()
}

#[test]
fn short_bytes_by_chance_are_no_text() {
    let taken =
        |length: usize| (1..=300).filter(|seed| decode(noise(*seed, length)).is_ok()).count();
    for (length, at_most) in [(30, 20), (60, 5), (120, 2), (300, 0)] {
        assert!(taken(length) <= at_most, "{length} bytes: {} of 300", taken(length));
    }
    assert_eq!(decode(b"x\x01\x4b\xca\xc9OR06c".to_vec()), Err(SkipReason::Binary));
    assert!(
        decode(
            "Größe „fest“ – in µm"
                .chars()
                .map(|c| match c {
                    'ö' => 0xf6,
                    'ß' => 0xdf,
                    '„' => 0x84,
                    '“' => 0x93,
                    '–' => 0x96,
                    'µ' => 0xb5,
                    c => c as u8,
                })
                .collect()
        )
        .is_ok()
    );
}
