//! A POSIX shell script as it stands in CI, container and service files: which variables it reads, sets and hands on,
//! and which programs it starts.

use std::ops::Range;

use super::tasks;

/// What a script does with variables.
#[derive(Debug, Default)]
pub(super) struct Script {
    /// Variables that it reads and did not set itself before.
    pub(super) reads: Vec<Read>,
    /// Variables that it sets: by assignment, `read`, `for`, or for the steps after it.
    pub(super) sets: Vec<String>,
    /// Files of code that its commands name, and tasks of the project, such as `package.json#build`.
    pub(super) programs: Vec<String>,
    /// The commands that run by `sudo`.
    pub(super) sudo: Vec<Sudo>,
    /// Whether variables may come from elsewhere: `source`, `.`, `eval`, a tool that runs a command with secrets.
    pub(super) open: bool,
    /// Whether it writes variables for later steps: `$GITHUB_ENV`.
    pub(super) hands_on: bool,
}

/// A variable that is read.
#[derive(Debug)]
pub(super) struct Read {
    pub(super) name: String,
    /// `$NAME` or `${NAME…}` in the script.
    pub(super) span: Range<usize>,
    /// Whether something stands in for it, or the script asks whether it is set.
    pub(super) fallback: bool,
}

/// A command run by `sudo`.
#[derive(Debug)]
pub(super) struct Sudo {
    /// The word `sudo` in the script.
    pub(super) span: Range<usize>,
    pub(super) given: Vec<String>,
    pub(super) programs: Vec<String>,
    /// Whether it keeps the whole environment.
    pub(super) keeps: bool,
}

/// Files with one of these endings are programs when a command names them.
const CODE: [&str; 14] =
    [".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", ".py", ".rb", ".php", ".sh", ".go", ".pl", ".bash", ".ps1"];
/// Commands that bring variables along which the script does not show.
const BRINGS: [&str; 12] =
    ["source", ".", "eval", "dotenv", "dotenvx", "op", "doppler", "infisical", "chamber", "direnv", "vault", "sops"];

/// Reads `script`.
pub(super) fn read(script: &str) -> Script {
    let mut reader = Reader {
        text: script,
        at: 0,
        word: None,
        command: Vec::new(),
        quoted: false,
        found: Script::default(),
        heredocs: Vec::new(),
        moved: false,
    };
    reader.run();
    let mut found = reader.found;
    if script.contains("GITHUB_ENV") {
        found.hands_on = true;
        found.sets.extend(assigned_anywhere(script));
    }
    let tested: Vec<String> =
        found.reads.iter().filter(|read| is_tested(script, &read.span)).map(|read| read.name.clone()).collect();
    for read in &mut found.reads {
        read.fallback |= tested.contains(&read.name);
    }
    let sets = std::mem::take(&mut found.sets);
    found.reads.retain(|read| !sets.contains(&read.name) && is_variable(&read.name));
    found.sets = sets;
    found
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    /// Where the word that is being read begins, and its text so far without quotes.
    word: Option<(usize, String)>,
    /// The words of the command so far.
    command: Vec<(usize, String)>,
    /// Inside double quotes.
    quoted: bool,
    heredocs: Vec<(String, bool)>,
    /// Whether it went into another folder.
    moved: bool,
    found: Script,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(c) = self.text[self.at..].chars().next() {
            let start = self.at;
            self.at += c.len_utf8();
            match c {
                '\\' => {
                    let next = self.text[self.at..].chars().next();
                    self.at += next.map_or(0, char::len_utf8);
                    if let Some(next) = next.filter(|c| *c != '\n') {
                        self.push(start, next);
                    }
                }
                '\'' if !self.quoted => {
                    let rest = &self.text[self.at..];
                    let end = rest.find('\'').unwrap_or(rest.len());
                    let inside = rest[..end].to_owned();
                    self.word.get_or_insert((start, String::new())).1.push_str(&inside);
                    self.at = (self.at + end + 1).min(self.text.len());
                }
                '"' => {
                    self.quoted = !self.quoted;
                    self.word.get_or_insert((start, String::new()));
                }
                '$' => self.dollar(start),
                '#' if !self.quoted && self.word.is_none() => {
                    let rest = &self.text[self.at..];
                    self.at += rest.find('\n').unwrap_or(rest.len());
                }
                '<' if !self.quoted
                    && self.text[self.at..].starts_with('<')
                    && !self.text[self.at..].starts_with("<<") =>
                {
                    self.at += 1;
                    self.heredoc();
                }
                '\n' if !self.quoted => {
                    self.end_command();
                    self.skip_heredocs();
                }
                ';' | '|' | '&' | '(' | ')' if !self.quoted => self.end_command(),
                '`' => self.end_command(),
                c if c.is_whitespace() && !self.quoted => self.end_word(),
                c => self.push(start, c),
            }
        }
        self.end_command();
    }

    fn push(&mut self, start: usize, c: char) {
        self.word.get_or_insert((start, String::new())).1.push(c);
    }

    fn dollar(&mut self, start: usize) {
        let rest = &self.text[self.at..];
        // A CI system's own expression is filled in before the shell sees the text.
        if rest.starts_with("{{") {
            let end = rest.find("}}").map_or(rest.len(), |at| at + 2);
            self.at += end;
            self.push(start, '*');
            return;
        }
        let braced = rest.starts_with('{');
        let from = usize::from(braced);
        let name: &str = &rest[from..];
        let bang = braced && name.starts_with(['!', '#']);
        let name = if bang { &name[1..] } else { name };
        let length = name.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(name.len());
        let (name, after) = name.split_at(length);
        if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
            self.push(start, '$');
            return;
        }
        let mut end = self.at + from + usize::from(bang) + length;
        let mut fallback = bang;
        if braced {
            fallback |= after.starts_with(":-")
                || after.starts_with('-')
                || after.starts_with(":=")
                || after.starts_with('=')
                || after.starts_with(":+")
                || after.starts_with('+');
            if after.starts_with('}') {
                end += 1;
            }
        }
        self.found.reads.push(Read { name: name.to_owned(), span: start..end, fallback });
        self.at = end;
        self.push(start, '*');
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.command.push(word);
        }
    }

    fn end_command(&mut self) {
        if !self.quoted {
            self.end_word();
        }
        let words = std::mem::take(&mut self.command);
        self.command_of(&words);
    }

    fn command_of(&mut self, words: &[(usize, String)]) {
        let mut rest = words;
        while let Some((first, after)) = rest.split_first() {
            if let Some(name) = assigned(&first.1) {
                self.found.sets.push(name.to_owned());
                rest = after;
            } else if [
                "if", "then", "else", "elif", "do", "while", "until", "!", "time", "{", "exec", "command", "env",
                "nohup",
            ]
            .contains(&first.1.as_str())
            {
                rest = after;
            } else {
                break;
            }
        }
        let Some(((start, command), arguments)) = rest.split_first() else { return };
        let plain = || arguments.iter().map(|(_, word)| word.as_str()).take_while(|word| !word.starts_with('<'));
        let names = || plain().filter(|word| is_variable(word));
        match command.as_str() {
            "export" | "declare" | "typeset" | "local" | "readonly" => {
                self.found.sets.extend(arguments.iter().filter_map(|(_, word)| assigned(word)).map(str::to_owned));
            }
            "read" | "mapfile" | "readarray" | "getopts" => self.found.sets.extend(names().map(str::to_owned)),
            "for" | "select" => self.found.sets.extend(names().take(1).map(str::to_owned)),
            "printf" if arguments.first().is_some_and(|(_, word)| word == "-v") => {
                self.found.sets.extend(names().take(1).map(str::to_owned));
            }
            "sudo" => {
                let span = *start..*start + "sudo".len();
                self.found.sudo.push(sudo(span, arguments));
            }
            "cd" | "pushd" => self.moved = true,
            word if BRINGS.contains(&word) => self.found.open = true,
            _ => {}
        }
        if !self.moved {
            let words: Vec<&str> = arguments.iter().map(|(_, word)| word.as_str()).collect();
            self.found.programs.extend(tasks::runs(command, &words));
        }
        if command == "npx" || command == "pnpm" || command == "yarn" {
            self.found.open |= arguments.first().is_some_and(|(_, word)| BRINGS.contains(&word.as_str()));
        }
        self.found.programs.extend(programs(rest));
    }

    fn heredoc(&mut self) {
        let rest = self.text[self.at..].trim_start_matches(['-', ' ']);
        let quoted = rest.starts_with(['\'', '"', '\\']);
        let rest = rest.trim_start_matches(['\'', '"', '\\']);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if end > 0 {
            self.heredocs.push((rest[..end].to_owned(), quoted));
        }
    }

    /// The text of a here-document is no command; with its word in quotes it is not looked at by the shell at all.
    fn skip_heredocs(&mut self) {
        for (end, quoted) in std::mem::take(&mut self.heredocs) {
            while self.at < self.text.len() {
                let rest = &self.text[self.at..];
                let line_end = rest.find('\n').map_or(rest.len(), |at| at + 1);
                let (from, to) = (self.at, self.at + line_end);
                self.at = to;
                if self.text[from..to].trim() == end {
                    break;
                }
                if !quoted {
                    self.at = from;
                    while let Some(found) = self.text.get(self.at..to).and_then(|line| line.find('$')) {
                        let start = self.at + found;
                        self.at = start + 1;
                        self.dollar(start);
                    }
                    self.word = None;
                    self.at = to.max(self.at);
                }
            }
        }
    }
}

/// The name of `NAME=…`.
fn assigned(word: &str) -> Option<&str> {
    let (name, _) = word.split_once('=')?;
    let name = name.strip_suffix('+').unwrap_or(name);
    is_variable(name).then_some(name)
}

fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|c: char| c.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn programs(words: &[(usize, String)]) -> Vec<String> {
    let names = words.iter().map(|(_, word)| word.as_str());
    names
        .filter(|word| CODE.iter().any(|ending| word.ends_with(ending)) && !word.contains(['*', '$', ':', '=', '{']))
        .map(str::to_owned)
        .collect()
}

fn sudo(span: Range<usize>, arguments: &[(usize, String)]) -> Sudo {
    let mut found = Sudo { span, given: Vec::new(), programs: programs(arguments), keeps: false };
    let mut words = arguments.iter().map(|(_, word)| word.as_str());
    while let Some(word) = words.next() {
        if let Some(name) = assigned(word) {
            found.given.push(name.to_owned());
        } else if let Some(names) = word.strip_prefix("--preserve-env=") {
            found.given.extend(names.split(',').map(str::to_owned));
        } else if ["-i", "--login", "--preserve-env"].contains(&word) {
            // What a user's login sets is not seen.
            found.keeps = true;
        } else if let Some(letters) = word.strip_prefix('-').filter(|rest| !rest.starts_with('-')) {
            found.keeps |= letters.contains('E');
            if letters.ends_with(['u', 'g', 'p', 'h', 'C', 'D', 'R', 'r', 't', 'T', 'U']) {
                words.next();
            }
        } else if !word.starts_with('-') {
            break;
        }
    }
    found
}

/// Names before a `=` or `<<` anywhere: what may be written into the file that hands variables on.
fn assigned_anywhere(script: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in script.match_indices('=').chain(script.match_indices("<<")) {
        let before = &script[..at];
        let start = before
            .rfind(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
            .map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
        if is_variable(&before[start..]) {
            found.push(before[start..].to_owned());
        }
    }
    found
}

/// Whether the read at `span` is a question whether the variable is set: `[ -z "$X" ]`, `[[ -n $X ]]`, `test -n`.
fn is_tested(script: &str, span: &Range<usize>) -> bool {
    let before = script[..span.start].trim_end_matches(['"', '\'', ' ', '{']);
    let after = script[span.end..].trim_start_matches(['"', '\'', ' ', '}']);
    before.ends_with("-z") || before.ends_with("-n") || (before.ends_with('[') || before.ends_with("test")) || {
        let compared = after.starts_with("=") || after.starts_with("!=");
        compared && (before.ends_with("[[") || before.ends_with('['))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_started() {
        for (script, expected) in [
            ("node eval.js && python3 a/b.py", vec!["eval.js", "a/b.py"]),
            ("npm ci\nnpm run eval -- --x", vec!["package.json#eval"]),
            ("npm test; yarn lint; pnpm run -s x", vec!["package.json#test", "package.json#lint", "package.json#x"]),
            ("cd web && npm run build", vec![]),
            ("npm --prefix web run build", vec![]),
            ("A=1 make -j2 eval", vec!["Makefile#eval"]),
            ("python -m jobs.sync", vec!["jobs/sync.py", "jobs/sync/__main__.py"]),
            (
                "node scripts/eval",
                vec!["scripts/eval.js", "scripts/eval.mjs", "scripts/eval.ts", "scripts/eval/index.js"],
            ),
        ] {
            assert_eq!(read(script).programs, expected, "{script}");
        }
    }

    #[test]
    fn reads_and_sets() {
        for (script, reads, sets) in [
            ("curl -H \"Authorization: Bearer $KEY\" https://x", vec!["KEY"], vec![]),
            ("echo '$KEY' \\$KEY # $KEY", vec![], vec![]),
            ("KEY=1\necho $KEY", vec![], vec!["KEY"]),
            ("export KEY; echo ${KEY}", vec!["KEY"], vec![]),
            ("export KEY=$(cat x)\necho $KEY $OTHER", vec!["OTHER"], vec!["KEY"]),
            ("for f in a b; do echo $f; done", vec![], vec!["f"]),
            ("echo ${{ secrets.X }} $A", vec!["A"], vec![]),
            ("echo $1 $? $$ ${#A} ${A:-b}", vec!["A?", "A?"], vec![]),
            ("if [ -z \"$A\" ]; then exit; fi\nuse $A", vec!["A?", "A?"], vec![]),
            ("cat <<'EOF'\n$A\nEOF\necho $B", vec!["B"], vec![]),
            ("cat <<EOF\n$A\nEOF\necho $B", vec!["A", "B"], vec![]),
            ("echo \"A=$B\" >> $GITHUB_ENV; echo $A", vec!["B", "GITHUB_ENV"], vec!["A"]),
            ("read -r A < x; echo $A", vec![], vec!["A"]),
            ("echo it\\'s $A", vec!["A"], vec![]),
        ] {
            let found = read(script);
            let got: Vec<String> =
                found.reads.iter().map(|r| format!("{}{}", r.name, if r.fallback { "?" } else { "" })).collect();
            assert_eq!(got, reads, "{script:?}");
            assert_eq!(found.sets, sets, "{script:?}");
            for r in &found.reads {
                assert!(script[r.span.clone()].starts_with('$'), "{script:?}");
            }
        }
    }

    #[test]
    fn programs_and_their_start() {
        let found = read("NODE_ENV=x node ./eval.js --a && python tools/run.py; cat *.py\nsource env.sh");
        assert_eq!(found.programs, ["./eval.js", "tools/run.py", "env.sh"]);
        assert!(found.open);
        for (script, given, keeps) in [
            ("sudo node app.js", vec![], false),
            ("sudo -E node app.js", vec![], true),
            ("sudo --preserve-env=A,B node app.js", vec!["A", "B"], false),
            ("sudo -u www A=1 node app.js", vec!["A"], false),
        ] {
            let found = read(script);
            assert_eq!(found.sudo.len(), 1, "{script}");
            assert_eq!(
                (found.sudo[0].given.clone(), found.sudo[0].keeps),
                (given.iter().map(ToString::to_string).collect(), keeps),
                "{script}"
            );
            assert_eq!(found.sudo[0].programs, ["app.js"]);
        }
    }

    #[test]
    fn nothing_panics() {
        for script in ["$", "${", "${{", "'", "\"", "\\", "<<", "cat <<E", "é$é${é}", "`", "$(", "a=\u{1F600}==<<"] {
            read(script);
        }
    }
}
