"""moto, an emulator of AWS that enforces signatures and policies. The requests of the stories are signed here, beforehand.

What is signed anew is signed by why401. moto looks at the secret, the key id and the policy, and neither at the clock nor at the region; so a signature stays good.
"""

import datetime
import hashlib
import hmac
import re
import urllib.parse
import urllib.request

import bed

FORM = "application/x-www-form-urlencoded; charset=utf-8"
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
port = bed.free_port()
url = f"http://127.0.0.1:{port}"


def digest(data):
    return hashlib.sha256(data).hexdigest()


def signed(service, key, secret, method="GET", path="/", query="", body=b"", token=None):
    """The headers of a request, signed as AWS asks for it."""
    now = datetime.datetime.now(datetime.timezone.utc)
    headers = {"host": f"127.0.0.1:{port}", "x-amz-date": now.strftime("%Y%m%dT%H%M%SZ")}
    headers |= {"content-type": FORM} if body else {}
    headers |= {"x-amz-content-sha256": digest(body)} if service == "s3" else {}
    headers |= {"x-amz-security-token": token} if token else {}
    names = ";".join(sorted(headers))
    canonical = "\n".join([method, path, query, *(f"{name}:{headers[name]}" for name in sorted(headers)), "", names, digest(body)])
    scope = f"{now:%Y%m%d}/us-east-1/{service}/aws4_request"
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, digest(canonical.encode())])
    mac = ("AWS4" + secret).encode()
    for part in [*scope.split("/"), text]:
        mac = hmac.new(mac, part.encode(), hashlib.sha256).digest()
    headers["authorization"] = f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={mac.hex()}"
    return headers


def asked(service, action, key="AKIA" + "FAKE" * 4, secret="before anybody asks", **fields):
    body = urllib.parse.urlencode({"Action": action, "Version": VERSIONS[service], **fields}).encode()
    request = urllib.request.Request(url, body, signed(service, key, secret, "POST", body=body))
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def key_of(user):
    asked("iam", "CreateUser", UserName=user)
    made = asked("iam", "CreateAccessKey", UserName=user)
    return tuple(re.search(f"<{name}>(.*?)<", made)[1] for name in ("AccessKeyId", "SecretAccessKey"))


def line(service, key, secret, action=None, token=None):
    """A request as words of a curl line: a GET, or a form with an action."""
    body = urllib.parse.urlencode({"Action": action, "Version": VERSIONS[service]}) if action else ""
    headers = signed(service, key, secret, "POST" if action else "GET", body=body.encode(), token=token)
    words = " ".join(f"-H '{name}: {value}'" for name, value in headers.items() if name != "host")
    return f"{url}/ {words}" + (f" -d '{body}'" if body else "")


# So many calls are answered unsigned; they are the ones below.
bed.start(bed.BED / "moto/bin/moto_server", "-H", "127.0.0.1", "-p", port, port=port, ask=f"{url}/moto-api/data.json", env={"INITIAL_NO_AUTH_ACTION_COUNT": "5"})
key, secret = key_of("reader")
asked("iam", "PutUserPolicy", UserName="reader", PolicyName="p", PolicyDocument='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["sts:*","s3:ListAllMyBuckets"],"Resource":"*"}]}')
nobody, nothing = key_of("nobody")
unknown = "AKIA" + "FAKE" * 4
bed.serve(
    url=url,
    public_id=key,
    secret=secret,
    other=nothing,
    public_unknown=unknown,
    public_temporary="ASIA" + "FAKE" * 4,
    token="FwoGZXIvYXdz" + "fake" * 8,
    sts_good=line("sts", key, secret, "GetCallerIdentity"),
    sts_unknown=line("sts", unknown, secret, "GetCallerIdentity"),
    sts_secret=line("sts", key, secret[::-1], "GetCallerIdentity"),
    sts_stale=line("sts", "ASIA" + "FAKE" * 4, secret, "GetCallerIdentity", "FwoGZXIvYXdz" + "fake" * 8),
    iam_nobody=line("iam", nobody, nothing, "ListUsers"),
    s3_good=line("s3", key, secret),
    s3_unknown=line("s3", unknown, secret),
    s3_secret=line("s3", key, secret[::-1]),
)
