//! The binary `sconce`.

fn main() -> std::process::ExitCode {
    sconce::main()
}
