//! What only the client can say: an old client's roots.

use std::fmt::Write as _;

use super::errors::ToolError;
use super::projects::Place;
use super::tools::Call;

impl Call<'_> {
    /// The folder that the call means: the one it names, the server's own project, or the first
    /// root of an old client.
    pub(super) async fn locate(&self, given: Option<&str>) -> Result<Place, ToolError> {
        let projects = self.mcp.projects();
        if given.is_none_or(|given| given.trim().is_empty())
            && projects.default_project().is_none()
            && let Some(root) = self.client_root().await
        {
            return projects.locate(self.tool, Some(&root));
        }
        projects.locate(self.tool, given)
    }

    /// The first root of a client that has them. Newer revisions have none, and refuse to be asked.
    #[expect(deprecated, reason = "roots are deprecated, and old clients have nothing else")]
    async fn client_root(&self) -> Option<String> {
        self.context.client_capabilities()?.roots?;
        let version = self.context.protocol_version()?;
        if version.as_str() >= rmcp::model::ProtocolVersion::V_2026_07_28.as_str() {
            return None;
        }
        let asked = self.context.peer.list_roots();
        let roots =
            tokio::time::timeout(std::time::Duration::from_secs(3), asked).await.ok()?.ok()?;
        let uri = roots.roots.first()?.uri.clone();
        Some(decoded(uri.strip_prefix("file://")?))
    }
}

/// A URI's path without its percent signs.
pub(super) fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escaped = (*first == b'%').then(|| tail.get(..2)).flatten();
        let byte = escaped
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            None => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A name as one part of a URI's path.
pub(super) fn encoded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{decoded, encoded};

    #[test]
    fn every_name_comes_back_from_its_uri() {
        for name in ["shop", "my shop", "a/b?c#d%e", "größe"] {
            assert!(encoded(name).is_ascii());
            assert_eq!(decoded(&encoded(name)), name);
        }
        assert_eq!(encoded("my shop"), "my%20shop");
    }

    #[test]
    fn percent_signs_are_decoded() {
        assert_eq!(decoded("/home/a%20b/%C3%BC"), "/home/a b/ü");
        assert_eq!(decoded("/100%/x%zz"), "/100%/x%zz");
    }
}
