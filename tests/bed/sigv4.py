"""Requests signed by botocore, as many as are asked for, one JSON object a line: what went out, and each step of its signature.

    sigv4.py SEED COUNT
"""

import base64
import datetime
import json
import random
import sys

import botocore.auth
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode, percent_encode_sequence

dice = random.Random(int(sys.argv[1]))
LETTERS = "abcXYZ019-._~ /+%&=?#:@!$'()*,;[]éß漢\u0301"
PLAIN = "abcxyz019-._~"
SERVICES = ["s3", "sts", "iam", "dynamodb", "execute-api", "es", "bedrock", "logs", "s3"]
REGIONS = ["us-east-1", "eu-central-1", "ap-southeast-2", "us-gov-west-1", "garage"]


def word(letters=LETTERS, most=8, least=0):
    return "".join(dice.choice(letters) for _ in range(dice.randint(least, most)))


def path(is_s3):
    segments = [dice.choice([word(most=10), word(PLAIN), ".", "..", "", "a b"]) for _ in range(dice.randint(0, 5))]
    if is_s3:
        segments = [segment for segment in segments if segment not in (".", "..")]
    text = "/" + "/".join(percent_encode(segment, safe="~") for segment in segments)
    return text if is_s3 or dice.random() < 0.7 else text.replace("%20", "+").replace("~", "(")


def query(is_query):
    # What presigns keeps one of each name.
    pairs = [(word(least=1, most=6), word()) for _ in range(dice.choice([0, 0, 1, 2, 4, 7]))]
    pairs += [pairs[0][:1] + (word(),)] if pairs and not is_query and dice.random() < 0.3 else []
    return percent_encode_sequence(dict(pairs) if is_query else pairs)


def host():
    name = dice.choice(["sts.amazonaws.com", "my.bucket.s3.eu-central-1.amazonaws.com", "127.0.0.1", "api.test"])
    return name + dice.choice(["", "", ":8080", ":80", ":443"])


def headers():
    some = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "A.B", "Accept": "*/*", "X-Custom": " a   b ",
            "Cookie": "a=b", "User-Agent": "why401-test", "X-Amz-Meta-é": "x", "Range": "bytes=0-1", "Empty": ""}
    names = dice.sample(sorted(some), dice.randint(0, 5))
    return {name: some[name] for name in names if name.isascii()}


def made():
    service = dice.choice(SERVICES)
    is_s3, is_query = service == "s3", dice.random() < 0.3
    method = "GET" if is_query else dice.choice(["GET", "HEAD", "PUT", "POST", "DELETE"])
    body = dice.randbytes(dice.choice([0, 0, 1, 40])) if method in ("PUT", "POST") else b""
    now = datetime.datetime(2015, 8, 30, 12, 36, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=dice.randint(0, 10**9))
    botocore.auth.get_current_datetime = lambda *_, **__: now
    text = query(is_query)
    url = f"{dice.choice(['http', 'https'])}://{host()}{path(is_s3)}" + (f"?{text}" if text else "")
    own = {} if is_query else headers()
    if not is_query and dice.random() < 0.1:
        own["X-Amz-Content-SHA256"] = "UNSIGNED-PAYLOAD"
    request = AWSRequest(method=method, url=url, headers=own, data=body)
    if not is_query and dice.random() < 0.2:
        request.headers.add_header("X-Custom", "second")
    token = "FwoGfake/+" * 6 if dice.random() < 0.3 else None
    keys = Credentials("AKIA" + "FAKE" * 4, word("abcXYZ019/+", 40, 40), token)
    region = dice.choice(REGIONS)
    kind = {(True, True): S3SigV4QueryAuth, (True, False): S3SigV4Auth, (False, True): SigV4QueryAuth, (False, False): SigV4Auth}
    before = {"url": request.url, "headers": request.headers.items()}
    told = {}

    class Listening(kind[is_s3, is_query]):
        def string_to_sign(self, request, canonical_request):
            told["string"] = super().string_to_sign(request, canonical_request)
            told["canonical"] = canonical_request
            return told["string"]

        def signature(self, string_to_sign, request):
            told["signature"] = super().signature(string_to_sign, request)
            return told["signature"]

    expires = dice.choice([60, 3600])
    Listening(keys, service, region, **({"expires": expires} if is_query else {})).add_auth(request)
    text = lambda value: value.decode() if isinstance(value, bytes) else value
    return {
        **told, "method": method, "url": request.url, "headers": [[name, text(value)] for name, value in request.headers.items()],
        "body": base64.b64encode(body).decode(), "id": keys.access_key, "secret": keys.secret_key, "token": token,
        "service": service, "region": region, "at": int(now.timestamp()), "expires": expires if is_query else None,
        "unsigned_url": before["url"], "unsigned_headers": [[name, text(value)] for name, value in before["headers"]],
    }


for _ in range(int(sys.argv[2])):
    print(json.dumps(made()))
