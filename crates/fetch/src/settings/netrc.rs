//! `~/.netrc`: the credentials of a server.

use super::Environment;
use super::environment::read_small;
use crate::address::Credentials;

/// The credentials that the user keeps for a host (`NETRC`, else `~/.netrc`).
pub(crate) fn netrc(environment: &Environment, host: &str) -> Option<Credentials> {
    let path = environment.path("NETRC").or_else(|| Some(environment.home()?.join(".netrc")))?;
    find(&read_small(&path)?, host)
}

fn find(text: &str, host: &str) -> Option<Credentials> {
    let mut words = text.split_whitespace();
    let (mut is_host, mut user, mut password) = (false, None, None);
    while let Some(word) = words.next() {
        match word {
            "machine" | "default" => {
                if is_host && let Some(user) = user {
                    return Some(Credentials { user, password: password.unwrap_or_default() });
                }
                is_host = word == "default" || words.next() == Some(host);
                (user, password) = (None, None);
            }
            "login" => user = words.next().map(str::to_owned),
            "password" => password = words.next().map(str::to_owned),
            _ => {}
        }
    }
    let user = user.filter(|_| is_host)?;
    Some(Credentials { user, password: password.unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_of_that_name_counts_and_else_the_default() {
        let text = "machine a login ua password pa\nmachine b\n  login ub\n  password pb\n";
        let user = |text: &str, host: &str| Some(find(text, host)?.user);
        assert_eq!(user(text, "a").as_deref(), Some("ua"));
        assert_eq!(find(text, "b").unwrap().password, "pb");
        assert_eq!(user(text, "c"), None);
        assert_eq!(
            user(&format!("{text}default login any password x"), "c").as_deref(),
            Some("any")
        );
    }
}
