"""Requests signed by oauthlib (OAuth 1.0a), healthy ones and ones with a planted slip; one JSON object a line.

    oauth_signers.py SEED COUNT
"""

import json
import random
import sys
import urllib.parse

from oauthlib.oauth1 import SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256, SIGNATURE_PLAINTEXT, Client
from oauthlib.oauth1.rfc5849 import signature as rules

seed, count = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)


def noise(length):
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(length))


class Recording(Client):
    """Slips are made by replacing what oauthlib signs, not by rules of our own."""

    slip = None

    def get_oauth_signature(self, request):
        if self.signature_method == SIGNATURE_PLAINTEXT:
            return super().get_oauth_signature(request)
        uri, headers, body = self._render(request)
        params = rules.collect_parameters(uri_query=urllib.parse.urlparse(uri).query, body=body, headers=headers)
        normal, address = rules.normalize_parameters(params), rules.base_string_uri(uri, headers.get("Host"))
        consumer, token = self.client_secret or "", self.resource_owner_secret or ""
        key = urllib.parse.quote(consumer, safe="~") + "&" + urllib.parse.quote(token, safe="~")
        method = request.http_method.upper()
        match self.slip:
            case "query left out":
                normal = rules.normalize_parameters(rules.collect_parameters(uri_query="", body=body, headers=headers))
            case "body left out":
                normal = rules.normalize_parameters(rules.collect_parameters(uri_query=urllib.parse.urlparse(uri).query, body=[], headers=headers))
            case "http for https":
                address = address.replace("https:", "http:")
            case "port":
                address = address.replace("api.acme.example", "api.acme.example:443")
            case "realm":
                normal = rules.normalize_parameters([*params, ("realm", "Photos")])
            case "not encoded twice":
                return self._mac(f"{method}&{rules.utils.escape(address)}&{normal}", key)
            case "unsorted":
                encoded = [(rules.utils.escape(k), rules.utils.escape(v)) for k, v in params]
                normal = "&".join(f"{k}={v}" for k, v in encoded)
            case "no ampersand":
                key = urllib.parse.quote(consumer, safe="~")
            case "token's secret left out":
                key = urllib.parse.quote(consumer, safe="~") + "&"
            case "swapped":
                key = urllib.parse.quote(token, safe="~") + "&" + urllib.parse.quote(consumer, safe="~")
            case "address with its query":
                address += "?" + urllib.parse.urlparse(uri).query
        return self._mac(rules.signature_base_string(method, address, normal), key)

    def _mac(self, text, key):
        import base64
        import hashlib
        import hmac

        digest = {SIGNATURE_HMAC_SHA1: hashlib.sha1, SIGNATURE_HMAC_SHA256: hashlib.sha256}[self.signature_method]
        return base64.b64encode(hmac.new(key.encode(), text.encode(), digest).digest()).decode()


def made(slip):
    consumer, token = noise(20) + rng.choice(["", "&/+ü"]), noise(20)
    query = urllib.parse.urlencode({"status": "Grüße, Welt & so", "a": "1", "Z": "b c"}, quote_via=urllib.parse.quote) if slip in ("query left out", "address with its query") or rng.random() < 0.6 else None
    method = rng.choice(["GET", "POST"])
    body = ""
    headers = {"Host": "api.acme.example"}
    if method == "POST" and rng.random() < 0.7 or slip == "body left out":
        method, body = "POST", urllib.parse.urlencode({"media": "x y", "status": "hé+llo"})
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    kind = rng.choice([SIGNATURE_HMAC_SHA1, SIGNATURE_HMAC_SHA256] + ([SIGNATURE_PLAINTEXT] if slip is None else []))
    realm = "Photos" if slip == "realm" else None
    client = Recording(noise(16), consumer, noise(16), token, signature_method=kind, realm=realm, timestamp="1700000000", nonce=noise(10))
    client.slip = slip
    url = "https://api.acme.example/1.1/statuses/update.json"
    _, signed, _ = client.sign(url + (f"?{query}" if query else ""), method, body or None, headers)
    fields = [[name, value if isinstance(value, str) else value.decode()] for name, value in signed.items()]
    return {"kind": "oauth1", "method": method, "url": url, "query": query, "headers": fields, "body": body, "consumer": consumer, "token": token}


SECRET = "signature/secret"
SLIPS = {
    "query left out": "signature/canonical", "body left out": "signature/canonical", "http for https": "signature/canonical",
    "port": "signature/canonical", "realm": "signature/canonical", "not encoded twice": "signature/canonical",
    "unsorted": "signature/canonical", "address with its query": "signature/canonical",
    "no ampersand": SECRET, "token's secret left out": SECRET, "swapped": SECRET,
}
for index in range(count):
    slip = rng.choice(list(SLIPS) + ["other token's secret", "line break at the secret"]) if index % 2 else None
    of = made(slip if slip in SLIPS else None)
    if slip in ("other token's secret", "line break at the secret") and "PLAINTEXT" in json.dumps(of):
        slip = None
    of |= {"fault": slip, "expect": SLIPS.get(slip), "proven": True}
    if slip == "other token's secret":
        of |= {"token": noise(20), "expect": SECRET, "proven": False}
    if slip == "line break at the secret":
        of |= {"consumer": of["consumer"] + "\n", "expect": "key/whitespace"}
    print(json.dumps(of))
