//! Two projects of other people, judged in `benches/judged`: one whose code all lies below `samples`, and one
//! that is written in Japanese. Their files are no part of this repository, so that these tests are left out,
//! and said to be, unless somebody asks for them and names the directory of the trees.

use std::path::{Path, PathBuf};

use sconce_rank::eval::{Hit, JudgedQuery, ndcg};

use crate::project::Project;

/// Where `benches/judged/lay` put the trees.
const TREES: &str = "SCONCE_JUDGED_TREES";
/// What the mean NDCG@10 of a project must reach by words alone.
const LEAST_NDCG: f64 = 0.8;
/// The first queries on spring-petclinic, which a user reported.
const REPORTED: usize = 5;

fn tree(name: &str) -> Project {
    let trees = std::env::var_os(TREES).map(PathBuf::from);
    let trees = trees.unwrap_or_else(|| panic!("{TREES} must name the directory of the trees"));
    let tree = trees.join(name);
    assert!(tree.is_dir(), "{} is no directory: benches/judged/lay makes it", tree.display());
    Project::read(&tree, |_| true)
}

fn judgements(name: &str) -> Vec<JudgedQuery> {
    let judged = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../benches/judged");
    let path = judged.join("annotations").join(format!("{name}.json"));
    let json = std::fs::read_to_string(path).expect("a file of judgements");
    JudgedQuery::parse_list(&json).expect("judgements")
}

/// The paths of the files that answer.
fn answer(project: &Project, query: &JudgedQuery) -> Vec<String> {
    let ranked = project.ask(&query.query);
    ranked.iter().map(|file| project.file(file).0.clone()).collect()
}

fn score(query: &JudgedQuery, paths: &[String]) -> f64 {
    let hit = |path: &String| Hit {
        path: path.clone(),
        start_line: 1,
        end_line: u32::MAX,
        score: 0.0,
        tokens: None,
    };
    let hits: Vec<[Hit; 1]> = paths.iter().map(|path| [hit(path)]).collect();
    let ranks: Vec<&[Hit]> = hits.iter().map(<[Hit; 1]>::as_slice).collect();
    ndcg(&query.targets, &ranks)
}

fn assert_mean(name: &str, project: &Project) {
    let queries = judgements(name);
    let scores: Vec<(f64, &str)> = queries
        .iter()
        .map(|query| (score(query, &answer(project, query)), query.query.as_str()))
        .collect();
    let mean = scores.iter().map(|(score, _)| score).sum::<f64>() / scores.len() as f64;
    assert!(mean >= LEAST_NDCG, "{name}: {mean:.3} of {scores:#?}");
}

#[test]
#[ignore = "needs the trees of benches/judged, which are no part of the repository"]
fn a_package_called_samples_is_no_directory_of_samples() {
    let project = tree("spring-petclinic");
    assert_mean("spring-petclinic", &project);
    let control = project.renamed(|path| path.replace("/samples/", "/shop/"));
    for query in judgements("spring-petclinic").iter().take(REPORTED) {
        let paths = answer(&project, query);
        let is_meant = |path: &String| query.targets.iter().any(|target| target.path == *path);
        assert!(paths.first().is_some_and(is_meant), "{}: {:?}", query.query, &paths[..3]);
        let first = answer(&control, query).swap_remove(0);
        assert_eq!(first, paths[0].replace("/samples/", "/shop/"), "{}", query.query);
    }
}

#[test]
#[ignore = "needs the trees of benches/judged, which are no part of the repository"]
fn a_project_written_in_japanese_is_found_in_japanese_and_in_english() {
    assert_mean("voicevox_engine", &tree("voicevox_engine"));
}
