//! How much memory this process and those it starts may have.

/// The files in which Linux says what a container may take, by the versions of its control groups.
const LIMITS: [&str; 2] =
    ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/// This machine's memory in MiB, or what a container may take of it; a cautious guess where the system doesn't tell.
pub(crate) fn local_mib() -> i64 {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    least(&read("/proc/meminfo"), &LIMITS.map(read))
}

fn least(meminfo: &str, limits: &[String]) -> i64 {
    const GUESS: i64 = 4096;
    let total = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib = total.and_then(|rest| rest.split_whitespace().next()?.parse::<i64>().ok());
    // `max`, or a number beyond all memory, is no limit.
    let limits = limits.iter().filter_map(|text| text.trim().parse::<i64>().ok());
    limits
        .map(|bytes| bytes >> 20)
        .chain([kib.map_or(GUESS, |kib| kib >> 10)])
        .min()
        .unwrap_or(GUESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_containers_limit_counts_where_it_is_less_than_the_machine_has() {
        let machine = "MemTotal:       16384000 kB\nMemFree: 1 kB\n";
        let limits = |texts: [&str; 2]| texts.map(str::to_owned);
        assert_eq!(least(machine, &limits(["max\n", ""])), 16_000);
        assert_eq!(least(machine, &limits(["536870912\n", ""])), 512);
        assert_eq!(least(machine, &limits(["", "9223372036854771712"])), 16_000);
        assert_eq!(least("", &[]), 4096);
        assert!(local_mib() > 0);
    }
}
