//! What the grammars stumble over: a definition is found by its name all the same.

use sconce_code::{ChunkOptions, Language, parse_file};

/// The symbols of a file, as `kind scope/name`.
fn symbols(path: &str, text: &str) -> Vec<String> {
    let language = Language::detect(path, text);
    let parsed = parse_file(path, text, language, &ChunkOptions::default());
    let name = |symbol: &sconce_code::Symbol| {
        let path: Vec<&str> =
            symbol.scopes.iter().chain([&symbol.name]).map(String::as_str).collect();
        format!("{} {}", symbol.kind, path.join("/"))
    };
    parsed.symbols.iter().map(name).collect()
}

#[track_caller]
fn has(path: &str, text: &str, expected: &[&str]) {
    let found = symbols(path, text);
    assert_eq!(found, expected, "{path}: {text}");
}

#[test]
fn c_functions_behind_attributes_and_macros() {
    for (text, name) in [
        (
            "static __printf(2, 3) int tlv_print(struct buf *b, const char *f, ...)\n{\n}\n",
            "tlv_print",
        ),
        ("static int __init start_net(void)\n{\n\treturn 0;\n}\n", "start_net"),
        ("int *  __attribute__((used)) first_slot(void)\n{\n}\n", "first_slot"),
        ("__attribute__((used)) int * second_slot(void)\n{\n}\n", "second_slot"),
        (
            "SYSCALL_DEFINE3(peek_queue, int, fd, char __user *, dst, size_t, len)\n{\n}\n",
            "peek_queue",
        ),
        ("PHP_FUNCTION(basket_sum)\n{\n\tRETURN_LONG(1);\n}\n", "basket_sum"),
        ("JNIEXPORT jint JNICALL Java_shop_Cart_sum(JNIEnv *env)\n{\n}\n", "Java_shop_Cart_sum"),
        ("SQLITE_PRIVATE Vdbe *sqlite3Make(Parse *p){\n}\n", "sqlite3Make"),
        ("asmlinkage __visible void __sched schedule(void)\n{\n}\n", "schedule"),
        ("int take_lock(struct lock *l) __acquires(l)\n{\n}\n", "take_lock"),
        ("void __free_pages(struct page *p, unsigned int order)\n{\n}\n", "__free_pages"),
        ("BOOL APIENTRY DllMain(HMODULE m, DWORD r, LPVOID x)\n{\n}\n", "DllMain"),
        ("DEFINE_GETTER(rate, int)\n\nint after_getter(void)\n{\n}\n", "after_getter"),
        ("TEST(Basket, SumsUp) {\n}\n", "SumsUp"),
        ("EXPORT_SYMBOL_GPL(x);\nstatic always_inline u32 fast(void)\n{\n}\n", "fast"),
    ] {
        has("net/a.c", text, &[&format!("function {name}")]);
    }
    has(
        "a.h",
        "SHOP_API int shop_open(const char *path) SHOP_NONNULL(1);\n",
        &["function shop_open"],
    );
    has("a.h", "struct SHOP_PACKED wire {\n  int at;\n};\n", &["struct wire"]);
}

#[test]
fn cpp_classes_behind_export_macros() {
    let text = "namespace shop {\nclass SHOP_EXPORT Ledger : public Base {\npublic:\n  explicit Ledger(int id);\n  \
        void refresh() SHOP_NOEXCEPT;\n};\nclass SHOP_API Journal final {\npublic:\n  void write();\n};\n\
        struct ALIGNED(16) Slot { int at; };\n}\n";
    has(
        "a.h",
        text,
        &[
            "module shop",
            "class shop/Ledger",
            "method shop/Ledger/Ledger",
            "method shop/Ledger/refresh",
            "class shop/Journal",
            "method shop/Journal/write",
            "struct shop/Slot",
        ],
    );
    let text = "namespace std _VISIBILITY(default) {\nBEGIN_VERSION\ntemplate <class T> class Box {\n  T at();\n};\n}\n";
    has("a.hpp", text, &["module std", "class std/Box", "method std/Box/at"]);
    let text =
        "template <typename T>\nFORCE_INLINE T Box<T>::at(int i) const NOEXCEPT { return t; }\n";
    has("a.cpp", text, &["method Box/at"]);
}

#[test]
fn qts_and_unreals_members() {
    let text = "class Basket : public QObject {\n    Q_OBJECT\n    Q_PROPERTY(int total READ total)\npublic slots:\n    \
        void refresh() noexcept override;\nsignals:\n    void changed(int cents);\nprivate Q_SLOTS:\n    \
        Q_INVOKABLE void tidy();\n    int total_ = 0;\n};\n";
    has(
        "basket.h",
        text,
        &["class Basket", "method Basket/refresh", "method Basket/changed", "method Basket/tidy"],
    );
    let text = "UCLASS(Blueprintable, meta = (DisplayName = \"Cart\"))\nclass SHOPGAME_API ACartActor : public AActor\n\
        {\n    GENERATED_BODY()\npublic:\n    UPROPERTY(EditAnywhere)\n    int32 ItemCount;\n\n    \
        UFUNCTION(BlueprintCallable)\n    void AddItem(int32 Id);\n};\nUENUM()\nenum class EKind : uint8 { One };\n";
    has(
        "Actor.h",
        text,
        &["class ACartActor", "method ACartActor/AddItem", "enum EKind", "constant EKind/One"],
    );
}

#[test]
fn ordinary_c_and_cpp_is_read_as_before() {
    let text = "typedef int (*callback)(void);\nstatic const char *NAMES[] = {\"a\"};\nenum color c;\n\
        struct point { int x, y; };\nunsigned long long total(int a, int b) { return a < b; }\n";
    has(
        "a.c",
        text,
        &["type callback", "variable NAMES", "variable c", "struct point", "function total"],
    );
    let text = "class A : B { A(); ~A(); A operator+(const A &o) const; int flags : 4; };\nA::A() : x_(1), y_{2} {}\n";
    has(
        "a.cpp",
        text,
        &["class A", "method A/A", "method A/~A", "method A/operator+", "method A/A"],
    );
}

#[test]
fn conditions_that_cut_through_what_they_stand_in() {
    let text = "int take(struct tank *t)\n{\n\tint n = 0;\n#if defined(LOCKS) && \\\n\tLOCKS > 1\n\twhile (lock(t)) {\n#elif defined(POLL)\n\t\
        for (;;) {\n#else\n\tif (t->full) {\n#endif\n\t\tn++;\n\t}\n\treturn n;\n}\nvoid fill(void) { }\n";
    has("tank.c", text, &["function take", "function fill"]);
    has("tank.m", text, &["function take", "function fill"]);
    has("tank.cu", text, &["function take", "function fill"]);
    let text = "int ready(void)\n{\n\tif (left() ||\n#ifdef MIDDLE\n\t    middle(1,\n#if 0\n\t    2,\n#endif\n\t    3) ||\n#endif\n\t    \
        right()) {\n\t\treturn 1;\n\t}\n\treturn 0;\n}\nlong\n#ifdef OLD_CALLS\n__fastcall\n#endif\nopen_valve(int n)\n{\n}\n\
        #ifdef WIDE\nint pipe(long n)\n#else\nint pipe(int n)\n#endif\n{\n}\n#if 0\n  if (so {\n#endif\nint last;\n";
    let found = ["function ready", "function open_valve", "function pipe", "variable last"];
    has("valve.c", text, &found);
    has("valve.cpp", text, &found);
    // Those that hold whole things keep all of their branches.
    let text = "#ifdef A\nint one(void) { return 1; }\n#else\nint two(void) { return f(1'000); }\n#endif\n\
        EXPORT(one)\n#ifdef B\n#define SIZE 1\n#else\n#define SIZE 2\n#endif\nint three(void) { }\n";
    let found =
        ["function one", "function two", "constant SIZE", "constant SIZE", "function three"];
    has("whole.cpp", text, &found);
    for text in
        ["#if", "#endif\n#else\n#if 0\n(", "#if 0\n{\n#else", "#if\n}\n#elif\n\u{e9})\n#endif"]
    {
        has("a.c", text, &[]);
    }
}

#[test]
fn cs_types_and_conventions_in_macros() {
    let text = "METHODDEF(int) fill_buffer(j_ptr cinfo)\n{\n  return 1;\n}\nGLOBAL(void)\njpeg_start (j_ptr cinfo, boolean all)\n{\n}\n\
        EXTERN(void) jpeg_end(j_ptr cinfo);\nJSON_API(const char *) json_name(int x) { return 0; }\nint add(a, b)\n  int a;\n  char *b;\n{\n}\n\
        typedef int (WINAPI *Hook)(int a);\ntypedef void (APIENTRYP PFNDRAW) (int mode);\ntypedef LRESULT (CALLBACK* Proc)(HWND, UINT);\n\
        typedef BOOL (__stdcall *Old)(void);\nstruct ops {\n  int (WINAPI *open)(int);\n};\n";
    let found = [
        "function fill_buffer",
        "function jpeg_start",
        "function jpeg_end",
        "function json_name",
        "function add",
        "type Hook",
        "type PFNDRAW",
        "type Proc",
        "type Old",
        "struct ops",
    ];
    has("a.c", text, &found);
    let parsed = parse_file("a.c", text, Language::detect("a.c", text), &ChunkOptions::default());
    assert_eq!(parsed.status, sconce_code::ParseStatus::Ok);
    let signatures: Vec<&str> =
        parsed.symbols.iter().map(|symbol| symbol.signature.as_str()).collect();
    assert_eq!(signatures[0], "METHODDEF(int) fill_buffer(j_ptr cinfo)");
    assert_eq!(signatures[5], "typedef int (WINAPI *Hook)(int a)");
    has(
        "a.cpp",
        "namespace a::b::inline v1 {\nvoid f();\n}\nnamespace c::inline d::e { void g(); }\n",
        &["module a/b/v1", "function a/b/v1/f", "module c/d/e", "function c/d/e/g"],
    );
    for text in [
        "typedef int (WINAPI",
        "A(int) \u{fc}(",
        "typedef int (\u{dc}X *a)(int);",
        "typedef a ()(b);",
    ] {
        symbols("a.c", text);
    }
}

#[test]
fn cpps_modules() {
    let text = "module;\n#include <cstdio>\nexport module garden.beds:soil;\nimport <vector>;\nimport std;\nexport import :worms;\n\
        // A bed.\nexport class Bed { public: int width() const; };\nexport template <class T> T dig(T t) { return t; }\n\
        export namespace garden { enum class Kind { A }; void rake(); }\nexport {\n  struct Spade { int l; };\n  void hoe();\n}\n\
        export using Id = int;\nexport enum class Mode { B };\nexport int depth = 3;\nmodule :private;\nint Bed::width() const { return 1; }\n";
    has(
        "soil.cppm",
        text,
        &[
            "class Bed",
            "method Bed/width",
            "function dig",
            "module garden",
            "enum garden/Kind",
            "constant garden/Kind/A",
            "function garden/rake",
            "struct Spade",
            "function hoe",
            "type Id",
            "enum Mode",
            "constant Mode/B",
            "variable depth",
            "method Bed/width",
        ],
    );
    let language = Language::detect("soil.cppm", text);
    let parsed = parse_file("soil.cppm", text, language, &ChunkOptions::default());
    let imports: Vec<&str> = parsed.imports.iter().map(|import| import.target.as_str()).collect();
    assert_eq!(imports, ["<cstdio>", "<vector>", "std", "worms"]);
    assert_eq!(parsed.symbols[0].doc.as_deref(), Some("A bed."));
    // Words that are no keywords.
    has(
        "a.cpp",
        "int module = 1;\nvoid import(int module) { export_all(module); }\n",
        &["variable module", "function import"],
    );
    for text in ["export", "import", "module", "export {", "import ;", "import <\u{e9}>;"] {
        symbols("a.cpp", text);
    }
}

/// Two words that are shaped as macros, the last one with a character of several bytes at its end, are no call.
#[test]
fn macros_alone_with_a_wide_character_are_read() {
    let text = "struct Wind {\n    float speed;\n    __hos\u{8a9e}__ __dev\u{fffd};ice__ float x() const { return speed; }\n};\n";
    for path in ["wind.cu", "wind.cpp", "wind.h"] {
        let parsed = parse_file(path, text, Language::detect(path, text), &ChunkOptions::default());
        assert!(parsed.symbols.iter().any(|symbol| symbol.name == "Wind"), "{path}");
    }
}

#[test]
fn macros_that_look_like_functions() {
    let text = "class FakePump : public Pump {\n public:\n  MOCK_METHOD(int, Drain, (int litres), (override));\n  \
        MOCK_METHOD((std::map<int, int>), Levels, (), (const,\n override));\n  MOCK_CONST_METHOD1(Find, bool(int id));\n  \
        FakePump(int n);\n private:\n  int n_ GUARDED_BY(lock_);\n  int k_ GUARDED_BY(lock_) = 0;\n  \
        Rate rate() const LOCKS_EXCLUDED(lock_);\n  Q_DISABLE_COPY_MOVE(FakePump)\n  DISALLOW_COPY(FakePump);\n  FRIEND_TEST(A, B)\n};\n\
        class URL { URL(int port); URL(); };\n";
    has(
        "pump_test.h",
        text,
        &[
            "class FakePump",
            "method FakePump/Drain",
            "method FakePump/Levels",
            "method FakePump/Find",
            "method FakePump/FakePump",
            "method FakePump/rate",
            "class URL",
            "method URL/URL",
            "method URL/URL",
        ],
    );
    let text = "TEST_CASE(\"drains: fast, and \u{fc}ber 3.5 litres\", \"[pump]\") {\n  SECTION(\"a\") { }\n}\n\
        SCENARIO(\"fills\") { }\nTEST_CASE_METHOD(Fixture, \"holds water\") {\n}\nTEST(Pump, Stops) { }\n";
    has(
        "pump_test.cpp",
        text,
        &[
            "function drains: fast, and \u{fc}ber 3.5 litres",
            "function fills",
            "function holds water",
            "function Stops",
        ],
    );
    let text = "void Pump::run() {\n  foreach (const Pipe &p, pipes) {\n    p.open();\n  }\n  Q_FOREACH (auto v, all) { v.shut(); }\n  \
        for_each_valve(v) {\n    v->shut();\n  }\n}\nPump::Pump() : n_(1) { BOOST_FOREACH(int i, is) { } }\nvoid stop() { }\n";
    has("pump.cpp", text, &["method Pump/run", "method Pump/Pump", "function stop"]);
    for text in [
        "A(\"",
        "TEST_CASE(\"a\"",
        "TEST_CASE(\"a\"\u{fc}) {",
        "class A { M(,b,()) M(,b,()); B( };",
    ] {
        symbols("a.cpp", text);
    }
}

#[test]
fn cpps_conversions() {
    let text = "struct Tank {\n  operator std::string() const;\n  explicit operator bool() const { return true; }\n  bool operator==(int n) const;\n};\n\
        Tank::operator std::string() const { return \"\"; }\nbool Tank::operator==(int n) const { return true; }\n";
    has(
        "tank.cpp",
        text,
        &[
            "struct Tank",
            "method Tank/operator std::string",
            "method Tank/operator bool",
            "method Tank/operator==",
            "method Tank/operator std::string",
            "method Tank/operator==",
        ],
    );
}

#[test]
fn rusts_items_in_macros() {
    let text = "cfg_if::cfg_if! {\n    if #[cfg(unix)] {\n        /// Of Unix.\n        pub fn page() -> usize { 1 }\n    } else if #[cfg(windows)] {\n        \
        pub struct Page;\n    } else {\n        mod other { pub fn page() {} }\n    }\n}\nproptest! {\n    #![proptest_config(cases(9))]\n    #[test]\n    \
        fn sums(a in 0..9, s in \"[)]*\") {\n        for b in a { }\n    }\n}\nfn last(a: u8) {}\n";
    has(
        "a.rs",
        text,
        &[
            "function page",
            "struct Page",
            "module other",
            "function other/page",
            "function sums",
            "function last",
        ],
    );
}

#[test]
fn reacts_wrapped_components() {
    has(
        "a.tsx",
        "export default React.memo(function PriceTag({ c }: P) {\n  return <b>{c}</b>;\n});\n",
        &["function PriceTag"],
    );
    let text = "export const CartButton = forwardRef<A, B>(function CartButton(p, ref) {\n  return <b ref={ref} />;\n});\n\
        export const WishRow = memo(({ name }: P) => <li>{name}</li>);\n\
        const Both = observer(forwardRef((p, ref) => <i ref={ref} />));\n\
        const Late = React.lazy(() => import(\"./late\"));\nexport const Title = styled.h1`color: red`;\n\
        export const fetchCart = createAsyncThunk(\"cart/fetch\", async (id) => id);\n";
    has(
        "b.tsx",
        text,
        &[
            "function CartButton",
            "function WishRow",
            "function Both",
            "function Late",
            "variable Title",
            "function fetchCart",
        ],
    );
    has(
        "c.jsx",
        "export default connect(map)(class Cart extends React.Component {\n  render() {}\n});\n",
        &["class Cart", "method Cart/render"],
    );
    has(
        "d.js",
        "module.exports = wrap(function handler(req) {\n  const twice = list.map((x) => x);\n});\n",
        &["function handler"],
    );
}

#[test]
fn what_hooks_keep_within_a_component_is_its() {
    let text = "export function Cart({ id }: P) {\n  const rows = useSelector((state) => state.rows);\n  const [open, setOpen] = useState(() => false);\n  \
        const onSave = useCallback(async (row: Row) => {\n    const saved = await save(row);\n  }, [id]);\n  \
        const total = React.useMemo<number>(() => rows.reduce(sum), [rows]);\n  \
        const search = useMemo(() => debounce((text) => find(text), 300), []);\n  \
        useEffect(() => {\n    const timer = setTimeout(tick);\n  }, []);\n  return <Rows onSave={onSave} />;\n}\n";
    for path in ["cart.tsx", "cart.jsx"] {
        let text = if path == "cart.jsx" {
            text.replace(": Row", "").replace(": P", "").replace("<number>", "")
        } else {
            text.to_owned()
        };
        has(
            path,
            &text,
            &[
                "function Cart",
                "function Cart/onSave",
                "function Cart/total",
                "function Cart/search",
            ],
        );
    }
    let parsed =
        parse_file("a.tsx", text, Language::detect("a.tsx", text), &ChunkOptions::default());
    assert_eq!(parsed.symbols[1].signature, "const onSave = useCallback(async (row: Row))");
}

#[test]
fn haskells_primes_and_directives() {
    has(
        "B.hs",
        "module B where\n\nfoldLines' :: [Int] -> Int\nfoldLines' = foldr (+) 0\n",
        &["module B", "function foldLines'"],
    );
    let text = "{-# LANGUAGE CPP #-}\nmodule A where\n\n#if MIN_VERSION_base(4,8,0)\nimport Data.List\n#else\n\
        import List\n#endif\n\nbasketSum :: [Int] -> Int\n#ifdef FAST\nbasketSum = sum'\n#endif\n";
    has("A.hs", text, &["module A", "function basketSum"]);
}

#[test]
fn cythons_definitions() {
    let text = "cimport numpy as np\n\ncdef class Summer:\n    cdef double total\n\n    \
        cpdef double add_all(self, double[:] xs) except -1:\n        cdef int i\n        return <double>self.total\n\n\
        cdef inline double square_of(double x) nogil:\n    return x * x\n\ncdef struct Point:\n    int x\n\n\
        def plain(int n, xs):\n    return n\n";
    has(
        "fast.pyx",
        text,
        &[
            "class Summer",
            "variable Summer/total",
            "method Summer/add_all",
            "function square_of",
            "class Point",
            "function plain",
        ],
    );
    let text = "cdef extern from \"math.h\" nogil:\n    double sin(double x)\n\ncdef class Tree:\n    cdef int depth\n    \
        cpdef int height(self)\n";
    has(
        "tree.pxd",
        text,
        &["function sin", "class Tree", "variable Tree/depth", "method Tree/height"],
    );
    let parsed =
        parse_file("a.pxd", text, Language::detect("a.pxd", text), &ChunkOptions::default());
    assert_eq!(parsed.symbols[0].signature, "double sin(double x)");
    let text = "cdef class Pool:\n    cdef public int count, limit\n    cdef int grow(self, int by) nogil:\n        cdef int left = 1\n        \
        return left\ncdef int calls = 0\n";
    has(
        "pool.pyx",
        text,
        &[
            "class Pool",
            "variable Pool/count",
            "variable Pool/limit",
            "method Pool/grow",
            "variable calls",
        ],
    );
}

/// A header of macros: guards, conditions, documentation, comments behind values, values of several lines.
fn macros(count: usize) -> String {
    let mut text = String::from(
        "/* SPDX-License-Identifier: MIT */\n/*\n * Registers of the pump.\n */\n#ifndef PUMP_REGS_H\n#define PUMP_REGS_H\n\n\
         #include <linux/bits.h>\n#include \"pump.h\" // its types\n\n// The first block.\n#define PUMP_FIRST 0x0\n",
    );
    for at in 0..count {
        let part = match at % 8 {
            0 => format!(
                "\n/* How fast pump {at} turns. */\n#define PUMP_{at}_SPEED\t\t0x{at:04x}\n"
            ),
            1 => format!("#define PUMP_{at}_MASK 0xffL /* all of it */\n"),
            2 => format!("# define PUMP_{at}_SET(x, y) \\\r\n\t(((x) << {at}) | \\\r\n\t (y))\r\n"),
            3 => format!(
                "#define PUMP_{at}_OFF\n#ifdef PUMP_{at}_OFF\n#  undef PUMP_{at}_OFF\n#else\n#define PUMP_{at}_ON 1 // yes\n#endif\n"
            ),
            4 => format!("#define PUMP_{at}_NAME \"pump {at}\"\n"),
            5 => format!(
                "#define PUMP_{at}_WIDE 1 /* of\n  two lines */\n// and\n// this one\n#define PUMP_{at}_F()\n"
            ),
            6 => format!(
                "#if defined(A) && \\\n    {at} > 3\n#define PUMP_{at}_NONE /* nothing */\n#endif /* A */\n"
            ),
            _ => format!("#define\tPUMP_{at}_URL /* old */ \t7\n#define PUMP_{at}_X // no value\n"),
        };
        text.push_str(&part);
    }
    text + "\n#endif"
}

#[test]
fn a_table_of_macros_is_read_as_its_grammar_reads_it() {
    let options = ChunkOptions::default();
    let table = macros(200);
    // Beside anything else it is no table, and the grammar's.
    let mixed = format!("{table}\nint pump_count;\n");
    for path in ["pump_regs.h", "pump_regs.hpp"] {
        let read = |text: &str| {
            let language = Language::detect(path, text);
            parse_file(path, text, language, &options)
        };
        let (by_lines, mut by_grammar) = (read(&table), read(&mixed));
        let last = by_grammar.symbols.pop().unwrap();
        assert_eq!(last.name, "pump_count");
        assert_eq!(by_lines.symbols, by_grammar.symbols);
        assert_eq!(by_lines.imports, by_grammar.imports);
        assert_eq!(by_lines.status, by_grammar.status);
        let starts = |parsed: &sconce_code::ParsedFile| {
            parsed.chunks.iter().map(|chunk| chunk.lines.start).collect::<Vec<_>>()
        };
        assert_eq!(starts(&by_lines), starts(&by_grammar));
    }
}

#[test]
fn what_is_no_table_of_macros_is_parsed() {
    for end in
        ["extern int x;", "FOO(1)", "#define \u{e9} 1", "#define A 1 /* x */ + 2", "/* open", "\\"]
    {
        let text = format!("{}\n{end}\n", macros(200));
        let language = Language::detect("a.h", &text);
        let parsed = parse_file("a.h", &text, language, &ChunkOptions::default());
        assert!(parsed.symbols.iter().any(|symbol| symbol.name == "PUMP_FIRST"), "{end}");
    }
    // A range of every byte is cut somewhere, whatever stands at the end.
    for end in [
        "",
        "#",
        "#define",
        "#define A",
        "#define A(",
        "#endif",
        "#include",
        "// \\",
        "/*/",
        "\u{feff}",
    ] {
        let text = format!("{}{end}", macros(40));
        let parsed =
            parse_file("a.h", &text, Language::detect("a.h", &text), &ChunkOptions::default());
        let bytes: usize = parsed.chunks.iter().map(|chunk| chunk.bytes.len()).sum();
        assert_eq!(bytes, text.len(), "{end}");
    }
}

#[test]
fn members_of_enums_are_constants_in_its_scope() {
    for (path, text) in [
        (
            "A.java",
            "enum State {\n  /** Waits. */\n  OPENED(1), @Old SHUT { int f() { return 1; } };\n}\n",
        ),
        ("a.kt", "enum class State(val id: Int) {\n  OPENED(1),\n  SHUT(2) {\n  };\n}\n"),
        ("a.rs", "enum State { OPENED(u8), #[old] SHUT { at: u8 } }\n"),
        ("a.ts", "export enum State { OPENED = 'o', SHUT }\n"),
        ("a.cs", "enum State : byte { OPENED = 1, [Old] SHUT }\n"),
        ("a.swift", "enum State: Int {\n  case OPENED = 1, SHUT\n}\n"),
        ("a.php", "<?php\nenum State: int { case OPENED = 1; case SHUT = 2; }\n"),
        ("a.scala", "enum State:\n  case OPENED, SHUT\n"),
        ("a.scala", "enum State {\n  case OPENED(at: Int)\n  case SHUT\n}\n"),
        ("a.dart", "enum State { OPENED, SHUT }\n"),
        ("a.c", "typedef enum { OPENED = 1, SHUT } State;\n"),
        ("a.cpp", "enum class State : int { OPENED = 1, SHUT };\n"),
        ("a.m", "enum State { OPENED = 1, SHUT };\n"),
        ("a.sol", "enum State { OPENED, SHUT }\n"),
        ("a.proto", "enum State { OPENED = 0; SHUT = 1; }\n"),
        ("a.graphql", "enum State { OPENED \"x\" SHUT @deprecated }\n"),
        ("a.prisma", "enum State {\n  OPENED\n  SHUT @map(\"s\")\n}\n"),
        ("a.ps1", "enum State {\n  OPENED = 1\n  SHUT\n}\n"),
        ("a.zig", "const State = enum(u8) { OPENED = 1, SHUT };\n"),
        ("a.elm", "module A exposing (..)\n\ntype State\n    = OPENED Int\n    | SHUT\n"),
        ("a.hs", "data State = OPENED Int | SHUT\n"),
        ("a.ml", "type state = OPENED of int | SHUT\n"),
        ("a.gleam", "pub type State {\n  OPENED(at: Int)\n  SHUT\n}\n"),
        ("a.thrift", "enum State {\n  OPENED = 1,\n  SHUT = 2 // shut, gone\n}\n"),
        ("a.nim", "type\n  State* = enum\n    OPENED = 1, SHUT\n"),
        ("a.vb", "Enum State\n    OPENED = 1\n    SHUT\nEnd Enum\n"),
        ("a.groovy", "enum State {\n  OPENED(1), SHUT(2)\n}\n"),
        ("a.jl", "@enum State begin\n  OPENED = 1\n  SHUT\nend\n"),
        ("a.fs", "type State =\n    | OPENED of int\n    | SHUT\n"),
        ("a.pas", "unit A;\ninterface\ntype\n  State = (OPENED, SHUT);\nimplementation\nend.\n"),
        ("a.adb", "package A is\n  type State is (OPENED, SHUT);\nend A;\n"),
        ("a.vhd", "package a is\n  type State is (OPENED, SHUT);\nend package;\n"),
        ("a.d", "enum State : int { OPENED = 1, SHUT }\n"),
        ("a.hx", "enum State {\n  OPENED(at:Int);\n  SHUT;\n}\n"),
        ("a.vala", "public enum State {\n  OPENED = 1,\n  SHUT\n}\n"),
        ("A.apex", "public enum State { OPENED, SHUT }\n"),
        ("a.odin", "State :: enum {\n\tOPENED = 1,\n\tSHUT,\n}\n"),
        ("a.vv", "enum State {\n\tOPENED\n\tSHUT\n}\n"),
        ("a.cairo", "enum State {\n  OPENED: u8,\n  SHUT,\n}\n"),
        ("a.move", "enum State has drop { OPENED(u8), SHUT }\n"),
        ("a.gd", "enum State { OPENED = 1, SHUT }\n"),
        ("a.cr", "enum State\n  OPENED = 1\n  SHUT\nend\n"),
        ("a.purs", "data State\n  = OPENED Int\n  | SHUT\n"),
        ("a.lean", "inductive State where\n  | OPENED (at : Nat)\n  | SHUT\n"),
        ("a.agda", "data State : Set where\n  OPENED : Nat → State\n  SHUT : State\n"),
        ("a.fbs", "enum State : byte { OPENED = 1, SHUT }\n"),
        ("a.smithy", "enum State {\n  OPENED = \"o\"\n  SHUT\n}\n"),
        ("a.tsp", "enum State {\n  OPENED: 1,\n  SHUT,\n}\n"),
    ] {
        let found = symbols(path, text);
        let members: Vec<&str> = found
            .iter()
            .filter_map(|symbol| symbol.strip_prefix("constant "))
            .filter_map(|name| name.split_once("tate/").map(|(_, member)| member))
            .collect();
        assert_eq!(members, ["OPENED", "SHUT"], "{path}: {found:?}");
    }
}

#[test]
fn functions_in_the_body_of_an_enums_member_are_methods() {
    let text = "enum class State {\n  OPEN {\n    override fun next() = SHUT\n  },\n  SHUT;\n  fun label() = name\n}\n";
    has(
        "a.kt",
        text,
        &[
            "enum State",
            "constant State/OPEN",
            "method State/OPEN/next",
            "constant State/SHUT",
            "method State/label",
        ],
    );
    // A type and its constructor of one name are one symbol.
    has("a.hs", "data User = User { name :: String }\n", &["enum User", "property User/name"]);
}

#[test]
fn what_a_module_of_javascript_exports_has_its_own_name() {
    for (text, expected) in [
        (
            "/** Runs. */\nmodule.exports = class Runner extends Base {\n  go() {}\n};\n",
            &["class Runner", "method Runner/go"][..],
        ),
        ("module.exports = function limit(n) {\n};\n", &["function limit"]),
        ("exports = module.exports = class Q { go() {} };\n", &["class Q", "method Q/go"]),
        ("const Q = module.exports = class Q { go() {} };\n", &["class Q", "method Q/go"]),
        ("const Q = exports.Q = class { go() {} };\n", &["class Q", "method Q/go"]),
        ("const run = exports.run = function () {};\n", &["function run"]),
        ("var a = exports.b = function () {};\n", &["function a", "function a/b"]),
        (
            "function K() {}\nK.prototype = {\n  greet() {},\n  leave: function () {},\n};\n",
            &["function K", "method K/greet", "method K/leave"],
        ),
        ("module.exports = { run() {} };\n", &["method run"]),
    ] {
        has("a.js", text, expected);
    }
    let parsed = parse_file(
        "a.js",
        "/** Runs jobs. */\nexports = module.exports = class Q {};\n",
        Language::by_name("javascript"),
        &ChunkOptions::default(),
    );
    assert_eq!(parsed.symbols[0].doc.as_deref(), Some("Runs jobs."));
}

#[test]
fn javascript_with_flows_types() {
    let text = "/**\n * @flow strict\n */\nimport typeof Shop from './shop';\nopaque type Id = string;\n\
        export type Row = {|\n  ...Base,\n  +money: Money,\n  -[key: string]: ?number,\n|};\n\
        declare export function late(x: ?string): void;\n\
        /** Rounds. */\nexport function roundUp(money: ?Money, f: (?string) => ?number): number {\n  return f(...a, +b);\n}\n\
        class Till extends React.Component<Props> {\n  +rows: Array<Row>;\n  props: Props;\n  \
        add(row: ?Row): Promise<?void> { return <b {...row}>{row}</b>; }\n}\n";
    has(
        "a.js",
        text,
        &[
            "type Id",
            "type Row",
            "property Row/money",
            "function late",
            "function roundUp",
            "class Till",
            "property Till/rows",
            "property Till/props",
            "method Till/add",
        ],
    );
    // As it was without the word.
    has("a.js", "// @noflow\nfunction f() { return x ? +a : -b }\n", &["function f"]);
}

#[test]
fn fsharps_modifiers_are_no_names() {
    let text = "module Shop\n\nlet private cache = dict []\nlet mutable counter = 0\nlet inline private square x = x * x\n\
        let inline add< ^T when ^T : (static member (+) : ^T * ^T -> ^T)> (a: ^T) b = a + b\n\
        let rec even n = odd (n - 1)\nand odd n = n\nlet ``adds up: 1.5`` () = ()\nlet get key = key\n\
        [<Literal>] let Most = 5\n\
        type result<'a> = Result<'a, string>\n\
        type Cart() =\n    member this.``add item`` x = x\n    member private this.Clear() = ()\n    \
        member this.Size\n        with get () = 1\n        and set (v) = ignore v\n";
    has(
        "a.fs",
        text,
        &[
            "module Shop",
            "variable cache",
            "variable counter",
            "function square",
            "function add",
            "function even",
            "function odd",
            "function adds up: 1.5",
            "function get",
            "variable Most",
            "type result",
            "class Cart",
            "method Cart/add item",
            "method Cart/Clear",
            "method Cart/Size",
        ],
    );
}

#[test]
fn julias_short_functions() {
    let text = "area(r; inner=0.0) = r\narea(x, y=2)::Float64 = x\nedge(c::Circle{T}) where {T<:Real} = c\n\
        edge(v::Vector{<:Real}) where T <: Real = v\nBase.:+(a::R, b::R) = a\nBase.length(s::R) = 1\n\
        function Base.:(==)(a, b)\n  a\nend\nfunction Base.show(io, r)\n  f(x) == 1\n  g(a, b = 1)\nend\n\
        const Pair2{T} = Tuple{T, T}\nPoint{T}(x) where {T} = x\n";
    has(
        "a.jl",
        text,
        &[
            "function area",
            "function area",
            "function edge",
            "function edge",
            "function +",
            "function Base/length",
            "function ==",
            "function Base/show",
            "constant Pair2",
            "function Point",
        ],
    );
}

#[test]
fn sections_and_words_of_languages_told_by_their_lines() {
    has(
        "a.nim",
        "const\n  Most* = 5\n  hosts* = @[\n    \"a\", b = 1]\nvar\n  open, shut: int # a\nproc f() =\n  let\n    x = 1\n  discard\n",
        &["constant Most", "constant hosts", "variable open", "function f"],
    );
    has("a.nim", "proc f(\n  a: int\n) =\n  let b = 1\nlet (c, d) =\n  g(1)\n", &["function f"]);
    has(
        "a.pm",
        "use v5.38;\nclass Shop::Cart :isa(Base) {\n    field @rows;\n    method put($row) { push @rows, $row; }\n}\n\
         package Shop::Till;\nhas total => (\n    is => 'ro',\n);\nhas 'open', is => 'rw';\nmy %x = (class => 1);\nasync sub run {\n}\n",
        &[
            "class Shop/Cart",
            "property Shop/Cart/rows",
            "method Shop/Cart/put",
            "module Shop/Till",
            "property total",
            "property open",
            "function run",
        ],
    );
    has(
        "a.S",
        "SYM_FUNC_START(copy_fast)\n\tmov %rdi, %rax\nlast:\n\tret\nSYM_FUNC_END(copy_fast)\nENTRY(copy_slow)\n\tret\nENDPROC(copy_slow)\nSYM_DATA_START(table)\n\t.quad 0\nSYM_DATA_END_LABEL(table, SYM_L_LOCAL, table_end)\nSYM_DATA(one, .quad 1)\n",
        &[
            "function copy_fast",
            "function copy_fast/last",
            "function copy_slow",
            "variable table",
            "variable one",
        ],
    );
    has(
        "a.asm",
        "Half PROC x:DWORD\n    call proc\n    ret\nHalf ENDP\nTwice macro x\n    add x, x\nendm\nQuarter proc\n ret\nQuarter endp\n",
        &["function Half", "macro Twice", "function Quarter"],
    );
    has(
        "a.sv",
        "package p;\n  typedef struct packed { logic valid; logic [3:0] id; } req_t;\n  typedef logic [7:0] byte_t;\n  \
         function automatic int half(int x); return x / 2; endfunction\n  function int twice(int x); // endfunction\n    \
         return x * 2;\n  endfunction\n  task run();\n  endtask\nendpackage\n",
        &[
            "module p",
            "type p/req_t",
            "type p/byte_t",
            "function p/half",
            "function p/twice",
            "function p/run",
        ],
    );
}

#[test]
fn what_only_looks_like_a_definition_in_languages_of_braces_and_brackets() {
    has(
        "a.d",
        "module a;\nint f(int x)\n{\n  static if (x > 0) { return g(x); }\n  else return h(\n    x);\n}\nunittest\n{\n  int y = f(1);\n}\n",
        &["module a", "function f"],
    );
    has(
        "a.vala",
        "class A : Object {\n  public int size {\n    get { var n = 1; return n; }\n  }\n  construct {\n    var m = new B ();\n  }\n}\n",
        &["class A", "property A/size"],
    );
    has(
        "a.el",
        "(defun a ()\n  \"Says (defun b ().\"\n  (default-value 'x))\n;; (defun c ())\n(defvar d ?\\()\n(defun e ())\n",
        &["function a", "variable d", "function e"],
    );
    // A string that is not closed ends with the next definition at the margin.
    has("a.lisp", "(defun a ()\n  \"x)\n(defun b ())\n", &["function a", "function b"]);
    has(
        "a.m",
        "function a(x)\n% Says a.\nif x\nb(x)\nend\nfunction y = c ...\n  (x)\ny = x;\n",
        &["function a", "function c"],
    );
    has(
        "a.rego",
        "package a\n\nallow if { x }\n\nallow if {\n  y\n}\n",
        &["module a", "rule allow"],
    );
    has(
        "a.pl",
        ":- module(kin, [aunt/2]).\naunt(X, Y) :- sister(X, Y).\naunt(X, Y) :-\n  x(Y).\n",
        &["module kin", "function aunt"],
    );
}

#[test]
fn names_that_grammars_give_apart() {
    has("a.tf", "locals {\n  # Says whose.\n  prefix = \"a\"\n}\n", &["constant locals/prefix"]);
    has(
        "a.lua",
        "local M = {}\nM[\"run it\"] = function() end\nM.stop = function() end\nM[k] = 1\n",
        &["variable M", "method M/run it", "function M/stop"],
    );
    has(
        "a.go",
        "package a\n\nconst a, b = 1, 2\n\nvar c, d int\n",
        &["constant a", "constant b", "variable c", "variable d"],
    );
    has(
        "a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {labels: {}, name: web}\n",
        &["resource Service/web"],
    );
    has(
        "a.tex",
        "\\section{One}\n\\begin{lstlisting}[x]\n\\section{Shown}\n\\end{lstlisting}\n\\section{Two}\n",
        &["section One", "section Two"],
    );
    has(
        "a.kt",
        "class A {\n  context(c: C) fun f() = 1\n  context(c: C) private val g = 2\n}\n",
        &["class A", "method A/f", "property A/g"],
    );
    has(
        "a.zsh",
        "one() {\n  if (( $+commands[git] )); then\n    x=(~/*.zsh(N))\n  fi\n}\ntwo() {\n  [[ $x == (a|b)* ]] && y\n}\nthree() { run it }\n",
        &["function one", "function two", "function three"],
    );
}

#[test]
fn documentation_above_modifiers_and_annotations() {
    for (path, text) in [
        ("a.rb", "class A\n  # Says it.\n  private def f\n  end\nend\n"),
        ("A.java", "class A {\n  /** Says it. */\n\n  @Override\n  public void f() {}\n}\n"),
    ] {
        let parsed = parse_file(path, text, Language::detect(path, text), &ChunkOptions::default());
        assert_eq!(parsed.symbols[1].doc.as_deref(), Some("Says it."), "{path}");
    }
}

#[test]
fn objective_cs_classes_behind_attributes_and_its_prototypes() {
    let text = "API_AVAILABLE(ios(13.0))\n@interface Till : NSObject\n- (void)open;\n@end\n\
        NS_SWIFT_SENDABLE SHOP_FINAL // for now\n@protocol Drawer <NSObject>\n@property (nonatomic) int coins;\n@end\n\
        __attribute__((objc_direct_members))\n@implementation Till\n- (void)open {\n}\n@end\n\
        FOUNDATION_EXPORT NSString *TillName(NSString *place);\nvoid TillShut(int hour);\n";
    has(
        "Till.h",
        text,
        &[
            "class Till",
            "method Till/open",
            "interface Drawer",
            "property Drawer/coins",
            "method Till/open",
            "function TillName",
            "function TillShut",
        ],
    );
    let text = "@implementation Till\nRCT_EXPORT_MODULE()\nRCT_EXPORT_METHOD(ring:(NSString *)bell\n                  \
        done:(RCTPromiseResolveBlock)resolve)\n{\n  resolve(nil);\n}\n- (void)open {\n}\n@end\n";
    has("Till.m", text, &["method Till/ring", "method Till/open"]);
}

#[test]
fn ansibles_values_of_several_lines() {
    let text = "- name: Wind the clocks\n  hosts: all\n  environment: '{{ clocks | d({})\n                   | combine(spare) }}'\n  \
        tasks:\n    - name: Wind one\n      shell: \"{{ key\n               | quote }} --wind\"\n";
    has("play.yml", text, &["job Wind the clocks", "step Wind the clocks/tasks/Wind one"]);
}

#[test]
fn rules_of_scss_around_expressions() {
    let text = "$tones: () !default;\n$tones: merge((\"a\": 1), $tones);\n.pane {\n  margin: var(--#{$p}gap);\n  \
        > .sash { width: calc(#{$w} * 2) }\n  .knob-#{$k}, + .latch { color: red; }\n}\n\
        @function joined($all...) {\n  @each $one in map.keys($all) { @debug $one; }\n  @return m.div(1, 2);\n}\n";
    has(
        "a.scss",
        text,
        &[
            "variable $tones",
            "variable $tones",
            "rule .pane",
            "rule .pane/> .sash",
            "rule .pane/.knob-#{$k}, + .latch",
            "function joined",
        ],
    );
}

#[test]
fn objective_cpp_within_its_methods_and_around_them() {
    let text = "using namespace shop;\nnamespace shop {\nint rate(int x);\nclass Till {\n public:\n  explicit Till(int n) : n_(n) {}\n};\n}\n\
        static std::atomic<bool> s_open{true};\nclass Bell : public Base {\n  id ring() { return [self ring]; }\n};\n\
        template <typename T>\nstatic std::string nameOf(const T &x) {\n  return x.name();\n}\n\
        @implementation Pane (Extra)\n- (void)first {\n  for (const auto &item : items) {\n    [self add:item];\n  }\n  \
        auto sizes = Shop::Sizes{.width = 1};\n}\n- (void)second {\n  try {\n    [self go];\n  } catch (std::exception const &e) {\n  }\n  \
        if (auto *p = dynamic_cast<Box *>(q)) {\n    self.done = [=, &p](int v) mutable { return v; };\n  }\n}\n- (void)third {\n}\n@end\n\
        int Till::total() const {\n  return std::move(n_);\n}\n";
    has(
        "Pane.mm",
        text,
        &[
            "module shop",
            "function shop/rate",
            "class shop/Till",
            "method shop/Till/Till",
            "variable s_open",
            "struct Bell",
            "function nameOf",
            "method Pane/first",
            "method Pane/second",
            "method Pane/third",
            "method Till/total",
        ],
    );
}

#[test]
fn heads_that_go_on_and_words_that_languages_have_besides() {
    let flow = "// @flow\ncomponent Lamp(size: number, 'data-x' as x: string) {\n  return <View />;\n}\n\
        export hook useLamp(on: boolean): Lamp {\n  return on;\n}\nhook useSwitch(on: boolean): Switch {\n  return on;\n}\n";
    has("lamp.js", flow, &["function Lamp", "function useLamp", "function useSwitch"]);
    has("pile.js.flow", "declare export function pile(x: number): string;\n", &["function pile"]);
    for (path, text, expected) in [
        (
            "a.fs",
            "module Walk\nlet rec lamp\n    (x: Lamp)\n    =\n    wick x\nand wick\n    (x: Wick) = x\n",
            ["module Walk", "function lamp", "function wick"].as_slice(),
        ),
        (
            "a.bicep",
            "param bolt boltType?\nparam lock lockType[]?\nvar x = 1\n",
            &["variable bolt", "variable lock", "variable x"],
        ),
        (
            "a.sty",
            "\\newcommand{\\shelf@title}[1]{#1}\n\\providecommand\\shelfAlt{x}\n\\DeclareRobustCommand*{\\board}{x}\n\
             \\newrobustcmd{\\plank}{x}\n\\NewDocumentCommand{\\nail}{m}{#1}\n\\protected\\gdef\\screw@one{x}\n\
             \\cs_new_protected:Npn \\saw_cut:nn #1 { #1 }\n\\default{x}\n",
            &[
                "macro shelf@title",
                "macro shelfAlt",
                "macro board",
                "macro plank",
                "macro nail",
                "macro screw@one",
                "macro saw_cut",
            ],
        ),
        (
            "a.ex",
            "defmodule A do\n  @callback begin(x :: term) :: {:ok, s} when s: any\n  @callback ready? :: boolean\nend\n",
            &["module A", "function A/begin", "function A/ready?"],
        ),
        ("a.gleam", "pub type Shelf(key, value)\n\ntype Hidden\n", &["type Shelf", "type Hidden"]),
        (
            "a.vhdl",
            "package lamps is\n  function sum (l : integer) return integer;\n  procedure show (a : integer);\nend package;\n",
            &["module lamps", "function lamps/sum", "function lamps/show"],
        ),
        ("a.asm", "cglobal blend_rows, 4, 6\n    ret\n", &["function blend_rows"]),
        ("a.S", "function blend_neon, export=1\n    ret\nendfunc\n", &["function blend_neon"]),
        (
            "a.sv",
            "covergroup sizes @(posedge clk);\nendgroup\nconstraint few { n < 3; }\nproperty stable;\n  a;\nendproperty\n\
             sequence twice(x);\n  x;\nendsequence\n",
            &["class sizes", "rule few", "property stable", "rule twice"],
        ),
        ("a.nimble", "task smoke, \"Runs it\":\n  exec \"x\"\n", &["rule smoke"]),
        (
            "a.pm",
            "has 'wick';\nhas [qw(top base)] => 1;\nhas ['lid', '+rim'] => (\n  is => 'ro',\n);\nmy $light = sub {\n  my $x = 1;\n};\n",
            &[
                "property wick",
                "property top",
                "property base",
                "property lid",
                "property rim",
                "function light",
            ],
        ),
        (
            "build.gradle.kts",
            "tasks.register<Copy>(\"pack\") { from(\"a\") }\ntasks.register(\"ship\")\n",
            &["rule pack", "rule ship"],
        ),
        ("a.fypp", "#:if x\nsubroutine show(a)\nend subroutine\n#:endif\n", &["function show"]),
        (
            "a.zsh",
            "one() {\n  [[ -e $x ]] && { run || return 1 }\n  if [[ $x ]] { y } else { z }\n  repeat 3 { y }\n}\n\
             () {\n  local x\n}\ntwo() {\n  if (( x )) {\n    y\n  } else {\n    z\n  }\n}\n",
            &["function one", "function two"],
        ),
    ] {
        has(path, text, expected);
    }
}

#[test]
fn javascripts_members_that_calls_make_and_names_by_assignment() {
    has(
        "api.ts",
        "export const api = createApi({\n  endpoints: (build) => ({\n    getPosts: build.query<Post[], void>({ url: 'posts' }),\n  \
         }),\n});\nexport const router = make({\n  list: guarded.query(async () => db.all()),\n  sizes: list.map((one) => one.size),\n});\n",
        &[
            "variable api",
            "method api/endpoints",
            "method api/endpoints/getPosts",
            "variable router",
            "method router/list",
        ],
    );
    has(
        "old.js",
        "exports['parse-it'] = function (text) { return text; };\nglobalThis.load ??= function () { return 1; };\n",
        &["function parse-it", "function load"],
    );
}

#[test]
fn members_that_have_no_body_or_an_own_form() {
    has(
        "a.dart",
        "class Loaf {\n  factory Loaf.alias(int n) = Loaf._of;\n  const factory Loaf.rye(int n) = Rye;\n  external factory \
         Loaf.made();\n}\nclass Baker = Person with Apron;\nexternal int weigh(int n);\n",
        &[
            "class Loaf",
            "method Loaf/alias",
            "method Loaf/rye",
            "method Loaf/made",
            "class Baker",
            "function weigh",
        ],
    );
    has(
        "a.php",
        "<?php\n$knead = function (Dough $d) { $inner = fn () => 1; return 2; };\n$rise = fn ($h) => $h * 2;\n$count = 1;\n",
        &["function knead", "function rise"],
    );
    has(
        "a.cs",
        "static class Loaves {\n  extension(Loaf loaf) {\n    public bool IsFresh => true;\n    public int Weigh() { return 1; }\n  \
         }\n}\n",
        &["class Loaves", "property Loaves/IsFresh", "method Loaves/Weigh"],
    );
    has(
        "a.sol",
        "contract Till {\n  receive() external payable {}\n  fallback() external {}\n}\n",
        &["class Till", "method Till/receive", "method Till/fallback"],
    );
    has(
        "a.ps1",
        "Configuration Oven {\n  Node 'kitchen' { }\n}\nfunction Get-Loaf { }\n",
        &["function Oven", "function Get-Loaf"],
    );
}

#[test]
fn kotlins_bodies_of_one_line() {
    has(
        "a.kt",
        "package shop\n\nobject Till { val limit = 5 }\ndata object Shut : State() { fun next() = Open { it } }\nclass Loaf { fun weigh() = 1 }\n",
        &[
            "class Till",
            "property Till/limit",
            "class Shut",
            "method Shut/next",
            "class Loaf",
            "method Loaf/weigh",
        ],
    );
}

#[test]
fn haskells_constructors_fields_and_operators() {
    has(
        "a.hs",
        "module Loaf where\ndata Dough a where\n  Rye, Wheat :: Int -> Dough Int\ndata Loaf = Loaf { weight, height :: Int }\n\
         type f ~> g = forall x. f x -> g x\npattern Two a b = (a, b)\n",
        &[
            "module Loaf",
            "enum Dough",
            "constant Dough/Rye",
            "constant Dough/Wheat",
            "enum Loaf",
            "property Loaf/weight",
            "property Loaf/height",
            "type ~>",
            "function Two",
        ],
    );
}

#[test]
fn perls_constants_modifiers_and_other_names() {
    has(
        "Loaf.pm",
        "package Loaf;\nuse constant {\n    MOST  => 5,\n    LEAST => 1,\n};\nuse constant OVEN => 'a';\naround 'bake' => sub {\n    \
         my $next = shift;\n};\n*toast = \\&bake;\nsub bake {\n    return 1;\n}\n",
        &[
            "module Loaf",
            "constant MOST",
            "constant LEAST",
            "constant OVEN",
            "method bake",
            "function toast",
            "function bake",
        ],
    );
}

#[test]
fn julias_functions_in_variables_and_values_that_are_called() {
    has(
        "a.jl",
        "knead = function (dough)\n    dough\nend\nrise = (a, b) -> a\n(o::Oven)(x) = o.heat\nfunction (o::Grill{T})(x) where T\n    \
         o\nend\nwarm = rise(1, 2)\n",
        &["function knead", "function rise", "function Oven", "function Grill"],
    );
}

#[test]
fn a_test_whose_operator_is_in_a_variable_loses_no_function() {
    has(
        "a.sh",
        "check() {\n  if [ $op \"$file\" ]; then\n    echo yes\n  fi\n}\nother() { [ \"$op\" \"$file\" ] && echo; }\n",
        &["function check", "function other"],
    );
}

#[test]
fn routines_within_a_packages_routines() {
    has(
        "shop.sql",
        "CREATE OR REPLACE PACKAGE BODY shop AS\n  PROCEDURE log(p NUMBER) IS\n    PROCEDURE inner(x NUMBER) IS\n    BEGIN NULL; END \
         inner;\n    FUNCTION twice(x NUMBER) RETURN NUMBER IS BEGIN RETURN x * 2; END;\n  BEGIN\n    inner(1);\n  END log;\n  \
         FUNCTION total RETURN NUMBER IS\n  BEGIN RETURN 1; END total;\nEND shop;\n/\n",
        &[
            "module shop",
            "function shop/log",
            "function shop/log/inner",
            "function shop/log/twice",
            "function shop/total",
        ],
    );
}

#[test]
fn what_resources_and_lists_of_objects_hold() {
    has(
        "res/values/strings.xml",
        "<resources>\n  <string name=\"app_name\">Shop</string>\n  <color name=\"accent\">#fff</color>\n</resources>\n",
        &["constant resources/app_name", "constant resources/accent"],
    );
    has(
        "list.yaml",
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: shop\n",
        &["resource List", "resource List/items/ConfigMap/shop"],
    );
}

#[test]
fn what_a_constructor_keeps_is_its_types() {
    has(
        "src/Cart.php",
        "<?php\nclass Cart {\n  public function __construct(\n    private readonly Store $store,\n    protected array $lines = [],\n    int $limit,\n  ) { $x = 1; }\n  public function total(): int { return 0; }\n}\n",
        &[
            "class Cart",
            "method Cart/__construct",
            "property Cart/store",
            "property Cart/lines",
            "method Cart/total",
        ],
    );
    has(
        "src/cart.ts",
        "export class Cart {\n  constructor(private readonly store: Store, readonly id: string, public lines?: Line[], limit: number) {}\n  total() { return 0; }\n}\n",
        &[
            "class Cart",
            "method Cart/constructor",
            "property Cart/store",
            "property Cart/id",
            "property Cart/lines",
            "method Cart/total",
        ],
    );
}

#[test]
fn what_a_record_is_made_of_is_its() {
    has(
        "Money.java",
        "public record Money(long cents, Currency unit) {\n  static Money zero() { return null; }\n}\n",
        &["class Money", "property Money/cents", "property Money/unit", "method Money/zero"],
    );
    has(
        "Money.cs",
        "public record Money(long Cents, string Unit) { public bool IsZero => Cents == 0; }\npublic class Till(Money start) { }\n",
        &[
            "class Money",
            "property Money/Cents",
            "property Money/Unit",
            "property Money/IsZero",
            "class Till",
        ],
    );
    has(
        "Money.scala",
        "case class Money(cents: Long, var unit: String) { def zero = 0 }\nclass Till(start: Money, val name: String)\n",
        &[
            "class Money",
            "constant Money/cents",
            "constant Money/unit",
            "method Money/zero",
            "class Till",
            "constant Till/name",
        ],
    );
}

#[test]
fn routes_with_their_handlers_are_endpoints() {
    has(
        "app.js",
        "const app = express();\napp.get('/users/:id', auth, async (req, res) => {\n  const user = 1;\n  res.json(user);\n});\nrouter.post(`/users`, function (req, res) {});\ncache.get('key', () => 1);\napp.get('/about', about);\n",
        &["variable app", "endpoint get /users/:id", "endpoint post /users"],
    );
    has(
        "routes/web.php",
        "<?php\nRoute::get('/users/{id}', function ($id) {\n  return 1;\n});\n$app->post('/users', fn () => 2);\n$bag->get('/x', fn () => 3);\n",
        &["endpoint get /users/{id}", "endpoint post /users"],
    );
    has(
        "app.rb",
        "get '/users/:id' do\n  total = 1\nend\n\nget :show, params: {}\npost('/users') { 2 }\n",
        &["endpoint get /users/:id", "endpoint post /users"],
    );
}

#[test]
fn what_ruby_hands_on_is_a_method() {
    has(
        "app/models/cart.rb",
        "class Cart\n  delegate :name, :email, to: :user\n  def_delegators :@lines, :size, :each\n  def_delegator :@lines, :first, :head\n  has_one_attached :receipt\nend\n",
        &[
            "class Cart",
            "method Cart/name",
            "method Cart/email",
            "method Cart/size",
            "method Cart/each",
            "method Cart/head",
            "property Cart/receipt",
        ],
    );
}

#[test]
fn what_a_module_exports_without_a_name_is_its_default() {
    for (text, found) in [
        ("export default async (req) => { return 1; };\n", "function default"),
        ("export default function (a, b) { return a; }\n", "function default"),
        ("export default defineEventHandler(async (e) => { });\n", "function default"),
    ] {
        has("a.js", text, &[found]);
        has("a.ts", text, &[found]);
    }
    has(
        "a.js",
        "export default class extends Base { render() {} }\n",
        &["class default", "method default/render"],
    );
    has("a.js", "export default function go() {}\n", &["function go"]);
}

#[test]
fn types_of_c_between_macros() {
    has("a.c", "struct A {\n  int x;\n  BIT(a);\n  BIT(b); /* c */\n  int y;\n};\n", &["struct A"]);
    has("a.c", "struct rcu {\n  int x;\n} ____cacheline_aligned_in_smp;\n", &["struct rcu"]);
    has(
        "a.c",
        "struct wire {\n  int x;\n} __packed __aligned(4);\nint f(void)\n{\n}\n",
        &["struct wire", "function f"],
    );
    has(
        "a.cpp",
        "enum class [[nodiscard]] Status : int { Ok, Bad };\n",
        &["enum Status", "constant Status/Ok", "constant Status/Bad"],
    );
    has(
        "a.h",
        "UENUM()\nenum class EWay : uint8 { Idle UMETA(DisplayName = \"Idle\"), Fire UMETA(Hidden) };\n",
        &["enum EWay", "constant EWay/Idle", "constant EWay/Fire"],
    );
}

#[test]
fn members_of_c_may_have_names_in_capitals() {
    let text = "struct list {\n  union {\n    struct { int a; } UNIX;\n    struct { int b; } NT;\n  } state;\n};\n";
    let parsed = parse_file("a.c", text, Language::detect("a.c", text), &ChunkOptions::default());
    assert_eq!(parsed.status, sconce_code::ParseStatus::Ok);
    has("a.c", text, &["struct list"]);
}

#[test]
fn a_ref_partial_struct_is_one() {
    has(
        "a.cs",
        "namespace N;\npublic ref partial struct Reader {\n  public byte ReadByte() { return 1; }\n}\n",
        &["struct Reader", "method Reader/ReadByte"],
    );
}

#[test]
fn targets_of_cmake_that_others_add() {
    has(
        "CMakeLists.txt",
        "FetchContent_Declare(fmt URL x)\nqt_add_executable(app main.cpp)\npybind11_add_module(ext ext.cpp)\n",
        &["rule fmt", "rule app", "rule ext"],
    );
}

#[test]
fn a_signature_has_the_name() {
    for (path, text, expected) in [
        (
            "a.ts",
            "export const { GET, POST } = handlers;\n",
            "export const { GET, POST } = handlers",
        ),
        ("Dockerfile", "FROM ${REG}/img AS last\n", "FROM ${REG}/img AS last"),
        ("a.r", "add <- function(x, ...) {\n  x\n}\n", "add <- function(x, ...)"),
    ] {
        let language = Language::detect(path, text);
        let parsed = parse_file(path, text, language, &ChunkOptions::default());
        let signature = parsed.symbols.first().map(|symbol| symbol.signature.trim_end_matches(';'));
        assert_eq!(signature, Some(expected), "{path}");
    }
}

/// Tests and the blocks around them have the names that they say, and what is defined in them its own.
#[test]
fn tests_are_named_by_what_they_say() {
    let text = "// All of a cart.\ndescribe(\"Cart\", () => {\n  const cart = new Cart();\n  function makeCart(n) {\n    return new Cart(n);\n  }\n  \
        describe(`when it's a.b::c`, function () {\n    it.skip('says \"no\"', async () => {\n      const total = 1;\n    });\n    \
        it.each([\n      [1, 2],\n    ])(\"adds %s\", (a, b) => {});\n    test.each`\n      a\n    `(\"of $a\", ({ a }) => {});\n    \
        it(\"waits\", fakeAsync(() => {}), 500);\n    it(name, () => {});\n    it.todo(\"later\");\n  });\n});\n\
        describe(Cart.name, () => {});\nDeno.test(\"opens\", () => {});\nregex.test(\"x\", () => {});\n";
    for path in ["cart.test.js", "cart.test.ts"] {
        has(
            path,
            text,
            &[
                "other Cart",
                "function Cart/makeCart",
                "other Cart/when it's a.b::c",
                "other Cart/when it's a.b::c/says \"no\"",
                "other Cart/when it's a.b::c/adds %s",
                "other Cart/when it's a.b::c/of $a",
                "other Cart/when it's a.b::c/waits",
                "other Cart",
                "other opens",
            ],
        );
    }
    let parsed = parse_file(
        "cart.test.js",
        text,
        Language::detect("cart.test.js", text),
        &ChunkOptions::default(),
    );
    let (first, third) = (&parsed.symbols[0], &parsed.symbols[3]);
    assert_eq!(first.doc.as_deref(), Some("All of a cart."));
    assert_eq!((first.lines.start, first.lines.end), (1, 21));
    assert_eq!(third.signature, "it.skip('says \"no\"')");
    for (path, text, expected) in [
        (
            "cart_spec.rb",
            "RSpec.describe Shop::Cart, \"#total\", type: :model do\n  let(:cart) { 1 }\n  context \"when empty\" do\n    \
             it(\"is { zero }\") { expect(1) }\n    it { is_expected.to be }\n  end\n  def helper(n)\n  end\n  \
             shared_examples \"a list\" do\n  end\n  it_behaves_like \"a list\" do\n  end\nend\nOther.describe \"x\" do\nend\n",
            &[
                "other Shop::Cart #total",
                "other Shop::Cart #total/when empty",
                "other Shop::Cart #total/when empty/is { zero }",
                "method Shop::Cart #total/helper",
                "other Shop::Cart #total/a list",
            ][..],
        ),
        (
            "cart_test.rb",
            "class CartTest < TestCase\n  test \"adds up\" do\n  end\nend\n",
            &["class CartTest", "other CartTest/adds up"],
        ),
        (
            "cart_test.exs",
            "defmodule CartTest do\n  describe \"total/1\" do\n    @tag :slow\n    test \"adds up\", %{cart: cart} do\n      \
             x = 1\n    end\n    test \"later\"\n  end\n  defp helper(a), do: a\nend\n",
            &[
                "module CartTest",
                "other CartTest/total/1",
                "other CartTest/total/1/adds up",
                "function CartTest/helper",
            ],
        ),
        (
            "cart_test.php",
            "<?php\ndescribe('cart', function () {\n  it('adds', fn () => 1)->group('a');\n});\n",
            &["other cart", "other cart/adds"],
        ),
        (
            "cart_spec.lua",
            "describe(\"cart\", function()\n  local x = 1\n  it(\"adds\", function() end)\nend)\n",
            &["other cart", "other cart/adds"],
        ),
        (
            "cart_test.dart",
            "void main() {\n  group('cart', () {\n    test('adds', () async {\n      var x = 1;\n    });\n  });\n}\n",
            &["function main", "other main/cart", "other main/cart/adds"],
        ),
        ("test-cart.R", "test_that(\"adds up\", {\n  x <- 1\n})\n", &["other adds up"]),
        (
            "CartSpec.scala",
            "class A extends Spec {\n  \"A cart\" should {\n    \"add up\" in { val x = 1 }\n  }\n  \
             \"A list\" should \"be long\" in { val z = 1 }\n  test(\"y\") { val q = 1 }\n}\n",
            &[
                "class A",
                "other A/A cart",
                "other A/A cart/add up",
                "other A/A list should be long",
                "other A/y",
            ],
        ),
    ] {
        has(path, text, expected);
    }
}

/// A block of tests that is too long for a chunk is cut between its tests, each of which tells what it is in.
#[test]
fn a_long_block_of_tests_is_cut_between_its_tests() {
    let block = |at: usize| {
        format!(
            "  it(\"adds {at}\", () => {{\n{}  }});\n\n",
            "    expect(cart.total()).toBe(1);\n".repeat(15)
        )
    };
    let text =
        format!("describe(\"Cart\", () => {{\n{}}});\n", (0..9).map(block).collect::<String>());
    let parsed = parse_file(
        "a.test.ts",
        &text,
        Language::detect("a.test.ts", &text),
        &ChunkOptions::default(),
    );
    assert!(parsed.chunks.len() >= 4);
    for chunk in &parsed.chunks[1..] {
        assert_eq!(chunk.scopes, ["Cart"]);
        assert!(text[chunk.bytes.clone()].starts_with("  it("));
    }
}

#[test]
fn what_graphql_extends_is_a_definition() {
    has(
        "a.graphql",
        "extend type Query {\n  cart: Cart\n}\nextend interface Node { id: ID! }\nextend enum Kind { A }\n\
         extend input Filter { a: Int }\nextend union Item = A | B\nextend scalar Date @x\n",
        &[
            "type Query",
            "endpoint Query/cart",
            "interface Node",
            "enum Kind",
            "constant Kind/A",
            "struct Filter",
            "type Item",
            "type Date",
        ],
    );
}

#[test]
fn what_a_makefile_exports_and_what_its_conditions_hold() {
    has(
        "Makefile",
        "export BIN = a\noverride SIZE := 2\nifeq ($(OS),Windows)\n  EXT = .exe\nclean:\n\tdel x\nifdef DEBUG\nCFLAGS += -g\n\
         trace: all\n\techo \\\nelse\nendif\nelse ifdef B\nTAIL := 1\nendif\nall: LOCAL = 1\nall: clean\n\techo\nifdef X\n\techo x\nendif\n",
        &[
            "variable BIN",
            "variable SIZE",
            "variable EXT",
            "rule clean",
            "variable CFLAGS",
            "rule trace",
            "variable TAIL",
            "variable LOCAL",
            "rule all",
        ],
    );
}

#[test]
fn what_apis_stacks_and_workflows_declare_once() {
    let expected = [
        "endpoint paths//carts//carts get",
        "resource components/parameters/CartId",
        "resource components/responses/Gone",
        "resource components/securitySchemes/token",
        "type components/schemas/Cart",
    ];
    has(
        "api.yaml",
        "openapi: 3.0.0\npaths:\n  /carts:\n    get:\n      operationId: a\ncomponents:\n  parameters:\n    CartId:\n      in: path\n  \
         responses:\n    Gone:\n      description: a\n  securitySchemes:\n    token:\n      type: http\n  schemas:\n    Cart:\n      type: object\n",
        &expected,
    );
    has(
        "api.json",
        "{\"openapi\": \"3.0.0\", \"paths\": {\"/carts\": {\"get\": {\"a\": 1}}}, \"components\": {\"parameters\": {\"CartId\": {\"in\": \"path\"}},\n\
         \"responses\": {\"Gone\": {\"a\": 1}}, \"securitySchemes\": {\"token\": {\"a\": 1}}, \"schemas\": {\"Cart\": {\"a\": 1}}}}\n",
        &expected,
    );
    has(
        "stack.yaml",
        "AWSTemplateFormatVersion: 2010-09-09\nConditions:\n  IsProd: !Equals [a, b]\nResources:\n  Bucket:\n    Type: AWS::S3::Bucket\n",
        &["variable Conditions/IsProd", "resource Resources/Bucket"],
    );
    has(
        ".github/workflows/ci.yml",
        "jobs:\n  build:\n    steps:\n      - id: meta\n        uses: a/b@v1\n      - uses: c/d@v1\n        id: made\n        name: Build\n      \
         - run: make\n",
        &["job jobs/build", "step jobs/build/steps/meta", "step jobs/build/steps/Build"],
    );
}

#[test]
fn a_signature_has_none_of_the_comments_in_it() {
    let text = "module A where\n\n-- | Adds.\nadd :: Int -- ^ left\n    -> Int {- right -}\n    -> Int\nadd a b = a + b\n\nclass Shape a where\n  \
        area :: a -- ^ it\n       -> Double\n";
    let parsed = parse_file("A.hs", text, Language::detect("A.hs", text), &ChunkOptions::default());
    let found: Vec<&str> = parsed.symbols.iter().map(|symbol| symbol.signature.as_str()).collect();
    assert_eq!(
        found,
        ["module A", "add :: Int -> Int -> Int", "class Shape a", "area :: a -> Double"]
    );
    for (path, text, expected) in [
        (
            "a.ts",
            "function f(\n  a: A, // the (first\n  /* b */ b: B,\n): C {\n}\n",
            "function f( a: A, b: B, ): C",
        ),
        ("a.go", "package a\n\nfunc f(a int, // \u{fc}\n\tb int) {}\n", "func f(a int, b int)"),
        ("a.rb", "def f(a, # b\n      c)\n  1\nend\n", "def f(a, c)"),
    ] {
        let parsed = parse_file(path, text, Language::detect(path, text), &ChunkOptions::default());
        assert_eq!(parsed.symbols.last().map(|symbol| symbol.signature.as_str()), Some(expected));
    }
}

#[test]
fn conditions_that_cut_through_what_they_stand_in_csharp() {
    let text = "namespace N\n{\n    public class Reader\n    {\n#if NET6\n        public void Read(int a)\n        {\n#else\n        public void Read(long a)\n        \
        {\n#endif\n            Do();\n        }\n        public int One() { return 1; }\n    }\n#if OLD\n    public class Till {\n#else\n    public class Till : Base {\n#endif\n        \
        public int Two() { return 1; }\n    }\n#if WHOLE\n    class W { void F() {} }\n#else\n    class V { void G() {} }\n#endif\n}\n";
    has(
        "a.cs",
        text,
        &[
            "module N",
            "class N/Reader",
            "method N/Reader/Read",
            "method N/Reader/One",
            "class N/Till",
            "method N/Till/Two",
            "class N/W",
            "method N/W/F",
            "class N/V",
            "method N/V/G",
        ],
    );
}

#[test]
fn underlined_headings_hold_their_sections() {
    let text = "Title\n=====\n\nIntro.\n\nSub one\n-------\n\nBody.\n\n### Deep\n\nBody.\n\nSub two\n-------\n\n> Quoted\n> ======\n> x\n\nBody.\n\n# Hash\n\nx\n";
    has(
        "a.md",
        text,
        &[
            "section Title",
            "section Title/Sub one",
            "section Title/Sub one/Deep",
            "section Title/Sub two",
            "section Hash",
        ],
    );
    let parsed = parse_file("a.md", text, Language::detect("a.md", text), &ChunkOptions::default());
    let lines: Vec<(u32, u32)> =
        parsed.symbols.iter().map(|symbol| (symbol.lines.start, symbol.lines.end)).collect();
    assert_eq!(lines, [(1, 22), (6, 13), (11, 13), (15, 22), (24, 26)]);
}

#[test]
fn a_string_with_code_in_it_ends_no_signature() {
    let text = "class A {\n  fun f(map: Map<String, Int>) = \"${map[\"a\"]} and ${map.get(\"b${x[\"c\"]}\")}\"\n  fun g() = 1\n}\n";
    has("a.kt", text, &["class A", "method A/f", "method A/g"]);
    let parsed = parse_file("a.kt", text, Language::detect("a.kt", text), &ChunkOptions::default());
    assert!(parsed.symbols[1].signature.ends_with("${map.get(\"b${x[\"c\"]}\")}\""));
}
