//! What people paste of a refusal, each with a sample in it: in the answer, in headers, in an address, beside it.

use super::places::fill;
use super::shapes::{Random, Sample};

/// Texts of refusals: markers as in `places`.
const REFUSALS: &[&str] = &[
    "openai.AuthenticationError: Error code: 401 - {'error': {'message': 'Incorrect API key provided: VALUE. You can find your API key at https://a.example.', 'code': 'invalid_api_key'}}\n",
    "{\"error\":{\"message\":\"Invalid API key: VALUE\",\"type\":\"invalid_request_error\"}}\n",
    "Unknown API key 'VALUE' (401)\n",
    "Your api key: VALUE is invalid\n",
    "401 Invalid token VALUE\n",
    "Malformed API Key passed in. Passed in: bearer VALUE\n",
    "httpx.LocalProtocolError: Illegal header value b'Bearer VALUE\\n'\n",
    "TypeError: Headers.append: \"Bearer VALUE \" is an invalid header value.\n",
    "KeyError: 'VALUE'\nduring: 401 Unauthorized\n",
    "curl: (22) The requested URL returned error: 401 https://HOST/v1/x?api_key=VALUE\n",
    "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: https://HOST/v1/x?token=VALUE&a=b\n",
    "fatal: Authentication failed for 'https://x-access-token:VALUE@HOST/a/b.git/'\n",
    "> GET /v1/me?key=VALUE HTTP/2\n> Host: HOST\n> Authorization: Bearer VALUE\n> X-Api-Key: VALUE\n> Cookie: session=VALUE\n>\n< HTTP/2 401\n< set-cookie: token=VALUE\n<\n{\"error\":\"invalid key VALUE\"}\n",
    "HTTP/1.1 401 Unauthorized\nWWW-Authenticate: Bearer realm=\"x\", error=\"invalid_token\", error_description=\"VALUE is no token\"\nX-Debug: VALUE\n\n{\"got\":\"VALUE\"}\n",
    "AxiosError: Request failed with status code 401\n  config: {\n    headers: { Authorization: 'Bearer VALUE', 'x-api-key': 'VALUE' },\n    url: 'https://HOST/v1?key=VALUE'\n  }\n",
    "127.0.0.1 - - [12/Mar/2026:10:00:01 +0000] \"GET /v1/VALUE/x?access_token=VALUE HTTP/1.1\" 401 12\n",
    "{\"log\":{\"version\":\"1.2\",\"entries\":[{\"request\":{\"method\":\"GET\",\"url\":\"https://HOST/VALUE?k=VALUE\",\"headers\":[{\"name\":\"Authorization\",\"value\":\"Bearer VALUE\"}]},\"response\":{\"status\":401,\"headers\":[],\"content\":{\"text\":\"bad key VALUE\"}}}]}}\n",
    "<Error><Code>InvalidAccessKeyId</Code><AWSAccessKeyId>VALUE</AWSAccessKeyId><StringToSign>VALUE</StringToSign></Error>\n",
    "npm error 401 Unauthorized - GET https://HOST/p with //HOST/:_authToken=VALUE\n",
    "I get a 401 with my key VALUE, why?\n\n```\nNAME=VALUE \n```\n\n```python\nclient = Client(api_key=\"VALUE\")\n```\n",
    "\u{1b}[31m403 Forbidden\u{1b}[0m: key `VALUE` may not do this\n$ curl -H \"Authorization: VALUE\" https://HOST/v1\n",
    "jwt malformed: VALUE\n  at verify (a.js:1:2) {\"token\":\"VALUE\",\"password\":\"VALUE\"}\n",
    "401: base64 BASE64\nAuthorization: Basic BASE64\n",
];

/// Texts beside a refusal, by the name of their file.
const CONTEXT: &[(&str, &str)] = &[
    ("beside.env", "NAME=\"VALUE\nB=VALUE \n"),
    (
        "beside.ts",
        "const key = 'VALUE';\nfetch('https://HOST/v1', { headers: { Authorization: `Token ${key}`, 'x-api-key': 'VALUE' } });\n",
    ),
    ("beside.yml", "services:\n  api:\n    environment:\n      - NAME='VALUE'\n"),
    ("beside.txt", "The header I send is Authorization: VALUE and the new key is VALUE.\n"),
];

/// Every refusal in turn with one of the samples.
pub fn refusals(samples: &[&Sample], random: &mut Random) -> Vec<String> {
    REFUSALS.iter().map(|text| fill(text, samples[random.below(samples.len())])).collect()
}

/// The files beside them.
pub fn context(sample: &Sample) -> Vec<(&'static str, String)> {
    CONTEXT.iter().map(|(name, text)| (*name, fill(text, sample))).collect()
}
