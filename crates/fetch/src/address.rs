//! An address whose credentials never get into a message.

use std::fmt;

use url::Url;

/// A URL with its credentials apart.
#[derive(Clone, PartialEq, Eq)]
pub struct Address {
    url: Url,
    credentials: Option<Credentials>,
}

/// A user's name and password.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl Address {
    /// Reads `https://user:password@host/path`; the error does not repeat the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text.trim()).map_err(|error| error.to_string())?;
        match url.scheme() {
            "http" | "https" if url.host_str().is_some() => Ok(Self::of(url)),
            "file" => Ok(Self::of(url)),
            other => Err(format!("its scheme is {other}, not https")),
        }
    }

    fn of(mut url: Url) -> Self {
        let credentials = (!url.username().is_empty()).then(|| Credentials {
            user: decoded(url.username()),
            password: decoded(url.password().unwrap_or_default()),
        });
        // these fail for addresses without a host alone, which have no credentials
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Self { url, credentials }
    }

    /// The address of a link on the page of this address. Credentials go along to the same server.
    pub(crate) fn join(&self, link: &str) -> Option<Self> {
        let mut joined = Self::of(self.url.join(link).ok()?);
        if joined.credentials.is_none() && joined.url.origin() == self.url.origin() {
            joined.credentials.clone_from(&self.credentials);
        }
        Some(joined)
    }

    /// The directory `name` below this address.
    pub(crate) fn below(&self, name: &str) -> Option<Self> {
        let mut base = self.clone();
        if !base.url.path().ends_with('/') {
            let path = format!("{}/", base.url.path());
            base.url.set_path(&path);
        }
        base.join(&format!("{name}/"))
    }

    pub(crate) fn with_credentials(mut self, credentials: Option<Credentials>) -> Self {
        self.credentials = self.credentials.or(credentials);
        self
    }

    /// Whether scheme, host and port are the same.
    pub(crate) fn is_same_server(&self, other: &Self) -> bool {
        self.url.origin() == other.url.origin()
    }

    /// Whether a redirect from `other` may lead here: never from TLS to plain text, nor into the
    /// file system.
    pub(crate) fn is_as_safe_as(&self, other: &Self) -> bool {
        let (here, there) = (self.url.scheme(), other.url.scheme());
        here == "https" || (here == "http" && there == "http")
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// The value of the header `authorization`, where there are credentials.
    pub(crate) fn authorization(&self) -> Option<String> {
        let Credentials { user, password } = self.credentials.as_ref()?;
        Some(format!("Basic {}", base64(format!("{user}:{password}").as_bytes())))
    }

    /// The last part of its path, decoded.
    pub(crate) fn file_name(&self) -> Option<String> {
        Some(decoded(self.url.path_segments()?.next_back()?))
    }

    /// The server, for messages.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }
}

/// Without credentials, and without the query, which may be a signature.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = self.url.clone();
        shown.set_query(None);
        shown.set_fragment(None);
        f.write_str(shown.as_str())
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

/// Undoes percent-encoding.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let pair = bytes.get(at + 1..at + 3).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(byte) if bytes[at] == b'%' => {
                out.push(byte);
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let byte = |at: usize| u32::from(group.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_decoded_sent_and_never_shown() {
        let address =
            Address::parse("https://us%40er:p%3Ass@host:8443/simple/?token=abc#x").unwrap();
        assert_eq!(address.to_string(), "https://host:8443/simple/");
        assert_eq!(format!("{address:?}"), "Address(https://host:8443/simple/)");
        assert_eq!(address.authorization().unwrap(), format!("Basic {}", base64(b"us@er:p:ss")));
        let error = Address::parse("https://user:hunter2@:99999/").unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn base64_is_that_of_the_standard() {
        for (plain, coded) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn credentials_go_along_to_the_same_server_alone() {
        let index = Address::parse("https://user:secret@host/simple").unwrap();
        let page = index.below("a-b").unwrap();
        assert_eq!(page.to_string(), "https://host/simple/a-b/");
        assert!(page.authorization().is_some());
        assert!(page.join("../../files/a.whl").unwrap().authorization().is_some());
        assert!(page.join("https://host:444/a.whl").unwrap().authorization().is_none());
        assert!(page.join("https://elsewhere/a.whl").unwrap().authorization().is_none());
        assert!(page.join("http://host/a.whl").unwrap().authorization().is_none());
    }
}
