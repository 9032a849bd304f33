#compdef why401

autoload -U is-at-least

_why401() {
    typeset -A opt_args
    typeset -a _arguments_options
    local ret=1

    if is-at-least 5.2; then
        _arguments_options=(-s -S -C)
    else
        _arguments_options=(-s -C)
    fi

    local context curcontext="$curcontext" state line
    _arguments "${_arguments_options[@]}" : \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'*--ignore=[Leave out a cause or a group of causes (repeatable)]:CAUSE:_default' \
'*--only=[Look for this cause or group of causes only (repeatable)]:CAUSE:_default' \
'--provider=[Look at the credentials of one provider only]:NAME:_default' \
'--explain-value=[Show what each loader makes of a variable, by shape, and which file wins]:VARIABLE:_default' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'(--explain-value)--fix[Mend what can be mended without guessing]' \
'(--explain-value)--diff[Show what --fix would change, and change nothing]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'-V[Print version]' \
'--version[Print version]' \
'::path -- The project'\''s folder:_files' \
":: :_why401_commands" \
"*::: :->why401" \
&& ret=0
    case $state in
    (why401)
        words=($line[2] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:why401-command-$line[2]:"
        case $line[2] in
            (check)
_arguments "${_arguments_options[@]}" : \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'*--ignore=[Leave out a cause or a group of causes (repeatable)]:CAUSE:_default' \
'*--only=[Look for this cause or group of causes only (repeatable)]:CAUSE:_default' \
'--provider=[Look at the credentials of one provider only]:NAME:_default' \
'--explain-value=[Show what each loader makes of a variable, by shape, and which file wins]:VARIABLE:_default' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'(--explain-value)--fix[Mend what can be mended without guessing]' \
'(--explain-value)--diff[Show what --fix would change, and change nothing]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::path -- The project'\''s folder:_files' \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
'*--context=[Configuration or code beside the refusal (repeatable)]:FILE:_files' \
'*--stack=[What it runs on, such as \`node,next,docker\`\: a hint, never needed]:WORDS:_default' \
'--provider=[The service that refuses\: a hint, never needed]:NAME:_default' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'*--fields=[Where a record has its fields, such as \`status=response.code,body=log.text\`\: status, host, url, method, headers, request_headers, body]:FIELD=NAME:_default' \
'--jobs=[Threads that judge records; one for each processor unless told]:N:_default' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'(--context --stack --provider --format -q --quiet -v --verbose)--ndjson[Read a log of one JSON record a line, and write one verdict a line]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::files -- Files to read; `-` is standard input:_files' \
&& ret=0
;;
(probe)
_arguments "${_arguments_options[@]}" : \
'--at=[Another base URL of the provider\: an emulator, a gateway, a server of one'\''s own]:URL:_default' \
'--credential=[The variable that holds the credential, or \`-\` to read it from standard input]:NAME:_default' \
'*--header=[A header of the request, such as '\''X-Api-Key\: \$ACME_KEY'\'' in single quotes (repeatable)]:NAME: VALUE:_default' \
'--project=[The project whose env files and loaders give the values]:FOLDER:_files' \
'*--allow-host=[A further host that the credential may be sent to (repeatable)]:HOST:_default' \
'--introspect=[Ask this address whether the token is still good and what it may do (RFC 7662); the token is sent there]:URL:_default' \
'--client-id-env=[The variable that holds the client'\''s id for that]:NAME:_default' \
'--client-secret-env=[The variable that holds the client'\''s secret for that]:NAME:_default' \
'--max-requests=[The most requests that go out]:N:_default' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'--allow-metered[Send requests that count against a plan or a bill]' \
'--allow-writes[Send a request that may change something more than once, with changes]' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::target -- A provider, a URL, an entry of a HAR (`capture.har#3`), a request of an `.http` file, or `-` for standard input:_default' \
'*::command -- A curl line, after `--`:_default' \
&& ret=0
;;
(token)
_arguments "${_arguments_options[@]}" : \
'*--audience=[The API that it must be for (\`aud\`; repeatable\: one is enough)]:AUDIENCE:_default' \
'*--issuer=[Who must have issued it (\`iss\`; repeatable\: one is enough)]:ISSUER:_default' \
'*--alg=[An algorithm that is allowed, such as RS256 (repeatable)]:ALG:_default' \
'--jwks=[The issuer'\''s key set\: a file, or an address that is asked for it]:URL|FILE:_default' \
'--key=[A key that it must be signed with\: PEM, a certificate or a JWK]:FILE:_files' \
'--secret-env=[The variable that holds the secret it must be signed with]:NAME:_default' \
'*--needs=[A scope, role or permission that it must have (repeatable)]:SCOPE:_default' \
'--introspect=[Ask this address whether the token is still good and what it may do (RFC 7662); the token is sent there]:URL:_default' \
'--client-id-env=[The variable that holds the client'\''s id for that]:NAME:_default' \
'--client-secret-env=[The variable that holds the client'\''s secret for that]:NAME:_default' \
'--provider=[The service that it should be of]:NAME:_default' \
'--at=[Hold it against this time instead of now\: seconds since 1970, or 2026-01-31T12\:00\:00Z]:TIME:_default' \
'--project=[The project whose env files give the values of variables]:FOLDER:_files' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'--discover[Ask the issuer that the token names for its metadata and its keys]' \
'--offline[Ask nobody]' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::token -- A variable of the project, a file, `-` for standard input, or the token itself, which then stays in the shell'\''s history:_default' \
&& ret=0
;;
(sign)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
":: :_why401__subcmd__sign_commands" \
"*::: :->sign" \
&& ret=0

    case $state in
    (sign)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:why401-sign-command-$line[1]:"
        case $line[1] in
            (aws)
_arguments "${_arguments_options[@]}" : \
'--answer=[The answer of the server, where it is not in the input\: a file, or \`-\`]:FILE:_files' \
'--project=[The project whose env files hold the secrets]:FOLDER:_files' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'--credential=[The variable that holds the secret access key]:NAME:_default' \
'--key-id=[The variable that holds the access key id]:NAME:_default' \
'--session-token=[The variable that holds the session token]:NAME:_default' \
'--profile=[The profile of ~/.aws/credentials]:NAME:_default' \
'--region=[The region, where the request is to be signed and its host does not say it]:NAME:_default' \
'--service=[The service, where the request is to be signed and its host does not say it]:NAME:_default' \
'--at=[When it is signed, such as 20260131T235959Z; now unless told]:TIME:_default' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::input -- A curl line, an entry of a HAR (`capture.har#3`), an `.http` file, a raw request or `curl -v`, its refusal behind it; standard input where nothing is named:_default' \
'*::command -- A curl line, after `--`:_default' \
&& ret=0
;;
(azure)
_arguments "${_arguments_options[@]}" : \
'--answer=[The answer of the server, where it is not in the input\: a file, or \`-\`]:FILE:_files' \
'--project=[The project whose env files hold the secrets]:FOLDER:_files' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'*--secret-env=[A variable that holds a secret; the first is the one that the program uses (repeatable)]:NAME:_default' \
'--at=[When it is judged\: seconds since 1970, or 2026-01-31T23\:59\:59Z; now unless told]:TIME:_default' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::input -- A curl line, an entry of a HAR (`capture.har#3`), an `.http` file, a raw request or `curl -v`, its refusal behind it; standard input where nothing is named:_default' \
'*::command -- A curl line, after `--`:_default' \
&& ret=0
;;
(webhook)
_arguments "${_arguments_options[@]}" : \
'--body=[The raw body, where it stands in a file of its own]:FILE:_files' \
'*--header=[A header that came with it (repeatable)]:NAME: VALUE:_default' \
'--url=[The address that the sender calls, where it is signed along (Twilio, Square, HubSpot)]:URL:_default' \
'--sender=[Who sent it, such as \`stripe\`; by its header unless told]:SLUG:_default' \
'(--sender)--signature-header=[The header with the signature of a sender that is not known]:NAME:_default' \
'--hash=[The hash under its key]:HASH:(sha1 sha256 sha384 sha512)' \
'--encoding=[How its signature is written]:ENCODING:(hex base64)' \
'--before=[What stands before its signature, such as \`sha256=\`]:TEXT:_default' \
'*--signs=[The pieces that it signs, in their order]:SIGNS:(body timestamp id method url path)' \
'--joined=[What stands between them]:TEXT:_default' \
'--time-header=[The header with the time]:NAME:_default' \
'--id-header=[The header with the message'\''s own name]:NAME:_default' \
'*--secret-env=[A variable that holds a secret; the first is the one that the program uses (repeatable)]:NAME:_default' \
'--at=[When it is judged\: seconds since 1970, or 2026-01-31T23\:59\:59Z; now unless told]:TIME:_default' \
'--project=[The project whose env files hold the secrets]:FOLDER:_files' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'--secret-is-base64[The key is what the secret'\''s base64 stands for]' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::input -- The request as it came in\: raw HTTP, an entry of a HAR (`capture.har#3`), a curl line; `-` is standard input:_files' \
&& ret=0
;;
(oauth1)
_arguments "${_arguments_options[@]}" : \
'--answer=[The answer of the server, where it is not in the input\: a file, or \`-\`]:FILE:_files' \
'--project=[The project whose env files hold the secrets]:FOLDER:_files' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'*--secret-env=[A variable that holds a secret; the first is the one that the program uses (repeatable)]:NAME:_default' \
'--at=[When it is judged\: seconds since 1970, or 2026-01-31T23\:59\:59Z; now unless told]:TIME:_default' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::input -- A curl line, an entry of a HAR (`capture.har#3`), an `.http` file, a raw request or `curl -v`, its refusal behind it; standard input where nothing is named:_default' \
'*::command -- A curl line, after `--`:_default' \
&& ret=0
;;
(market)
_arguments "${_arguments_options[@]}" : \
'--answer=[The answer of the server, where it is not in the input\: a file, or \`-\`]:FILE:_files' \
'--project=[The project whose env files hold the secrets]:FOLDER:_files' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'*--secret-env=[A variable that holds a secret; the first is the one that the program uses (repeatable)]:NAME:_default' \
'--at=[When it is judged\: seconds since 1970, or 2026-01-31T23\:59\:59Z; now unless told]:TIME:_default' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::input -- A curl line, an entry of a HAR (`capture.har#3`), an `.http` file, a raw request or `curl -v`, its refusal behind it; standard input where nothing is named:_default' \
'*::command -- A curl line, after `--`:_default' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_why401__subcmd__sign__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:why401-sign-help-command-$line[1]:"
        case $line[1] in
            (aws)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(azure)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(webhook)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(oauth1)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(market)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(cors)
_arguments "${_arguments_options[@]}" : \
'--origin=[The page'\''s origin, such as http\://localhost\:3000]:ORIGIN:_default' \
'--method=[The method that the page uses]:METHOD:_default' \
'*--header=[A header that the page sets\: a name, or \`NAME\: VALUE\`, where \$VARIABLE stands for a value of the project (repeatable)]:NAME[: VALUE]:_default' \
'--project=[The project whose env files give the values of variables]:FOLDER:_files' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'--credentials[The page sends cookies along (\`credentials\: "include"\`)]' \
'--no-cors[The page asks with \`mode\: "no-cors"\`]' \
'--allow-writes[Send a method that may change something; without it GET stands in for it once the preflight has passed]' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':url -- The address that the page calls:_default' \
&& ret=0
;;
(clock)
_arguments "${_arguments_options[@]}" : \
'*--sntp=[Ask a time server by SNTP, which tells milliseconds (repeatable)]:SERVER[:PORT]:_default' \
'--format=[How the answer is written]:FORMAT:((text\:"For people, in a terminal"
json\:"For programs\: schema \`why401/1\`"
sarif\:"For code scanning\: SARIF 2.1.0"
github\:"For GitHub Actions\: annotations on lines"
markdown\:"For a pull request or an issue"
html\:"One page without script"))' \
'(-v --verbose)-q[One line a cause, and nothing else]' \
'(-v --verbose)--quiet[One line a cause, and nothing else]' \
'-v[Also every journey, what was ruled out, and what was not looked at]' \
'--verbose[Also every journey, what was ruled out, and what was not looked at]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::hosts -- Hosts or URLs whose `Date` is asked for; some well-known services where none is given:_default' \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
'*--gateway=[Put a loopback address into VAR that leads to URL, for programs that know no proxy (repeatable)]:VAR=URL:_default' \
'*--only=[Look at the calls to this host and those below it alone (repeatable)]:HOST:_default' \
'--json=[One JSON object for each event, a line each, on standard error or into FILE]::FILE:_files' \
'--record=[Record the calls as HAR 1.2, without their credentials]:FILE.har:_files' \
'--probe=[Whether experiments prove the cause \[default\: ask on a terminal, never elsewhere\]]:WHEN:((never\:"None"
ask\:"After a question, when the program has ended"
free\:"Those that are free and change nothing, at once"))' \
'--with-secrets[Record the credentials, too]' \
'--yes[Answer yes to the question that \`--with-secrets\` asks]' \
'--fail-on-refusal[Exit with 1 where a call was refused and the program itself exits with 0]' \
'-q[No line for calls that went well]' \
'--quiet[No line for calls that went well]' \
'(-q --quiet)-v[Also what was ruled out, and every other cause with its reasons]' \
'(-q --quiet)--verbose[Also what was ruled out, and every other cause with its reasons]' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'*::command -- The program and its arguments:_default' \
&& ret=0
;;
(causes)
_arguments "${_arguments_options[@]}" : \
'--format=[How the answer is written]:FORMAT:((text\:"For people"
json\:"For programs"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::slug -- A cause, such as key/whitespace:_default' \
&& ret=0
;;
(providers)
_arguments "${_arguments_options[@]}" : \
'--format=[How the answer is written]:FORMAT:((text\:"For people"
json\:"For programs"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
'::name -- A provider, such as openai:_default' \
&& ret=0
;;
(loaders)
_arguments "${_arguments_options[@]}" : \
'--format=[How the answer is written]:FORMAT:((text\:"For people"
json\:"For programs"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
":: :_why401__subcmd__loaders_commands" \
"*::: :->loaders" \
&& ret=0

    case $state in
    (loaders)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:why401-loaders-command-$line[1]:"
        case $line[1] in
            (try)
_arguments "${_arguments_options[@]}" : \
'*--preset=[A variable that the process has before the file is read]:NAME=VALUE:_default' \
'--format=[How the answer is written]:FORMAT:((text\:"For people"
json\:"For programs"))' \
'-h[Print help (see more with '\''--help'\'')]' \
'--help[Print help (see more with '\''--help'\'')]' \
':loader -- A loader, such as python-dotenv:_default' \
':file -- The env file:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_why401__subcmd__loaders__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:why401-loaders-help-command-$line[1]:"
        case $line[1] in
            (try)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
;;
(completions)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
':shell -- The shell:(bash elvish fish powershell zsh)' \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
'-h[Print help]' \
'--help[Print help]' \
':folder -- An existing folder, such as /usr/local/share/man/man1:_files' \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
":: :_why401__subcmd__help_commands" \
"*::: :->help" \
&& ret=0

    case $state in
    (help)
        words=($line[1] "${words[@]}")
        (( CURRENT += 1 ))
        curcontext="${curcontext%:*:*}:why401-help-command-$line[1]:"
        case $line[1] in
            (check)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(explain)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(probe)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(token)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(sign)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(cors)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(clock)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(run)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(causes)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(providers)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(loaders)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(completions)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(man)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
(help)
_arguments "${_arguments_options[@]}" : \
&& ret=0
;;
        esac
    ;;
esac
;;
        esac
    ;;
esac
}

(( $+functions[_why401_commands] )) ||
_why401_commands() {
    local commands; commands=(
'check:Follow a project'\''s credentials from file to code, offline (the default command)' \
'explain:Say why a credential was refused, from whatever there is to paste\: an error, a log, \`curl -v\`, a HAR' \
'probe:Send the request as the program would, then with one change at a time until one works\: that is a proof' \
'token:Show what a token says, and hold it against what is expected of it' \
'sign:Compute a signature again, show every step, and say where it differs from the server'\''s' \
'cors:Say what a browser would make of a page'\''s call, and what the server must answer instead' \
'clock:Compare this machine'\''s clock with that of servers\: signatures and tokens carry times' \
'run:Start a program, watch its API calls, and say why one is refused' \
'causes:The catalogue\: every cause of a refusal, or the page of one' \
'providers:The services that are known, or what is known of one' \
'loaders:The env-file loaders that are known, or what one of them makes of a file' \
'completions:Completions for a shell, on standard output' \
'man:Manual pages, one a command, written into a folder' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'why401 commands' commands "$@"
}
(( $+functions[_why401__subcmd__causes_commands] )) ||
_why401__subcmd__causes_commands() {
    local commands; commands=()
    _describe -t commands 'why401 causes commands' commands "$@"
}
(( $+functions[_why401__subcmd__check_commands] )) ||
_why401__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'why401 check commands' commands "$@"
}
(( $+functions[_why401__subcmd__clock_commands] )) ||
_why401__subcmd__clock_commands() {
    local commands; commands=()
    _describe -t commands 'why401 clock commands' commands "$@"
}
(( $+functions[_why401__subcmd__completions_commands] )) ||
_why401__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'why401 completions commands' commands "$@"
}
(( $+functions[_why401__subcmd__cors_commands] )) ||
_why401__subcmd__cors_commands() {
    local commands; commands=()
    _describe -t commands 'why401 cors commands' commands "$@"
}
(( $+functions[_why401__subcmd__explain_commands] )) ||
_why401__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'why401 explain commands' commands "$@"
}
(( $+functions[_why401__subcmd__help_commands] )) ||
_why401__subcmd__help_commands() {
    local commands; commands=(
'check:Follow a project'\''s credentials from file to code, offline (the default command)' \
'explain:Say why a credential was refused, from whatever there is to paste\: an error, a log, \`curl -v\`, a HAR' \
'probe:Send the request as the program would, then with one change at a time until one works\: that is a proof' \
'token:Show what a token says, and hold it against what is expected of it' \
'sign:Compute a signature again, show every step, and say where it differs from the server'\''s' \
'cors:Say what a browser would make of a page'\''s call, and what the server must answer instead' \
'clock:Compare this machine'\''s clock with that of servers\: signatures and tokens carry times' \
'run:Start a program, watch its API calls, and say why one is refused' \
'causes:The catalogue\: every cause of a refusal, or the page of one' \
'providers:The services that are known, or what is known of one' \
'loaders:The env-file loaders that are known, or what one of them makes of a file' \
'completions:Completions for a shell, on standard output' \
'man:Manual pages, one a command, written into a folder' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'why401 help commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__causes_commands] )) ||
_why401__subcmd__help__subcmd__causes_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help causes commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__check_commands] )) ||
_why401__subcmd__help__subcmd__check_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help check commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__clock_commands] )) ||
_why401__subcmd__help__subcmd__clock_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help clock commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__completions_commands] )) ||
_why401__subcmd__help__subcmd__completions_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help completions commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__cors_commands] )) ||
_why401__subcmd__help__subcmd__cors_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help cors commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__explain_commands] )) ||
_why401__subcmd__help__subcmd__explain_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help explain commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__help_commands] )) ||
_why401__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help help commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__loaders_commands] )) ||
_why401__subcmd__help__subcmd__loaders_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help loaders commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__man_commands] )) ||
_why401__subcmd__help__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help man commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__probe_commands] )) ||
_why401__subcmd__help__subcmd__probe_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help probe commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__providers_commands] )) ||
_why401__subcmd__help__subcmd__providers_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help providers commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__run_commands] )) ||
_why401__subcmd__help__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help run commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__sign_commands] )) ||
_why401__subcmd__help__subcmd__sign_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help sign commands' commands "$@"
}
(( $+functions[_why401__subcmd__help__subcmd__token_commands] )) ||
_why401__subcmd__help__subcmd__token_commands() {
    local commands; commands=()
    _describe -t commands 'why401 help token commands' commands "$@"
}
(( $+functions[_why401__subcmd__loaders_commands] )) ||
_why401__subcmd__loaders_commands() {
    local commands; commands=(
'try:What a loader makes of a file\: names, lengths and digests, never the values' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'why401 loaders commands' commands "$@"
}
(( $+functions[_why401__subcmd__loaders__subcmd__help_commands] )) ||
_why401__subcmd__loaders__subcmd__help_commands() {
    local commands; commands=(
'try:What a loader makes of a file\: names, lengths and digests, never the values' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'why401 loaders help commands' commands "$@"
}
(( $+functions[_why401__subcmd__loaders__subcmd__help__subcmd__help_commands] )) ||
_why401__subcmd__loaders__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'why401 loaders help help commands' commands "$@"
}
(( $+functions[_why401__subcmd__loaders__subcmd__help__subcmd__try_commands] )) ||
_why401__subcmd__loaders__subcmd__help__subcmd__try_commands() {
    local commands; commands=()
    _describe -t commands 'why401 loaders help try commands' commands "$@"
}
(( $+functions[_why401__subcmd__loaders__subcmd__try_commands] )) ||
_why401__subcmd__loaders__subcmd__try_commands() {
    local commands; commands=()
    _describe -t commands 'why401 loaders try commands' commands "$@"
}
(( $+functions[_why401__subcmd__man_commands] )) ||
_why401__subcmd__man_commands() {
    local commands; commands=()
    _describe -t commands 'why401 man commands' commands "$@"
}
(( $+functions[_why401__subcmd__probe_commands] )) ||
_why401__subcmd__probe_commands() {
    local commands; commands=()
    _describe -t commands 'why401 probe commands' commands "$@"
}
(( $+functions[_why401__subcmd__providers_commands] )) ||
_why401__subcmd__providers_commands() {
    local commands; commands=()
    _describe -t commands 'why401 providers commands' commands "$@"
}
(( $+functions[_why401__subcmd__run_commands] )) ||
_why401__subcmd__run_commands() {
    local commands; commands=()
    _describe -t commands 'why401 run commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign_commands] )) ||
_why401__subcmd__sign_commands() {
    local commands; commands=(
'aws:AWS Signature Version 4\: canonical request, string to sign, and where they differ from the server'\''s' \
'azure:Azure Storage\: SharedKey, SharedKeyLite and shared access signatures, beside the string to sign that the server repeats' \
'webhook:A webhook that came in\: which secret signed it, over which bytes, and why it does not verify' \
'oauth1:OAuth 1.0a\: the signature base string, and where it was missed' \
'market:Trading platforms (Binance, Kraken, Coinbase)\: what their keyed hash is over, and where it was missed' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'why401 sign commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__aws_commands] )) ||
_why401__subcmd__sign__subcmd__aws_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign aws commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__azure_commands] )) ||
_why401__subcmd__sign__subcmd__azure_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign azure commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__help_commands] )) ||
_why401__subcmd__sign__subcmd__help_commands() {
    local commands; commands=(
'aws:AWS Signature Version 4\: canonical request, string to sign, and where they differ from the server'\''s' \
'azure:Azure Storage\: SharedKey, SharedKeyLite and shared access signatures, beside the string to sign that the server repeats' \
'webhook:A webhook that came in\: which secret signed it, over which bytes, and why it does not verify' \
'oauth1:OAuth 1.0a\: the signature base string, and where it was missed' \
'market:Trading platforms (Binance, Kraken, Coinbase)\: what their keyed hash is over, and where it was missed' \
'help:Print this message or the help of the given subcommand(s)' \
    )
    _describe -t commands 'why401 sign help commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__help__subcmd__aws_commands] )) ||
_why401__subcmd__sign__subcmd__help__subcmd__aws_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign help aws commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__help__subcmd__azure_commands] )) ||
_why401__subcmd__sign__subcmd__help__subcmd__azure_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign help azure commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__help__subcmd__help_commands] )) ||
_why401__subcmd__sign__subcmd__help__subcmd__help_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign help help commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__help__subcmd__market_commands] )) ||
_why401__subcmd__sign__subcmd__help__subcmd__market_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign help market commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__help__subcmd__oauth1_commands] )) ||
_why401__subcmd__sign__subcmd__help__subcmd__oauth1_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign help oauth1 commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__help__subcmd__webhook_commands] )) ||
_why401__subcmd__sign__subcmd__help__subcmd__webhook_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign help webhook commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__market_commands] )) ||
_why401__subcmd__sign__subcmd__market_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign market commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__oauth1_commands] )) ||
_why401__subcmd__sign__subcmd__oauth1_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign oauth1 commands' commands "$@"
}
(( $+functions[_why401__subcmd__sign__subcmd__webhook_commands] )) ||
_why401__subcmd__sign__subcmd__webhook_commands() {
    local commands; commands=()
    _describe -t commands 'why401 sign webhook commands' commands "$@"
}
(( $+functions[_why401__subcmd__token_commands] )) ||
_why401__subcmd__token_commands() {
    local commands; commands=()
    _describe -t commands 'why401 token commands' commands "$@"
}

if [ "$funcstack[1]" = "_why401" ]; then
    _why401 "$@"
else
    compdef _why401 why401
fi
