//! Who needs a token, and how a client is registered accordingly.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use super::peers;
use super::token::{self, Token};
use crate::failure::Failure;
use crate::settings::Config;

/// What a request must bring to be served.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// The token. `None` where nobody can have one.
    token: Option<Token>,
    /// Where the token was written to, where it was made just now.
    made: Option<PathBuf>,
    /// Whether processes of this user need no token on loopback.
    same_user: bool,
    /// Whether nobody needs a token at all.
    open: bool,
}

impl Access {
    /// For everybody who can connect; for servers that serve nothing of value.
    #[doc(hidden)]
    pub fn open() -> Access {
        Access { open: true, ..Access::default() }
    }

    /// As the settings say. A token that is set is needed by all. Else the data directory has one,
    /// made if there is none, and on loopback, where the system tells users apart, processes of
    /// this user need none.
    pub fn find(config: &Config) -> Result<Access, Failure> {
        if let Some(token) = token::configured(&config.server)? {
            return Ok(Access { token: Some(token), ..Access::default() });
        }
        let same_user = config.server.host.is_loopback() && peers::are_known();
        match token::kept(&config.data_dir) {
            Ok((token, made)) => Ok(Access { token: Some(token), made, same_user, open: false }),
            Err(failure) if same_user => {
                tracing::warn!("only this user's processes are served: {failure}");
                Ok(Access { same_user, ..Access::default() })
            }
            Err(failure) => Err(failure),
        }
    }

    /// The token, to show it to the user once.
    pub fn token(&self) -> Option<&Token> {
        self.token.as_ref()
    }

    /// Where the token was written to, where it was made just now.
    pub fn made(&self) -> Option<&Path> {
        self.made.as_deref()
    }

    /// Whether processes of this user need no token.
    pub fn same_user(&self) -> bool {
        self.same_user
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    /// Whether whoever is served has shown the token, so that a web page, which has none, is not.
    pub(super) fn needs_token(&self) -> bool {
        !self.open && !self.same_user
    }
}

/// The line that registers the server with an agent; `token` is what stands for the token, where
/// one is needed.
pub fn registration(address: SocketAddr, token: Option<&str>) -> String {
    let line = format!("claude mcp add --transport http sconce http://{address}/mcp");
    match token {
        Some(token) => format!("{line} --header \"Authorization: Bearer {token}\""),
        None => line,
    }
}

/// The same for the server that the settings describe, to be pasted into a shell of this machine:
/// the token is named and not shown.
pub(crate) fn registration_here(config: &Config) -> String {
    let server = &config.server;
    let everywhere = server.host.is_unspecified();
    let host = if everywhere { IpAddr::from([127, 0, 0, 1]) } else { server.host };
    let is_free = server.token.is_none()
        && server.token_file.is_none()
        && server.host.is_loopback()
        && peers::are_known();
    let token = match (&server.token, &server.token_file) {
        _ if is_free => None,
        (Some(_), _) => Some("$SCONCE_TOKEN".to_owned()),
        (None, Some(path)) => Some(format!("$(cat '{}')", path.display())),
        (None, None) => Some(format!("$(cat '{}')", token::path(&config.data_dir).display())),
    };
    registration(SocketAddr::new(host, server.port), token.as_deref())
}
