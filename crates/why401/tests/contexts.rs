//! What lies beside a refusal, code, settings, a command, says which cause comes first.
#![allow(clippy::unwrap_used, missing_docs)]

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

/// A refusal, what is shown beside it, and the cause that is named first.
const TABLE: &[(&str, &str, &str)] = &[
    // What stands in front takes the header off.
    (
        "401 {\"error\": \"Requires authorization\"}",
        "location / {\n  auth_basic \"shop\";\n  proxy_pass http://registry;\n  proxy_set_header Authorization \"\";\n}\n",
        "header/stripped-proxy",
    ),
    // Both hops have the header, and the second has a signature besides.
    (
        "Server error: 403",
        "> GET https://registry.shop.test/v1/a   Authorization: Token abc\n< 302  Location: https://blobs.shop.test/a?Signature=def\n> GET https://blobs.shop.test/a   Authorization: Token abc\n",
        "header/duplicate",
    ),
    // A blank before the quote, another sign behind the beginning of a key.
    ("401 authentication error", "The form saved: \"tip-0fake0fake0fake0fake0fake \"\n", "key/whitespace"),
    (
        "BoltError: `token` is invalid",
        "export SLACK_BOT_TOKEN=xoxb=000000000000-0000000000000-0fake0fake0fake0fake\n",
        "key/malformed",
    ),
    // A part of AWS with accounts of its own, and a region that has to be opened.
    (
        "InvalidClientTokenId: The security token included in the request is invalid.",
        "regions:\n- cn-northwest-1\n",
        "request/wrong-endpoint",
    ),
    (
        "An error occurred (AuthFailure) when calling the DescribeInstances operation: AWS was not able to validate the provided access credentials",
        "aws ec2 describe-instances --region eu-south-2\n",
        "access/region",
    ),
    // Workflows and shells fill in what is written as they know it.
    (
        "401 Bad credentials",
        "jobs:\n  a:\n    steps:\n    - uses: shop/deploy@v1\n      with:\n        token: secrets.SHOP_TOKEN\n",
        "key/unexpanded",
    ),
    (
        "UNAUTHORIZED: authentication required",
        "script:\n  - echo '{\"auths\":{\"r.shop.test\":{\"password\":\"$SHOP_PASSWORD\"}}}' > config.json\n",
        "key/unexpanded",
    ),
    (
        "telegram.error.InvalidToken: Invalid token",
        "services:\n  bot:\n    environment:\n      - TELEGRAM_BOT_TOKEN={bot_token}\n\n# .env\nbot_token=12345\n",
        "key/unexpanded",
    ),
    (
        "Error: API error (401): invalid x-api-key",
        "export ANTHROPIC_API_KEY=$OPENAI_API_KEY\nclaude -p hello\n",
        "key/wrong-provider",
    ),
    // Quotes in the file of AWS's tools, numbers before lines, and a value of which only the beginning is shown.
    (
        "The AWS Access Key Id you provided does not exist in our records.",
        "$ cat ~/.aws/credentials\n[work]\naws_access_key_id=\"AKIAFAKEFAKEFAKEFAKE\"\naws_secret_access_key=\"fakefakefakefakefakefakefakefakefakefake\"\n",
        "key/quoted",
    ),
    (
        "401 invalid api key",
        "$ grep -n SHOP_KEY .env\n3:SHOP_KEY=newer-value-1\n27:SHOP_KEY=older-value-2\n",
        "env/duplicate",
    ),
    (
        "401 invalid api key",
        "# .env\nSHOP_API_KEY=newer-value\n\n$ echo $SHOP_API_KEY | cut -c1-5\nolder\n",
        "env/shadowed",
    ),
    // Two calls that were tried, and what they came to.
    (
        "401 Unauthorized",
        "GET https://api.shop.test/me?key=abcd -> 200\nGET https://api.shop.test/me  Authorization: Bearer abcd -> 401\n",
        "header/wrong-place",
    ),
    (
        "401 Unauthorized",
        "curl -H 'X-Api-Key: abcd' https://api.shop.test/me\n# 200\n\ncurl -H 'Authorization: Bearer abcd' https://api.shop.test/me\n# 401\n",
        "header/wrong-name",
    ),
    // The code that judges asks for another word.
    (
        "401 Unauthorized",
        "jwtFromRequest: ExtractJwt.fromAuthHeaderWithScheme('JWT')\n\ncurl -H 'Authorization: Bearer abcdefghijkl' http://localhost/me\n",
        "header/wrong-scheme",
    ),
    // Headers stand where the client takes something else.
    ("401 Unauthorized", "r = requests.get(url, params = headers)\n", "header/missing"),
    // A name of a server's framework.
    ("401 Unauthorized", "requests.get(url, headers={'HTTP_AUTHORIZATION': token})\n", "header/wrong-name"),
    // A header's name that is misspelt.
    (
        "You did not provide an API key.",
        "key = os.environ['STRIPE_SECRET_KEY']\nrequests.post('https://api.stripe.com/v1/charges', headers={'Authorisation': f'Bearer {key}'})\n",
        "header/wrong-name",
    ),
    // What is read and what is given differ.
    (
        "401 Unauthorized",
        "\"env\": [{ \"key\": \"SHOP_API_KEY\" }]\n# current versions expect SHOP_TOKEN\n",
        "env/name-mismatch",
    ),
    ("401 Unauthorized", "{\"mcpServers\": {\"a\": {\"envVars\": {\"A_TOKEN\": \"x\"}}}}", "env/name-mismatch"),
    // The shell wins over the file.
    (
        "Error: 401 invalid api key",
        "# ~/.zshrc\nexport SHOP_KEY=older-value\n\n# .env\nSHOP_KEY=newer-value\n",
        "env/shadowed",
    ),
    // docker takes the quotes for part of the value.
    (
        "401 invalid api key",
        "# .env\nSHOP_API_KEY='abcdefgh12345678'\n\ndocker run --rm --env-file .env shop\n",
        "key/quoted",
    ),
    // A setting refers to a variable that is there.
    (
        "401 invalid api key",
        "# .env\nSHOP_API_KEY=abcdefgh12345678\n\n# settings\napi_key: ${SHOP_API_KEY}\n",
        "key/unexpanded",
    ),
    // A client for Azure, and the usual address answers.
    (
        "Incorrect API key provided: ****************. You can find your API key at https://platform.openai.com/account/api-keys.",
        "llm = AzureOpenAI(deployment_name=\"a\")\n",
        "request/wrong-endpoint",
    ),
    // What is repeated is an address.
    (
        "Incorrect API key provided: https://*****.com. You can find your API key at https://platform.openai.com/account/api-keys.",
        "",
        "key/malformed",
    ),
    // A properties file knows no quotes.
    ("401 invalid api key", "# ~/.gradle/gradle.properties\nshopToken=\"abcd1234efgh5678\"\n", "key/quoted"),
    // A text that tells of something else is no refusal, whatever lies beside it.
    (
        "MongoServerError: E11000 duplicate key error collection: shop.users index: email_1 dup key: { email: \"a@b.test\" }",
        "const key = process.env.SHOP_API_KEY;\nawait fetch(url, { headers: { Authorization: `Bearer ${key}` } });\n",
        "nothing",
    ),
    (
        "Error: connect ECONNREFUSED 127.0.0.1:5432",
        "const key = process.env.SHOP_API_KEY;\nawait fetch(url, { headers: { Authorization: `Bearer ${key}` } });\n",
        "nothing",
    ),
    // An entry of a `.netrc` is for the very host that it names.
    (
        "curl: (22) The requested URL returned error: 401 https://api.shop.test/v1/me",
        "# ~/.netrc\nmachine shop.test\n  login me\n  password abcd1234efgh5678\n",
        "env/credential-scope",
    ),
    (
        "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://api.shop.test/v1/me",
        "# ~/.netrc\nmachine api.shop.test\n  login me\n  password abcd1234efgh5678\n\nrequests.get(url, headers={\"Authorization\": f\"Bearer {token}\"})\n",
        "header/overridden",
    ),
    // What is set to nothing is set.
    (
        "401 no api key was given",
        "# .env\nSHOP_API_KEY=\n\n# ~/.config/shop/credentials.json\n{\"SHOP_API_KEY\": \"abcd1234efgh5678\"}\n",
        "env/shadowed",
    ),
    // A plus in the query.
    ("401 invalid api key", "curl 'https://api.shop.test/v1/list?apikey=n9brh+vfpm6yfmu68w47'\n", "key/malformed"),
    // The header is built before the file is loaded.
    (
        "The api_key client option must be set either by passing api_key to the client or by setting the SHOP_API_KEY environment variable",
        "client = OpenAI()\nload_dotenv()\n",
        "env/not-loaded",
    ),
    // A language that no reader knows as a whole.
    (
        "HTTP 401 Unauthorized",
        "request.setValue(\"Bearer \\(apiKey)\", forHTTPHeaderField: \"Authorization\")\nlet url = URL(string: \"https://api.elevenlabs.io/v1/voices\")!\n",
        "header/wrong-name",
    ),
    (
        "Request failed with status code 401",
        "res <- httr::GET(\"https://api.openai.com/v1/models\", add_headers(Authorization = Sys.getenv(\"OPENAI_API_KEY\")))\n",
        "header/missing-scheme",
    ),
    // The word is compared letter by letter.
    (
        "401 Unauthorized",
        "headers: { authorization: `bearer ${token}` }\n\n// server\nif (!req.headers.authorization.startsWith(\"Bearer \")) return res.sendStatus(401)\n",
        "header/case-sensitive",
    ),
    // The process has another value, or a key where somebody has logged in.
    (
        "401 invalid api key",
        "# .env\nSHOP_KEY=newer-value\n\n$ env | grep SHOP\nSHOP_KEY=older-value\n",
        "env/shadowed",
    ),
    (
        "401 invalid token",
        "~/.shoprc:\n[auth]\ntoken=newer-value\n\n$ printenv SHOP_TOKEN\nolder-value\n",
        "env/shadowed",
    ),
    // Characters that a tool makes visible.
    ("401 invalid api key", "print(repr(key))\n'abcd1234\\u200b'\n", "key/invisible-character"),
    ("401 invalid token", "$ file .env\n.env: ASCII text, with CRLF line terminators\n", "key/whitespace"),
    // A step of CI got nothing.
    ("Run npm test\n  env:\n    SHOP_API_KEY: \nError: 401 invalid api key", "run: npm test\n", "env/ci-not-mapped"),
    // Set in one place, started in another.
    (
        "KeyError: 'SHOP_API_KEY'",
        "$ export SHOP_API_KEY=abcd1234efgh\n$ docker build -t shop . && docker run shop\n",
        "env/runtime-not-passed",
    ),
    (
        "KeyError: 'SHOP_API_KEY'",
        "*/5 * * * * /usr/bin/python3 /opt/shop/main.py\n\n# ~/.profile\nexport SHOP_API_KEY=abcd1234efgh\n",
        "env/runtime-not-passed",
    ),
    ("401 Unauthorized: no API key", "SHOP_API_KEY=abcd1234efgh\npython main.py\n", "env/not-loaded"),
    // PHP fills nothing in between single quotes.
    (
        "401 Unauthorized",
        "$headers = ['Authorization: Bearer $token'];\ncurl_setopt($ch, CURLOPT_HTTPHEADER, $headers);\n",
        "key/unexpanded",
    ),
    // Nothing but the words tells.
    (
        "Error: request failed with 401",
        "It is behind the corporate proxy, which has a certificate of its own.\n",
        "tls/untrusted",
    ),
    // Two credentials in one request, and a scheme without its blank.
    (
        "401 Unauthorized",
        "GET /v2/a HTTP/1.1\nAuthorization: Basic dXNlcjpwYXNz\nAuthorization: Bearer abcdefgh12345678\nHost: registry.shop.test\n",
        "header/duplicate",
    ),
    (
        "401 Unauthorized",
        "curl https://api.shop.test/me -H \"Authorization: BearereyJhbGciOiJSUzI1NiJ9.e30.c2ln\"\n",
        "header/malformed-scheme",
    ),
    (
        "ValueError: Invalid header value 'Basic dXNlcjpwYXNzd29yZA==\\n'",
        "auth = base64.encodestring('%s:%s' % (user, password))\n",
        "header/basic-encoding",
    ),
    (
        "login attempt to https://registry.shop.test/v2/ failed with status: 401 Unauthorized",
        "(Get-Secret shop).Password | docker login -u me --password-stdin registry.shop.test\n",
        "key/whitespace",
    ),
    // The address is in the clear, and the header goes out.
    (
        "401 Unauthorized",
        "r = requests.get(\"http://api.shop.test/me\", headers={\"Authorization\": \"Bearer \" + token})\n>>> r.history\n[<Response [301]>]\n",
        "header/stripped-redirect",
    ),
];

#[test]
fn what_lies_beside_decides() {
    let folder = tempfile::tempdir().unwrap();
    let context = folder.path().join("context.txt");
    let mut wrong = Vec::new();
    for (refusal, beside, cause) in TABLE {
        fs::write(&context, beside).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_why401"))
            .args(["explain", "-", "--format", "json", "--context", "context.txt"])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(refusal.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let first = document["diagnoses"][0]["cause"].as_str().unwrap_or("nothing");
        if first != *cause {
            wrong.push(format!("{first} in place of {cause}: {refusal} | {beside}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
