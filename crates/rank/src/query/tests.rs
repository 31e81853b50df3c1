use super::*;

fn kind(query: &str) -> QueryKind {
    analyze(query).kind
}

fn names(query: &str) -> Vec<String> {
    analyze(query).symbols.into_iter().map(|symbol| symbol.name).collect()
}

#[test]
fn the_kind_is_told_by_the_shape() {
    assert_eq!(kind("ClientSession"), QueryKind::Identifier);
    assert_eq!(kind("distill"), QueryKind::Identifier);
    assert_eq!(kind("parse_url()"), QueryKind::Identifier);
    assert_eq!(kind("Session.get"), QueryKind::QualifiedName);
    assert_eq!(kind("std::fs::read"), QueryKind::QualifiedName);
    assert_eq!(kind("Picker:find"), QueryKind::QualifiedName);
    assert_eq!(kind("src/click/core.py"), QueryKind::Path);
    assert_eq!(kind("web_app.py"), QueryKind::Path);
    assert_eq!(kind("\"connection refused\""), QueryKind::Phrase);
    assert_eq!(kind("TypeError: x is not a function"), QueryKind::ErrorMessage);
    assert_eq!(kind("cannot borrow as mutable"), QueryKind::ErrorMessage);
    assert_eq!(kind("how does pass_context work"), QueryKind::SentenceWithIdentifier);
    assert_eq!(kind("how are cookies stored"), QueryKind::Sentence);
    assert_eq!(kind("error and exception types"), QueryKind::Sentence);
    assert_eq!(kind(""), QueryKind::Sentence);
}

#[test]
fn names_are_found_in_sentences() {
    assert_eq!(names("where is ClientSession closed"), ["ClientSession"]);
    assert_eq!(names("how Picker:find opens"), ["find"]);
    assert_eq!(names("what does `close` do"), ["close"]);
    assert_eq!(names("the parse() step"), ["parse"]);
    assert!(names("HTTP authentication and URL parsing").is_empty());
    let half = analyze("how the Session manages state");
    assert_eq!(half.symbols.len(), 1);
    assert!(half.symbols[0].certainty < 1.0);
    assert_eq!(half.kind, QueryKind::Sentence);
}

#[test]
fn a_qualified_name_keeps_its_scope() {
    let query = analyze("std::fs::read");
    assert_eq!(query.symbols[0].name, "read");
    assert_eq!(query.symbols[0].qualifier, ["std", "fs"]);
}

#[test]
fn filters_are_taken_out_of_the_text() {
    let query = analyze("retry policy lang:go,rust path:src/** kind:function symbol:Foo*");
    assert_eq!(query.text, "retry policy");
    assert_eq!(query.filters.languages, ["go", "rust"]);
    assert_eq!(query.filters.path_globs, ["src/**"]);
    assert_eq!(query.filters.symbol_kinds, ["function"]);
    assert_eq!(query.filters.symbol_names, ["Foo*"]);
    let plain = analyze("std::fs http://host:80 type::x error: no \"lang:go\"");
    assert!(plain.filters.is_empty(), "{:?}", plain.filters);
}

#[test]
fn a_colon_in_ordinary_text_is_no_filter() {
    for text in [
        "what does type: mean",
        "error: cannot find file: x",
        "kind: of thing",
        "kind:Deployment",
        "type:module in package.json",
        "name:cart-worker kind:Service",
        "a file:x and a name:y",
        "file:///tmp/x is no file",
        "language:whatever it is",
        "build:prod fails",
    ] {
        let query = analyze(text);
        assert!(query.filters.is_empty(), "{text}: {:?}", query.filters);
        assert_eq!(query.text, text);
    }
}

#[test]
fn filters_alone_ask_for_what_they_say() {
    let query = analyze("path:src/** symbol:parse_*");
    assert_eq!(query.text, "parse_ src/");
    assert_eq!(query.filters.path_globs, ["src/**"]);
    let query = analyze("kind:function -path:tests");
    assert_eq!((query.text.as_str(), query.filters.path_globs.len()), ("function", 1));
    assert_eq!(analyze("-path:tests").text, "*");
}

#[test]
fn filters_as_people_write_them_are_filters() {
    let filters = |query: &str| analyze(query).filters;
    assert_eq!(filters("parse lang:klingon").languages, ["klingon"]);
    assert_eq!(filters("parse language:pyton").languages, ["pyton"]);
    assert_eq!(filters("parse lang:.go type:fn").symbol_kinds, ["fn"]);
    assert_eq!(filters("clamp path:src/").path_globs, ["src/"]);
    assert_eq!(filters("clamp -path:tests file:limits.go").path_globs, ["!tests", "limits.go"]);
    assert_eq!(filters("x path:*.{ts,tsx},y").path_globs, ["*.{ts,tsx},y"]);
    assert_eq!(filters("x name:parse_* symbol:Ui::Node").symbol_names, ["parse_*", "Ui::Node"]);
    let either = analyze("path:docs OR path:src clamp");
    assert_eq!((either.text.as_str(), either.filters.path_globs.len()), ("clamp", 2));
}

#[test]
fn stop_words_go_unless_nothing_else_is_there() {
    let words = |query: &str| -> Vec<String> {
        analyze(query).terms.into_iter().map(|term| term.text).collect()
    };
    assert_eq!(words("how are the cookies stored"), ["cookies", "cookies_stored", "stored"]);
    assert_eq!(words("how is it"), ["how", "how_is", "is", "is_it", "it"]);
    assert_eq!(words("get"), ["get"]);
}

#[test]
fn an_identifier_is_looked_up_whole_in_parts_and_in_the_other_convention() {
    let query = analyze("httpClient");
    assert_eq!(query.terms[0].role, TermRole::Whole);
    assert!(query.terms[0].forms.iter().any(|form| form.text == "http_client"));
    assert!(query.terms.iter().any(|term| term.text == "client" && term.role == TermRole::Part));
}

#[test]
fn neighbours_are_also_looked_for_as_one_but_not_across_punctuation() {
    let query = analyze("rate limiters");
    let compound = query.terms.iter().find(|term| term.role == TermRole::Compound);
    let forms: Vec<&str> =
        compound.iter().flat_map(|term| &term.forms).map(|form| form.text.as_str()).collect();
    assert!(forms.contains(&"ratelimiter") && forms.contains(&"rate_limiters"), "{forms:?}");
    let apart = analyze("rate, limiters");
    assert!(apart.terms.iter().all(|term| term.role != TermRole::Compound));
}

#[test]
fn words_without_spaces_are_looked_up_by_pairs() {
    let words = |query: &str| -> Vec<String> {
        analyze(query).terms.into_iter().map(|term| term.text).collect()
    };
    assert_eq!(words("库存不足"), ["库存不足", "库存", "存不", "不足"]);
    assert_eq!(words("주소를"), ["주소를", "주소", "소를"]);
    assert!(words("การชำระเงิน").contains(&"เง".to_owned()));
    assert_eq!(words("get数据库"), ["get数据库", "get", "数据库", "数据", "据库"]);
}

#[test]
fn every_form_of_a_letter_is_one() {
    let words = |query: &str| -> Vec<String> {
        analyze(query).terms.into_iter().map(|term| term.text).collect()
    };
    assert_eq!(words("charge_re\u{301}sume\u{301}"), words("charge_résumé"));
    assert_eq!(words("ＣａｒｔＴｏｔａｌ"), words("CartTotal"));
    assert_eq!(analyze("ｃａｒｔ").text, "ｃａｒｔ", "what is embedded stays as it was written");
}

#[test]
fn words_have_their_forms() {
    let has = |query: &str, form: &str| {
        analyze(query).terms.iter().any(|term| term.forms.iter().any(|f| f.text == form))
    };
    assert!(has("the connections", "connection"));
    assert!(has("when retrying requests", "retry"));
    assert!(has("running tasks", "run"));
    assert!(has("how objects are serialized", "serializer"));
    assert!(has("request validation", "validate"));
    assert!(has("its configuration", "config"));
    assert!(!has("the tree", "trees2"));
}

#[test]
fn any_text_is_a_query() {
    for text in
        ["\"", "\"\"", "::", "a:", ":a", "---", "´`()", "日本語 検索", &"x ".repeat(100_000)]
    {
        let query = analyze(text);
        assert!(query.terms.len() <= 64);
    }
}

#[test]
fn what_a_query_asks_the_definition_of_is_a_name() {
    for query in [
        "def total",
        "fn total",
        "pub fn total",
        "definition of total",
        "where is total defined",
        "_total",
        "tests/cart.py::Cart::total",
    ] {
        let names: Vec<String> = analyze(query)
            .symbols
            .iter()
            .filter(|one| one.certainty >= 1.0)
            .map(|one| one.name.clone())
            .collect();
        assert_eq!(names, [if query == "_total" { "_total" } else { "total" }], "{query}");
    }
    for query in ["total of carts", "def of a total", "where is the total defined"] {
        assert_eq!(analyze(query).symbols, [], "{query}");
    }
}

#[test]
fn a_line_of_a_log_is_its_message() {
    let stamped = analyze("2026-11-28T04:12:09.331Z ERROR shop[17]: no cart is open");
    assert_eq!(stamped.text, "no cart is open");
    assert_eq!(stamped.terms, analyze("no cart is open").terms);
}
