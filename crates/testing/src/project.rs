//! A sample project: a few files in several languages, each about something else.

use std::fs;
use std::path::Path;

/// Paths and texts.
pub const FILES: [(&str, &str); 4] = [
    (
        "src/retry.rs",
        "//! Retries.\n\n/// Waits longer after each failed attempt.\npub fn backoff_delay(attempt: u32) -> u64 {\n    let base = 100_u64;\n    base.saturating_mul(1 << attempt.min(10))\n}\n",
    ),
    (
        "src/parser.py",
        "\"\"\"Reads configuration.\"\"\"\n\n\nclass ConfigParser:\n    \"\"\"Parses INI files into dictionaries.\"\"\"\n\n    def parse_section(self, line):\n        name = line.strip('[]')\n        return name\n",
    ),
    (
        "web/cart.ts",
        "export interface CartItem { price: number; count: number }\n\n/** Sums the prices of all items in the shopping cart. */\nexport function cartTotal(items: CartItem[]): number {\n  return items.reduce((sum, item) => sum + item.price * item.count, 0);\n}\n",
    ),
    ("README.md", "# Shop\n\nA shop that retries its payments.\n"),
];

/// A test of the project's, for whom tests matter.
pub const TEST_FILE: (&str, &str) = (
    "tests/retry_test.rs",
    "#[test]\nfn backoff_delay_grows() {\n    assert!(backoff_delay(2) > backoff_delay(1));\n}\n",
);

/// Writes a file beneath `root`, and the directories above it.
pub fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a path beneath the root")).unwrap();
    fs::write(path, text).unwrap();
}
