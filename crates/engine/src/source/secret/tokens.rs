//! How tokens look. The formats are those that their issuers publish.

use std::sync::LazyLock;

use regex::Regex;

use super::values::is_placeholder;

/// How a token looks: what it begins with, how many characters follow, and which beside letters
/// and digits.
struct Token {
    prefix: &'static str,
    at_least: usize,
    also: &'static str,
}

const TOKENS: [Token; 74] = [
    Token::new("AKIA", 16, ""),
    Token::new("ASIA", 16, ""),
    Token::new("ghp_", 36, ""),
    Token::new("gho_", 36, ""),
    Token::new("ghu_", 36, ""),
    Token::new("ghs_", 36, ""),
    Token::new("ghr_", 36, ""),
    Token::new("github_pat_", 82, "_"),
    Token::new("glpat-", 20, "_-"),
    Token::new("xoxb-", 20, "-"),
    Token::new("xoxp-", 20, "-"),
    Token::new("xoxa-", 20, "-"),
    Token::new("xoxs-", 20, "-"),
    Token::new("sk_live_", 24, ""),
    Token::new("rk_live_", 24, ""),
    Token::new("AIza", 35, "_-"),
    Token::new("npm_", 36, ""),
    Token::new("pypi-AgEIcHlwaS5vcmc", 50, "_-"),
    Token::new("hf_", 34, ""),
    Token::new("dop_v1_", 64, ""),
    Token::new("sk-proj-", 40, "_-"),
    Token::new("sk-svcacct-", 40, "_-"),
    Token::new("sk-ant-", 40, "_-"),
    Token::new("sk-or-v1-", 40, ""),
    Token::new("gsk_", 40, ""),
    Token::new("xapp-", 20, "-"),
    Token::new("hooks.slack.com/services/", 30, "/"),
    Token::new("SG.", 50, "._-"),
    Token::new("dckr_pat_", 20, "_-"),
    Token::new("ATATT3", 60, "_-="),
    Token::new("AGE-SECRET-KEY-1", 40, ""),
    Token::new("hvs.", 24, "_-"),
    Token::new("shpat_", 32, ""),
    Token::new("lin_api_", 32, ""),
    Token::new("figd_", 32, "_-"),
    Token::new("tskey-auth-", 20, "-"),
    Token::new("ya29.", 50, "_-."),
    Token::new("AccountKey=", 60, "+/="),
    Token::new("glrt-", 20, "_-"),
    Token::new("gldt-", 20, "_-"),
    Token::new("glptt-", 40, "_-"),
    Token::new("glagent-", 50, "_-"),
    Token::new("xoxe-", 20, "-"),
    Token::new("sk-admin-", 40, "_-"),
    Token::new("pplx-", 40, ""),
    Token::new("xai-", 70, ""),
    Token::new("r8_", 37, ""),
    Token::new("whsec_", 32, "+/="),
    Token::new("shpss_", 32, ""),
    Token::new("shpca_", 32, ""),
    Token::new("shppa_", 32, ""),
    Token::new("sb_secret_", 20, "_-"),
    Token::new("sbp_", 40, ""),
    Token::new("pscale_pw_", 32, "_-.="),
    Token::new("pscale_tkn_", 32, "_-.="),
    Token::new("rubygems_", 48, ""),
    Token::new("ntn_", 40, ""),
    Token::new("glsa_", 41, "_"),
    Token::new("glc_eyJ", 32, "+/=_-"),
    Token::new("phx_", 40, ""),
    Token::new("sntrys_", 50, "+/=_-"),
    Token::new("sntryu_", 64, ""),
    Token::new("dp.st.", 40, "._-"),
    Token::new("dp.pt.", 40, "_-"),
    Token::new("doo_v1_", 64, ""),
    Token::new("dor_v1_", 64, ""),
    Token::new("vcp_", 40, ""),
    Token::new("HRKU-", 36, "_-"),
    Token::new("FlyV1 fm", 40, "_+/=,-"),
    Token::new("fm2_", 80, "_+/=-"),
    Token::new("atlasv1.", 60, "_-="),
    Token::new("nfp_", 36, ""),
    Token::new("GOCSPX-", 28, "_-"),
    Token::new("PMAK-", 59, "-"),
];
/// Tokens of exactly so many hexadecimal digits: their beginnings are common in other words.
const HEXADECIMAL: [(&str, usize); 3] = [("pul-", 40), ("key-", 32), ("dapi", 32)];
/// Whether a token is at a mark, given the text and the place of the mark.
type IsAt = fn(&str, usize) -> bool;
/// Marks within tokens that nothing tells at their beginning, and what says whether one is there.
const WITHIN: [(&str, IsAt); 4] = [
    ("T3BlbkFJ", is_openai_key),
    (":AA", is_telegram_token),
    ("eyJ", is_web_token),
    ("sig=", is_shared_signature),
];

/// Whether a text holds a token. All of their beginnings are looked for in one pass: files of data are large.
pub(super) fn holds_token(text: &str) -> bool {
    static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let prefixes = TOKENS.iter().map(|token| token.prefix);
        let marks = prefixes
            .chain(HEXADECIMAL.iter().map(|(prefix, _)| *prefix))
            .chain(WITHIN.iter().map(|(mark, _)| *mark));
        Regex::new(&marks.map(regex::escape).collect::<Vec<_>>().join("|")).ok()
    });
    let mut found = MARKS.iter().flat_map(|marks| marks.find_iter(text));
    found.any(|found| {
        let (mark, at) = (found.as_str(), found.start());
        TOKENS.iter().any(|token| token.prefix == mark && token.is_at(text, at))
            || HEXADECIMAL.iter().any(|(prefix, digits)| {
                *prefix == mark && is_hexadecimal(text, at, at + mark.len(), *digits)
            })
            || WITHIN.iter().any(|(within, is_at)| *within == mark && is_at(text, at))
    })
}

impl Token {
    const fn new(prefix: &'static str, at_least: usize, also: &'static str) -> Self {
        Self { prefix, at_least, also }
    }

    /// Whether the token that begins at a place of a text is one that is used.
    fn is_at(&self, text: &str, at: usize) -> bool {
        let body = run(&text[at + self.prefix.len()..], self.also);
        !goes_on(text, at) && body.len() >= self.at_least && !is_placeholder(body)
    }
}

/// Whether a word goes on at a place of a text.
fn goes_on(text: &str, at: usize) -> bool {
    text[..at].chars().last().is_some_and(|c| c.is_alphanumeric() || c == '_')
}

/// The letters, digits and other characters of a token that a text begins with; of very many, the first:
/// beginnings of tokens may follow each other without end.
fn run<'text>(text: &'text str, also: &str) -> &'text str {
    run_up_to(text, also, 256)
}

fn run_up_to<'text>(text: &'text str, also: &str, most: usize) -> &'text str {
    let text = &text[..text.floor_char_boundary(most)];
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !also.contains(c));
    &text[..end.unwrap_or(text.len())]
}

/// The letters, digits and other characters of a token that a text ends with, at most so many.
fn run_before<'text>(text: &'text str, also: &str, most: usize) -> &'text str {
    let of_token = |byte: &u8| byte.is_ascii_alphanumeric() || also.as_bytes().contains(byte);
    let length = text.bytes().rev().take(most).take_while(of_token).count();
    &text[text.len() - length..]
}

fn is_hexadecimal(text: &str, at: usize, begin: usize, digits: usize) -> bool {
    let body = run(&text[begin..], "_-");
    !goes_on(text, at)
        && !text[..at].ends_with('-')
        && body.len() == digits
        && body.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !is_placeholder(body)
}

/// `sk-…T3BlbkFJ…`: the mark is the company's name.
fn is_openai_key(text: &str, at: usize) -> bool {
    const OF_HALF: usize = 20;
    let front = run_before(&text[..at], "_-", 200);
    let body = run(&text[at + "T3BlbkFJ".len()..], "_-");
    front.starts_with("sk-")
        && front.len() >= OF_HALF
        && body.len() >= OF_HALF
        && !is_placeholder(body)
}

/// `712345678:AA…`: a bot's number, and 35 characters.
fn is_telegram_token(text: &str, at: usize) -> bool {
    let number = run_before(&text[..at], "_-", 16);
    let body = run(&text[at + 1..], "_-");
    (8..=10).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && body.len() == 35
        && !is_placeholder(body)
}

/// Three parts, of which the first two are JSON objects, and the last is a signature.
fn is_web_token(text: &str, at: usize) -> bool {
    // The token of a person who is called 1234567890, with which the format is explained.
    const EXPLAINED: &str = "eyJzdWIiOiIxMjM0NTY3ODkw";
    const LONGEST: usize = 8192;
    const OBJECT: usize = 16;
    const SIGNATURE: usize = 40;
    // Within a token the same letters may begin another one, which would be read again.
    if goes_on(text, at) || text[..at].ends_with(['-', '.']) || is_called_example(text, at) {
        return false;
    }
    let part = |at: usize| run_up_to(&text[at..], "_-", LONGEST);
    let behind = |at: usize, part: &str| {
        let end = at + part.len();
        text[end..].starts_with('.').then_some(end + 1)
    };
    let head = part(at);
    let Some(at_claims) = behind(at, head) else { return false };
    let claims = part(at_claims);
    let Some(at_signature) = behind(at_claims, claims) else { return false };
    let signature = run(&text[at_signature..], "_-");
    head.len() >= OBJECT
        && claims.len() >= OBJECT
        && claims.starts_with("eyJ")
        && !claims.starts_with(EXPLAINED)
        && signature.len() >= SIGNATURE
        && !is_placeholder(signature)
}

/// Whether what stands before a place on its line calls what follows an example, as descriptions of
/// interfaces do.
fn is_called_example(text: &str, at: usize) -> bool {
    const NEAR: usize = 64;
    let before = &text[text.floor_char_boundary(at.saturating_sub(NEAR))..at];
    let line = before.rsplit('\n').next().unwrap_or(before);
    line.to_ascii_lowercase().contains("example")
}

/// The signature in a shared address of Azure: 32 bytes in Base64, as addresses have it.
fn is_shared_signature(text: &str, at: usize) -> bool {
    const SIGNATURE: usize = 43;
    let body = run(&text[at + "sig=".len()..], "+/=%");
    let signature = ["%3D", "%3d", "="].iter().find_map(|end| body.strip_suffix(end));
    text[..at].ends_with(['?', '&', ';'])
        && signature.is_some_and(|body| body.len() >= SIGNATURE && !is_placeholder(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hI6";
    const DIGITS: &str = "3fa90c17be52d684a1c7e09b35f2d8164e7a0b9c";

    #[test]
    fn every_token_is_known_where_it_begins_a_word() {
        let long = BODY.repeat(3);
        for Token { prefix, .. } in &TOKENS {
            assert!(holds_token(&format!("a: b\nvalue: {prefix}{long}\n")), "{prefix}");
            assert!(!holds_token(&format!("value: x{prefix}{long}\n")), "{prefix}");
            assert!(!holds_token(&format!("value: {prefix}{}\n", "x".repeat(99))), "{prefix}");
        }
        for (prefix, digits) in HEXADECIMAL {
            let body = &DIGITS[..digits];
            assert!(holds_token(&format!("value: {prefix}{body}\n")), "{prefix}");
            assert!(!holds_token(&format!("value: cache-{prefix}{body}\n")), "{prefix}");
            assert!(!holds_token(&format!("value: {prefix}{body}0\n")), "{prefix}");
            assert!(!holds_token(&format!("value: {prefix}{}\n", &long[..digits])), "{prefix}");
        }
    }

    #[test]
    fn tokens_are_known_by_marks_within() {
        let half = &BODY[..20];
        assert!(holds_token(&format!("llm: sk-{half}T3BlbkFJ{half}\n")));
        assert!(!holds_token(&format!("page: {half}T3BlbkFJ{half}\n")));
        assert!(holds_token(&format!("bot: 712345678:AA{}\n", &BODY[..33])));
        assert!(!holds_token(&format!("bot: 12:AA{}\n", &BODY[..33])));
        assert!(!holds_token(&format!("bot: 712345678:AA{}\n", &BODY[..30])));
        assert!(holds_token(&format!("fly: FlyV1 fm2_{}\n", BODY.repeat(3))));
        assert!(holds_token(&format!("tfe: {}.atlasv1.{}\n", &BODY[..14], BODY.repeat(2))));
        let web = format!("eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzaG9wIn0.{BODY}{half}");
        assert!(holds_token(&format!("session: {web}\n")));
        assert!(!holds_token(&format!("example: {web}\n")));
        assert!(!holds_token("session: eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJzaG9wIn0.c2ln\n"));
        let shared = format!("https://x.org/c?sv=2022&sig={BODY}aB3dE6g");
        assert!(
            holds_token(&format!("u: {shared}%3D\n")) && holds_token(&format!("{shared}=&x=1"))
        );
        assert!(!holds_token(&shared) && !holds_token("https://x.org/c?sig=abc%3D"));
    }

    #[test]
    fn marks_at_the_ends_of_a_text_are_read() {
        for text in ["eyJ", ":AA", "sig=", "T3BlbkFJ", "ü:AAü", "üeyJü.eyJ.", "key-", "ghp_"] {
            assert!(!holds_token(text), "{text}");
        }
    }
}
