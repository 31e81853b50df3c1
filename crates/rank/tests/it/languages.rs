//! A question in each language, over the samples of all: its answer is the right place, and comes first,
//! by words alone.

use std::fs;
use std::path::Path;

use sconce_code::{ChunkOptions, Language, LineRange, parse_file};
use sconce_rank::{LexicalIndex, Place, RankOptions, analyze, arrange, encode_postings, rank};

/// Small, so that samples of a page have several chunks.
const OPTIONS: ChunkOptions = ChunkOptions { max_bytes: 400, min_bytes: 100 };

/// A question, the sample that answers, and a line of the place.
const QUESTIONS: [(&str, &str, &str); 69] = [
    ("Send_Up", "samples/sample.adb", "procedure Send_Up"),
    ("sum_weights", "samples/sample.s", "sum_weights:"),
    ("which moths fly in a season", "samples/sample.astro", "function mothsOf"),
    ("shelfName", "samples/sample.bicep", "func shelfName"),
    ("rye_bread", "samples/sample.bzl", "def rye_bread"),
    ("lend a book to a reader", "samples/sample.clj", "(defn lend!"),
    ("add_telescope", "samples/sample.cmake", "function(add_telescope"),
    ("CountFreeSeats", "samples/sample.cshtml", "int CountFreeSeats"),
    ("search-box width", "samples/sample.css", "#search-box"),
    ("add_rain kernel", "samples/sample.cu", "void add_rain"),
    ("waterThirsty", "samples/sample.dart", "waterThirsty("),
    ("dtd ELEMENT concert", "samples/sample.dtd", "<!ELEMENT concert"),
    ("maxQuestions", "samples/sample.elm", "maxQuestions ="),
    ("opens the doors on a floor", "samples/sample.erl", "open(Lift, Floor)"),
    ("sort_photos", "samples/sample.fish", "function sort_photos"),
    ("turn direction in a maze", "samples/sample.gleam", "fn turn("),
    ("waterHeight of a ring", "samples/sample.glsl", "float waterHeight"),
    ("openGames", "samples/sample.graphql", "openGames"),
    ("BoxOffice.refund", "samples/sample.groovy", "def refund"),
    ("beehive scheduler job", "samples/sample.hcl", "job \"beehive\""),
    ("showTides", "samples/sample.html", "function showTides"),
    ("lighthouse keepers Grete", "samples/sample.json", "grete"),
    ("postcard with a border of ivy", "samples/sample.md", "border of ivy"),
    ("make install guide", "samples/sample.mk", "install: guide"),
    (
        "Collision exception, and a place where trains stop",
        "samples/sample.ml",
        "exception Collision",
    ),
    ("Gramophone playAt", "samples/sample.mm", "playAt:"),
    ("treesPerLadder", "samples/sample.nix", "treesPerLadder = 12"),
    ("TMill.Grind", "samples/sample.pas", "Grind("),
    ("model Gardener", "samples/sample.prisma", "model Gardener"),
    ("track a receipt rpc of the post office", "samples/sample.proto", "rpc Track"),
    ("Clear-PrintQueue", "samples/sample.ps1", "function Clear-PrintQueue"),
    ("birds_per_day", "samples/sample.r", "birds_per_day <-"),
    ("mixin shadow below a card", "samples/sample.scss", "@mixin shadow"),
    ("onlyOpen", "samples/sample.sol", "modifier onlyOpen"),
    ("honey_of a hive", "samples/sample.sql", "FUNCTION honey_of"),
    ("loadWaves", "samples/sample.svelte", "function loadWaves"),
    ("ferry engine horsepower", "samples/sample.toml", "horsepower"),
    ("Tank takes the temperature", "samples/sample.vb", "Function Measure"),
    ("turn_counter entity", "samples/sample.vhd", "entity turn_counter"),
    ("reserveSeat", "samples/sample.vue", "function reserveSeat"),
    ("move_flakes", "samples/sample.wgsl", "fn move_flakes"),
    ("Wreckers overture by Smyth", "samples/sample.xml", "Smyth"),
    ("accept-language of remote backends", "samples/sample.yaml", "accept-language: de"),
    ("open_gate of the car park", "samples/sample.sv", "task open_gate"),
    ("countVoices", "samples/sample.fs", "countVoices"),
    ("mean_reading", "samples/sample.jl", "function mean_reading"),
    ("is_strike", "samples/sample.pl", "sub is_strike"),
    ("water_level of a harbour", "samples/sample.f90", "function water_level"),
    ("two stones of basalt", "samples/sample.tex", "basalt"),
    ("shelve a letter", "samples/sample.nim", "proc shelve"),
    ("SoldOut dish", "samples/sample.thrift", "exception SoldOut"),
    ("diary#open", "samples/sample.vim", "diary#open() abort"),
    ("brightness of a lamp", "samples/sample.hlsl", "float brightness"),
    ("Dockerfile stage assets", "samples/Dockerfile.dev", "AS assets"),
    ("deploy-docs job", "dialects/.github/workflows/ci.yml", "deploy-docs:"),
    (
        "composite action installs the toolchain",
        "dialects/.github/actions/setup/action.yml",
        "rustup",
    ),
    ("build-lamp", "dialects/.gitlab-ci.yml", "build-lamp:"),
    ("bake the bread on circleci", "dialects/.circleci/config.yml", "Bake the bread"),
    ("compose service sorter", "dialects/compose.yaml", "sorter:"),
    ("Service/ticket-web", "dialects/deployment.yaml", "kind: Service"),
    ("argocd application tickets", "dialects/application.yaml", "kind: Application"),
    ("kustomization name prefix", "dialects/overlays/kustomization.yaml", "namePrefix"),
    ("carousel chart dependencies", "dialects/chart/Chart.yaml", "dependencies:"),
    ("install the print server", "dialects/site.yml", "Install the print server"),
    ("withdrawSeed", "dialects/api.yaml", "withdrawSeed"),
    ("PhotoBucket", "dialects/stack.yaml", "PhotoBucket:"),
    ("bookSailing endpoint", "dialects/api.json", "\"bookSailing\""),
    ("FloodAlarm", "dialects/stack.json", "\"FloodAlarm\""),
    ("resource.aws_s3_bucket.photos", "dialects/main.tf", "\"aws_s3_bucket\" \"photos\""),
];

/// The samples, by id from 1.
fn samples() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../code/tests");
    let mut found: Vec<(String, String)> = ["samples", "dialects"]
        .iter()
        .flat_map(|directory| ignore::WalkBuilder::new(root.join(directory)).hidden(false).build())
        .filter_map(Result::ok)
        .filter(|entry| entry.path().is_file())
        .map(|entry| {
            let path = entry.path().strip_prefix(&root).expect("below the root");
            (path.to_string_lossy().into_owned(), fs::read_to_string(entry.path()).expect("text"))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn a_question_in_each_language_is_answered_first() {
    let files = samples();
    let mut index = LexicalIndex::new();
    let mut chunks: Vec<Vec<LineRange>> = Vec::new();
    for (id, (path, text)) in (1..).zip(&files) {
        let language = Language::detect(path, text);
        let parsed = parse_file(path, text, language, &OPTIONS);
        let name = language.map(Language::name);
        index.insert(id, path, name, &encode_postings(text, &parsed)).expect("postings");
        chunks.push(parsed.chunks.iter().map(|chunk| chunk.lines).collect());
    }
    let mut missed = Vec::new();
    for (question, path, line) in QUESTIONS {
        let ranked = rank(&index, &analyze(question), &[], &RankOptions::default());
        let mut places = Vec::new();
        let mut of = Vec::new();
        for (file_rank, file) in ranked.iter().enumerate() {
            let at = file.file_id as usize - 1;
            for place in &file.places {
                let lines = chunks[at][place.key.ordinal as usize];
                places.push(Place { file_rank, lines, score: place.score });
                of.push(at);
            }
        }
        let first = arrange(&places, 10).best.into_iter().next();
        let found = first.map(|first| (&files[of[first]], places[first].lines));
        let right = found.as_ref().is_some_and(|((of, text), lines)| {
            let inside = text.lines().skip(lines.start as usize - 1).take(lines.count() as usize);
            of == path && inside.into_iter().any(|text| text.contains(line))
        });
        if !right {
            missed.push(format!("{question}: {:?}", found.map(|((of, _), lines)| (of, lines))));
        }
    }
    assert!(missed.is_empty(), "{missed:#?}");
}
