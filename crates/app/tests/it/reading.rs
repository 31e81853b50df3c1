//! `read_chunk` and the lines of a pattern, over MCP.

use serde_json::{Value, json};

use crate::support::{Mode, Place, in_both_modes};

in_both_modes! {
    a_long_definition_is_read_around_the_line,
    several_places_are_read_in_one_call,
    lines_that_match_a_pattern_stand_under_their_definitions,
    uses_of_a_method_are_not_those_of_its_change_log_alone,
}

/// A class of 212 lines: a method of 204 and a short one.
fn long_class() -> String {
    let sums: String = (0..200)
        .flat_map(|n| ["        total += ".into(), format!("weights[{n}] * values[{n}]\n")])
        .collect();
    format!(
        "class Scale:\n    \"\"\"Weighs.\"\"\"\n\n    def weighted_sum(self, weights, values):\n        \
         total = 0\n{sums}        self.last = total\n        return total\n\n    \
         def reset(self):\n        self.last = 0\n"
    )
}

fn place(mode: Mode) -> Place {
    let place = Place::with_database().in_mode(mode);
    place.write("src/scale.py", &long_class());
    place
}

/// The numbers of the lines of code.
fn numbers(text: &str) -> Vec<u32> {
    let code = text.lines().filter_map(|line| line.split_once('|'));
    code.filter_map(|(number, _)| number.trim().parse().ok()).collect()
}

/// The arguments of the last line's call.
fn next(text: &str) -> Value {
    let line = text.lines().last().unwrap();
    let call = line.strip_prefix("next: read_chunk ").unwrap_or_else(|| panic!("{text}"));
    serde_json::from_str(call).unwrap()
}

fn a_long_definition_is_read_around_the_line(mode: Mode) {
    let place = place(mode);
    let mut client = place.initialized_client();
    let end = client.text("read_chunk", &json!({ "path": "src/scale.py:206" }));
    assert!(end.starts_with("src/scale.py:4-207  method Scale::weighted_sum\n"), "{end}");
    assert!(end.contains("\n4| def weighted_sum(self, weights, values)"), "{end}");
    assert!(end.contains("\n206|         self.last = total\n"), "{end}");
    assert!(end.contains("lines left out, 5-147\n"), "{end}");
    let before = client.text("read_chunk", &next(&end));
    assert_eq!(numbers(&before).last(), Some(&147), "{before}");

    let class = client.text("read_chunk", &json!({ "path": "src/scale.py", "line": "1" }));
    assert!(class.contains("\n4-207| def weighted_sum(self, weights, values)"), "{class}");
    assert!(class.contains("\n209-210| def reset(self)") && class.len() < 500, "{class}");
    assert_eq!(next(&class), json!({ "path": "src/scale.py:1-60" }));

    let short = client.text("read_chunk", &json!({ "path": "src/scale.py#L210" }));
    assert_eq!((numbers(&short), short.contains("next: ")), (vec![209, 210], false), "{short}");

    let range = json!({ "path": "src/scale.py", "line": 10, "end_line": "14", "max_tokens": 200 });
    let range = client.text("read_chunk", &range);
    assert!(range.starts_with("src/scale.py:10-14  in method Scale::weighted_sum 4-207\n"));
    assert_eq!(numbers(&range), [10, 11, 12, 13, 14], "{range}");

    // What was cut is read on by the call of the last line, to the end.
    let mut arguments = json!({ "path": "src/scale.py:1-210", "max_tokens": 700 });
    let mut seen = vec![];
    loop {
        let text = client.text("read_chunk", &arguments);
        assert!(text.len() <= 3 * 4000, "{text}");
        seen.extend(numbers(&text));
        if !text.contains("\nnext: ") {
            break;
        }
        arguments = next(&text);
    }
    assert_eq!(seen, (1..=210).collect::<Vec<_>>());
    let missing = client.call("read_chunk", &json!({ "path": "src/scale.py:999" }));
    let said = missing["content"][0]["text"].as_str().unwrap();
    assert!(missing["isError"] == true && said.contains("has no line 999"), "{said}");
    assert!(said.contains("it has 210 lines"), "{said}");
}

fn several_places_are_read_in_one_call(mode: Mode) {
    let place = place(mode);
    let mut client = place.initialized_client();
    let list = ["src/retry.rs:4", "src/nowhere.rs:1", "src/scale.py:20-200", "web/cart.ts"];
    for path in [json!(list), json!(json!(list).to_string())] {
        let arguments = json!({ "path": path, "max_tokens": 800 });
        let text = client.text("read_chunk", &arguments);
        assert!(text.len() <= 800 * 3, "{} bytes:\n{text}", text.len());
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what}:\n{text}"));
        let places = [
            at("  function backoff_delay\n"),
            at("src/nowhere.rs:1: error: src/nowhere.rs is not in the index 'shop'"),
            at("src/scale.py:20-200  in method Scale::weighted_sum 4-207\n"),
            at("web/cart.ts:1-6\n"),
        ];
        assert!(places.is_sorted(), "{text}");
        let next = next(&text);
        let rest = next["path"].as_str().unwrap();
        assert!(rest.starts_with("src/scale.py:") && rest.ends_with("-200"), "{next}");
    }
    let both = client.text("read_chunk", &json!({ "path": "src/retry.rs:4, web/cart.ts:1" }));
    assert!(both.contains("backoff_delay") && both.contains("web/cart.ts:1"), "{both}");
    for name in ["src/scale.py:reset", "src/scale.py:Scale::reset", "src/scale.py::Scale::reset"] {
        let named = client.text("read_chunk", &json!({ "path": name }));
        assert!(named.contains("209|     def reset(self):\n"), "{name}: {named}");
    }
    let outline = client.text("read_chunk", &json!({ "path": "src/scale.py" }));
    assert!(outline.starts_with("src/scale.py: ") && outline.contains(" lines\n"), "{outline}");
    let refused = client.call("read_chunk", &json!({ "path": ["src/x.rs", "src/y.rs"] }));
    assert_eq!(refused["isError"], true, "{refused}");
    let many = client.text("read_chunk", &json!({ "path": vec!["src/retry.rs"; 21] }));
    assert!(many.contains("21 places are too many at once"), "{many}");
}

fn lines_that_match_a_pattern_stand_under_their_definitions(mode: Mode) {
    let place = place(mode);
    let mut client = place.initialized_client();
    let text = client.text("search_code", &json!({ "pattern": "self.last = " }));
    let expected = "\
        src/scale.py:4-207  method Scale::weighted_sum\n206|         self.last = total\n \
        209-210  method Scale::reset\n210|         self.last = 0\n\
        2 lines in 1 file\n";
    assert!(text.ends_with(expected), "{text}");
    let arguments = json!({ "pattern": r"^\s+total \+=", "regex": "true", "limit": 3 });
    let text = client.text("search_code", &arguments);
    assert_eq!(numbers(&text), [6, 7, 8], "{text}");
    let last = text.lines().last().unwrap();
    let next = last.strip_prefix("3 of 200 lines in 1 file; next: search_code ").unwrap();
    let rest = client.text("search_code", &serde_json::from_str(next).unwrap());
    assert_eq!(numbers(&rest).len(), 100, "{rest}");
    assert!(rest.ends_with("100 of 200 lines in 1 file; path_glob or language narrows\n"));
    let filtered = json!({ "pattern": "backoff_delay", "language": "python" });
    let none = client.text("search_code", &filtered);
    assert!(
        none.ends_with("no line matches there; next: search_code {\"query\":\"backoff_delay\"}\n")
    );
    let both = json!({ "query": "weigh values", "pattern": "def reset" });
    let both = client.text("search_code", &both);
    assert!(
        both.starts_with("query: weigh values\nsrc/scale.py:")
            && both.ends_with("1 line in 1 file\n"),
        "{both}"
    );
    let meant = client.text("search_code", &json!({ "pattern": "nosuchname|total \\+=" }));
    assert!(meant.contains("as a regular expression"), "{meant}");
    assert!(meant.contains("total +="), "{meant}");
    assert!(meant.contains("no line has nosuchname"), "{meant}");
    let bad = client.call("search_code", &json!({ "pattern": "reset(", "regex": true }));
    let said = bad["content"][0]["text"].as_str().unwrap();
    assert!(bad["isError"] == true && said.contains("unclosed group"), "{said}");
    assert!(said.contains("\ntry: search_code {\"pattern\":\"reset(\"}"), "{said}");
}

fn uses_of_a_method_are_not_those_of_its_change_log_alone(mode: Mode) {
    let place = place(mode);
    place.write("CHANGELOG.md", "# Changes\n\n- `Scale.reset` is new.\n");
    place.write("src/desk.py", "def tidy(scale):\n    scale.reset()\n");
    let mut client = place.initialized_client();
    let uses = client.text("search_code", &json!({ "query": "who calls Scale.reset" }));
    let (_, uses) = uses.split_once("uses of any `reset`:\n").unwrap_or_else(|| panic!("{uses}"));
    assert!(uses.contains("2|     scale.reset()\n"), "{uses}");
    let method =
        client.text("search_code", &json!({ "query": "reset", "symbol_type": "function" }));
    assert!(method.starts_with("src/scale.py:209-210  method Scale::reset\n"), "{method}");
}
