//! A question in each language, over the samples of all: its answer is the right place, and comes first,
//! by words alone.

use std::fs;
use std::path::Path;

use sconce_code::{ChunkOptions, Language, LineRange, parse_file};
use sconce_rank::{LexicalIndex, Place, RankOptions, analyze, arrange, encode_postings, rank};

/// Small, so that samples of a page have several chunks.
const OPTIONS: ChunkOptions = ChunkOptions { max_bytes: 400, min_bytes: 100 };

/// A question, the sample that answers, and a line of the place.
const QUESTIONS: [(&str, &str, &str); 122] = [
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
    ("how far a lamp is seen", "samples/sample.gotmpl", "define \"lamp.range\""),
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
    ("degrees of a count-flashes minute", "samples/sample.lisp", "(defun count-flashes"),
    ("compost-turn-heap", "samples/sample.el", "(defun compost-turn-heap"),
    ("pull one string of a puppet limb", "samples/sample.scm", "(define (pull-string"),
    ("sort-buttons by holes", "samples/sample.rkt", "(define (sort-buttons"),
    ("play-tune of a MusicBox", "samples/sample.fnl", "MusicBox.play-tune"),
    ("count_knots of a net", "samples/sample.wat", "(func $count_knots"),
    ("Cabin.board a passenger", "samples/sample.d", "bool board"),
    ("scrubGlass", "samples/sample.hx", "scrubGlass"),
    ("ring_hour of a bell", "samples/sample.vala", "ring_hour"),
    ("flick_marble", "samples/sample.odin", "flick_marble ::"),
    ("sell_ticket for the carousel", "samples/sample_v.v", "fn sell_ticket"),
    ("findBerth for a boat", "samples/sample.cls", "findBerth("),
    ("pawn_watch lends money", "samples/sample.move", "fun pawn_watch"),
    ("draw_straw to the last player", "samples/sample.cairo", "fn draw_straw"),
    ("moor the barge at a quay", "samples/sample.tcl", "method moor"),
    ("count_gusts over a threshold", "samples/sample_matlab.m", "count_gusts("),
    ("let_out string of the kite", "samples/sample.gd", "func let_out"),
    ("fillUp the cone with chestnuts", "samples/sample.coffee", "fillUp:"),
    ("a cake of three layers", "samples/sample.feature", "Scenario: A cake of three layers"),
    ("tie a knot in a rope", "samples/sample.purs", "tie :: Rope"),
    ("fire_pots", "samples/sample.cr", "def fire_pots"),
    ("eggs_of_week", "samples/sample.awk", "function eggs_of_week"),
    ("print_label", "samples/sample.bat", ":print_label"),
    ("deal-hands to players", "samples/sample.raku", "sub deal-hands"),
    ("Garden lightPath", "samples/sample.luau", "Garden:lightPath"),
    ("Take Deposit keyword", "samples/sample.robot", "Take Deposit"),
    ("KeyDrawer keyFor a lock", "samples/sample.st", "keyFor: aLock"),
    ("honey_yield program", "samples/sample.do", "program define honey_yield"),
    ("weigh_pumpkins", "samples/sample.sas", "%macro weigh_pumpkins"),
    ("SHOVEL-COAL", "samples/sample.cob", "SHOVEL-COAL."),
    ("is_edible by the mushroom book", "samples/sample.abap", "is_edible"),
    ("canteen::dish", "samples/sample_puppet.pp", "define canteen::dish"),
    ("is_day in the greenhouse", "samples/sample.rego", "is_day(time) if"),
    ("ferry Tonnage", "samples/sample.cue", "#Tonnage: int"),
    ("germinate a seed", "samples/sample.jsonnet", "germinate("),
    ("engineDriver of the fire brigade", "samples/sample.dhall", "let engineDriver"),
    ("barometer-gui executable", "samples/meson.build", "'barometer-gui'"),
    ("tileCount", "samples/sample.lean", "def tileCount"),
    ("how often the bells strokes", "samples/sample.agda", "strokes : Peal"),
    ("height_lift", "samples/sample_coq.v", "Lemma height_lift"),
    ("steep leaves so many minutes", "samples/sample_prolog.pl", "steep(Leaf, Minutes"),
    ("callBack a hawk", "samples/sample.res", "let callBack"),
    ("moss: shade and water", "samples/sample.adoc", "Shade and water"),
    ("recipe-card", "samples/sample.typ", "#let recipe-card"),
    ("filmPoster mixin", "samples/sample.pug", "mixin filmPoster"),
    ("subgraph Sorting office", "samples/sample.mmd", "Sorting office"),
    ("Crane that lifts a load, by its Hook", "samples/sample.puml", "class Crane"),
    ("inspectHive", "samples/sample.capnp", "inspectHive"),
    ("hospital.wards", "samples/sample.dbml", "hospital.wards"),
    ("Sounding: pressure and gas of a sonde", "samples/sample.fbs", "table Sounding"),
    ("BorrowLadder operation", "samples/sample.smithy", "operation BorrowLadder"),
    ("rentCostume", "samples/sample.tsp", "rentCostume"),
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
