"""A small API of the bed's own, ACME: it judges one header exactly and says as little as many do.

`judged` serves as HTTP, as CGI, as WSGI, and behind every proxy of the bed. Run alone it is three servers at one port, live at
127.0.0.1, the sandbox at 127.0.0.2 and another region at 127.0.0.3, that do not know each other's keys; one with a certificate
that nobody trusts; and one to redirect to. `unused` is an address where nobody listens.
"""

import base64
import http.server
import json
import os
import sys
import time
import urllib.parse

# Plainly fake, and built from parts.
LIVE = "acme_" + "live_" + "fake4fake4fake4fake4fake"
TEST = "acme_" + "test_" + "fake4fake4fake4fake4fake"
EU = "acme_" + "live_" + "fake5fake5fake5fake5fake"
OPENAI = "sk-" + "proj-" + "fake" * 10 + "T3Blbk" + "FJ" + "fake" * 10
READ = "acme_" + "read_" + "fake4fake4fake4fake4fake"
USER, PASSWORD, SHARP = "deploy", "fake-pass-word-4-acme", "fake-pass#word-4-acme"

first_call = {}


def judged(method, path, query, headers, good=LIVE):
    """Status, headers and body for a request; `headers` have names in lower case."""
    said = headers.get("authorization", "")
    bearer = said.removeprefix("Bearer ") if said.startswith("Bearer ") else None
    yes, no = (200, {}, {"ok": True}), (401, {}, {"error": "unauthorized"})
    missing = (401, {"WWW-Authenticate": 'Bearer realm="acme"'}, {"error": "no credential in the request"})
    wrong = (401, {"WWW-Authenticate": 'Bearer realm="acme", error="invalid_token"'}, {"error": "invalid token"})
    kind = path.strip("/").split("/")[0]
    if kind == "bearer":  # tells a missing credential from a wrong one
        return missing if bearer is None else yes if bearer in (good, READ) else wrong
    if kind == "terse":  # one word for all
        return yes if bearer == good else no
    if kind == "write":
        if bearer == READ and method != "GET":
            challenge = {"WWW-Authenticate": 'Bearer realm="acme", error="insufficient_scope", scope="write"'}
            return 403, challenge, {"error": "insufficient_scope", "error_description": "The token lacks the scope write"}
        return yes if bearer in (good, READ) else no
    if kind == "key":  # a header of its own
        return yes if headers.get("x-api-key") == good else no
    if kind == "names":  # takes either spelling, as a program behind WSGI or CGI does
        return yes if good in (headers.get("x-api-key"), headers.get("x_api_key")) else (401, {}, {"error": "x_api_key is missing"})
    if kind == "query":
        return yes if query.get("api_key") == [good] else no
    if kind == "either":  # header or query, but not both
        given = [value for value in (bearer, *query.get("api_key", [])) if value is not None]
        return yes if given == [good] else (400, {}, {"error": "invalid_request", "error_description": "more than one credential"}) if len(given) > 1 else no
    if kind == "v1":  # a gateway that speaks as OpenAI does
        yes, code = (200, {}, {"object": "list", "data": []}), "invalid_api_key"
        asked = {"message": "You didn't provide an API key." if bearer is None else "Incorrect API key provided.", "type": "invalid_request_error", "code": code}
        return yes if bearer == OPENAI else (401, {}, {"error": asked})
    if kind == "version":
        return no if bearer != good else yes if headers.get("acme-version") else (400, {}, {"error": "missing required header: Acme-Version"})
    if kind == "page":
        at_home = headers.get("referer", "").startswith("https://app.acme.example/")
        return no if headers.get("x-api-key") != good else yes if at_home else (403, {}, {"error": f"Requests from referer {headers.get('referer', '<empty>')} are blocked."})
    if kind == "origin":
        at_home = headers.get("origin") == "https://app.acme.example"
        return no if headers.get("x-api-key") != good else yes if at_home else (403, {}, {"error": f"Origin {headers.get('origin', 'null')} is not allowed"})
    if kind == "limited":  # for a second from the first call of each path
        if time.monotonic() - first_call.setdefault(path, time.monotonic()) < 1:
            return 401, {"Retry-After": "1"}, {"error": "unauthorized"}
        return yes if bearer == good else no
    if kind in ("basic", "sharp"):
        password = SHARP if kind == "sharp" else PASSWORD
        ok = said == "Basic " + base64.b64encode(f"{USER}:{password}".encode()).decode()
        return yes if ok else (401, {"WWW-Authenticate": 'Basic realm="acme"'}, {"error": "unauthorized"})
    return 404, {}, {"error": "not found"}


class Api(http.server.BaseHTTPRequestHandler):
    """The API; a path below /to/PORT/ redirects to that port, one below /slash lacks its last character."""

    protocol_version = "HTTP/1.1"
    good = LIVE
    elsewhere = {}

    def handle_any(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        # As a proxy hands it on, a whole URL may stand in the line.
        url = urllib.parse.urlsplit(self.path)
        path = url.path
        headers = {name.lower(): value for name, value in self.headers.items()}
        first, _, rest = path.strip("/").partition("/")
        if first in self.elsewhere:
            status, more, body = 302, {"Location": self.elsewhere[first] + "/" + rest}, {}
        elif first == "slash" and not path.endswith("/"):
            status, more, body = 301, {"Location": path + "/"}, {}
        else:
            if first == "slash":
                path = "/" + rest
            status, more, body = judged(self.command, path, urllib.parse.parse_qs(url.query), headers, self.good)
        data = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **more, "Content-Length": str(len(data))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = handle_any

    def log_message(self, *_):
        pass


def gateway():
    """The same as a CGI program."""
    headers = {name[5:].replace("_", "-").lower(): value for name, value in os.environ.items() if name.startswith("HTTP_")}
    query = urllib.parse.parse_qs(os.environ.get("QUERY_STRING", ""))
    path = os.environ.get("PATH_INFO") or os.environ.get("DOCUMENT_URI") or os.environ.get("REQUEST_URI", "").split("?")[0]
    status, more, body = judged(os.environ.get("REQUEST_METHOD", "GET"), path, query, headers)
    lines = [f"Status: {status} -", "Content-Type: application/json", *(f"{name}: {value}" for name, value in more.items())]
    sys.stdout.write("\r\n".join(lines) + "\r\n\r\n" + json.dumps(body))


def application(environ, respond):
    """The same as a WSGI program."""
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    query = urllib.parse.parse_qs(environ.get("QUERY_STRING", ""))
    status, more, body = judged(environ["REQUEST_METHOD"], environ["PATH_INFO"], query, headers)
    respond(f"{status} -", [("Content-Type", "application/json"), *more.items()])
    return [json.dumps(body).encode()]


if __name__ == "__main__":
    import bed

    class Sandbox(Api):
        good = TEST

    class Europe(Api):
        good = EU

    tls = bed.certificate()
    port, other, secure = bed.listening(Api), bed.listening(Api), bed.listening(Api, tls)
    for address, region in (("127.0.0.2", Sandbox), ("127.0.0.3", Europe)):
        bed.listening(region, address=address, port=port)
    Api.elsewhere = {"port": f"http://127.0.0.1:{other}", "host": f"http://localhost:{other}", "secure": f"https://127.0.0.1:{secure}"}
    bed.serve(
        url=f"http://127.0.0.1:{port}",
        sandbox=f"http://127.0.0.2:{port}",
        europe=f"http://127.0.0.3:{port}",
        tls=f"https://127.0.0.1:{secure}",
        pem=os.path.abspath(tls[0]),
        unused=f"http://127.0.0.1:{bed.free_port()}",
        live=LIVE,
        test=TEST,
        eu=EU,
        read=READ,
        user=USER,
        password=PASSWORD,
        sharp=SHARP,
        basic=bed.basic(USER, PASSWORD),
        echoed=bed.basic(USER, PASSWORD + "\n"),
        openai=OPENAI,
        slack="-".join(["xoxb", "123456789012", "123456789012", "fake" * 6]),
    )
