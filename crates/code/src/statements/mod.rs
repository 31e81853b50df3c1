//! What the statements of an SQL text define, by their first words. No grammar knows all dialects, and one that
//! stumbles over a statement takes what follows for a part of it.

mod heads;
mod tokens;

use std::ops::Range;

use crate::SymbolKind;
use crate::captures::{Captures, Definition};
use heads::{Head, Holds};
use tokens::{Dialect, Kind, Lexer, Token};

/// The words that say where a statement ends.
const MEANT: [&str; 9] =
    ["AS", "IS", "BEGIN", "CASE", "END", "DECLARE", "FUNCTION", "PROCEDURE", "STDIN"];

/// Functions and procedures within one another, at most.
const MAX_MEMBERS: usize = 32;

/// Longer texts are data.
const MAX_BYTES: usize = 8 << 20;

/// The definitions and the comments of a text, in order; nothing where it is too long.
pub(crate) fn captures(text: &str) -> Captures {
    let mut captures = Captures::default();
    if text.len() <= MAX_BYTES {
        let dialect = Dialect::of(text);
        let lexer = Lexer::new(text, dialect);
        let mut reader = Reader { lexer, dialect, statement: None, rows_end: true, captures };
        reader.read_all();
        captures = reader.captures;
    }
    captures.order();
    captures
}

struct Reader<'text> {
    lexer: Lexer<'text>,
    dialect: Dialect,
    statement: Option<Statement<'text>>,
    /// Whether the rows of a `COPY` may still have an end.
    rows_end: bool,
    captures: Captures,
}

/// A statement that has not ended yet.
struct Statement<'text> {
    bytes: Range<usize>,
    head: Option<Head>,
    first_word: &'text str,
    last_word: &'text str,
    parens: usize,
    /// How many of `BEGIN` and `CASE` are open.
    depth: usize,
    /// Whether a `BEGIN` has to come, since declarations stand before it.
    awaits_begin: bool,
    has_as: bool,
    has_rows: bool,
    body: Option<usize>,
    /// The functions and procedures of a package that have not ended, each within the one before.
    members: Vec<Member>,
}

struct Member {
    definition: usize,
    has_body: bool,
    has_begun: bool,
}

impl<'text> Reader<'text> {
    fn read_all(&mut self) {
        while let Some(token) = self.next() {
            match token.kind {
                Kind::Break => self.finish(),
                Kind::End => self.end(&token),
                Kind::Word => self.word(&token),
                Kind::Sign(sign) => self.sign(sign, &token),
                Kind::Quoted | Kind::Text => self.part(&token, ""),
            }
        }
        self.finish();
    }

    fn next(&mut self) -> Option<Token> {
        self.lexer.next(&mut self.captures.comments)
    }

    /// What comes next; comments in between are not noted.
    fn following(&self) -> Option<Token> {
        self.lexer.clone().next(&mut Vec::new())
    }

    fn word_of(&self, token: &Token) -> &'text str {
        let is_word = token.kind == Kind::Word;
        if is_word { &self.lexer.text()[token.bytes.clone()] } else { "" }
    }

    /// Takes a token as a part of the statement that is open, or as the first of one.
    fn part(&mut self, token: &Token, word: &'text str) {
        let statement = self.statement.get_or_insert_with(|| Statement::new(token, None, word));
        statement.bytes.end = token.bytes.end;
        statement.last_word = word;
    }

    fn sign(&mut self, sign: u8, token: &Token) {
        self.part(token, "");
        if let Some(statement) = &mut self.statement {
            match sign {
                b'(' => statement.parens += 1,
                b')' => statement.parens = statement.parens.saturating_sub(1),
                _ => {}
            }
        }
    }

    fn word(&mut self, token: &Token) {
        let word = self.word_of(token);
        if token.indent.is_some() && word.eq_ignore_ascii_case("DELIMITER") {
            self.finish();
            let delimiter = self.lexer.take_line();
            return self.lexer.delimit(delimiter);
        }
        if self.statement.is_none() && is(word, &["PROMPT", "REM", "REMARK"]) {
            self.lexer.take_line();
            return;
        }
        if let Some(head) = self.head(token, word) {
            self.finish();
            self.statement = Some(Statement::new(token, Some(head), word));
            return;
        }
        let is_qualified = self.lexer.text()[..token.bytes.start].ends_with('.');
        let before = self.statement.as_ref().map_or("", |statement| statement.last_word);
        self.part(token, word);
        if !is_qualified && is(word, &MEANT) {
            self.follow(token, word, before);
        }
    }

    /// The definition that a word begins, if one may begin there.
    fn head(&self, token: &Token, word: &str) -> Option<Head> {
        let may_begin = self.statement.as_ref().is_none_or(|open| {
            let is_routine = open.head.as_ref().is_some_and(Head::is_routine);
            match token.indent {
                Some(0) => true,
                Some(_) => !is_routine,
                None => open.head.is_none() && is(open.first_word, &["IF"]),
            }
        });
        if !may_begin || !is(word, &["CREATE", "ALTER"]) {
            return None;
        }
        let head = Head::read(&self.lexer, word)?;
        let in_routine = self.statement.as_ref().and_then(|open| open.head.as_ref());
        let stays =
            in_routine.is_some_and(Head::is_routine) && (head.is_temporary || head.kind.is_none());
        (!stays).then_some(head)
    }

    /// What a word means for where its statement ends.
    fn follow(&mut self, token: &Token, word: &'text str, before: &str) {
        let next = self.following();
        let next_word = next.as_ref().map_or("", |next| self.word_of(next));
        let text = self.lexer.text();
        let Some(statement) = &mut self.statement else { return };
        statement.has_rows |= is(statement.first_word, &["COPY"]) && is(word, &["STDIN"]);
        let is_routine = statement.head.as_ref().is_some_and(Head::is_routine);
        if is(word, &["AS", "IS"]) && statement.parens == 0 {
            let is_text = next.as_ref().is_some_and(|next| next.kind == Kind::Text);
            let is_of_clause = is(before, &["EXECUTE", "EXEC", "NEW", "OLD", "TABLE"]);
            if !is_of_clause {
                statement.begin_body(token.bytes.start, is_text);
            }
        }
        if !is_routine {
            return;
        }
        if is(word, &["BEGIN"]) {
            let no_block = ["TRAN", "TRANSACTION", "WORK", "DISTRIBUTED", "DIALOG", "CONVERSATION"];
            let ends = next.as_ref().is_none_or(|next| next.kind == Kind::End);
            if !ends && !is(next_word, &no_block) {
                statement.begin_block(token.bytes.start);
            }
        } else if is(word, &["CASE"]) {
            statement.depth += usize::from(!is(before, &["END"]));
        } else if is(word, &["END"]) {
            let on_line = next.as_ref().is_some_and(|next| next.indent.is_none());
            let of_other = on_line && is(next_word, &["IF", "LOOP", "WHILE", "REPEAT", "FOR"]);
            statement.depth = statement.depth.saturating_sub(usize::from(!of_other));
        } else if is(word, &["DECLARE"]) {
            statement.awaits_begin |= statement.depth == 0 && !next_word.starts_with('@');
        } else if is(word, &["FUNCTION", "PROCEDURE"]) && !is(before, &["END"]) {
            let names = next.filter(|next| matches!(next.kind, Kind::Word | Kind::Quoted));
            if let Some(name) = names.filter(|_| statement.holds_members()) {
                statement.begin_member(&mut self.captures, token, &name, text);
            }
        }
    }

    /// Ends the statement, where it is no routine that goes on.
    fn end(&mut self, token: &Token) {
        let is_semicolon = &self.lexer.text()[token.bytes.clone()] == ";";
        if let Some(statement) = &mut self.statement {
            statement.end_member(&mut self.captures, token.bytes.end);
            let by_line = self.dialect.batches || self.dialect.slashes;
            let is_routine = statement.head.as_ref().is_some_and(Head::is_routine);
            let defines =
                statement.head.as_ref().is_some_and(|head| statement.has_as || !head.needs_as);
            let is_open = (by_line && defines) || statement.depth > 0 || statement.awaits_begin;
            if is_semicolon && is_routine && is_open {
                statement.bytes.end = token.bytes.end;
                statement.last_word = "";
                return;
            }
        }
        let has_rows = self.statement.as_ref().is_some_and(|statement| statement.has_rows);
        self.finish();
        if has_rows && self.rows_end {
            self.rows_end = self.lexer.skip_rows();
        }
    }

    fn finish(&mut self) {
        let Some(statement) = self.statement.take() else { return };
        for member in statement.members {
            self.captures.definitions[member.definition].end_at(statement.bytes.end);
        }
        let Some(head) = statement.head.filter(|head| statement.has_as || !head.needs_as) else {
            return;
        };
        let name = head.name;
        let mut bytes = statement.bytes;
        bytes.end = bytes.end.max(name.end);
        let kind = head.kind.unwrap_or(SymbolKind::Table);
        let mut found = Definition::of_line(kind, bytes, name, 0, false);
        (found.kind, found.body_start, found.path) = (head.kind, statement.body, head.path);
        self.captures.definitions.push(found);
    }
}

impl<'text> Statement<'text> {
    fn new(token: &Token, head: Option<Head>, word: &'text str) -> Self {
        Statement {
            bytes: token.bytes.clone(),
            head,
            first_word: word,
            last_word: word,
            parens: 0,
            depth: 0,
            awaits_begin: false,
            has_as: false,
            has_rows: false,
            body: None,
            members: Vec::new(),
        }
    }

    fn is_package(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.holds == Holds::Members)
    }

    /// Whether a function that begins here is one of the package.
    fn holds_members(&self) -> bool {
        self.is_package() && self.depth == 1 && self.parens == 0
    }

    /// `AS`, with a string behind it or not.
    fn begin_body(&mut self, at: usize, is_text: bool) {
        let is_routine = self.head.as_ref().is_some_and(Head::is_routine);
        if let Some(member) = self.members.last_mut() {
            member.has_body |= self.depth == 1;
        } else if self.is_package() && !self.has_as {
            // The `END` of a package has no `BEGIN`.
            self.depth += 1;
        }
        self.has_as = true;
        if is_routine && !is_text {
            self.body.get_or_insert(at);
        }
    }

    fn begin_block(&mut self, at: usize) {
        self.depth += 1;
        self.awaits_begin = false;
        self.body.get_or_insert(at);
        if let Some(member) = self.members.last_mut() {
            member.has_begun = true;
        }
    }

    fn begin_member(&mut self, captures: &mut Captures, token: &Token, name: &Token, text: &str) {
        // Where declarations stand before its `BEGIN`, a member has members of its own.
        self.members.pop_if(|member| !member.has_body || member.has_begun);
        if self.members.len() == MAX_MEMBERS {
            return;
        }
        let definition = captures.definitions.len();
        let bytes = token.bytes.start..name.bytes.end;
        let mut found =
            Definition::of_line(SymbolKind::Function, bytes, name.bytes.clone(), 0, false);
        let written = text[name.bytes.clone()].trim_matches(['"', '`', '[', ']']);
        (found.body_start, found.path) = (None, vec![written.to_owned()]);
        captures.definitions.push(found);
        self.members.push(Member { definition, has_body: false, has_begun: false });
    }

    /// `;` within a package.
    fn end_member(&mut self, captures: &mut Captures, end: usize) {
        let at_end = self.depth <= 1 && self.parens == 0;
        let ends = |member: &mut Member| at_end && (!member.has_body || member.has_begun);
        if let Some(member) = self.members.pop_if(ends) {
            captures.definitions[member.definition].end_at(end);
        }
    }
}

fn is(word: &str, of: &[&str]) -> bool {
    of.iter().any(|other| other.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use crate::{ChunkOptions, Language, parse_file};

    /// The symbols of a text, as `kind scope/name first-last`, by their lines.
    fn symbols(text: &str) -> Vec<String> {
        let parsed = parse_file("a.sql", text, Language::by_name("sql"), &ChunkOptions::default());
        let line = |symbol: &crate::Symbol| {
            let path: Vec<&str> =
                symbol.scopes.iter().chain([&symbol.name]).map(String::as_str).collect();
            let (start, end) = (symbol.lines.start, symbol.lines.end);
            format!("{} {} {start}-{end}", symbol.kind, path.join("/"))
        };
        parsed.symbols.iter().map(line).collect()
    }

    #[test]
    fn postgresqls_statements() {
        let text = "CREATE FUNCTION drain(p int) RETURNS void LANGUAGE sql AS $x$\n  SELECT 1; SELECT 2;\n$x$;\n\
            CREATE FUNCTION depths() RETURNS SETOF record BEGIN ATOMIC SELECT 1; END;\n\
            CREATE PROCEDURE lake.refill(INOUT n int) LANGUAGE plpgsql AS $$\nBEGIN\n  n := 1;\nEND;\n$$;\n\
            CREATE DOMAIN litres AS int CHECK (VALUE > 0);\nCREATE POLICY \"Own lakes\" ON lakes USING (true);\n\
            CREATE AGGREGATE total(int) (SFUNC = f, STYPE = int);\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON l (a);\n\
            CREATE INDEX ON lakes (a);\nCREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f();\n\
            COPY lakes (id, name) FROM stdin;\n1\tO'Hara\n2\tCREATE TABLE no\n\\.\n\
            CREATE UNLOGGED TABLE \"My Lakes\" (a text DEFAULT E'it\\'s; so');\nGRANT CREATE ON SCHEMA lake TO x;\n\
            ALTER FUNCTION drain(int) OWNER TO x;\nCREATE RECURSIVE VIEW lake.all (a) AS SELECT '\\', 1;\n";
        assert_eq!(
            symbols(text),
            [
                "function drain 1-3",
                "function depths 4-4",
                "function lake/refill 5-9",
                "type litres 10-10",
                "other Own lakes 11-11",
                "function total 12-12",
                "other i 13-13",
                "other e 15-15",
                "table My Lakes 20-20",
                "table lake/all 23-23",
            ]
        );
    }

    #[test]
    fn mysqls_statements() {
        let text = "DELIMITER //\nCREATE DEFINER=`me`@`%` PROCEDURE `pour`(IN n INT)\nBEGIN\n  IF n THEN\n    \
            SET @a = CASE n WHEN 1 THEN 2 END;\n  END IF;\nEND//\nCREATE FUNCTION half(n INT) RETURNS INT DETERMINISTIC\n\
            RETURN n / 2 //\nDELIMITER ;\nINSERT INTO `cups` VALUES (1,'a\\'b; '),(2,'c\\\\');\n\
            CREATE TABLE `cups` (`id` int, `name` text) ENGINE=InnoDB COMMENT='the cups';\n\
            CREATE TRIGGER bare BEFORE INSERT ON cups FOR EACH ROW SET NEW.id = 1;\n\
            CREATE TRIGGER fill AFTER INSERT ON cups FOR EACH ROW BEGIN\n  CREATE TABLE inner_one (a int);\n  SELECT 1;\nEND;\n\
            /*!50001 CREATE ALGORITHM=UNDEFINED DEFINER=`me`@`localhost` SQL SECURITY DEFINER VIEW `full` AS SELECT 1 */;\n\
            # a comment's\nCREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM cups;\n";
        assert_eq!(
            symbols(text),
            [
                "function pour 2-7",
                "function half 8-9",
                "table cups 12-12",
                "other bare 13-13",
                "other fill 14-17",
                "table full 18-18",
                "other nightly 19-20",
            ]
        );
    }

    #[test]
    fn sql_servers_batches() {
        let text = "CREATE OR ALTER PROCEDURE [dbo].[Brew Tea]\n  @Cups INT,\n  @Kind NVARCHAR(9) = N'a;b'\nAS\nSET NOCOUNT ON;\n\
            IF @Cups > 1\n  CREATE TABLE #pots (Id INT);\nSELECT 1;\nGO\nALTER PROC dbo.Pour @n INT AS\nBEGIN\n  SELECT @n;\nEND\ngo\n\
            CREATE TABLE [dbo].[Pots](\n  [Id] [int] NOT NULL\n) ON [PRIMARY]\nGO\n\
            IF OBJECT_ID('v') IS NULL CREATE TABLE dbo.Lids (a int)\nGO\nALTER TABLE [dbo].[Pots] ADD a int\nGO\n";
        assert_eq!(
            symbols(text),
            [
                "function dbo/Brew Tea 1-8",
                "function dbo/Pour 10-13",
                "table dbo/Pots 15-17",
                "table dbo/Lids 19-19",
            ]
        );
        let parsed = parse_file("a.sql", text, Language::by_name("sql"), &ChunkOptions::default());
        let signature = &parsed.symbols[0].signature;
        assert_eq!(
            signature,
            "CREATE OR ALTER PROCEDURE [dbo].[Brew Tea] @Cups INT, @Kind NVARCHAR(9) = N'a;b'"
        );
    }

    #[test]
    fn oracles_packages_and_sqlites_triggers() {
        let text = "PROMPT it's here\nCREATE OR REPLACE PACKAGE BODY baking AS\n  n NUMBER := 1;\n  FUNCTION rise(x NUMBER) RETURN NUMBER IS\n    \
            y NUMBER;\n  BEGIN\n    RETURN CASE x WHEN 1 THEN 2 ELSE 3 END;\n  END rise;\n  PROCEDURE knead IS BEGIN NULL; END;\nEND baking;\n/\n\
            CREATE TRIGGER proof BEFORE INSERT ON loaves FOR EACH ROW\nDECLARE\n  a INT;\nBEGIN\n  a := 1;\nEND;\n/\n\
            CREATE TABLE loaves (id NUMBER);\n";
        assert_eq!(
            symbols(text),
            [
                "module baking 2-10",
                "function baking/rise 4-8",
                "function baking/knead 9-9",
                "other proof 12-17",
                "table loaves 19-19",
            ]
        );
        let text = "CREATE TRIGGER IF NOT EXISTS fed AFTER INSERT ON cats BEGIN\n  UPDATE cats SET a = CASE WHEN 1 THEN 2 END;\n  \
            DELETE FROM cats;\nEND;\nCREATE VIRTUAL TABLE temp.cats_text USING fts5(body, content='cats');\nCREATE TEMP VIEW v AS SELECT 1;";
        assert_eq!(symbols(text), ["other fed 1-4", "table temp/cats_text 5-5", "table v 6-6"]);
    }

    #[test]
    fn statements_that_never_end_are_read_all_the_same() {
        for text in [
            "CREATE",
            "CREATE TABLE",
            "CREATE TABLE a.",
            "CREATE TABLE \"",
            "CREATE DEFINER=",
            "DELIMITER",
            "DELIMITER \u{e9}\nCREATE TABLE a\u{e9}",
            "COPY a FROM stdin;",
            "ENGINE= CREATE TABLE \"\\",
            "CREATE FUNCTION f AS $",
            "CREATE TABLE [a",
            "q'",
            "CREATE PACKAGE p AS FUNCTION",
            "\u{feff}\\",
        ] {
            symbols(text);
        }
        let long = "$a$ $b [ CREATE '".repeat(20_000);
        assert!(symbols(&long).is_empty());
    }
}
