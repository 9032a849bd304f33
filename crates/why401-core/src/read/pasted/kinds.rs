//! What kind of file a piece of text is, told from the text alone: the name of such a file.

use std::sync::{LazyLock, OnceLock};

use crate::expression::Regex;

/// The kinds, each with the name that a file of it would have and an expression for what only it says. The first wins.
const KINDS: &[(&str, &str)] = &[
    (
        ".github/workflows/pasted.yml",
        r"(?m)^\s*(?:-\s+)?(?:runs-on|uses|steps|jobs):|\$\{\{\s*(?:secrets|github|vars|inputs)\.",
    ),
    (".gitlab-ci.yml", r"(?m)^\s*(?:stage|before_script|script|image):\s*(?:$|\S)(?:[\s\S]*)^\s*-\s"),
    ("docker-compose.yml", r"(?m)^\s*(?:services|env_file|environment):\s*(?:$|\n)"),
    ("pasted.k8s.yaml", r"(?m)^\s*(?:apiVersion|kind):\s*\S"),
    ("Dockerfile", r"(?m)^(?:FROM|ENTRYPOINT|CMD|ENV|ARG|COPY|RUN)\s+\S"),
    (".netrc", r"(?m)^\s*machine\s+\S+(?:\s+|\s*\n\s*)login\s"),
    (
        ".npmrc",
        r"(?m)^(?://[\w.-]+/[^\n]*:_(?:authToken|auth|password)=|@[\w-]+:(?:registry|_auth\w*|always-auth)=|registry=https?://)",
    ),
    ("pasted.service", r"(?m)^\[(?:Service|Unit)\]|^(?:ExecStart|EnvironmentFile|Environment)="),
    (
        "nginx.conf",
        r"(?m)^\s*(?:server|location|upstream)\b[^\n;=(]*\{|^\s*(?:proxy_pass|proxy_set_header|add_header|fastcgi_param)\s",
    ),
    ("pasted.php", r"<\?php|(?m)\$\w+\s*(?:->|=\s*(?:new|array|\[|getenv|env\()|\[)|curl_setopt"),
    (
        "pasted.py",
        concat!(
            r"(?m)^\s*(?:import \w+(?:\.\w+)*(?: as \w+)?\s*$|from [\w.]+ import|def \w+\(|with open|print\()|os\.environ|os\.getenv|requests\.(?:get|post|put)|f\x22|=\s*\w+\([a-z_]+=[^)]*\)\s*$",
            // A client that is made with its arguments by name, and a dictionary of headers.
            r"|^\s*[\w.]+\s*=\s*(?:\w+\.)*[A-Z]\w*\(\s*[a-z_]+\s*=|^\s*File \x22[^\x22\n]+\x22, line \d+|^\s*\w*(?:headers|HEADERS)\s*=\s*\{\s*(?:$|[\x22'])|\bf'[^'\n]*\{",
            // A call with its arguments by name over several lines, and one without any.
            r"|^\s*(?:\w+\.)*[A-Z]\w*\([^)\n]*\b[a-z_]+=[^)\n]*,\s*$|^\s*\w+ = [A-Z]\w*\(\)\s*$",
        ),
    ),
    // Of Lua nobody reads anything, and it is no env file.
    (
        "pasted.lua",
        r"(?m)^\s*local \w+ = |[\x22')\w]\s*\.\.\s*(?:[\x22']|os\.getenv|\w+\b)[^\n]*$|\bos\.getenv\(|^\s*-- |^\s*\w+ = \{\s*\n[^{}]*\},\s*$",
    ),
    ("pasted.go", r"(?m)^\s*(?:package \w+|func |import \()|:= |os\.Getenv|http\.NewRequest"),
    (
        "pasted.rs",
        r"(?m)^\s*(?:use [\w:]+|let (?:mut )?\w+(?:: [^=]+)? = .*(?:\?;|::|\.unwrap\(\)))|std::env|\.bearer_auth\(",
    ),
    // What C# writes otherwise, though it has `var` and `await`, too.
    (
        "pasted.ts",
        r"(?m)process\.env\b|\brequire\(['\x22]|\bfetch\(|\baxios\b|\bXMLHttpRequest\b|^\s*(?:export )?(?:const|let) (?:\w+|[{\[][^=\n]*) = |^\s*var \w+ = '[^'\n]{2,}'",
    ),
    (
        "Pasted.java",
        r"(?m)\b(?:public|private|protected) (?:static |final )*(?:class|void|String|\w+ \w+\()|System\.getenv|HttpRequest\.newBuilder|\bString \w+ =|\bnew (?:HttpHeaders|HttpEntity|RestTemplate|OkHttpClient|Request\.Builder|URL)\b|\brestTemplate\.|\bwebClient\b|setRequestProperty\(|\.bodyToMono\(|@(?:Value|Autowired|Bean)\b",
    ),
    (
        "Pasted.cs",
        r"new (?:AuthenticationHeaderValue|HttpClient|HttpRequestMessage)|DefaultRequestHeaders|builder\.Services|Environment\.GetEnvironmentVariable|(?m)^\s*(?:var|await) .*;\s*$",
    ),
    (
        "pasted.rb",
        r"\x22[^\x22\n]*#\{@{0,2}\w+[^\x22\n]*\x22|=> \x22(?:Bearer|Basic|token) |\bBase64\.(?:strict_)?encode64",
    ),
    ("Pasted.kt", r"(?m)^\s*(?:fun |val \w+)|OkHttpClient"),
    ("pasted.rb", r"(?m)^\s*(?:require ['\x22]|class \w+ < |end\s*$)|ENV\[['\x22]|ENV\.fetch|Net::HTTP|Faraday"),
    (
        "pasted.ts",
        r"(?m)^\s*(?:import .* from |export (?:default |const |let |var |async |function|class |type |interface |enum |abstract |[{*=])|const |let |var |await |async |type |interface |app\.\w+\()|process\.env|import\.meta\.env|=> |\brequire\(|new (?:\w+\.)*[A-Z]\w*\(|fetch\(|\$\.(?:ajax|get|post)\w*\(|UrlFetchApp|^\s*\{?\s*'?(?:headers|defaultHeaders)'?\s*:\s*\{|\x60[^\x60\n]*\$\{",
    ),
    // Of these nobody reads anything, and they are no env files.
    ("pasted.gradle", r"(?m)^\s*(?:credentials|maven|repositories|plugins|android|allprojects)\s*\{"),
    ("pasted.toml", r"(?m)^\s*\[[\w-]+\.[\w.\x22-]+\]\s*$"),
    (
        ".env",
        r"(?m)^\s*(?:\d{1,5}(?:[:|.]\s*|\s+))?(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s?=\s?(?:[^\s{\[(]\S*)?[^;{(]*$",
    ),
    ("pasted.sh", r"(?m)^\s*(?:\$ |curl |wget |export |docker run|npm |sudo |https? )"),
];

/// The name that a file with this text would have; `None` where it is prose.
pub(super) fn of(text: &str) -> Option<&'static str> {
    static BUILT: [OnceLock<Option<Regex>>; KINDS.len()] = [const { OnceLock::new() }; KINDS.len()];
    if let Some(name) = json(text) {
        return Some(name);
    }
    let fits = |(pattern, built): &(&str, &OnceLock<Option<Regex>>)| {
        built.get_or_init(|| Regex::new(pattern).ok()).as_ref().is_some_and(|pattern| pattern.is_match(text))
    };
    let first = KINDS.iter().map(|(_, pattern)| *pattern).zip(&BUILT).position(|kind| fits(&kind))?;
    let name = KINDS.get(first)?.0;
    // A script sets variables, too; a file that does nothing else is an env file.
    if name == ".env" && (has_command(text) || is_exported(text)) {
        return Some("pasted.sh");
    }
    Some(name)
}

/// Whether each line exports a variable, and one takes its value from another: an env file needs neither.
fn is_exported(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.all(|line| line.starts_with("export ")) && (text.contains("=$") || text.contains("=\"$"))
}

fn has_command(text: &str) -> bool {
    static COMMAND: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?m)^\s*(?:\$ \S|(?:curl|wget|docker|npm|npx|python3?|node|dotnet|go|sudo|git|aws|gh|terraform|tofu|kubectl|helm|az|gcloud|vault|ansible|podman|pip|poetry|twine|mvn|gradle|cargo|yarn|pnpm|bundle|systemctl) \S)").ok()
    });
    COMMAND.as_ref().is_some_and(|command| command.is_match(text))
}

fn json(text: &str) -> Option<&'static str> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with('{') {
        return None;
    }
    let has = |word: &str| trimmed.contains(word);
    Some(match () {
        () if has("\"dependencies\"") || has("\"scripts\"") => "package.json",
        () if has("\"builds\"") || has("\"rewrites\"") => "vercel.json",
        () => "pasted.json",
    })
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn kinds_of_text() {
        for (text, name) in [
            ("jobs:\n  a:\n    uses: ./x.yml\n", Some(".github/workflows/pasted.yml")),
            ("OPENAI_API_KEY=sk-1\nB=2", Some(".env")),
            ("A=1\ncurl -H \"x: $A\" https://a", Some("pasted.sh")),
            ("ENTRYPOINT [\"node\", \"$KEY\"]", Some("Dockerfile")),
            ("machine a.test login b password c", Some(".netrc")),
            ("import os\nkey = os.environ['A']", Some("pasted.py")),
            ("  File \"a.py\", line 1\n    app = build().with(key)\na.Error: no", Some("pasted.py")),
            ("const key = process.env.A", Some("pasted.ts")),
            ("export A_TOKEN=abc\nterraform init", Some("pasted.sh")),
            ("export A_KEY=\"$B_KEY\"\nexport C=1 # once", Some("pasted.sh")),
            ("export default { a: 1 }", Some("pasted.ts")),
            ("n = \"a\",\nc = new i.AwsClient({\n  secretAccessKey: \"x\",\n})", Some("pasted.ts")),
            ("client.DefaultRequestHeaders.Authorization = x;", Some("Pasted.cs")),
            ("var response = await client.GetAsync(url);", Some("Pasted.cs")),
            ("const url = \"https://a.test\";\nawait fetch(url);", Some("pasted.ts")),
            ("var request = require('request');", Some("pasted.ts")),
            ("location / {\n  proxy_pass http://a;\n}", Some("nginx.conf")),
            ("headers: { Authorization: 'Bearer' + apiKey }", Some("pasted.ts")),
            ("headers: { Authorization: `Bearer ${key}` }", Some("pasted.ts")),
            ("headers = {'Authorization': 'Bearer ' + key}", Some("pasted.py")),
            ("client = OpenAI(api_key='x', base_url=url)  # made once", Some("pasted.py")),
            ("Client(a_url=url, a_secret=\"x\",\n    method=\"post\")", Some("pasted.py")),
            ("a.access_token = A_TOKEN\napi = LocationsApi()", Some("pasted.py")),
            ("h = { 'Authorization' => \"Basic #{auth}\" }", Some("pasted.rb")),
            ("a = {\n  b = {\n    api_key = 'A_KEY',\n  },\n}", Some("pasted.lua")),
            ("local h = \"Bearer \" .. key", Some("pasted.lua")),
            ("{\"scripts\":{}}", Some("package.json")),
            ("it worked yesterday", None),
        ] {
            assert_eq!(of(text), name, "{text}");
        }
    }
}
