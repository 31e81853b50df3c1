//! Languages that a user adds. They stay for as long as the process lives, so that this is a test of its
//! own process.

use sconce_code::{
    ChunkOptions, Language, NewLanguage, NewLanguageError, add_language, parse_file,
};

fn new(name: &str, extension: &str, base: Option<&str>, query: Option<&str>) -> NewLanguage {
    NewLanguage {
        name: name.to_owned(),
        extensions: vec![extension.to_owned()],
        base: base.map(str::to_owned),
        query: query.map(str::to_owned),
        ..NewLanguage::default()
    }
}

fn symbols(path: &str, text: &str) -> Vec<String> {
    let language = Language::detect(path, text);
    let parsed = parse_file(path, text, language, &ChunkOptions::default());
    parsed.symbols.into_iter().map(|symbol| format!("{} {}", symbol.kind, symbol.name)).collect()
}

#[test]
fn an_added_language_is_read_by_its_base_and_found_by_both_names() {
    let query = "(call function: (identifier) @_task arguments: (argument_list . (string) @name)\n\
        (#eq? @_task \"task\")) @definition.job";
    let language = add_language(&new("tasks", "tsk", Some("python"), Some(query))).unwrap();
    assert_eq!(Language::detect("a/b.TSK", ""), Some(language));
    assert_eq!(Language::by_name("TASKS"), Some(language));
    assert!(Language::by_name("python").unwrap().with_dialects().any(|one| one == language));
    let text = "task(\"sweep\")\n\ndef helper():\n    pass\n";
    assert_eq!(symbols("a.tsk", text), ["job sweep", "function helper"]);
    assert_eq!(language.definition().unwrap().name, "tasks");

    let own = add_language(&new("own-headers", "h", Some("cpp"), None)).unwrap();
    assert_eq!(Language::detect("a.h", "int f(void);"), Some(own), "a user's word comes first");
    let text = add_language(&new("minutes", "minutes", None, None)).unwrap();
    assert!(!text.has_grammar() && Language::detect("a.minutes", "") == Some(text));

    for (wrong, error) in [
        (new("rust", "x1", None, None), NewLanguageError::Taken("rust".into())),
        (new("Big", "x2", None, None), NewLanguageError::Name("Big".into())),
        (new("aa", "x3", Some("klingon"), None), NewLanguageError::Base("klingon".into())),
        (new("bb", "x4", Some("ini"), None), NewLanguageError::Base("ini".into())),
    ] {
        assert_eq!(add_language(&wrong), Err(error));
    }
    let unfit = add_language(&new("cc1", "x5", Some("go"), Some("(nonsense) @name")));
    assert!(matches!(unfit, Err(NewLanguageError::Query(_))), "{unfit:?}");
    let nothing = NewLanguage { name: "dd".into(), ..NewLanguage::default() };
    assert_eq!(add_language(&nothing), Err(NewLanguageError::NoFiles("dd".into())));
}
