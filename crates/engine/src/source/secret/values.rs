//! Keys and their values in texts of data, which keys a credential has, and which values nobody
//! thought up.

use std::collections::HashSet;

/// Ends of a key whose value is a credential, written together.
const ENDS: [&str; 13] = [
    "password",
    "passwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "accesskey",
    "privatekey",
    "secretkey",
    "encryptionkey",
    "signingkey",
    "credential",
    "credentials",
];
/// Last words of such a key that are also ends of other words, such as `compass`.
const WORDS: [&str; 4] = ["pass", "pwd", "auth", "pepper"];
/// What a key is for, before the word `key`, where it is kept secret.
const KEYS: [&str; 18] = [
    "account",
    "admin",
    "aes",
    "app",
    "auth",
    "cipher",
    "crypto",
    "deploy",
    "encrypt",
    "hmac",
    "jwt",
    "master",
    "preshared",
    "root",
    "service",
    "shared",
    "storage",
    "webhook",
];
/// Words behind those of a credential that say which one it is.
const LATER: [&str; 9] =
    ["base", "current", "new", "old", "previous", "prod", "production", "staging", "value"];
/// Words before `token` that make it a place in a list.
const PLACES: [&str; 5] = ["next", "page", "continuation", "cursor", "sync"];
/// Parts of values that stand for the ones to come.
const PLACEHOLDERS: [&str; 15] = [
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "your",
    "redacted",
    "dummy",
    "replace",
    "xxxx",
    "password",
    "passw0rd",
    "p@ssw",
    "123456789",
    "abcdefgh",
];

/// The keys of a text whose values are written out, with these: no expression of a template,
/// number, or reference.
pub(super) fn literals(text: &str) -> impl Iterator<Item = (&str, &str)> {
    pairs(text).filter(|(_, value)| is_literal(value))
}

/// Whether a credential's key has a value that nobody thought up.
pub(super) fn holds_random_value(text: &str) -> bool {
    literals(text).any(|(key, value)| is_random(value) && is_sensitive(key))
}

/// Whether a credential's key has a number of some digits as its value.
pub(super) fn holds_number_as_credential(text: &str) -> bool {
    const DIGITS: usize = 4;
    let is_number =
        |value: &str| value.len() >= DIGITS && value.bytes().all(|byte| byte.is_ascii_digit());
    pairs(text).any(|(key, value)| is_number(value) && is_sensitive(key))
}

/// Whether a password that nobody thought up is a part of a value: in `scheme://user:password@host`,
/// in what connects to a database (`Password=…;`), or in an address's query.
pub(super) fn holds_random_part(text: &str) -> bool {
    const SHORT: usize = 12;
    const LONGEST: usize = 256;
    let ends = |c: char| c.is_whitespace() || ";&?,\"'`<>\\".contains(c);
    let is_field = |field: &str| {
        let Some((key, value)) = field.split_once('=') else { return false };
        is_generated(value, SHORT) && is_sensitive(key)
    };
    let is_login = |at: usize| {
        let rest = &text[at + "://".len()..];
        let rest = &rest[..rest.floor_char_boundary(LONGEST)];
        let end = rest.find(|c: char| c == '/' || ends(c)).unwrap_or(rest.len());
        let login = rest[..end].rsplit_once('@').and_then(|(login, _)| login.split_once(':'));
        login.is_some_and(|(_, password)| is_generated(password, SHORT))
    };
    text.match_indices("://").any(|(at, _)| is_login(at)) || text.split(ends).any(is_field)
}

/// Whether an element or attribute of XML is a credential that nobody thought up: `<password>…</password>`,
/// `password="…"`, `key="password" value="…"`, and a property list's `<key>` with its `<string>`.
pub(super) fn holds_random_element(text: &str) -> bool {
    let mut named = "";
    text.trim_start().starts_with('<')
        && text.split('<').any(|piece| {
            let (tag, content) = piece.split_once('>').unwrap_or((piece, ""));
            let (element, rest) =
                tag.split_once(char::is_whitespace).unwrap_or((tag.trim_end_matches('/'), ""));
            let content = content.trim();
            let (mut name, mut is_found) = ("", false);
            for (key, value) in attributes(rest) {
                match key {
                    "key" | "name" | "id" => name = value,
                    "value" => is_found |= is_random(value) && is_sensitive(name),
                    _ => is_found |= is_random(value) && is_sensitive(key),
                }
            }
            let keys = [element, name, if element == "string" { named } else { "" }];
            is_found |= is_random(content) && keys.into_iter().any(is_sensitive);
            if !element.starts_with('/') {
                named = if element == "key" { content } else { "" };
            }
            is_found
        })
}

/// The attributes of a tag, given without its name.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag;
    std::iter::from_fn(move || {
        let (key, behind) = rest.split_once('=')?;
        let (value, behind) = quoted(behind.trim_start())?;
        rest = behind;
        Some((key.trim(), value))
    })
}

/// The keys and values of a text, line by line. The `value` behind a `name` has that as its key.
fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut named = None;
    text.lines().flat_map(pairs_of_line).map(move |(key, value)| match key {
        "name" | "key" => {
            named = Some(value);
            (key, value)
        }
        "value" => (named.take().unwrap_or(key), value),
        _ => (key, value),
    })
}

/// The keys and values of a line: of the whole, and of the parts of a map that it has.
fn pairs_of_line(line: &str) -> Vec<(&str, &str)> {
    let line = line.trim();
    if line.starts_with(['#', ';']) {
        return Vec::new();
    }
    let mut pairs: Vec<_> = pair(line).into_iter().collect();
    if line.contains(['{', ',']) {
        pairs.extend(parts(line).into_iter().filter_map(pair));
    }
    pairs
}

/// The parts of a line between braces, brackets and commas that stand in no quotes.
fn parts(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut begin, mut before, mut escaped) = (0, ' ', false);
    let mut quote = None;
    for (at, c) in line.char_indices() {
        if let Some(open) = quote {
            if c == open && !escaped {
                quote = None;
            }
            escaped = c == '\\' && !escaped;
        } else if "\"'".contains(c) && ":=,{[ ".contains(before) {
            (quote, escaped) = (Some(c), false);
        } else if "{}[],".contains(c) {
            parts.push(&line[begin..at]);
            begin = at + c.len_utf8();
        }
        before = c;
    }
    parts.push(&line[begin..]);
    parts
}

/// The key and the value of a line or a part of one.
fn pair(part: &str) -> Option<(&str, &str)> {
    let part = part.trim().trim_start_matches("- ").trim_start();
    let part = part.strip_prefix("export ").unwrap_or(part);
    let part = part.trim_start_matches([':', '{', '[', ' ']);
    let (key, rest) = match quoted(part) {
        Some((inside, rest)) => match rest.trim_start().strip_prefix([':', '=']) {
            Some(rest) => (inside, rest),
            // An entry of a list: `- "DOOR=open"`.
            None => inside.split_once('=')?,
        },
        None => part.split_once(['=', ':'])?,
    };
    let key = key.trim().trim_matches(['"', '\'', '`']);
    let is_key = !key.is_empty() && !key.contains(char::is_whitespace);
    is_key.then(|| (key, value(rest.trim_start_matches(['=', '>']))))
}

/// A value without its quotes, or what ends the line behind it.
fn value(rest: &str) -> &str {
    let rest = rest.trim();
    if let Some((inside, _)) = quoted(rest) {
        return inside;
    }
    let comment = [" #", "\t#", " ;", " //"].iter().filter_map(|mark| rest.find(mark)).min();
    let value = rest[..comment.unwrap_or(rest.len())].trim_end_matches([',', ';', '}', ']', ' ']);
    value.trim_matches(['"', '\'', '`'])
}

/// What stands in the quotes that a text begins with, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| "\"'`".contains(*c))?;
    let inner = &text[quote.len_utf8()..];
    let mut escaped = false;
    let end = inner.find(|c| {
        let is_end = c == quote && !escaped;
        escaped = c == '\\' && !escaped;
        is_end
    })?;
    Some((&inner[..end], &inner[end + quote.len_utf8()..]))
}

/// Whether a value is written out.
fn is_literal(value: &str) -> bool {
    let is_word = !matches!(value, "true" | "false" | "null" | "none" | "~" | "yes" | "no");
    let begins = value.starts_with(|char: char| char.is_alphanumeric() || "/+_.-:".contains(char));
    begins && is_word && value.parse::<f64>().is_err()
}

/// Whether a key's last words are a credential's: `DB_PASS`, `signingKey`, `secret_key_base`.
pub(super) fn is_sensitive(key: &str) -> bool {
    let mut words = words(key);
    while words.len() > 1 && words.last().is_some_and(|word| LATER.contains(&word.as_str())) {
        words.pop();
    }
    let [front @ .., last] = words.as_slice() else { return false };
    let before = front.last().map_or("", String::as_str);
    let is_place = last == "token" && PLACES.contains(&before);
    let is_public = words.iter().any(|word| word == "public" || word == "publishable");
    let of_key = last.strip_suffix("key").map(|kind| if kind.is_empty() { before } else { kind });
    let is_last = WORDS.contains(&last.as_str()) || of_key.is_some_and(|of| KEYS.contains(&of));
    let together = words.concat();
    !is_place && !is_public && (is_last || ENDS.iter().any(|end| together.ends_with(end)))
}

/// The words of a key, in lower case: between marks, and where capitals begin. Numbers at the end of a
/// word are left out.
fn words(key: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in key.split(|c: char| !c.is_alphanumeric()) {
        let mut word = String::new();
        let mut chars = part.chars().peekable();
        let mut before = None;
        while let Some(c) = chars.next() {
            let is_last_capital = chars.peek().is_some_and(|next| next.is_lowercase());
            let begins =
                before.is_some_and(|before: char| !before.is_uppercase() || is_last_capital);
            if c.is_uppercase() && begins {
                words.push(std::mem::take(&mut word));
            }
            word.extend(c.to_lowercase());
            before = Some(c);
        }
        words.push(word);
    }
    let trimmed = words.iter().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    trimmed.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Whether a value is letters and digits by chance: long, in one piece, and of many different ones.
fn is_random(value: &str) -> bool {
    const LONG: usize = 20;
    const DIFFERENT: usize = 10;
    const SHORT: usize = 16;
    let is_long = value.len() >= LONG
        && value.chars().all(|c: char| c.is_ascii_alphanumeric() || "+/=".contains(c))
        && !value.starts_with('/')
        && value.contains(|c: char| c.is_ascii_digit())
        && value.contains(|c: char| c.is_ascii_alphabetic())
        && is_thought_up_by_nobody(value, DIFFERENT);
    is_long || is_generated(value, SHORT)
}

/// Whether a value of at least so many characters is what a program makes as a password or a token: small
/// letters, capitals and digits in no order, perhaps with marks.
fn is_generated(value: &str, at_least: usize) -> bool {
    const DIFFERENT: usize = 8;
    const LONGEST: usize = 4096;
    let is_of = |marks: &str| value.chars().all(|c| c.is_ascii_alphanumeric() || marks.contains(c));
    let has = |is: fn(&u8) -> bool| value.as_bytes().iter().any(is);
    let kind =
        |byte: u8| (byte.is_ascii_lowercase(), byte.is_ascii_uppercase(), byte.is_ascii_digit());
    let changes = || value.as_bytes().windows(2).filter(|two| kind(two[0]) != kind(two[1])).count();
    (at_least..=LONGEST).contains(&value.len())
        && (is_of("+/=") || is_of("_-~!@.="))
        && !value.starts_with('/')
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_digit)
        && changes() * 3 >= value.len()
        && is_thought_up_by_nobody(value, DIFFERENT)
}

/// Whether a value has so many different characters, and is neither words nor a placeholder.
fn is_thought_up_by_nobody(value: &str, different: usize) -> bool {
    value.chars().collect::<HashSet<char>>().len() >= different
        && !is_placeholder(value)
        && !is_of_words(value)
}

/// Whether half of a value or more is words: runs of letters that can be spoken.
fn is_of_words(value: &str) -> bool {
    const SHORTEST: usize = 5;
    let is_vowel = |byte: &u8| b"aeiouAEIOU".contains(byte);
    let mut of_words = 0;
    let bytes = value.as_bytes();
    let is_same_word = |a: &u8, b: &u8| {
        a.is_ascii_alphabetic()
            && (b.is_ascii_lowercase() || a.is_ascii_uppercase() && b.is_ascii_uppercase())
    };
    for word in bytes.chunk_by(is_same_word) {
        let vowels = word.iter().filter(|byte| is_vowel(byte)).count();
        let is_word = word.len() >= SHORTEST && word.iter().all(u8::is_ascii_alphabetic);
        let most = word.split(is_vowel).map(<[u8]>::len).max().unwrap_or(0);
        if is_word && vowels * 4 >= word.len() && most <= 3 {
            of_words += word.len();
        }
    }
    of_words * 2 >= value.len()
}

/// `xxxxxxxx`, `AKIAIOSFODNN7EXAMPLE`: what documentation has in a token's place.
pub(super) fn is_placeholder(body: &str) -> bool {
    let mut seen: Vec<u8> = body.bytes().collect();
    seen.sort_unstable();
    seen.dedup();
    seen.len() < 8 || stands_for_another(body)
}

/// Whether a value says that another is to be put in its place.
pub(super) fn stands_for_another(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|part| lower.contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Values as programs make them, of three lengths.
    const RANDOM: [&str; 3] =
        ["q7Wz4Xc8Vr9kLm2QbN5tYp1s", "Vr9k-Lm2Q_z7Wp4Xc8Ab12Z", "q7wz4xc8vr9k0m2qbn5typ1s"];

    #[test]
    fn a_key_is_a_credentials_by_its_last_words() {
        for key in [
            "SECRET_KEY",
            "secret_key_base",
            "DB_PASS",
            "db_pwd",
            "smtp.password",
            "encryptionKey",
            "signing-key",
            "AWSSecretAccessKey",
            "ossrhPassword",
            "DB_PASSWORD_PROD",
            "password2",
            "wireguardPrivateKey",
            "//registry.shop.org/:_authToken",
            "APP_KEY",
        ] {
            assert!(is_sensitive(key), "{key}");
        }
        for key in [
            "compass",
            "primary_key",
            "passwordKey",
            "secretName",
            "public_key",
            "PUBLIC_TOKEN",
            "NextToken",
            "token_lifetime",
            "map_key",
            "author",
            "",
            "_",
        ] {
            assert!(!is_sensitive(key), "{key}");
        }
    }

    #[test]
    fn values_are_read_in_every_form_of_line() {
        for random in RANDOM {
            for line in [
                format!("password: {random}"),
                format!("password: {random}  # of the shop"),
                format!("export DB_PASSWORD={random}"),
                format!("- DB_PASSWORD={random}"),
                format!("- \"DB_PASSWORD={random}\""),
                format!("env: {{ NAME: shop, DB_PASSWORD: {random} }}"),
                format!("{{\"a\": \"it's, so\", \"b\": {{\"password\": \"{random}\"}}}}"),
                format!("- name: DB_PASSWORD\n  value: \"{random}\""),
                format!("password = \"{random}\" ; of the shop"),
            ] {
                assert!(holds_random_value(&line), "{line}");
            }
            for line in [
                format!("# password: {random}"),
                format!("checksum: {random}"),
                format!("password: ${{{random}}}"),
                format!("password: {{{{ .Values.{random} }}}}"),
                format!("password: !vault {random}"),
            ] {
                assert!(!holds_random_value(&line), "{line}");
            }
        }
    }

    #[test]
    fn what_people_write_is_not_random() {
        for value in [
            "ForgotYourPasswordClickHere2Reset",
            "lifetime3600secondsUntil1hour",
            "Enter2FactorAuthenticationCode",
            "your-api-key-Goes-Here-2024",
            "YourStrong-Passw0rd-2024",
            "shop-postgres-credentials-2024",
            "db-credentials-7f9c8d6b5f-x2k4p",
            "com.shop.Secrets2.DoorProvider",
            "sentence-transformers/all-MiniLM-L6-v2",
            "123e4567-e89b-12d3-a456-426614174000",
            "2024-01-01T00.00.00Z",
            "xxxxXXXX1234xxxxXXXX",
            "aB3-aB3-aB3-aB3-aB3-aB3",
        ] {
            assert!(!is_random(value), "{value}");
        }
        for value in RANDOM {
            assert!(is_random(value), "{value}");
        }
        assert!(is_random("p@Vr9kLm2Q!z7Wp4Xc8Ab1") && !is_random("Vr9kLm2"));
    }

    #[test]
    fn passwords_are_known_within_values() {
        let random = "Vr9kLm2Qz7Wp4Xc8";
        for text in [
            format!("url: postgres://app:{random}@db.internal:5432/shop"),
            format!("URL=mysql://root:{random}@10.0.0.4/shop"),
            format!("\"Default\": \"Server=tcp:db;User ID=app;Password={random};\""),
            format!("dsn: \"Data Source=db;Pwd={random}\""),
            format!("jdbc:postgresql://db/shop?user=app&password={random}"),
        ] {
            assert!(holds_random_part(&text), "{text}");
        }
        for text in [
            "url: postgres://app:${DB_PASSWORD}@db/shop",
            "url: postgres://postgres:postgres@localhost/shop",
            "url: https://shop.org:8443/a@Vr9kLm2Qz7Wp4Xc8",
            "url: https://shop.org/?next_token=Vr9kLm2Qz7Wp4Xc8",
            "\"Server=db;Password=yourStrong-Passw0rd;\"",
            "Forgot your password?",
            "://",
            "a://ü:ü@",
            "=",
        ] {
            assert!(!holds_random_part(text), "{text}");
        }
    }

    #[test]
    fn passwords_are_known_in_elements_and_attributes() {
        let random = "Vr9kLm2Qz7Wp4Xc8Ab12Z";
        for text in [
            format!("<server>\n <id>x</id>\n <password>{random}</password>\n</server>"),
            format!("<a><add key=\"ClearTextPassword\" value=\"{random}\" /></a>"),
            format!("<a><add value='{random}' password='{random}'/></a>"),
            format!("<p><property name=\"db.password\">{random}</property></p>"),
            format!("<dict>\n<key>apiToken</key>\n<string>{random}</string>\n</dict>"),
        ] {
            assert!(holds_random_element(&text), "{text}");
        }
        for text in [
            format!("<a><add key=\"checksum\" value=\"{random}\" /></a>"),
            format!("<dict><key>icon</key><string>{random}</string></dict>"),
            "<server><password>${env.PASSWORD}</password></server>".to_owned(),
            "<string name=\"password\">Forgot your password?</string>".to_owned(),
            format!("password>{random}<"),
            "<".to_owned(),
            "<a b=\"".to_owned(),
        ] {
            assert!(!holds_random_element(&text), "{text}");
        }
    }

    #[test]
    fn long_lines_take_time_by_their_length() {
        let began = std::time::Instant::now();
        for piece in [
            "{\"a\": \"b\", ",
            "a://b:c@",
            "<a b=\"c\" ",
            "'",
            "\"",
            "a=b;",
            "{",
            "eyJ.",
            " eyJhbGciOiJIUzI1NiJ9",
            "sk-proj-",
            "sk-",
        ] {
            let text = piece.repeat((1 << 18) / piece.len());
            assert!(!holds_random_value(&text) && !holds_random_part(&text), "{piece}");
            assert!(!holds_random_element(&format!("<{text}")), "{piece}");
            assert!(!super::super::tokens::holds_token(&text), "{piece}");
        }
        assert!(began.elapsed().as_secs() < 30, "{:?}", began.elapsed());
    }
}
