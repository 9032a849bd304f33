//! Signs: the remarks that one expression finds, in code, command lines and prose.

use crate::fact::Remark;

/// The signs that carry no value, each with an expression.
pub(super) const SIGNS: &[(Remark, &str)] = &[
    // A value in quotes with a blank at its end or beginning.
    (
        Remark::BlankInQuotes,
        r#"["'][A-Za-z_-]*\d[A-Za-z0-9_-]{14,}[ \t]+["']|["'][ \t]+[A-Za-z_-]*\d[A-Za-z0-9_-]{14,}["']"#,
    ),
    // The beginning of a key that everybody knows, and a line that holds nothing but the rest of it.
    (
        Remark::BrokenOverLines,
        r"\b(?:sk-(?:ant|proj|or|svcacct)-|gh[pousr]_|github_pat_|glpat-|xox[abp]-|npm_|eyJ)[A-Za-z0-9_.-]{20,}\r?\n[ \t]*[A-Za-z0-9_.-]{8,}[ \t]*(?:\r?\n|$)",
    ),
    // The marks of a terminal's colours, written out.
    (Remark::Coloured, r"(?:\\033|\\x1[bB]|\\u001[bB]|\\e|\^\[|\x1b)\[[0-9;]*m|\b1b5b [0-9a-f]{2}|\b1b 5b "),
    // echo ends what it prints in a line break, and it is encoded with the pair.
    (
        Remark::EncodesLine,
        r#"\becho\s+["']?[^\n|n-][^\n|]*:[^\n|]*\|\s*(?:openssl\s+(?:enc\s+-)?base64|base64)\s*(?:$|[)\n|;&"'])"#,
    ),
    // A key is written into a file by echo, or a secret is made of a file.
    (
        Remark::EndsInLine,
        r#"\becho\s+["']?[A-Za-z0-9_-]{16,}["']?\s*>\s*\S+|\becho\s+["']?[^\n|n:-][^\n|:]*\|\s*(?:openssl\s+(?:enc\s+-)?base64|base64)\s*(?:$|[)\n;&"'])|--from-file[= ]\S+|\becho\s+["']?[^\n|n-][^\n|]*\|\s*(?:gh secret set|kubectl create secret|docker secret create|vault kv put|wrangler secret put|fly secrets|heroku config)|(?s)(?:\bkubectl\b|kind: Secret\b).{0,600}\becho\s+["']?[^\n|n-][^\n|]*\|\s*base64|(?s)\becho\s+["']?[^\n|n-][^\n|]*\|\s*base64.{0,600}(?:\bkubectl\b|kind: Secret\b)"#,
    ),
    // A value is cut out of an env file by text tools, which know no quotes.
    (
        Remark::CutsOut,
        r"(?:grep|sed|awk)\b[^\n]*\.env\b[^\n]*(?:\bcut\b|\bsed\b|\bawk\b)|\b(?:cut|awk|sed)\b[^\n]*(?:-d ?['\x22]?=|-F ?['\x22]?=)[^\n]*\.env\b|export \$\(\s*(?:cat|grep|xargs)[^\n]*\.env",
    ),
    // The body of a webhook is parsed before its signature is checked.
    (
        Remark::ParsedBody,
        r"(?s)(?:express\.json\(|bodyParser\.json\(|JSON\.stringify\(\s*(?:req|request)\.body|json\.dumps\(|request\.json\b|req\.body\b|@RequestBody|to_json\b).{0,1500}(?:constructEvent|construct_event|webhook|signature)|(?s)(?:constructEvent|construct_event|webhook|signature).{0,600}(?:JSON\.stringify\(\s*(?:req|request)\.body|json\.dumps\(|request\.json\b)",
    ),
    // Somebody shows a preflight.
    (
        Remark::Preflight,
        r"(?i)access-control-request-(?:method|headers)\s*:|-X\s*['\x22]?OPTIONS\b|\bOPTIONS (?:[^\s\x22]{1,80} )?(?:HTTP/[\d.]+\x22? )?(?:40[1357]|50[0-9])\b|\bpreflight\b[^\n]{0,60}\b(?:40[1357]|50[0-9])\b|\brequest method:? ?OPTIONS\s+status(?: code)?:? ?[^\n]{0,12}\b(?:40[1357]|50[0-9])\b",
    ),
    // A browser's Origin goes with the request.
    (
        Remark::SendsOrigin,
        r"(?i)(?:-H\s*['\x22]|\n\s*|> )origin:\s*(?:https?|chrome-extension|moz-extension|app|capacitor|null)",
    ),
    // The sandbox is chosen.
    (
        Remark::Sandbox,
        r"(?i)\buse_?test_?net\b\s*[=:]\s*true|\btestnet\b|\bsandbox\b|\bstripe listen\b|\bset_sandbox_mode\b|environment\s*[=:]\s*['\x22]?(?:sandbox|development|staging)",
    ),
    // A value is kept as JSON text, quotes and all.
    (
        Remark::StoredAsJson,
        r#"localStorage[\s\S]{0,200}(?:^|\n)\s*"[^"\n]{16,}"|\.setItem\([^,\n]+,\s*JSON\.stringify\("#,
    ),
    // The word before the credential stands twice.
    (
        Remark::DoubledScheme,
        r#"(?i)\bauthorization["']?\s*[:=]\s*["'`]?(?:bearer bearer|basic basic|token token|bearer basic|basic bearer|bearer token|token bearer) +["']?[A-Za-z0-9._/+*<$-]{3,}"#,
    ),
    // The shell has the variable, so that a file does not win.
    (
        Remark::ShellHolds,
        r"(?i)\b(?:shell|terminal|system|user|windows) ?(?:/ ?session|environment|env|profile|session)?\b[^\n]{0,40}\b(?:already|still|also) (?:has|had|have|holds?|sets?|exports?|contains?|defines?)\b|\b(?:stale|old|leftover|outdated|previous(?:ly)?|different|another|global|system(?:-wide)?)\b[^\n]{0,30}\b(?:shell|environment|env|exported|system|user) (?:variable|var|value|export)|\bexported (?:in|from|by) (?:the |my |your |a )?(?:\S*(?:bashrc|zshrc|zshenv|profile|config\.fish)|shell)|\bboth (?:\w+ )?[A-Z][A-Z0-9_]{4,} and [A-Z][A-Z0-9_]{4,} (?:are|is|were) (?:both )?(?:set|defined|present)\b|\bauth conflict: both\b|\b(?:shell|system|existing|exported|process) (?:environment |env )?(?:variables?|vars?|environment|value)\b[^\n]{0,30}\b(?:wins?|overrides?|overrode|takes? precedence|took precedence|is used instead|shadows?)\b",
    ),
    // A hop: its status, a slash that is missing, an option of the client.
    (
        Remark::Redirects,
        r"(?im)(?:status|returns?|returned|got|gets|an?|code|HTTP/[\d.]+|[:=]) +30[12378]\b(?:[\s,.;)]|$)|\b30[12378] (?:moved|found|see other|temporary|permanent|redirect)|\bredirect(?:s|ed|ing) (?:to|from|the|me|it)\b|\bafter (?:a |the )?redirect|\b(?:missing|without|add(?:ing)?|with) (?:a |the )?trailing slash|\bAllowAutoRedirect\b|\bfollow_?redirects?\s*[=:]\s*true|CURLOPT_FOLLOWLOCATION|<Response \[30[12378]\]>|\bcurl\b[^\n]* (?:-[a-zA-Z]*L[a-zA-Z]*|--location) ",
    ),
    // What stands between changes a header or the host that were signed.
    (
        Remark::HandedOn,
        r"(?i)\bcdn-loop\b|\bx-forwarded-(?:for|host|proto)\b|\bcdn proxy\b|\breverse[ -]proxy\b|\bproxy_pass\b|\bproxy_set_header\b|\bcloudfront\b|\bbehind (?:an? |the |our |my )?(?:proxy|cdn|load balancer|nginx|traefik|caddy|haproxy|cloudflare|ingress|gateway)\b|\b(?:through|via) (?:an? |the |our |my )?(?:proxy|cdn|nginx|traefik|caddy|haproxy|cloudflare|ingress|gateway)\b",
    ),
    // `set` of cmd takes all that follows; single quotes mean nothing on Windows.
    (
        Remark::KeepsQuotes,
        r#"(?m)(?:^|[>$#]|\s)\s*set\s+[A-Za-z_]\w*\s*=\s*["'][^"'\n]+["']|(?s)(?:\s--?[\w-]+[ =]|-H )'[^'\n]{3,}'.{0,400}\b(?i:windows|cmd\.exe|command prompt)\b|(?s)\b(?i:windows|cmd\.exe|command prompt)\b.{0,400}(?:\s--?[\w-]+[ =]|-H )'[^'\n]{3,}'"#,
    ),
    // The process is older than the value.
    (
        Remark::GivenLater,
        r"(?i)\b(?:added|changed|set|updated|rotated|edited|renewed|replaced|saved)\b[^\n]{0,80}\bafter (?:the |my |our |its |last |latest |a )*(?:\w+ )?(?:deploy|build|start|boot|launch|container|server|process|login|install)|\b(?:created|started|built|deployed|launched|running|opened) (?:\w+ )?(?:long )?before\b[^\n]{0,60}\b(?:key|token|variable|secret|\.env|credentials?|change|value)s?\b|\bwithout (?:a |an )?(?:redeploy|rebuild|restart|recreat)\w*|\b(?:did not|didn.t|never|not yet|forgot to|not been|wasn.t|isn.t) (?:re-?deploy|re-?build|re-?start|re-?creat|re-?load)\w*|\bdocker(?:[- ]compose| compose) restart\b",
    ),
    (
        Remark::NoSessionToken,
        r#"(?i)\b(?:aws_?)?session_?token\b["'\])]*\s*(?:=>|[:=]|\n\s*=>)\s*(?:nil|none|null|undefined|""|'')(?:\W|$)"#,
    ),
    (
        Remark::ClocksDiffer,
        r"(?i)\bissued in the future\b|\b(?:used|valid) (?:too early|before issued)\b|\bclock (?:skew|drift)|\b(?:clock|time|date)\b[^\n]{0,20}\b(?:is|was|were|are|runs?|ran|being)\b[^\n]{0,20}\b(?:out of sync|off by|ahead|behind|wrong|too (?:fast|slow)|drift\w*|not synchroni[sz]ed)\b|\b(?:minutes?|seconds?|hours?|secs?|mins?|[0-9]+ ?[smh]) (?:ahead|behind|fast|slow|in the future|off)\b|\btimedatectl\b|\bntpdate\b|\bchronyc?\b|System clock synchronized: no",
    ),
    // The second or the third argument is not where this call takes headers.
    (
        Remark::MisplacedHeaders,
        r#"(?s)\b(?:axios|http|\$http|api|client)\s*\.\s*(?:get|delete|head)(?:<[^>]*>)?\s*\(\s*(?:`[^`\n]{1,160}`|[^,(){}]{1,120}),\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*,\s*[\w{]|\b(?:axios|http|\$http|api|client)\s*\.\s*(?:post|put|patch)(?:<[^>]*>)?\s*\(\s*(?:`[^`\n]{1,160}`|[^,(){}]{1,120}),\s*\{\s*headers\s*(?::\s*(?:\w+|\{(?:[^{}]|\$\{[^{}\n]*\})*\})\s*)?,?\s*\}\s*\)|\b(?:axios|\$http)\s*\.\s*(?:get|delete|head)\(\s*[^,(){}]{1,120},\s*headers\s*\)|\b(?:axios|\$http)\s*\.\s*(?:post|put|patch)\(\s*[^,(){}]{1,120},\s*[^,(){}]{1,120},\s*headers\s*\)|\brequests\.(?:get|post|put|delete|patch)\(\s*[^,()=]{1,120},\s*\w*headers\w*\s*[,)]|\brequests\.(?:get|post|put|delete|patch)\(\s*[^,()=]{1,120},\s*\{\s*["'](?i:authorization|x-api-key|api-key)["']|\brequests\.(?:get|post|put|delete|patch)\([^()\n]{1,200}\b(?:params|data|json)\s*=\s*\w*headers\w*\s*[,)]|CURLOPT_HTTPHEADER\s*,\s*(?:array\s*\(|\[)\s*["'][\w-]+:?["']\s*=>|\bfetch\(\s*[^,(){}]{1,120},\s*(?:\{\s*["']?(?i:authorization|x-api-key)["']?\s*:|headers\s*\))"#,
    ),
    // Within double quotes a shell fills in what follows the `$`; names in capitals are meant so.
    (
        Remark::DollarInside,
        r#"(?:-H|--header|-u|--user|--token|--password|-p|-e|--env|export|set|-d|--data)[ =][^\n]{0,20}?"[^"'\n]*[A-Za-z0-9=_+!@#%^&*-]*[0-9=_+!@#%^&*-][A-Za-z0-9=_+!@#%^&*-]*\$(?:[0-9$!]|[a-z_]\w|[A-Za-z]*[a-z])[^"\n]*"|(?:\s-p|\s--pass(?:word)?|\s-u|\s--user)[= ]?"[^"$\n]*[^"$\n:]\$[A-Za-z0-9_][^"\n]*"|(?m)^\s*(?:export )?[A-Z_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASS)=[A-Za-z0-9!@#%^&*+-]{3,}\$[A-Za-z0-9]\w*\s*$|--[\w-]*(?:user(?:name)?|password|token|secret|key)[= ][A-Za-z][\w.@-]*\$[a-z]"#,
    ),
    (
        Remark::Envelope,
        r#"(?is)(?:secrets? ?manager|SecretString|get_secret_value|GetSecretValue|secretsmanager).{0,400}\{\s*\\?"[\w.-]+\\?"\s*:\s*\\?"|\{\s*\\?"[\w.-]+\\?"\s*:\s*\\?"[^\n]*\}.{0,300}(?:secrets? ?manager|SecretString|get_secret_value|GetSecretValue|secretsmanager)|\b\w*(?:key|token|secret|password)\w*=\s*['"]\{\s*"[^"\n]+"\s*:\s*""#,
    ),
    // nginx and others drop a header whose name holds an underscore.
    (
        Remark::Underscored,
        r#"(?i)\bheader(?:'s)?(?: name)?(?: is| named| called|:)? ?[`'"]?[a-z]{2,}(?:_[a-z]+)+\b|(?:-H|--header)[ =]["'][a-z]{2,}(?:_[a-z]+)+\s*:|\bheaders\b[^\n]{0,20}[\[{(]\s*["'][a-z]{2,}(?:_[a-z]+)+["']"#,
    ),
    (
        Remark::AzureClient,
        r#"\bAzure(?:Chat)?OpenAI(?:Embeddings)?\(|(?i)\b(?:openai_)?api_type["'\]]*\s*[=:]\s*["']?azure"#,
    ),
    (
        Remark::PlainAgent,
        r"(?i)\burllib2?(?:\.request)?\.(?:urlopen|urlretrieve|Request)\(|\bPython-urllib\b|\bfile_get_contents\(|\bread_(?:csv|json|html)\(\s*.?https?:|\.openStream\(\)|\bopen-uri\b|\blibwww-perl\b|\b(?:no|default|without (?:an?|any)|missing|empty) user[- ]?agent\b",
    ),
    // The blank belongs to the name, and no variable is called so.
    (
        Remark::BlankInName,
        r#"(?:\bENV\[|\bgetenv\(|\benviron(?:\[|\.get\()|\bprocess\.env\[|\bGetenv\(|\benv(?:::var)?\(|GetEnvironmentVariable\()\s*["'](?: +[A-Z][A-Z0-9_]+ *|[A-Z][A-Z0-9_]+ +)["']"#,
    ),
    (
        Remark::Webhook,
        r"(?i)\bwebhooks?\b|\bweb hook\b|\bx-(?:hub|shopify|stripe|slack|line|gitlab|github|paddle|square|twilio)-(?:signature|hmac|token)|\bconstructEvent\b|\bhmac[-_]sha256\b[^\n]{0,60}\bbody\b",
    ),
    // The field of Swagger's page takes what is typed as the whole header; a variable stands where a scheme should.
    (
        Remark::BareToken,
        r#"(?is)(?:ApiKeyScheme|SecuritySchemeType\.ApiKey|\btype["']?\s*[:=]\s*["']apiKey["']|APIKeyHeader\().{0,300}["']authorization["']|["']authorization["'].{0,200}(?:SecuritySchemeType\.ApiKey|\btype["']?\s*[:=]\s*["']apiKey["'])|\bauthorization["']?\]?\s*[:=]\s*(?:this\.|self\.|state\.|props\.)?(?:\w*token|jwt|accessToken|api_?key)\s*[,;})\n]"#,
    ),
    // A tool with a login takes a variable first.
    (
        Remark::LoggedIn,
        r"(?i)\b(?:signed|logged|signing|logging) in(?:to)? (?:with|through|via|using|to|by|as)\b|(?:^|[\s`'\x22(])/login\b|\b(?:codex|claude|gemini|copilot|gh|hf|huggingface-cli) (?:auth )?login\b|\b(?:Pro|Max|Plus|Team)(?:/Max)? (?:plan|subscription|account|tier)\b|\bsubscription (?:login|account|token)\b|\bOAuth login\b",
    ),
    // Codex hands a provider of one's own the login's token where it is told to.
    (
        Remark::CodexLogin,
        r#"(?s)\[model_providers\.[^\]\n]+\].{0,600}\brequires_openai_auth\s*=\s*true|"OPENAI_API_KEY"\s*:\s*"[^"\n]+".{0,200}"tokens"\s*:\s*\{"#,
    ),
    // The client sends its own header for the key besides.
    (
        Remark::SecondCredential,
        r#"(?s)\b(?:Async)?Anthropic\w*\(\s*\{?[^)]{0,300}\bapi_?[kK]ey\b[^)]{0,300}\b(?:defaultHeaders|default_headers|headers)["']?\s*[:=]\s*\{[^}]{0,200}(?i:x-api-key|authorization)|\bAnthropic\(\s*\{?[^)]{0,200}\bapi_?[kK]ey\s*[:=]\s*[^,\n)]{6,80},[^)]{0,200}\bauth_?[tT]oken\s*[:=]|(?im)^[\s#>*-]*x-api-key:[^\n]*\n(?:[\s#>*-]*[\w-]+:[^\n]*\n){0,6}[\s#>*-]*authorization: *bearer\b|(?im)^[\s#>*-]*authorization: *bearer\b[^\n]*\n(?:[\s#>*-]*[\w-]+:[^\n]*\n){0,6}[\s#>*-]*x-api-key:|\b(?:Async)?(?:OpenAI|Groq)\(\s*\{?[^)]{0,300}\bapi_?[kK]ey\b[^)]{0,300}\b(?:defaultHeaders|default_headers|headers)["']?\s*[:=]\s*\{[^}]{0,200}\b(?i:x-api-key|api-key)"#,
    ),
    // A file's last line ends, and nothing takes that off.
    (
        Remark::Untrimmed,
        r#"(?im)\b\w*(?:key|token|secret|password)\w*\s*[:=]+\s*(?:await )?(?:open\([^()\n]*\)\.read\(\)|(?:\w+\.)?Path\([^()\n]*\)\.read_text\(\)|(?:fs\.)?readFileSync\([^()\n]*\)(?:\.toString\([^()\n]*\))?|(?:fs\.)?readFile\([^()\n]*\)|File\.read\([^()\n]*\)|file_get_contents\([^()\n]*\)|(?:std::)?fs::read_to_string\([^()\n]*\)\??)\s*(?:;|$|\))"#,
    ),
    // The key itself stands where the variable's name belongs.
    (
        Remark::KeyForName,
        r#"(?:\bgetenv\(|\benviron(?:\[|\.get\()|\bprocess\.env(?:\.|\[)|\bENV\[|\bGetenv\(|\benv\()\s*["']?(?:sk|pk|rk|gsk|hf|r8|xai|pplx|nvapi|ghp|AIza|glpat|tvly|xoxb)[-_A-Z0-9a-z][A-Za-z0-9_-]{14,}"#,
    ),
    // `export NAME = value` is three words to a shell.
    (Remark::SpacedAssignment, r"(?m)^\s*(?:\$ )?export\s+[A-Za-z_]\w*(?:[ \t]+=|=[ \t]+\S)"),
    // `$${{ secrets.X }}`, and what a log shows of it.
    (Remark::StrayDollar, r"\$\$\{\{\s*secrets|(?m)^\s*[a-z_-]+: \$\*{3}\s*$"),
    (
        Remark::InnerName,
        r#"(?i:headers?)["']?\s*[=:(,]\s*\{?[^{}\n]{0,120}["']HTTP_(?:AUTHORIZATION|X_[A-Z_]+|API_KEY)["']|(?:-H|--header)[ =]["']HTTP_(?:AUTHORIZATION|X_|API_KEY)"#,
    ),
    (Remark::BuildsBearer, r#"(?i)authorization["'\]]*\s*[:=,]+\s*["'`f]{0,2}bearer\b|\bscheme[=: ]+["']?bearer\b"#),
    // A field ends with its line; what follows is part of its value.
    (
        Remark::JoinedHeaders,
        r"(?im)\b(?:content-type|accept|user-agent|cache-control|x-[a-z-]{2,30}): ?[^\s:;,'\x22{}<>]{1,80}[ \t]+authorization: ?[a-z]",
    ),
    // Registries that take a token as the password want one certain word as the user.
    (
        Remark::OtherUser,
        r"(?m)^\s*username\s*[=:]\s*(?:[^_\s]\S*|_[^_\s]\S*)\s*\n\s*password\s*[=:]\s*['\x22]?pypi-|\bTWINE_USERNAME\s*[=:]\s*['\x22]?[A-Za-z0-9][^\n]*\n[^\n]*\bTWINE_PASSWORD\s*[=:]\s*['\x22]?pypi-|\btwine upload\b[^\n]*-u ?[A-Za-z0-9][^\n]*-p ?['\x22]?pypi-",
    ),
    (Remark::JobToken, r"(?is)\bprivate-token\b.{0,400}\bCI_JOB_TOKEN\b|\bCI_JOB_TOKEN\b.{0,200}\bprivate-token\b"),
    // The header that opened the gate goes on to the program behind it.
    (
        Remark::GateBefore,
        r#"(?s)\bauth_basic\s+["'][^}]{0,600}\bproxy_pass\b|\bbasicauth\b.{0,600}\breverse_proxy\b|\bAuthType\s+Basic\b.{0,800}\bProxyPass\b"#,
    ),
    (Remark::SchemeInKey, r"(?m)^\s*//https?://[^\s=]+:_(?:authToken|auth|password)\s*="),
    // As Python, JavaScript, a hex dump of UTF-8 or a URL write them; a BOM in the wrong encoding.
    (
        Remark::Unseen,
        r"(?i)\\u(?:feff|200[b-f]|00a0|2060|202[89a-e])|\\xef\\xbb\\xbf|\\xe2\\x80\\x8b|\\xc2?\\xa0|ï»¿|%EF%BB%BF|%E2%80%8B|%C2%A0|<U\+(?:FEFF|200B|00A0)>|\bUTF-?8 \(?with BOM\b|\bwith (?:a )?(?:UTF-8 )?BOM\b|\bzero[- ]width\b",
    ),
    (
        Remark::WindowsLines,
        r#"(?i)\bwith CRLF\b|\bCRLF (?:line )?(?:endings?|terminators?|line)|\bDOS line (?:endings?|breaks)|\bWindows line (?:endings?|breaks)|(?m)\^M\$?$|[A-Za-z0-9]\\r["']"#,
    ),
    // GitHub lists a step's variables before its output; setup-node puts a stand-in where no token was given.
    (
        Remark::EmptyInStep,
        r#"(?m)^[^\n]{0,40}\benv:[ \t]*\n(?:[^\n]{0,200}\n){0,12}?[^\n]{0,40}\b[A-Z][A-Z0-9_]*(?:TOKEN|KEY|SECRET|PASSWORD|PAT|CREDENTIALS)(?:_[A-Z0-9]+)*:[ \t]*$|NODE_AUTH_TOKEN["\s]*[:=]\s*\\*["']?XXXXX-XXXXX"#,
    ),
    (
        Remark::FilledInStep,
        r"(?m)^[^\n]{0,40}\b[A-Z][A-Z0-9_]*(?:TOKEN|KEY|SECRET|PASSWORD|PAT|CREDENTIALS)(?:_[A-Z0-9]+)*:[ \t]*\*{3}[ \t]*$",
    ),
    // A line of its own sets it, and the next but few starts a program in another process.
    (
        Remark::NotExported,
        r"(?m)^[ \t]*(?:\$ )?[A-Z][A-Z0-9_]*(?:KEY|TOKEN|SECRET|PASSWORD|PASS)=[^\s$`(;|&]+[ \t]*\n(?:[ \t]*(?:\$ )?(?:echo [^\n]*|[^\n=]*)\n){0,2}?[ \t]*(?:\$ )?(?:python3?|node|npm|npx|yarn|pnpm|go run|ruby|php|java|cargo|terraform|gh|aws|\./\S+)[ \t][^\n]*$",
    ),
    (
        Remark::SingleQuoted,
        r"(?is)(?:<\?php|curl_setopt|\$\w+\s*(?:=|->)).*'[^'\n]*(?:bearer|basic|token|key:) ?\{?\$\w+\}?[^'\n]*'|'[^'\n]*(?:bearer|basic|token|key:) ?\{?\$\w+\}?[^'\n]*'.*(?:curl_setopt|\$\w+\s*(?:=|->))",
    ),
    // Two in one request: no line between that ends it.
    (
        Remark::TwoHeaders,
        r"(?im)^[ \t>0-9.#*-]*(?:authorization|x-api-key|api-key): ?[^\n]*\r?\n(?:[ \t>0-9.#*-]*[a-z][a-z-]*:[^\n]*\r?\n){0,8}?[ \t>0-9.#*-]*authorization: ?[^\n]*$|\bauthorization[\x22']?\s*[:=]\s*[\x22']?(?:bearer|basic|token) [^,\s]{3,}\s?, ?(?:bearer|basic|token) \S",
    ),
    (
        Remark::SignedTarget,
        r"(?i)\b30[12378]\b[^\n]{0,80}https?://[^\s?]+\?(?:\S*&)?(?:sig|signature|x-amz-signature|x-goog-signature)=|location:\s*https?://[^\s?]+\?(?:\S*&)?(?:sig|signature|x-amz-signature|x-goog-signature)=",
    ),
    (
        Remark::GluedScheme,
        r#"(?i)\bauthorization["']?\s*[:=,]\s*["'`]?(?:bearer(?:eyJ|sk-|gh[pous]_|\$\{|\$[a-z])|basic[A-Za-z0-9+/]{12,}=)|["'`]bearer["'`]\s*(?:\+|\.|&)\s*[\w$]"#,
    ),
    (
        Remark::PipedByPowerShell,
        r"(?:\bGet-[A-Z]\w+|\$env:\w+|\bPS [^\n>]*>[^\n]*|\.Password|Write-Output [^\n|]*)[^\n|]{0,80}\|\s*(?:docker|podman|helm|az|gh|nerdctl)\b[^\n]*(?:--password-stdin|--with-token)",
    ),
    (Remark::BytesForm, r#"(?i)\bbasic b\\?["'][A-Za-z0-9+/=]"#),
    (Remark::Gate, r#"(?m)^\s*auth_basic\s+["']|^\s*AuthType\s+Basic\b|basicauth\s*[{/]"#),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::Regex;

    fn fires(remark: Remark, text: &str) -> bool {
        SIGNS.iter().filter(|(sign, _)| *sign == remark).any(|(_, pattern)| Regex::new(pattern).unwrap().is_match(text))
    }

    #[test]
    fn signs_and_what_is_like_them_and_none() {
        for (remark, text, other) in [
            (
                Remark::ShellHolds,
                "the shell already has another OPENAI_API_KEY",
                "a shell script that starts the server",
            ),
            (Remark::ShellHolds, "a stale environment variable was in the way", "set the environment variable first"),
            (
                Remark::ShellHolds,
                "Both GOOGLE_API_KEY and GEMINI_API_KEY are set. Using GOOGLE_API_KEY.",
                "both key and secret are set",
            ),
            (Remark::ShellHolds, "it is exported in my ~/.zshrc", "the file is exported as CSV"),
            (Remark::Redirects, "the same request in fiddler: 301", "at app.js:301:12"),
            (Remark::Redirects, ">>> r.history\n[<Response [301]>]", "<Response [401]>"),
            (Remark::WindowsLines, "key = 'abc\\r'", "b'Host: a.test\\r\\n'"),
            (Remark::Redirects, "works with a trailing slash", "redirect_uri=https://a.test"),
            (Remark::HandedOn, "Cdn-Loop: cloudflare", "npm config set proxy null"),
            (Remark::HandedOn, "minio behind nginx", "the team behind it"),
            (Remark::KeepsQuotes, "C:\\> set API_KEY=\"abc\"", "export API_KEY=\"abc\""),
            (
                Remark::KeepsQuotes,
                "http --auth='abcd:' a.test\nSystem: Windows 10",
                "http --auth='abcd:' a.test\nSystem: macOS",
            ),
            (Remark::GivenLater, "the key was added to the project after the last deployment", "added after review"),
            (Remark::GivenLater, "the container was created before the .env file had the keys", "created before noon"),
            (Remark::NoSessionToken, "credentials.session_token\n=> nil", "session_token=abc"),
            (Remark::ClocksDiffer, "the device time was two minutes ahead", "time to go ahead"),
            (Remark::ClocksDiffer, "JWT not valid yet (issued in the future)", "planned for the future"),
            (Remark::MisplacedHeaders, "axios.get(URL, { params: { a: 1 } }, config)", "axios.get(URL, { headers })"),
            (Remark::MisplacedHeaders, "axios.get(url, headers)", "axios.get(url, config)"),
            (
                Remark::MisplacedHeaders,
                "axios.post(`${base}/a/${id}`, {headers: {Authorization: `Bearer ${t}`}})",
                "axios.post(`${base}/a/${id}`, {}, {headers: {Authorization: `Bearer ${t}`}})",
            ),
            (Remark::MisplacedHeaders, "axios.post(url, { headers })", "axios.post(url, body, { headers })"),
            (Remark::MisplacedHeaders, "requests.get(url, headers)", "requests.get(url, headers=headers)"),
            (
                Remark::MisplacedHeaders,
                "axios.post(url, { headers: { Authorization: `Bearer ${key}` } })",
                "axios.post(url, {}, { headers: { Authorization: `Bearer ${key}` } })",
            ),
            (
                Remark::MisplacedHeaders,
                "requests.post(url, {'Authorization': f'Bearer {key}'})",
                "requests.post(url, headers={'Authorization': f'Bearer {key}'})",
            ),
            (Remark::LoggedIn, "# signed in with ChatGPT", "sign the request in a browser"),
            (Remark::LoggedIn, "Invalid API key · Please run /login", "POST /auth/login 401"),
            (
                Remark::CodexLogin,
                "[model_providers.x]\nbase_url = \"https://x\"\nrequires_openai_auth = true",
                "[model_providers.x]\nbase_url = \"https://x\"\nenv_key = \"X\"",
            ),
            (
                Remark::SecondCredential,
                "new Anthropic({ apiKey, baseURL, defaultHeaders: { Authorization: `Bearer ${apiKey}` } })",
                "new Anthropic({ apiKey, defaultHeaders: { 'anthropic-beta': 'x' } })",
            ),
            (
                Remark::SecondCredential,
                "# X-Api-Key:\n# Authorization: Bearer abc",
                "X-Request-Id: 1\nAuthorization: Bearer abc",
            ),
            (Remark::Untrimmed, "api_key = open('key.txt').read()", "api_key = open('key.txt').read().strip()"),
            (
                Remark::Untrimmed,
                "const key = fs.readFileSync('key.txt', 'utf8');",
                "fs.readFileSync('key.txt', 'utf8').trim()",
            ),
            (Remark::KeyForName, "os.getenv('sk-abcdefghijklmnop')", "os.getenv('OPENAI_API_KEY')"),
            (Remark::KeyForName, "process.env.sk_abcdefghijklmnop1234", "process.env.sk_live"),
            (
                Remark::MisplacedHeaders,
                "requests.get(url, params = headers)",
                "requests.get(url, params=query, headers=h)",
            ),
            (
                Remark::MisplacedHeaders,
                "curl_setopt($c, CURLOPT_HTTPHEADER, array('Authorization' => 'Bearer a'))",
                "curl_setopt($c, CURLOPT_HTTPHEADER, array('Authorization: Bearer a'))",
            ),
            (
                Remark::InnerName,
                "requests.get(u, headers={'HTTP_AUTHORIZATION': t})",
                "client.get(u, HTTP_AUTHORIZATION=t)",
            ),
            (Remark::BuildsBearer, "headers[\"Authorization\"] = `Bearer ${t}`", "headers[\"Authorization\"] = t"),
            (Remark::DollarInside, "docker login -u=\"me\" -p=\"my$strong%word\"", "docker login -u me -p \"$PASS\""),
            (Remark::DollarInside, "PASS=sSe$F8FaKE", "KEY=$OTHER"),
            (
                Remark::MisplacedHeaders,
                "fetch(url, { Authorization: t })",
                "fetch(url, { headers: { Authorization: t } })",
            ),
            (Remark::DollarInside, "curl --header \"token:Q4oca5_V=W$tWNx8\"", "curl --header \"token: $TOKEN\""),
            (Remark::DollarInside, "x --docker-username=robot$me", "x --docker-username='robot$me'"),
            (Remark::DollarInside, "curl -u \"me:pa55$word\" a.test", "curl --user \"api:$API_KEY\" a.test"),
            (Remark::DollarInside, "curl -u \"me:pa55$word\"", "curl -H \"Authorization: Bearer $token\""),
            (Remark::Underscored, "# the header is api_key", "the header is X-Api-Key"),
            (Remark::Underscored, "curl -H 'api_key: abc'", "curl -H 'api-key: abc'"),
            (Remark::AzureClient, "llm = AzureOpenAI(model=m)", "llm = OpenAI(model=m)"),
            (Remark::AzureClient, "openai.api_type = \"azure\"", "openai.api_type = \"open_ai\""),
            (Remark::PlainAgent, "urllib.request.urlopen(url)", "requests.get(url)"),
            (Remark::Envelope, "{\"pass\":\"abc\"}\nshown in Secrets Manager", "{\"pass\":\"abc\"}"),
            (Remark::DoubledScheme, "Authorization: Bearer Bearer abcdef", "Authorization: Bearer abcdef"),
            (Remark::BlankInName, "ENV['API_SECRET ']", "ENV['API_SECRET']"),
            (Remark::Webhook, "POST /api/webhook", "a hook of the web"),
            (Remark::Unseen, "OrderedDict([('\\ufeffAPI_KEY', 'a')])", "\\u0041PI"),
            (Remark::WindowsLines, ".env: ASCII text, with CRLF line terminators", ".env: ASCII text"),
            (Remark::WindowsLines, "{'x-api-key': 'abc\\r'}", "{'x-api-key': 'abc'}"),
            (Remark::EmptyInStep, "Run npm test\n  env:\n    API_KEY: \n", "Run npm test\n  env:\n    API_KEY: ***\n"),
            (Remark::EmptyInStep, "NODE_AUTH_TOKEN: XXXXX-XXXXX-XXXXX-XXXXX", "NODE_AUTH_TOKEN: ***"),
            (Remark::FilledInStep, "  env:\n    API_KEY: ***\n", "  env:\n    API_KEY: \n"),
            (
                Remark::TwoHeaders,
                "Authorization: Basic abc\nHost: a.test\nAuthorization: Bearer def",
                "Authorization: Basic abc\n< HTTP/1.1 401\nAuthorization: Bearer def",
            ),
            (Remark::TwoHeaders, "authorization: Bearer abc, Bearer def", "authorization: Bearer abc, x-api-key: def"),
            (Remark::SignedTarget, "303 -> https://a.test/b?sv=1&sig=abc", "303 -> https://a.test/b?sv=1"),
            (Remark::GluedScheme, "Authorization: BearereyJhbGci", "Authorization: Bearer eyJhbGci"),
            (Remark::GluedScheme, "{\"Authorization\": \"Bearer\" + token", "{\"Authorization\": \"Bearer \" + token"),
            (
                Remark::PipedByPowerShell,
                "(Get-ECRLoginCommand).Password | docker login -u AWS --password-stdin a.test",
                "aws ecr get-login-password | docker login -u AWS --password-stdin a.test",
            ),
            (Remark::BlankInQuotes, "token: \"abc-0fake0fake0fake0fake \"", "token: \"abc-0fake0fake0fake0fake\" "),
            (
                Remark::BrokenOverLines,
                "sk-ant-oat01-fakefakefakefakefake\nfakefakefake-AA\n",
                "sk-ant-oat01-fakefakefakefakefake\nStore this token now.\n",
            ),
            (Remark::NotExported, "A_KEY=abc\npython main.py", "export A_KEY=abc\npython main.py"),
            (Remark::NotExported, "$ A_KEY=abc\n$ ./run all", "$ A_KEY=abc ./run all"),
            (
                Remark::SingleQuoted,
                "$h = ['Authorization: Bearer $token'];",
                "$h = [\"Authorization: Bearer $token\"];",
            ),
            (Remark::BytesForm, "Authorization: Basic b'dXNlcjpw'", "Authorization: Basic dXNlcjpw"),
            (
                Remark::EndsInLine,
                "$ kubectl get secret\n$ echo \"abc\" | base64",
                "$ echo -n \"abc\" | base64\nkubectl",
            ),
            (Remark::BareToken, "headers: { Authorization: token },", "headers: { Authorization: `Bearer ${token}` },"),
            (
                Remark::BareToken,
                "new ApiKeyScheme { In = \"header\", Name = \"Authorization\" }",
                "new ApiKeyScheme { In = \"header\", Name = \"X-Api-Key\" }",
            ),
            (Remark::Preflight, "OPTIONS 401 Unauthorized", "OPTIONS: 401 of them"),
            (
                Remark::Preflight,
                "Request Method:OPTIONS\nStatus Code:401 Full authentication is required",
                "Request Method:GET\nStatus Code:401 Unauthorized",
            ),
        ] {
            assert!(fires(remark, text), "{remark:?}: {text}");
            assert!(!fires(remark, other), "{remark:?}: {other}");
        }
    }
}
