//! What a log writes before a message: when, how grave, and by whom.

/// Words that say how grave a message is, in lower case.
const LEVELS: [&str; 14] = [
    "critical", "crit", "debug", "err", "error", "fatal", "info", "notice", "panic", "severe",
    "trace", "verbose", "warn", "warning",
];

/// Fewer words of a message are not worth taking its stamp off.
const FEWEST_WORDS: usize = 2;

/// A line of a log without its time, level, thread and process; other texts as they are.
pub(super) fn without_stamp(text: &str) -> &str {
    let mut rest = text.trim_start();
    let mut has_time = false;
    while let Some((word, behind)) = rest.split_once(char::is_whitespace) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_time = is_time(bare);
        has_time |= is_time;
        let is_stamp =
            is_time || is_date(bare) || has_time && (is_log_level(bare) || is_source(word));
        if !is_stamp {
            break;
        }
        rest = behind.trim_start();
    }
    let is_message = has_time && rest.split_whitespace().count() >= FEWEST_WORDS;
    if is_message { rest } else { text }
}

/// `04:12:09`, `2026-11-28T04:12:09.331Z`.
fn is_time(word: &str) -> bool {
    let (date, time) = word.split_once('T').unwrap_or(("", word));
    let mut parts = time.split(':');
    let are_numbers = parts.by_ref().take(2).all(is_number);
    let seconds = parts.next().is_some_and(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    (date.is_empty() || is_date(date)) && are_numbers && seconds
}

/// `2026-11-28`, `2026/11/28`.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split(['-', '/']).collect();
    parts.len() == 3 && parts[0].len() == 4 && parts.into_iter().all(is_number)
}

fn is_number(part: &str) -> bool {
    !part.is_empty() && part.len() <= 4 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word says how grave a message is: `WARN`, `error`.
pub fn is_log_level(word: &str) -> bool {
    LEVELS.contains(&word.to_ascii_lowercase().as_str())
}

/// `gateway[4711]:`, `[main]`, `mcp_gateway::server:`, or a sign that parts a stamp from what follows.
fn is_source(word: &str) -> bool {
    let is_bracketed = word.starts_with('[') && word.ends_with(']');
    let has_process = word.trim_end_matches(':').ends_with(']') && word.contains('[');
    let is_sign = word.chars().all(|c| matches!(c, '-' | '|' | '—' | '>'));
    let is_module = word.ends_with(':') && word.contains("::");
    is_bracketed || has_process || is_sign || is_module
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_of_a_log_is_no_part_of_its_message() {
        for stamp in [
            "2026-11-28T04:12:09.331Z ERROR gateway[4711]: ",
            "[2026-11-28 04:12:09] ERROR: ",
            "2026/11/28 04:12:09 ",
            "04:12:09,331 [main] WARN - ",
            "2026-11-28T04:12:09Z  INFO shop::cart::store: ",
        ] {
            let line = format!("{stamp}no cart is open for 17");
            assert_eq!(without_stamp(&line), "no cart is open for 17");
        }
        for plain in [
            "ERROR no cart is open",
            "2026-11-28 no cart is open",
            "04:12:09 format",
            "[main] worker fails",
            "where is 10:30 parsed",
            "",
        ] {
            assert_eq!(without_stamp(plain), plain);
        }
    }
}
