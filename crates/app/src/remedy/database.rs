//! What to do about an error of the database, in the words of the command line.

use sconce_engine::DatabaseRemedy;

use super::machine;

/// What to do next, where there is something to do; one or several lines.
pub(super) fn hint(remedy: &DatabaseRemedy) -> Option<String> {
    Some(match remedy {
        DatabaseRemedy::InstallVector { server_major } => install_vector(*server_major),
        DatabaseRemedy::InstallPostgres { fetch: Some(fetch) } => {
            let first = machine::fetch(*fetch)?;
            format!("{first}; or {INSTALL_POSTGRES}")
        }
        DatabaseRemedy::InstallPostgres { fetch: None } => INSTALL_POSTGRES.to_owned(),
        DatabaseRemedy::AllowDownload => format!(
            "run `sconce db start` once without --offline (SCONCE_OFFLINE), or {INSTALL_POSTGRES}"
        ),
        DatabaseRemedy::InstallMajor { found } => format!(
            "nothing was touched: install PostgreSQL {found} with pgvector beside it, or give \
             sconce another data directory (SCONCE_DATA_DIR) and index again"
        ),
        other => return server(other).or_else(|| cluster(other)).map(str::to_owned),
    })
}

/// Of any server, and of what is written to it.
fn server(remedy: &DatabaseRemedy) -> Option<&'static str> {
    Some(match remedy {
        DatabaseRemedy::ReadServerLog => {
            "look at `postgres.log` in the data directory, then run `sconce db status`"
        }
        DatabaseRemedy::CheckServer => {
            "check that the server of DATABASE_URL runs and can be reached from here, or unset \
             DATABASE_URL to use the PostgreSQL that sconce manages itself"
        }
        DatabaseRemedy::AwaitConnection => {
            "other work holds all connections: try again, or raise the maximum of connections"
        }
        DatabaseRemedy::CorrectUrl => {
            "DATABASE_URL looks like postgres://user:password@host:5432/database"
        }
        DatabaseRemedy::CheckLogin => {
            "check the user, the password and the database's name in DATABASE_URL"
        }
        DatabaseRemedy::UpgradeServer => {
            "use a newer server, or unset DATABASE_URL to use the PostgreSQL that sconce manages \
             itself"
        }
        DatabaseRemedy::UpdateSconce => {
            "a newer sconce has used this database: update sconce, or give this one another \
             database or data directory"
        }
        DatabaseRemedy::ChangeModel => {
            "the index was made with another model: search it with that one, or clear it and index \
             again"
        }
        DatabaseRemedy::ChooseName => "choose another name, or clear that index first",
        DatabaseRemedy::AwaitWriter => "wait until the other one is done, then try again",
        DatabaseRemedy::FreeSpace => {
            "free some space, then run the same command again: it goes on where it stopped"
        }
        DatabaseRemedy::NarrowSearch => "try again with a narrower filter or a smaller limit",
        _ => return None,
    })
}

/// Of the PostgreSQL that Sconce manages.
fn cluster(remedy: &DatabaseRemedy) -> Option<&'static str> {
    Some(match remedy {
        DatabaseRemedy::EndHolder => {
            "end that process if it hangs; it is starting or stopping the same PostgreSQL"
        }
        DatabaseRemedy::ClearDirectory => {
            "move it away, or give sconce another data directory (SCONCE_DATA_DIR)"
        }
        DatabaseRemedy::OpenDirectory => {
            "choose a data directory that other users may enter, such as /var/lib/sconce \
             (SCONCE_DATA_DIR), or run sconce as an ordinary user"
        }
        DatabaseRemedy::UseOrdinaryUser => {
            "run sconce as an ordinary user, or create a user `postgres`"
        }
        DatabaseRemedy::NameUser => {
            "add a line for it to /etc/passwd, run sconce as a user that has one (in a container: without \
             `--user`), or set DATABASE_URL to a server that has pgvector"
        }
        DatabaseRemedy::OwnDirectory => {
            "run sconce as that user, or give it another data directory (SCONCE_DATA_DIR)"
        }
        DatabaseRemedy::ReadLog => "look at `postgres.log` in the data directory",
        _ => return None,
    })
}

/// How to install pgvector for a server of this major version.
fn install_vector(server_major: u32) -> String {
    format!(
        "install pgvector 0.7 or newer beside that server, then try again:\n  \
         Debian, Ubuntu: apt install postgresql-{server_major}-pgvector\n  \
         macOS: brew install pgvector\n  \
         Docker: use the image pgvector/pgvector:pg{server_major}\n\
         a managed cloud: run CREATE EXTENSION vector as an administrator;\n\
         or unset DATABASE_URL to use the PostgreSQL that sconce manages itself"
    )
}

const INSTALL_POSTGRES: &str = "install PostgreSQL 14 or newer with pgvector:\n  \
     Debian, Ubuntu: apt install postgresql postgresql-17-pgvector (or your release's version)\n  \
     macOS: brew install postgresql@17 pgvector\n  \
     Docker: run pgvector/pgvector:pg17, and set DATABASE_URL\n\
     or set DATABASE_URL to any server that has pgvector";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pgvector_is_installed_for_the_servers_version() {
        let hint = hint(&DatabaseRemedy::InstallVector { server_major: 16 }).unwrap();
        for part in ["postgresql-16-pgvector", "brew install pgvector", "pgvector/pgvector:pg16"] {
            assert!(hint.contains(part), "{hint}");
        }
    }
}
