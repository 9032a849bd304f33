"""Azurite, and what it says of requests that are signed one by one: SharedKey, SharedKeyLite and shared access signatures, good ones
and ones with a planted fault. Each call is made, its answer is the server's own, and both are told as a text in a file.
"""

import base64
import datetime
import email.utils
import hashlib
import hmac
import http.client
import os
import urllib.parse
from pathlib import Path

import bed

ACCOUNT = "acme"
KEY = base64.b64encode(hashlib.sha512(b"plainly fake").digest()).decode()
OTHER = base64.b64encode(hashlib.sha512(b"of another account").digest()).decode()
VERSION = "2021-08-06"
DATE = email.utils.formatdate(usegmt=True)

os.environ["AZURITE_ACCOUNTS"] = f"{ACCOUNT}:{KEY}"
ports = {}
for service in ("blob", "queue", "table"):
    ports[service] = bed.free_port()
    bed.start(
        bed.NODE, bed.MODULES / f"azurite/dist/src/{service}/main.js", f"--{service}Host", "127.0.0.1", f"--{service}Port", ports[service],
        "--location", service, "--silent", "--skipApiVersionCheck", "--disableTelemetry", port=ports[service],
    )


def mac(text, key=KEY):
    return base64.b64encode(hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()).decode()


def call(service, method, path, query, headers, body=b""):
    """Makes the call; the status, and the whole of it as text."""
    headers = {"Host": f"127.0.0.1:{ports[service]}", **headers}
    client = http.client.HTTPConnection("127.0.0.1", ports[service], timeout=30)
    target = path + (f"?{query}" if query else "")
    client.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
    if body or method in ("PUT", "POST"):
        headers.setdefault("Content-Length", str(len(body)))
    for name, value in headers.items():
        client.putheader(name, value)
    client.endheaders(body or None)
    answer = client.getresponse()
    said = answer.read().decode(errors="replace")
    sent = "".join(f"{name}: {value}\n" for name, value in headers.items())
    came = "".join(f"{name}: {value}\n" for name, value in answer.getheaders())
    text = f"{method} http://{headers['Host']}{target} HTTP/1.1\n{sent}\n{body.decode()}\nHTTP/1.1 {answer.status} {answer.reason}\n{came}\n{said}\n"
    client.close()
    return answer.status, text


LINES = ["Content-Encoding", "Content-Language", "Content-Length", "Content-MD5", "Content-Type", "Date", "If-Modified-Since", "If-Match", "If-None-Match", "If-Unmodified-Since", "Range"]


def text_of(method, path, query, headers, slip):
    """The text of SharedKey for blobs and queues, or what a client makes of it."""
    headers = {name: value for name, value in headers.items()}
    if slip == "lite":
        lines = [method, headers.get("Content-MD5", ""), headers.get("Content-Type", ""), ""]
    else:
        value = lambda name: {"Content-Length": "0" if slip == "zero" else headers.get(name, "").replace("0", "") if headers.get(name) == "0" else headers.get(name, ""), "Date": headers["x-ms-date"] if slip == "date twice" else ""}.get(name, headers.get(name, ""))
        lines = [method] + [value(name) for name in LINES]
    own = [name for name in headers if name.lower().startswith("x-ms-")]
    order = own if slip == "headers unsorted" else sorted(own, key=str.lower)
    case = (lambda name: name) if slip == "letter case" else str.lower
    named = "".join(f"{case(name)}:{headers[name]}\n" for name in order)
    if slip == "no break":
        named = named[:-1]
    resource = ("" if slip == "account once" else f"/{ACCOUNT}") + path
    pairs = urllib.parse.parse_qsl(query, keep_blank_values=True) if slip != "encoded" else [tuple(piece.split("=")) for piece in query.split("&")]
    if slip == "lite" or slip == "no query":
        pairs = []
    order = pairs if slip == "query unsorted" else sorted(pairs)
    return "\n".join(lines) + "\n" + named + resource + "".join(f"\n{name.lower()}:{value}" for name, value in order)


told, seen = {}, {}


def tell(name, status, text, good=False):
    wanted = status < 300 if good else status in (400, 403)
    assert wanted, (name, status, text)
    path = Path(f"{name}.txt").resolve()
    path.write_text(text)
    told[name] = path
    seen[name] = status


def shared_key(name, slip=None, service="blob", method="GET", path=f"/{ACCOUNT}/box", query="restype=container&comp=list&prefix=a%20b", add=None, key=KEY, account=ACCOUNT, header=None, body=b"", headers=None):
    fields = {"x-ms-version": VERSION, "x-ms-date": DATE, **(headers or {})}
    if method in ("PUT", "POST"):
        fields["Content-Length"] = str(len(body))
    text = text_of(method, path, query, fields, slip)
    signature = mac(text, key)
    if slip == "not decoded":
        signature = base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
    if slip == "hexadecimal":
        signature = base64.b64decode(signature).hex()
    if slip == "cut":
        signature = signature[:-9]
    fields["Authorization"] = f"SharedKey {account}:{signature}"
    fields.update(add or {})
    tell(name, *call(service, method, path, query, fields, body), good=name.startswith("good"))


def table(name, scheme, form, key=KEY, method="GET"):
    path = f"/{ACCOUNT}/Tables"
    fields = {"x-ms-date": DATE, "x-ms-version": "2019-02-02", "Accept": "application/json;odata=nometadata", "DataServiceVersion": "3.0"}
    texts = {
        "table": f"GET\n\n\n{DATE}\n/{ACCOUNT}{path}",
        "lite": f"{DATE}\n/{ACCOUNT}{path}",
        "blob": text_of("GET", path, "", {name: value for name, value in fields.items() if name.startswith("x-ms")}, None),
    }
    fields["Authorization"] = f"{scheme} {ACCOUNT}:{mac(texts[form], key)}"
    tell(name, *call("table", method, path, "", fields), good=name.startswith("good"))


def when(hours):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


def account_sas(sp="rwdlacup", ss="bqt", srt="sco", st="", se=None, spr="", key=KEY, end="\n"):
    se = se or when(24)
    text = "\n".join([ACCOUNT, sp, ss, srt, st, se, "", spr, VERSION, ""]) + end
    fields = {"sv": VERSION, "ss": ss, "srt": srt, "sp": sp, "st": st, "se": se, "spr": spr, "sig": mac(text, key)}
    return {name: value for name, value in fields.items() if value}


def service_sas(sp="r", sr="b", path="box/note.txt", se=None, layout=VERSION, spr="", key=KEY, prefix="/blob"):
    se = se or when(24)
    lines = [sp, "", se, f"{prefix}/{ACCOUNT}/{path}", "", "", spr, VERSION]
    lines += [sr, ""] if layout >= "2018-11-09" else []
    lines += [""] if layout >= "2020-12-06" else []
    text = "\n".join(lines + [""] * 5)
    fields = {"sv": VERSION, "sr": sr, "sp": sp, "se": se, "spr": spr, "sig": mac(text, key)}
    return {name: value for name, value in fields.items() if value}


def sas(name, fields, method="GET", path=f"/{ACCOUNT}/box/note.txt", query="", body=b"", change=None, headers=None, service="blob"):
    text = urllib.parse.urlencode(fields)
    if change:
        text = change(text, fields)
    whole = "&".join(piece for piece in (query, text) if piece)
    tell(name, *call(service, method, path, whole, {"x-ms-version": VERSION, **(headers or {})}, body), good=name.startswith("good"))


BLOB = {"x-ms-blob-type": "BlockBlob"}
shared_key("good_put_box", method="PUT", query="restype=container")
shared_key("good_put", method="PUT", path=f"/{ACCOUNT}/box/note.txt", query="", body=b"hello", headers=BLOB)
shared_key("good_list")
shared_key("good_queue", service="queue", method="PUT", path=f"/{ACCOUNT}/jobs", query="")
shared_key("other_key", key=OTHER)
for slip in ("not decoded", "date twice", "no query", "query unsorted", "account once", "no break", "lite", "hexadecimal", "cut", "encoded", "headers unsorted"):
    shared_key(slip.replace(" ", "_"), slip)
shared_key("zero", "zero", method="PUT", path=f"/{ACCOUNT}/box2", query="restype=container")
shared_key("letter_case", "letter case", headers={"x-ms-Client-Request-Id": "7"})
shared_key("type_added", add={"Content-Type": "application/xml"})
shared_key("header_added", add={"x-ms-client-request-id": "9"})
shared_key("other_account", account="acmecorp")
shared_key("queue_no_query", "no query", service="queue", path=f"/{ACCOUNT}/jobs", query="comp=metadata")
table("good_table", "SharedKey", "table")
table("good_table_lite", "SharedKeyLite", "lite")
table("table_as_blob", "SharedKey", "blob")
table("table_lite_full", "SharedKeyLite", "table")
table("table_other_key", "SharedKeyLite", "lite", OTHER)

sas("good_sas", service_sas())
sas("good_sas_account", account_sas())
sas("sas_expired", service_sas(se=when(-1)))
sas("sas_future", account_sas(st=when(12)))
sas("sas_read_only", service_sas(), method="PUT", body=b"x", headers=BLOB)
sas("sas_no_list", account_sas(sp="r"), path=f"/{ACCOUNT}/box", query="restype=container&comp=list")
sas("sas_no_objects", account_sas(srt="sc"))
sas("sas_no_blobs", account_sas(ss="q"))
sas("sas_https", service_sas(spr="https"))
sas("sas_other_key", service_sas(key=OTHER))
sas("sas_account_other_key", account_sas(key=OTHER))
sas("sas_old_layout", service_sas(layout="2015-04-05"))
sas("sas_layout_2018", service_sas(layout="2018-11-09"))
sas("sas_no_service", service_sas(prefix=""))
sas("sas_no_end", account_sas(end=""))
# An escape that is cut in two is an error of another kind.
sas("sas_cut", {**(fields := service_sas()), "sig": fields["sig"][:-9]})
with_plus = next(fields for fields in (service_sas(se=when(24 + hours)) for hours in range(999)) if "+" in fields["sig"])
sas("sas_blank", with_plus, change=lambda text, _: text.replace("%2B", "%20"))
sas("sas_protocol_added", service_sas(), change=lambda text, _: "spr=http%2Chttps&" + text)
sas("sas_blob_list", service_sas(), path=f"/{ACCOUNT}/box", query="restype=container&comp=list")
sas("sas_of_container", service_sas(sr="c", path="box"), change=lambda text, _: text.replace("sr=c", "sr=b"))
Path("key.txt").write_text(KEY)
bed.serve(key=KEY, key_of_another=OTHER, **told)
