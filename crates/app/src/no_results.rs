//! Why a search has no results, and what would give some, in the words of whoever asked.

use sconce_engine::{Engine, FilterPart, NoResults, Skipped, Unanswered};

/// How a caller writes a search.
pub(crate) trait Wording {
    /// A part of the filter as it was given, such as `--glob 'src/**'`.
    fn named(&self, part: FilterPart) -> String;
    /// What to do where the index of that name holds no file.
    fn on_empty(&self, index: &str) -> String;
    /// The same search without some parts, and with another query where there is one; none where the caller
    /// writes it easily.
    fn without(&self, parts: &[FilterPart], query: Option<&str>) -> Option<String>;
}

/// What to tell of a search that found nothing. Where that cannot be told the search stays what it was.
pub(crate) async fn notes(
    engine: &Engine,
    unanswered: &Unanswered<'_>,
    wording: &impl Wording,
) -> Vec<String> {
    // Asked seldom, and it would make every search's future larger.
    let reason = Box::pin(engine.why_no_results(unanswered)).await;
    reason.ok().flatten().map_or_else(Vec::new, |reason| told(&reason, wording))
}

fn told(reason: &NoResults, wording: &impl Wording) -> Vec<String> {
    let again = |parts: &[FilterPart], query: Option<&str>| {
        let call = wording.without(parts, query);
        call.map_or_else(String::new, |call| format!(": {call}"))
    };
    match reason {
        NoResults::NoFiles { indexes } => {
            let first = indexes.first().map_or("", String::as_str);
            let names = indexes.join(", ");
            vec![format!("the index {names} holds no file: {}", wording.on_empty(first))]
        }
        NoResults::BeingMade { indexes } => {
            vec![format!("the index {} is being made and holds no file yet", indexes.join(", "))]
        }
        NoResults::FiltersInQuery { query } => vec![format!(
            "the filters in the query leave nothing; without them there are results{}",
            again(&[], Some(query))
        )],
        NoResults::Part { part, passes_nothing, skipped } => {
            let named = wording.named(*part);
            let call = again(&[*part], None);
            let why = if *passes_nothing {
                format!("{named} leaves nothing{}", absent(*part))
            } else {
                format!("nothing of it is within {named}")
            };
            let note = format!("{why}; without it there are results{call}");
            std::iter::once(note).chain(skipped.iter().map(left_out)).collect()
        }
        NoResults::Together { parts } => vec![format!(
            "the filters together leave nothing; without them there are results{}",
            again(parts, None)
        )],
    }
}

/// What there is none of where nothing at all passes a part.
fn absent(part: FilterPart) -> &'static str {
    match part {
        FilterPart::Languages => ", since no file is of it",
        FilterPart::Paths => ", since no indexed path fits it",
        FilterPart::Kinds => ", since no symbol is one",
        FilterPart::Names => ", since no symbol is called so",
        FilterPart::Within => ", since no file in it is indexed",
    }
}

/// Why a file is not in an index.
pub(crate) fn left_out(skipped: &Skipped) -> String {
    let rule = skipped.rule.as_ref().map_or_else(String::new, |rule| format!(" ({rule})"));
    let (reason, meaning) = (skipped.reason.as_str(), skipped.reason.meaning());
    format!("{} is not indexed: {reason}{rule}: {meaning}", skipped.path)
}

#[cfg(test)]
mod tests {
    use sconce_engine::SkipReason;

    use super::*;

    struct Plain;

    impl Wording for Plain {
        fn named(&self, _: FilterPart) -> String {
            "--glob '*.svg'".to_owned()
        }

        fn on_empty(&self, index: &str) -> String {
            format!("look at {index}")
        }

        fn without(&self, _: &[FilterPart], query: Option<&str>) -> Option<String> {
            query.map(str::to_owned)
        }
    }

    #[test]
    fn a_glob_of_what_was_left_out_says_what_brings_it_in() {
        let skipped = vec![Skipped {
            path: "logo.svg".to_owned(),
            reason: SkipReason::Data,
            rule: Some("*.svg".to_owned()),
        }];
        let reason = NoResults::Part { part: FilterPart::Paths, passes_nothing: true, skipped };
        assert_eq!(
            told(&reason, &Plain),
            [
                "--glob '*.svg' leaves nothing, since no indexed path fits it; without it there are \
                 results",
                "logo.svg is not indexed: data (*.svg): it is data; `include_data`, or a glob of \
                 `include` that names it, takes it",
            ]
        );
    }

    #[test]
    fn an_empty_index_is_the_first_reason() {
        let indexes = vec!["shop".to_owned()];
        let told = told(&NoResults::NoFiles { indexes }, &Plain);
        assert_eq!(told, ["the index shop holds no file: look at shop"]);
    }
}
