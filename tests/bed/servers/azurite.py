"""Azurite, Azure's own storage emulator: shared access signatures over HTTP, and over HTTPS the tokens of Entra ID.

The account key is the one that Microsoft publishes for the emulator; it is built from parts all the same.
"""

import base64
import datetime
import email.utils
import hashlib
import hmac
import re
import time
import urllib.parse
import urllib.request

import bed

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsu" + "Fq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
VERSION = "2021-08-06"


def mac(text, key=KEY):
    return base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()


def when(hours):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def put(base, path, query, body=b"", **more):
    """A request of the account's owner, signed with the key."""
    headers = {"x-ms-date": email.utils.formatdate(usegmt=True), "x-ms-version": VERSION, **{name.replace("_", "-"): value for name, value in more.items()}}
    own = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    resource = f"/{ACCOUNT}/{ACCOUNT}{path}" + "".join(f"\n{part.replace('=', ':')}" for part in query.split("&") if part)
    text = "\n".join(["PUT", "", "", str(len(body)) if body else "", "", "text/plain", "", "", "", "", "", ""]) + "\n" + own + resource
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{mac(text)}"
    url = f"{base}/{ACCOUNT}{path}" + (f"?{query}" if query else "")
    urllib.request.urlopen(urllib.request.Request(url, body, {**headers, "Content-Type": "text/plain"}, method="PUT"), timeout=30).close()


def shared(permission="r", start="", end=None, protocol="", key=KEY):
    """A service signature for the blob, with `sig` last."""
    end = end or when(24)
    resource = f"/blob/{ACCOUNT}/box/note.txt"
    text = "\n".join([permission, start, end, resource, "", "", protocol, VERSION, "b", "", "", "", "", "", "", ""])
    fields = {"sv": VERSION, "st": start, "se": end, "sr": "b", "sp": permission, "spr": protocol, "sig": mac(text, key)}
    return urllib.parse.urlencode({name: value for name, value in fields.items() if value})


port, secure = bed.free_port(), bed.free_port()
common = [bed.NODE, bed.MODULES / "azurite/dist/src/blob/main.js", "--blobHost", "127.0.0.1", "--silent", "--skipApiVersionCheck", "--disableTelemetry"]
bed.start(*common, "--blobPort", port, "--location", "plain", port=port)
tls = bed.certificate()
bed.start(*common, "--blobPort", secure, "--location", "secure", "--oauth", "basic", "--cert", tls[0], "--key", tls[1], port=secure)
base = f"http://127.0.0.1:{port}"
put(base, "/box", "restype=container")
put(base, "/box/note.txt", "", b"hello", x_ms_blob_type="BlockBlob")

good = shared()
now = int(time.time())
claims = {"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/", "nbf": now - 60}
tokens = bed.tokens("Azurite does not look at the signature", **claims)
signature = urllib.parse.parse_qs(good)["sig"][0]
bed.serve(
    blob=f"{base}/{ACCOUNT}/box/note.txt",
    secure=f"https://127.0.0.1:{secure}/{ACCOUNT}/?comp=list",
    sas=good,
    sas_expired=shared(start=when(-3), end=when(-1)),
    sas_future=shared(start=when(12)),
    sas_write=shared(permission="w"),
    sas_https=shared(protocol="https"),
    sas_forged=shared(key=base64.b64encode(b"another account's key, of 64 bytes or less").decode()),
    # Half an escape at the end makes Azurite answer 500.
    sas_cut=re.sub("%.?$", "", good[:-12]),
    sas_plus=good.replace(urllib.parse.quote_plus(signature), signature),
    token=tokens["good"],
    token_expired=tokens["expired"],
    token_future=tokens["future"],
    token_audience=bed.jwt("x", **{**claims, "aud": "https://management.azure.com"}),
    token_issuer=bed.jwt("x", **{**claims, "iss": "https://login.acme.example/"}),
)
