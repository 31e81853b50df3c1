//! The binary `sconce`.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    sconce::main()
}
