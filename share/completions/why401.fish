# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_why401_global_optspecs
    string join \n format= q/quiet v/verbose fix diff ignore= only= provider= explain-value= h/help V/version
end

function __fish_why401_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_why401_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_why401_using_subcommand
    set -l cmd (__fish_why401_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c why401 -n "__fish_why401_needs_command" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_needs_command" -l ignore -d 'Leave out a cause or a group of causes (repeatable)' -r
complete -c why401 -n "__fish_why401_needs_command" -l only -d 'Look for this cause or group of causes only (repeatable)' -r
complete -c why401 -n "__fish_why401_needs_command" -l provider -d 'Look at the credentials of one provider only' -r
complete -c why401 -n "__fish_why401_needs_command" -l explain-value -d 'Show what each loader makes of a variable, by shape, and which file wins' -r
complete -c why401 -n "__fish_why401_needs_command" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_needs_command" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_needs_command" -l fix -d 'Mend what can be mended without guessing'
complete -c why401 -n "__fish_why401_needs_command" -l diff -d 'Show what --fix would change, and change nothing'
complete -c why401 -n "__fish_why401_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_needs_command" -s V -l version -d 'Print version'
complete -c why401 -n "__fish_why401_needs_command" -a "check" -d 'Follow a project\'s credentials from file to code, offline (the default command)'
complete -c why401 -n "__fish_why401_needs_command" -a "explain" -d 'Say why a credential was refused, from whatever there is to paste: an error, a log, `curl -v`, a HAR'
complete -c why401 -n "__fish_why401_needs_command" -a "probe" -d 'Send the request as the program would, then with one change at a time until one works: that is a proof'
complete -c why401 -n "__fish_why401_needs_command" -a "token" -d 'Show what a token says, and hold it against what is expected of it'
complete -c why401 -n "__fish_why401_needs_command" -a "sign" -d 'Compute a signature again, show every step, and say where it differs from the server\'s'
complete -c why401 -n "__fish_why401_needs_command" -a "cors" -d 'Say what a browser would make of a page\'s call, and what the server must answer instead'
complete -c why401 -n "__fish_why401_needs_command" -a "clock" -d 'Compare this machine\'s clock with that of servers: signatures and tokens carry times'
complete -c why401 -n "__fish_why401_needs_command" -a "run" -d 'Start a program, watch its API calls, and say why one is refused'
complete -c why401 -n "__fish_why401_needs_command" -a "causes" -d 'The catalogue: every cause of a refusal, or the page of one'
complete -c why401 -n "__fish_why401_needs_command" -a "providers" -d 'The services that are known, or what is known of one'
complete -c why401 -n "__fish_why401_needs_command" -a "loaders" -d 'The env-file loaders that are known, or what one of them makes of a file'
complete -c why401 -n "__fish_why401_needs_command" -a "completions" -d 'Completions for a shell, on standard output'
complete -c why401 -n "__fish_why401_needs_command" -a "man" -d 'Manual pages, one a command, written into a folder'
complete -c why401 -n "__fish_why401_needs_command" -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c why401 -n "__fish_why401_using_subcommand check" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand check" -l ignore -d 'Leave out a cause or a group of causes (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand check" -l only -d 'Look for this cause or group of causes only (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand check" -l provider -d 'Look at the credentials of one provider only' -r
complete -c why401 -n "__fish_why401_using_subcommand check" -l explain-value -d 'Show what each loader makes of a variable, by shape, and which file wins' -r
complete -c why401 -n "__fish_why401_using_subcommand check" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand check" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand check" -l fix -d 'Mend what can be mended without guessing'
complete -c why401 -n "__fish_why401_using_subcommand check" -l diff -d 'Show what --fix would change, and change nothing'
complete -c why401 -n "__fish_why401_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand explain" -l context -d 'Configuration or code beside the refusal (repeatable)' -r -F
complete -c why401 -n "__fish_why401_using_subcommand explain" -l stack -d 'What it runs on, such as `node,next,docker`: a hint, never needed' -r
complete -c why401 -n "__fish_why401_using_subcommand explain" -l provider -d 'The service that refuses: a hint, never needed' -r
complete -c why401 -n "__fish_why401_using_subcommand explain" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand explain" -l fields -d 'Where a record has its fields, such as `status=response.code,body=log.text`: status, host, url, method, headers, request_headers, body' -r
complete -c why401 -n "__fish_why401_using_subcommand explain" -l jobs -d 'Threads that judge records; one for each processor unless told' -r
complete -c why401 -n "__fish_why401_using_subcommand explain" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand explain" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand explain" -l ndjson -d 'Read a log of one JSON record a line, and write one verdict a line'
complete -c why401 -n "__fish_why401_using_subcommand explain" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand probe" -l at -d 'Another base URL of the provider: an emulator, a gateway, a server of one\'s own' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l credential -d 'The variable that holds the credential, or `-` to read it from standard input' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l header -d 'A header of the request, such as \'X-Api-Key: $ACME_KEY\' in single quotes (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l project -d 'The project whose env files and loaders give the values' -r -F
complete -c why401 -n "__fish_why401_using_subcommand probe" -l allow-host -d 'A further host that the credential may be sent to (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l introspect -d 'Ask this address whether the token is still good and what it may do (RFC 7662); the token is sent there' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l client-id-env -d 'The variable that holds the client\'s id for that' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l client-secret-env -d 'The variable that holds the client\'s secret for that' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l max-requests -d 'The most requests that go out' -r
complete -c why401 -n "__fish_why401_using_subcommand probe" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand probe" -l allow-metered -d 'Send requests that count against a plan or a bill'
complete -c why401 -n "__fish_why401_using_subcommand probe" -l allow-writes -d 'Send a request that may change something more than once, with changes'
complete -c why401 -n "__fish_why401_using_subcommand probe" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand probe" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand probe" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand token" -l audience -d 'The API that it must be for (`aud`; repeatable: one is enough)' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l issuer -d 'Who must have issued it (`iss`; repeatable: one is enough)' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l alg -d 'An algorithm that is allowed, such as RS256 (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l jwks -d 'The issuer\'s key set: a file, or an address that is asked for it' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l key -d 'A key that it must be signed with: PEM, a certificate or a JWK' -r -F
complete -c why401 -n "__fish_why401_using_subcommand token" -l secret-env -d 'The variable that holds the secret it must be signed with' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l needs -d 'A scope, role or permission that it must have (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l introspect -d 'Ask this address whether the token is still good and what it may do (RFC 7662); the token is sent there' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l client-id-env -d 'The variable that holds the client\'s id for that' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l client-secret-env -d 'The variable that holds the client\'s secret for that' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l provider -d 'The service that it should be of' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l at -d 'Hold it against this time instead of now: seconds since 1970, or 2026-01-31T12:00:00Z' -r
complete -c why401 -n "__fish_why401_using_subcommand token" -l project -d 'The project whose env files give the values of variables' -r -F
complete -c why401 -n "__fish_why401_using_subcommand token" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand token" -l discover -d 'Ask the issuer that the token names for its metadata and its keys'
complete -c why401 -n "__fish_why401_using_subcommand token" -l offline -d 'Ask nobody'
complete -c why401 -n "__fish_why401_using_subcommand token" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand token" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand token" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand sign; and not __fish_seen_subcommand_from aws azure webhook oauth1 market help" -s h -l help -d 'Print help'
complete -c why401 -n "__fish_why401_using_subcommand sign; and not __fish_seen_subcommand_from aws azure webhook oauth1 market help" -f -a "aws" -d 'AWS Signature Version 4: canonical request, string to sign, and where they differ from the server\'s'
complete -c why401 -n "__fish_why401_using_subcommand sign; and not __fish_seen_subcommand_from aws azure webhook oauth1 market help" -f -a "azure" -d 'Azure Storage: SharedKey, SharedKeyLite and shared access signatures, beside the string to sign that the server repeats'
complete -c why401 -n "__fish_why401_using_subcommand sign; and not __fish_seen_subcommand_from aws azure webhook oauth1 market help" -f -a "webhook" -d 'A webhook that came in: which secret signed it, over which bytes, and why it does not verify'
complete -c why401 -n "__fish_why401_using_subcommand sign; and not __fish_seen_subcommand_from aws azure webhook oauth1 market help" -f -a "oauth1" -d 'OAuth 1.0a: the signature base string, and where it was missed'
complete -c why401 -n "__fish_why401_using_subcommand sign; and not __fish_seen_subcommand_from aws azure webhook oauth1 market help" -f -a "market" -d 'Trading platforms (Binance, Kraken, Coinbase): what their keyed hash is over, and where it was missed'
complete -c why401 -n "__fish_why401_using_subcommand sign; and not __fish_seen_subcommand_from aws azure webhook oauth1 market help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l answer -d 'The answer of the server, where it is not in the input: a file, or `-`' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l project -d 'The project whose env files hold the secrets' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l credential -d 'The variable that holds the secret access key' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l key-id -d 'The variable that holds the access key id' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l session-token -d 'The variable that holds the session token' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l profile -d 'The profile of ~/.aws/credentials' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l region -d 'The region, where the request is to be signed and its host does not say it' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l service -d 'The service, where the request is to be signed and its host does not say it' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -l at -d 'When it is signed, such as 20260131T235959Z; now unless told' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from aws" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -l answer -d 'The answer of the server, where it is not in the input: a file, or `-`' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -l project -d 'The project whose env files hold the secrets' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -l secret-env -d 'A variable that holds a secret; the first is the one that the program uses (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -l at -d 'When it is judged: seconds since 1970, or 2026-01-31T23:59:59Z; now unless told' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from azure" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l body -d 'The raw body, where it stands in a file of its own' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l header -d 'A header that came with it (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l url -d 'The address that the sender calls, where it is signed along (Twilio, Square, HubSpot)' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l sender -d 'Who sent it, such as `stripe`; by its header unless told' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l signature-header -d 'The header with the signature of a sender that is not known' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l hash -d 'The hash under its key' -r -f -a "sha1\t''
sha256\t''
sha384\t''
sha512\t''"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l encoding -d 'How its signature is written' -r -f -a "hex\t''
base64\t''"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l before -d 'What stands before its signature, such as `sha256=`' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l signs -d 'The pieces that it signs, in their order' -r -f -a "body\t''
timestamp\t''
id\t''
method\t''
url\t''
path\t''"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l joined -d 'What stands between them' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l time-header -d 'The header with the time' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l id-header -d 'The header with the message\'s own name' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l secret-env -d 'A variable that holds a secret; the first is the one that the program uses (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l at -d 'When it is judged: seconds since 1970, or 2026-01-31T23:59:59Z; now unless told' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l project -d 'The project whose env files hold the secrets' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -l secret-is-base64 -d 'The key is what the secret\'s base64 stands for'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from webhook" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -l answer -d 'The answer of the server, where it is not in the input: a file, or `-`' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -l project -d 'The project whose env files hold the secrets' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -l secret-env -d 'A variable that holds a secret; the first is the one that the program uses (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -l at -d 'When it is judged: seconds since 1970, or 2026-01-31T23:59:59Z; now unless told' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from oauth1" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -l answer -d 'The answer of the server, where it is not in the input: a file, or `-`' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -l project -d 'The project whose env files hold the secrets' -r -F
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -l secret-env -d 'A variable that holds a secret; the first is the one that the program uses (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -l at -d 'When it is judged: seconds since 1970, or 2026-01-31T23:59:59Z; now unless told' -r
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from market" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from help" -f -a "aws" -d 'AWS Signature Version 4: canonical request, string to sign, and where they differ from the server\'s'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from help" -f -a "azure" -d 'Azure Storage: SharedKey, SharedKeyLite and shared access signatures, beside the string to sign that the server repeats'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from help" -f -a "webhook" -d 'A webhook that came in: which secret signed it, over which bytes, and why it does not verify'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from help" -f -a "oauth1" -d 'OAuth 1.0a: the signature base string, and where it was missed'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from help" -f -a "market" -d 'Trading platforms (Binance, Kraken, Coinbase): what their keyed hash is over, and where it was missed'
complete -c why401 -n "__fish_why401_using_subcommand sign; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c why401 -n "__fish_why401_using_subcommand cors" -l origin -d 'The page\'s origin, such as http://localhost:3000' -r
complete -c why401 -n "__fish_why401_using_subcommand cors" -l method -d 'The method that the page uses' -r
complete -c why401 -n "__fish_why401_using_subcommand cors" -l header -d 'A header that the page sets: a name, or `NAME: VALUE`, where $VARIABLE stands for a value of the project (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand cors" -l project -d 'The project whose env files give the values of variables' -r -F
complete -c why401 -n "__fish_why401_using_subcommand cors" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand cors" -l credentials -d 'The page sends cookies along (`credentials: "include"`)'
complete -c why401 -n "__fish_why401_using_subcommand cors" -l no-cors -d 'The page asks with `mode: "no-cors"`'
complete -c why401 -n "__fish_why401_using_subcommand cors" -l allow-writes -d 'Send a method that may change something; without it GET stands in for it once the preflight has passed'
complete -c why401 -n "__fish_why401_using_subcommand cors" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand cors" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand cors" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand clock" -l sntp -d 'Ask a time server by SNTP, which tells milliseconds (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand clock" -l format -d 'How the answer is written' -r -f -a "text\t'For people, in a terminal'
json\t'For programs: schema `why401/1`'
sarif\t'For code scanning: SARIF 2.1.0'
github\t'For GitHub Actions: annotations on lines'
markdown\t'For a pull request or an issue'
html\t'One page without script'"
complete -c why401 -n "__fish_why401_using_subcommand clock" -s q -l quiet -d 'One line a cause, and nothing else'
complete -c why401 -n "__fish_why401_using_subcommand clock" -s v -l verbose -d 'Also every journey, what was ruled out, and what was not looked at'
complete -c why401 -n "__fish_why401_using_subcommand clock" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand run" -l gateway -d 'Put a loopback address into VAR that leads to URL, for programs that know no proxy (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand run" -l only -d 'Look at the calls to this host and those below it alone (repeatable)' -r
complete -c why401 -n "__fish_why401_using_subcommand run" -l json -d 'One JSON object for each event, a line each, on standard error or into FILE' -r -F
complete -c why401 -n "__fish_why401_using_subcommand run" -l record -d 'Record the calls as HAR 1.2, without their credentials' -r -F
complete -c why401 -n "__fish_why401_using_subcommand run" -l probe -d 'Whether experiments prove the cause [default: ask on a terminal, never elsewhere]' -r -f -a "never\t'None'
ask\t'After a question, when the program has ended'
free\t'Those that are free and change nothing, at once'"
complete -c why401 -n "__fish_why401_using_subcommand run" -l with-secrets -d 'Record the credentials, too'
complete -c why401 -n "__fish_why401_using_subcommand run" -l yes -d 'Answer yes to the question that `--with-secrets` asks'
complete -c why401 -n "__fish_why401_using_subcommand run" -l fail-on-refusal -d 'Exit with 1 where a call was refused and the program itself exits with 0'
complete -c why401 -n "__fish_why401_using_subcommand run" -s q -l quiet -d 'No line for calls that went well'
complete -c why401 -n "__fish_why401_using_subcommand run" -s v -l verbose -d 'Also what was ruled out, and every other cause with its reasons'
complete -c why401 -n "__fish_why401_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand causes" -l format -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c why401 -n "__fish_why401_using_subcommand causes" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand providers" -l format -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c why401 -n "__fish_why401_using_subcommand providers" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand loaders; and not __fish_seen_subcommand_from try help" -l format -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c why401 -n "__fish_why401_using_subcommand loaders; and not __fish_seen_subcommand_from try help" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand loaders; and not __fish_seen_subcommand_from try help" -f -a "try" -d 'What a loader makes of a file: names, lengths and digests, never the values'
complete -c why401 -n "__fish_why401_using_subcommand loaders; and not __fish_seen_subcommand_from try help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c why401 -n "__fish_why401_using_subcommand loaders; and __fish_seen_subcommand_from try" -l preset -d 'A variable that the process has before the file is read' -r
complete -c why401 -n "__fish_why401_using_subcommand loaders; and __fish_seen_subcommand_from try" -l format -d 'How the answer is written' -r -f -a "text\t'For people'
json\t'For programs'"
complete -c why401 -n "__fish_why401_using_subcommand loaders; and __fish_seen_subcommand_from try" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c why401 -n "__fish_why401_using_subcommand loaders; and __fish_seen_subcommand_from help" -f -a "try" -d 'What a loader makes of a file: names, lengths and digests, never the values'
complete -c why401 -n "__fish_why401_using_subcommand loaders; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c why401 -n "__fish_why401_using_subcommand completions" -s h -l help -d 'Print help'
complete -c why401 -n "__fish_why401_using_subcommand man" -s h -l help -d 'Print help'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "check" -d 'Follow a project\'s credentials from file to code, offline (the default command)'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "explain" -d 'Say why a credential was refused, from whatever there is to paste: an error, a log, `curl -v`, a HAR'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "probe" -d 'Send the request as the program would, then with one change at a time until one works: that is a proof'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "token" -d 'Show what a token says, and hold it against what is expected of it'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "sign" -d 'Compute a signature again, show every step, and say where it differs from the server\'s'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "cors" -d 'Say what a browser would make of a page\'s call, and what the server must answer instead'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "clock" -d 'Compare this machine\'s clock with that of servers: signatures and tokens carry times'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "run" -d 'Start a program, watch its API calls, and say why one is refused'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "causes" -d 'The catalogue: every cause of a refusal, or the page of one'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "providers" -d 'The services that are known, or what is known of one'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "loaders" -d 'The env-file loaders that are known, or what one of them makes of a file'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "completions" -d 'Completions for a shell, on standard output'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "man" -d 'Manual pages, one a command, written into a folder'
complete -c why401 -n "__fish_why401_using_subcommand help; and not __fish_seen_subcommand_from check explain probe token sign cors clock run causes providers loaders completions man help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
