//! What to do about a download or a directory, in the words of the command line.

use sconce_engine::{DirRemedy, FetchRemedy};

/// What to do about a download.
pub(super) fn fetch(remedy: FetchRemedy) -> Option<String> {
    let text = match remedy {
        FetchRemedy::CheckNetwork => "check the network and the proxy (HTTPS_PROXY)",
        FetchRemedy::NameAuthority => {
            "name your company's certificate authority in SSL_CERT_FILE or PIP_CERT"
        }
        FetchRemedy::GiveCredentials => {
            "give the index's credentials in its address (PIP_INDEX_URL) or in ~/.netrc"
        }
        FetchRemedy::CheckPackageIndex => {
            "check the package index that pip is configured with (PIP_INDEX_URL, pip.conf)"
        }
        FetchRemedy::Resume => "run the same command again: the download is resumed",
        FetchRemedy::CheckSource => {
            "the server delivers something else than was published: check the package index \
             (PIP_INDEX_URL, pip.conf) or the mirror (HF_ENDPOINT)"
        }
        FetchRemedy::CorrectSetting => "correct it, or remove it",
        FetchRemedy::FreeSpace => "free some disk space and run it again",
        _ => return None,
    };
    Some(text.to_owned())
}

/// What to do about a directory or a lock.
pub(super) fn directory(remedy: &DirRemedy) -> Option<String> {
    Some(match remedy {
        DirRemedy::OwnDirectory => {
            "run sconce as that user, or set SCONCE_DATA_DIR to a directory of yours".to_owned()
        }
        DirRemedy::AwaitProcess { pid } => {
            format!("wait for process {pid} to end, or end it")
        }
        DirRemedy::FindHolder { path } => {
            format!("find the process with `fuser {}`, and end it", path.display())
        }
        _ => return None,
    })
}
