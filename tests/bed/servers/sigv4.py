"""Signatures as AWS judges them: botocore computes them again, and the answers are worded as those of S3 and of API Gateway.

It looks at the key id, the region, the service, the day, the clock, the session token, the hash of the body and the signature,
and shows what it computed, as AWS does. nginx stands before it in several settings. `line` signs requests with one mistake each.
"""

import datetime
import hashlib
import html
import http.server
import json
import os
import urllib.parse

import bed
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

ID, SECRET = "AKIA" + "FAKE" * 4, "FAKEfake" * 4 + "/FAKE+07"
TEMPORARY, TOKEN = "ASIA" + "FAKE" * 4, "FwoGZXIvYXdz" + "fake" * 20
REGION = "eu-central-1"
KEYS = {ID: (SECRET, None), TEMPORARY: (SECRET[::-1], TOKEN)}


def now(minutes=0):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)


def stamp(time):
    return time.strftime("%Y%m%dT%H%M%SZ")


def once(text, safe=""):
    return urllib.parse.quote(urllib.parse.unquote(text), safe=safe + "~")


def steps(service, key, secret, region, time, method, path, query, headers, names, payload):
    """Canonical request, string to sign and signature, by botocore. `headers` are pairs."""

    class Judge(S3SigV4Auth if service == "s3" else SigV4Auth):
        def headers_to_sign(self, request):
            own = HTTPHeaders()
            for name in names:
                for value in [value for field, value in headers if field.lower() == name] or [""]:
                    own.add_header(name, value)
            return own

        def payload(self, request):
            return payload

    judge = Judge(Credentials(key, secret), service, region)
    request = AWSRequest(method=method, url=f"http://x{path}" + (f"?{query}" if query else ""))
    request.context["timestamp"] = time
    canonical = judge.canonical_request(request)
    string = judge.string_to_sign(request, canonical)
    return canonical, string, judge.signature(string, request)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    service = "s3"

    def log_message(self, *_):
        """Nobody reads it."""

    def do(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, code, message, more = self.judged(body)
        if status == 200:
            text, kind = "<ok/>", "application/xml"
        elif self.service == "s3":
            inner = "".join(f"<{name}>{html.escape(value)}</{name}>" for name, value in {"Code": code, "Message": message, **more}.items())
            text, kind = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{inner}<RequestId>FAKE</RequestId></Error>', "application/xml"
        else:
            if "CanonicalRequest" in more:
                message += f"\n\nThe Canonical String for this request should have been\n'{more['CanonicalRequest']}'\n\nThe String-to-Sign should have been\n'{more['StringToSign']}'\n"
            text, kind = json.dumps({"message": message}), "application/json"
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        if self.service != "s3" and status != 200:
            self.send_header("x-amzn-ErrorType", code + "Exception")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do

    def judged(self, body):
        path, _, query = self.path.partition("?")
        asked = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        given = self.headers.get("Authorization", "")
        if given.startswith("AWS4-HMAC-SHA256 "):
            parts = dict(part.strip().split("=", 1) for part in given.split(" ", 1)[1].split(","))
            credential, names, mac = parts["Credential"], parts["SignedHeaders"], parts["Signature"]
            time, token, expires = self.headers.get("X-Amz-Date", ""), self.headers.get("X-Amz-Security-Token"), None
        elif "X-Amz-Signature" in asked:
            credential, names, mac = (asked[f"X-Amz-{name}"] for name in ("Credential", "SignedHeaders", "Signature"))
            time, token, expires = asked["X-Amz-Date"], asked.get("X-Amz-Security-Token"), int(asked["X-Amz-Expires"])
        elif self.service == "s3":
            return 403, "AccessDenied", "Access Denied", {}
        else:
            return 403, "MissingAuthenticationToken", "Missing Authentication Token", {}
        key, date, region, service, _ = credential.rsplit("/", 4)
        if key not in KEYS:
            if self.service == "s3":
                return 403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {"AWSAccessKeyId": key}
            return 403, "UnrecognizedClient", "The security token included in the request is invalid.", {}
        secret, wanted = KEYS[key]
        if service != self.service or region != REGION:
            if self.service == "s3":
                what = f"the region '{region}' is wrong; expecting '{REGION}'" if service == "s3" else f'incorrect service "{service}". This endpoint belongs to "s3".'
                more = {"Region": REGION} if service == "s3" else {}
                return 400, "AuthorizationHeaderMalformed", f"The authorization header is malformed; {what}", more
            what = f"a valid region, not '{region}'. " if service == self.service else f"correct service: '{self.service}'. "
            return 403, "InvalidSignature", f"Credential should be scoped to {what}", {}
        if date != time[:8]:
            return 403, "InvalidSignature", f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{date}' != '{time[:8]}', from '{time}'.", {}
        if token != wanted:
            if self.service == "s3":
                return (400, "InvalidToken", "The provided token is malformed or otherwise invalid.", {}) if token else (403, "InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", {"AWSAccessKeyId": key})
            return 403, "UnrecognizedClient", "The security token included in the request is invalid.", {}
        signed = datetime.datetime.strptime(time, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        age = (now() - signed).total_seconds()
        server = now().strftime("%Y-%m-%dT%H:%M:%SZ")
        if expires is not None and age > expires:
            return 403, "AccessDenied", "Request has expired", {"X-Amz-Expires": str(expires), "ServerTime": server}
        if abs(age) > 900 and expires is None:
            if self.service == "s3":
                more = {"RequestTime": time, "ServerTime": server, "MaxAllowedSkewMilliseconds": "900000"}
                return 403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.", more
            return 403, "InvalidSignature", f"Signature expired: {time} is now earlier than {stamp(now(-15))} ({stamp(now())} - 15 min.)", {}
        own = hashlib.sha256(body).hexdigest()
        said = self.headers.get("X-Amz-Content-SHA256")
        payload = said or ("UNSIGNED-PAYLOAD" if expires is not None and self.service == "s3" else own)
        query = "&".join("=".join(once(half.replace("+", "%20")) for half in (piece + "=").split("=")[:2]) for piece in query.split("&") if piece and not piece.startswith("X-Amz-Signature="))
        path = once(path, "/") if self.service == "s3" else path
        canonical, string, right = steps(self.service, key, secret, region, time, self.command, path, query, self.headers.items(), names.split(";"), payload)
        if mac != right:
            more = {"AWSAccessKeyId": key, "StringToSign": string, "SignatureProvided": mac, "StringToSignBytes": " ".join(f"{byte:02x}" for byte in string.encode()), "CanonicalRequest": canonical}
            tail = "" if self.service == "s3" else " Consult the service documentation for details."
            name = "your key and signing method." if self.service == "s3" else "your AWS Secret Access Key and signing method."
            return 403, "SignatureDoesNotMatch" if self.service == "s3" else "InvalidSignature", f"The request signature we calculated does not match the signature you provided. Check {name}{tail}", more
        if said and said != own and len(said) == 64:
            return 400, "XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.", {"ClientComputedContentSHA256": said, "S3ComputedContentSHA256": own}
        return 200, "", "", {}


class Api(Handler):
    service = "execute-api"


def line(port, service="s3", path="/", query="", key=ID, secret=SECRET, token=None, minutes=0, day=None, **mistakes):
    """A curl line that is signed by a client which makes these mistakes."""
    time = stamp(now(minutes))
    host = f"127.0.0.1:{port}"
    empty = hashlib.sha256(b"").hexdigest()
    headers = {"host": mistakes.get("host", host), "x-amz-date": time}
    headers |= {"x-amz-content-sha256": empty} if service == "s3" else {}
    headers |= {"x-amz-security-token": token} if token else {}
    names = sorted(headers)
    canonical, string, _ = steps(service, key, secret, REGION, time, "GET", path, query, list(headers.items()), names, mistakes.get("payload", empty))
    lines = canonical.split("\n")
    lines[1:3] = [mistakes.get("signed_path", lines[1]), mistakes.get("signed_query", lines[2])]
    canonical = "\n".join(lines)
    scope = f"{day or time[:8]}/{REGION}/{service}/aws4_request"
    string = "\n".join(["AWS4-HMAC-SHA256", time, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    mac = steps_of(secret, scope, string)
    fields = {name: value for name, value in headers.items() if name != "host"}
    fields["authorization"] = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={';'.join(names)}, Signature={mac}"
    return f"'http://{host}{path}" + (f"?{query}" if query else "") + "' " + " ".join(f"-H '{name}: {value}'" for name, value in fields.items())


def steps_of(secret, scope, string):
    import hmac

    mac = ("AWS4" + secret).encode()
    for part in [*scope.split("/"), string]:
        mac = hmac.new(mac, part.encode(), hashlib.sha256).digest()
    return mac.hex()


def presigned(port, path="/", minutes=0, expires=3600, key=ID, secret=SECRET):
    """A presigned URL in quotes."""
    time = stamp(now(minutes))
    host = f"127.0.0.1:{port}"
    own = {"X-Amz-Algorithm": "AWS4-HMAC-SHA256", "X-Amz-Credential": f"{key}/{time[:8]}/{REGION}/s3/aws4_request", "X-Amz-Date": time, "X-Amz-Expires": str(expires), "X-Amz-SignedHeaders": "host"}
    query = urllib.parse.urlencode(own, quote_via=urllib.parse.quote, safe="")
    _, _, mac = steps("s3", key, secret, REGION, time, "GET", path, query, [("host", host)], ["host"], "UNSIGNED-PAYLOAD")
    return f"'http://{host}{path}?{query}&X-Amz-Signature={mac}'"


def nginx(upstream):
    """nginx before the server in settings that change what is signed; gives back their ports."""
    kept = "proxy_set_header Host $http_host;"
    settings = {
        "kept": f"location / {{ {kept} proxy_pass http://127.0.0.1:{upstream}; }}",
        "host": f"location / {{ proxy_pass http://127.0.0.1:{upstream}; }}",
        "port": f"location / {{ proxy_set_header Host $host; proxy_pass http://127.0.0.1:{upstream}; }}",
        "header": f'location / {{ {kept} proxy_set_header Accept-Encoding ""; proxy_pass http://127.0.0.1:{upstream}; }}',
        "prefix": f"location /s3/ {{ {kept} proxy_pass http://127.0.0.1:{upstream}/; }}",
        "query": f"location / {{ {kept} set $args $args&from=nginx; proxy_pass http://127.0.0.1:{upstream}; }}",
        "slashes": f"location / {{ {kept} proxy_pass http://127.0.0.1:{upstream}/; }}",
    }
    ports = {name: bed.free_port() for name in settings}
    here = os.getcwd()
    servers = "".join(f"server {{ listen 127.0.0.1:{ports[name]}; {text} }}\n" for name, text in settings.items())
    folders = "".join(f"{kind}_temp_path {here}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if os.getuid() == 0 else ""
    with open("nginx.conf", "w") as file:
        file.write(f"daemon off; {user} pid {here}/pid; error_log {here}/error; events {{}}\nhttp {{ access_log off;\n{folders}{servers}}}\n")
    bed.start("nginx", "-c", f"{here}/nginx.conf", "-e", f"{here}/error", port=ports["kept"])
    return {f"nginx_{name}": f"http://127.0.0.1:{port}" for name, port in ports.items()}


if __name__ == "__main__":
    s3, api = bed.listening(Handler), bed.listening(Api)
    bed.serve(
        s3=f"http://127.0.0.1:{s3}",
        api=f"http://127.0.0.1:{api}",
        public_region=REGION,
        public_id=ID,
        secret=SECRET,
        public_temporary=TEMPORARY,
        temporary_secret=KEYS[TEMPORARY][0],
        token=TOKEN,
        public_old=stamp(now(-20)),
        encoded=urllib.parse.quote(SECRET, safe=""),
        good=line(s3),
        **{name: line(s3, **how) for name, how in {
            "twice": {"path": "/a%20b", "signed_path": "/a%2520b"},
            "plain": {"path": "/a%20b", "signed_path": "/a b"},
            "unsorted": {"query": "prefix=x&list-type=2", "signed_query": "prefix=x&list-type=2"},
            "plus": {"query": "prefix=a+b", "signed_query": "prefix=a+b"},
            "no_query": {"query": "list-type=2", "signed_query": ""},
            "yesterday": {"day": now(-1440).strftime("%Y%m%d")},
            "host_bare": {"host": "127.0.0.1"},
            "payload": {"payload": hashlib.sha256(b"another body").hexdigest()},
            "stale": {"minutes": -20},
            "unknown": {"key": "AKIA" + "NONE" * 4},
            "forged": {"secret": SECRET[::-1]},
            "no_token": {"key": TEMPORARY, "secret": SECRET[::-1]},
            "left_over": {"token": TOKEN},
        }.items()},
        api_once=line(api, "execute-api", path="/stage/a%20b", signed_path="/stage/a%20b"),
        presigned=presigned(s3),
        presigned_old=presigned(s3, minutes=-30, expires=60),
        presigned_forged=presigned(s3, secret=SECRET[::-1]),
        **nginx(s3),
    )
