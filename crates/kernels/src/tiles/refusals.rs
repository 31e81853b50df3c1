//! Where the system does not let tiles be used, the level below is taken. Whether it does is asked once
//! a process, so each case has one of its own.

use crate::instruction_set::InstructionSet;
use crate::tests::Case;
use crate::{Epilogue, Format, Kernels};

const CASE: &str = "SCONCE_TEST_REFUSAL";

/// Runs [`refused`] in a process whose environment names the case.
fn run(case: &str) {
    let test = "tiles::refusals::refused";
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--ignored", "--nocapture"])
        .env(CASE, case)
        .env_remove("SCONCE_CPU")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{case}: {said}");
}

#[test]
fn a_filter_of_system_calls_means_the_level_below() {
    run("filter");
}

#[test]
fn a_small_signal_stack_means_the_level_below() {
    run("stack");
}

#[test]
#[ignore = "run by the others, in a process that is refused"]
fn refused() {
    let mut stack = vec![0_u8; libc::MINSIGSTKSZ];
    match std::env::var(CASE).as_deref() {
        Ok("filter") => forbid(),
        Ok("stack") => use_signal_stack(&mut stack),
        _ => return,
    }
    assert!(!InstructionSet::Amx.is_here());
    let kernels = Kernels::detect();
    assert_ne!(kernels.name(), "amx");
    let case = Case::new(40, 64, 64);
    let found = case.run(&kernels, Format::I8, Epilogue::Store, 1);
    assert!((f64::from(found.row(39)[7]) - case.cell(39, 7)).abs() < 1.0);
}

/// A signal stack for this thread that has no room for tiles.
fn use_signal_stack(stack: &mut [u8]) {
    let stack =
        libc::stack_t { ss_sp: stack.as_mut_ptr().cast(), ss_flags: 0, ss_size: stack.len() };
    // SAFETY: the memory outlives the test, and the test is the thread's last work.
    assert_eq!(unsafe { libc::sigaltstack(&raw const stack, std::ptr::null_mut()) }, 0);
}

/// Refuses `arch_prctl` to this thread, as containers' filters do with what they do not know.
fn forbid() {
    let word = size_of::<u32>() as u32;
    let step =
        |code: u32, jt: u8, jf: u8, k: u32| libc::sock_filter { code: code as u16, jt, jf, k };
    let mut filter = [
        // The system call's number, which comes first.
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 3, libc::SYS_arch_prctl as u32),
        // The lower half of its first argument, after number, architecture and address.
        step(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 4 * word),
        step(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, 0, 1, 0x1023),
        step(libc::BPF_RET, 0, 0, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32),
        step(libc::BPF_RET, 0, 0, libc::SECCOMP_RET_ALLOW),
    ];
    let program =
        libc::sock_fprog { len: filter.len() as libc::c_ushort, filter: filter.as_mut_ptr() };
    // SAFETY: the program is valid, and holds for this thread of a test's process alone.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let mode = libc::SECCOMP_MODE_FILTER;
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, mode, &raw const program), 0);
    }
}
