//! Prompts: what a user may start from.

use std::fmt::Write as _;

use rmcp::model::{
    ErrorData, GetPromptRequestParams, GetPromptResult, Prompt, PromptArgument, PromptMessage, Role,
};

use crate::output::{cut, escaped};

/// A prompt: its arguments, and its text with `{}` for the first of them.
struct Template {
    name: &'static str,
    title: &'static str,
    description: &'static str,
    argument: &'static str,
    argument_description: &'static str,
    required: bool,
    /// What stands for an argument that is left out.
    otherwise: &'static str,
    text: &'static str,
}

/// What every prompt may be narrowed to, by the filter of that name; clients complete its values.
const LANGUAGE: &str = "language";

const TEMPLATES: [Template; 3] = [
    Template {
        name: "explore_code_base",
        title: "Explore a project",
        description: "Find out how a project is built: entry points, parts, main flows.",
        argument: "area",
        argument_description: "Part to look at more closely, e.g. \"authentication\".",
        required: false,
        otherwise: "the whole project",
        text: "Explore {} with sconce. Call index_stats for its languages and size; search_code \
               for its entry points, its main parts and the flow of data between them (concise \
               first, detailed where it matters); read_chunk for outlines of the central files. \
               Then describe the structure with `path:line` for every claim, and say what you \
               could not find.",
    },
    Template {
        name: "find_behaviour",
        title: "Find where a behaviour lives",
        description: "Find the code that is responsible for a behaviour.",
        argument: "behaviour",
        argument_description: "What the program does, e.g. \"retries a failed upload\".",
        required: true,
        otherwise: "",
        text: "Find the code responsible for this behaviour: {}. Search with search_code in two \
               or three wordings, narrow with symbol_type or path_glob, read the candidates with \
               read_chunk, and follow them to where the behaviour is decided. Answer with \
               `path:line`, the chain of calls that leads there, and the tests that cover it.",
    },
    Template {
        name: "review_reach",
        title: "Review a change's reach",
        description: "Find what else a change touches: callers, siblings, tests, documentation.",
        argument: "change",
        argument_description: "The change: a diff, or `path:line` of what is changed.",
        required: true,
        otherwise: "",
        text: "Review the reach of this change: {}. For each definition that it touches call \
               find_related and search_code for code of the same kind, callers, tests and \
               documentation. List what has to change with it, what may break, and what you \
               checked and found safe, each with `path:line`.",
    },
];

/// Every prompt.
pub(super) fn all() -> Vec<Prompt> {
    let prompts = TEMPLATES.iter().map(|template| {
        let subject = PromptArgument::new(template.argument)
            .with_description(template.argument_description)
            .with_required(template.required);
        let language = PromptArgument::new(LANGUAGE)
            .with_description("Language to keep to, e.g. \"rust\".")
            .with_required(false);
        Prompt::new(template.name, Some(template.description), Some(vec![subject, language]))
            .with_title(template.title)
    });
    prompts.collect()
}

/// A prompt's text.
pub(super) fn get(request: &GetPromptRequestParams) -> Result<GetPromptResult, ErrorData> {
    let Some(template) = TEMPLATES.iter().find(|template| template.name == request.name) else {
        let names: Vec<&str> = TEMPLATES.iter().map(|template| template.name).collect();
        let name = escaped(&cut(&request.name));
        let message = format!("unknown prompt {name}; there are {}", names.join(", "));
        return Err(ErrorData::invalid_params(message, None));
    };
    let subject = match given(request, template.argument) {
        Some(given) => given,
        None if template.required => {
            let message = format!("{} needs the argument {}", template.name, template.argument);
            return Err(ErrorData::invalid_params(message, None));
        }
        None => template.otherwise,
    };
    let mut text = template.text.replace("{}", subject);
    if let Some(language) = given(request, LANGUAGE) {
        let _ = write!(text, " Pass language=\"{language}\" to search_code.");
    }
    let message = PromptMessage::new_text(Role::User, text);
    Ok(GetPromptResult::new(vec![message]).with_description(template.description))
}

/// An argument that is not blank.
fn given<'a>(request: &'a GetPromptRequestParams, name: &str) -> Option<&'a str> {
    let value = request.arguments.as_ref()?.get(name)?.as_str()?.trim();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(name: &str, arguments: &[(&str, &str)]) -> Result<String, ErrorData> {
        let mut request = GetPromptRequestParams::new(name);
        let given = arguments.iter().map(|(name, value)| ((*name).to_owned(), (*value).into()));
        request.arguments = Some(given.collect());
        Ok(serde_json::to_string(&get(&request)?.messages).unwrap())
    }

    #[test]
    fn arguments_stand_in_the_text_and_required_ones_are_asked_for() {
        let given = [("behaviour", "retries an upload"), ("language", "rust")];
        let found = text("find_behaviour", &given).unwrap();
        assert!(found.contains("this behaviour: retries an upload."), "{found}");
        assert!(found.contains("language=\\\"rust\\\""), "{found}");
        assert!(text("explore_code_base", &[]).unwrap().contains("the whole project"));
        let missing = text("find_behaviour", &[("behaviour", " ")]).unwrap_err();
        assert!(missing.message.contains("needs the argument behaviour"), "{missing:?}");
        assert!(text("explore", &[]).unwrap_err().message.contains("there are explore_code_base"));
    }
}
