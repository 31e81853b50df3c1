//! How good a ranking is, and whether one is better than another.

use super::hit::Hit;
use super::judgements::Target;

/// Results that are looked at.
pub const DEPTH: usize = 10;

/// Resamples of the paired bootstrap.
const RESAMPLES: usize = 10_000;

/// Whether two paths are the same file, told from different directories upwards.
fn same_file(a: &str, b: &str) -> bool {
    let ends = |long: &str, short: &str| {
        long.strip_suffix(short).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    };
    ends(a, b) || ends(b, a)
}

/// Whether the result holds the target.
fn holds(hit: &Hit, target: &Target) -> bool {
    same_file(&hit.path, &target.path)
        && target.lines.is_none_or(|lines| lines.overlaps(hit.lines()))
}

/// The rank, from 0, of the first result that holds the target.
fn rank_of(target: &Target, ranks: &[&[Hit]]) -> Option<usize> {
    ranks.iter().take(DEPTH).position(|hits| hits.iter().any(|hit| holds(hit, target)))
}

/// NDCG@10 of results, each of one place or more: each target counts at its first result, two targets
/// at one result count once, and the ideal has all targets from rank 1 on. 0 without targets.
pub fn ndcg(targets: &[Target], ranks: &[&[Hit]]) -> f64 {
    let gain = |rank: usize| 1.0 / (rank as f64 + 2.0).log2();
    let mut found: Vec<usize> =
        targets.iter().filter_map(|target| rank_of(target, ranks)).collect();
    found.sort_unstable();
    found.dedup();
    let ideal: f64 = (0..targets.len().min(DEPTH)).map(gain).sum();
    let found: f64 = found.into_iter().map(gain).sum();
    if ideal > 0.0 { found / ideal } else { 0.0 }
}

/// Recall@10: the share of the targets that are found. 0 without targets.
pub fn recall(targets: &[Target], ranks: &[&[Hit]]) -> f64 {
    let found = targets.iter().filter(|target| rank_of(target, ranks).is_some()).count();
    found as f64 / targets.len().max(1) as f64
}

/// The share of the targets that are held by a place which the answer has shown within so many tokens.
pub fn recall_within(targets: &[Target], places: &[Hit], tokens: usize) -> f64 {
    let shown = |hit: &&Hit| hit.tokens.is_some_and(|end| end <= tokens);
    let found = targets
        .iter()
        .filter(|target| places.iter().filter(shown).any(|hit| holds(hit, target)))
        .count();
    found as f64 / targets.len().max(1) as f64
}

/// The tokens of an answer until a place that holds a target has been shown.
pub fn tokens_until(targets: &[Target], places: &[Hit]) -> Option<usize> {
    let holding = places.iter().filter(|hit| targets.iter().any(|target| holds(hit, target)));
    holding.filter_map(|hit| hit.tokens).min()
}

/// The mean; 0 of nothing.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
    let (sum, count) = values.into_iter().fold((0.0, 0), |(sum, n), value| (sum + value, n + 1));
    sum / f64::from(count.max(1))
}

/// The value below which this share of all lie (nearest rank); 0 of nothing.
pub(super) fn percentile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let rank = (share * values.len() as f64).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// The 95 % interval of the mean difference of groups of paired scores, by resampling the pairs
/// within each group, and the share of resamples in which the difference is not above 0.
pub(super) fn bootstrap(groups: &[Vec<f64>]) -> (f64, f64, f64) {
    let groups: Vec<&[f64]> = groups.iter().map(Vec::as_slice).filter(|g| !g.is_empty()).collect();
    if groups.is_empty() {
        return (0.0, 0.0, 1.0);
    }
    // xorshift with a fixed seed: the same two runs always give the same verdict.
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    let mut means: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            mean(groups.iter().map(|group| {
                let drawn = (0..group.len()).map(|_| group[below(group.len())]);
                drawn.sum::<f64>() / group.len() as f64
            }))
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means[((share * RESAMPLES as f64) as usize).min(RESAMPLES - 1)];
    let not_above = means.iter().filter(|&&mean| mean <= 0.0).count() as f64;
    (at(0.025), at(0.975), not_above / RESAMPLES as f64)
}

#[cfg(test)]
mod tests {
    use sconce_code::LineRange;

    use super::*;

    fn hit(path: &str, start_line: u32, end_line: u32) -> Hit {
        Hit { path: path.to_owned(), start_line, end_line, score: 1.0, tokens: None }
    }

    /// A rank for each place.
    fn each(hits: &[Hit]) -> Vec<&[Hit]> {
        hits.chunks(1).collect()
    }

    fn file(path: &str) -> Target {
        Target { path: path.to_owned(), lines: None }
    }

    #[test]
    fn a_target_takes_the_rank_of_its_first_result() {
        let hits = [hit("x.rs", 1, 9), hit("a.rs", 1, 9), hit("a.rs", 10, 20)];
        assert!((ndcg(&[file("a.rs")], &each(&hits)) - 1.0 / 3_f64.log2()).abs() < 1e-12);
        assert!((ndcg(&[file("x.rs")], &each(&hits)) - 1.0).abs() < 1e-12);
        assert!(ndcg(&[file("b.rs")], &each(&hits)).abs() < 1e-12);
        assert!(ndcg(&[], &each(&hits)).abs() < 1e-12);
    }

    #[test]
    fn paths_meet_at_directories_only() {
        assert!(same_file("src/a/mod.rs", "a/mod.rs"));
        assert!(same_file("a/mod.rs", "src/a/mod.rs"));
        assert!(!same_file("src/aa/mod.rs", "a/mod.rs"));
    }

    #[test]
    fn lines_must_overlap_and_one_result_serves_one_target() {
        let spans = [
            Target { path: "a.rs".into(), lines: Some(LineRange { start: 1, end: 5 }) },
            Target { path: "a.rs".into(), lines: Some(LineRange { start: 6, end: 8 }) },
        ];
        let one = [hit("a.rs", 1, 9)];
        let ideal = 1.0 + 1.0 / 3_f64.log2();
        assert!((ndcg(&spans, &each(&one)) - 1.0 / ideal).abs() < 1e-12);
        assert!((recall(&spans, &each(&one)) - 1.0).abs() < 1e-12);
        assert!(ndcg(&spans, &each(&[hit("a.rs", 9, 12)])).abs() < 1e-12);
    }

    #[test]
    fn tokens_are_counted_to_the_place_that_holds_a_target() {
        let at = |path: &str, tokens| Hit { tokens, ..hit(path, 1, 9) };
        let places = [at("x.rs", Some(100)), at("a.rs", Some(700)), at("b.rs", None)];
        let targets = [file("a.rs"), file("b.rs")];
        assert_eq!(tokens_until(&targets, &places), Some(700));
        assert!(recall_within(&targets, &places, 500).abs() < 1e-12);
        assert!((recall_within(&targets, &places, 1000) - 0.5).abs() < 1e-12);
        assert_eq!(tokens_until(&[file("b.rs")], &places), None);
    }

    #[test]
    fn a_file_of_several_places_is_one_rank() {
        let of_file = [hit("a.rs", 1, 9), hit("a.rs", 20, 29)];
        let other = [hit("b.rs", 1, 9)];
        let target = Target { path: "a.rs".into(), lines: Some(LineRange { start: 25, end: 25 }) };
        assert!((ndcg(&[target], &[&of_file, &other]) - 1.0).abs() < 1e-12);
        assert!((ndcg(&[file("b.rs")], &[&of_file, &other]) - 1.0 / 3_f64.log2()).abs() < 1e-12);
    }

    #[test]
    fn only_ten_results_count() {
        let mut hits: Vec<Hit> = (0..10).map(|n| hit(&format!("{n}.rs"), 1, 1)).collect();
        hits.push(hit("a.rs", 1, 1));
        assert!(ndcg(&[file("a.rs")], &each(&hits)).abs() < 1e-12);
        assert!(recall(&[file("a.rs")], &each(&hits)).abs() < 1e-12);
    }

    #[test]
    fn percentiles_are_values_of_the_list() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        assert!((percentile(values.clone(), 0.5) - 50.0).abs() < 1e-12);
        assert!((percentile(values, 0.95) - 95.0).abs() < 1e-12);
        assert!(percentile(Vec::new(), 0.5).abs() < 1e-12);
    }

    #[test]
    fn the_bootstrap_tells_a_real_difference_from_noise() {
        let real = vec![vec![0.2, 0.1, 0.3, 0.2, 0.15, 0.25]; 4];
        let (low, high, chance) = bootstrap(&real);
        assert!(low > 0.1 && high < 0.3 && chance < 0.001, "{low} {high} {chance}");
        let noise = vec![vec![0.5, -0.5, 0.4, -0.4, 0.1, -0.1]; 4];
        let (low, high, chance) = bootstrap(&noise);
        assert!(low < 0.0 && high > 0.0 && chance > 0.2, "{low} {high} {chance}");
        assert_eq!(bootstrap(&real), bootstrap(&real));
    }
}
