"""Azure's own Python clients sign generated requests and make shared access signatures; one JSON object a line.

    azure_sdk.py SEED COUNT
"""

import json
import random
import sys
import urllib.parse
from base64 import b64encode

from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.pipeline.transport import HttpRequest
from azure.core.credentials import AzureNamedKeyCredential
from azure.data.tables import _table_shared_access_signature as table_sas
from azure.data.tables._authentication import SharedKeyCredentialPolicy as TablePolicy
from azure.storage.blob import _shared_access_signature as blob_sas
from azure.storage.blob import UserDelegationKey
from azure.storage.blob._shared.authentication import SharedKeyCredentialPolicy
from azure.storage.fileshare import _shared_access_signature as file_sas
from azure.storage.queue import _shared_access_signature as queue_sas

seed, count = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
ACCOUNT = "acme"
KEY = b64encode(bytes(rng.randrange(256) for _ in range(64))).decode()
WORDS = ["a", "note.txt", "b c", "é", "x+y", "100%", "q/r", "Z", "comp", "~tilde", "日本"]


def word():
    return rng.choice(WORDS) + rng.choice(["", "1", "-x"])


def some(values, most):
    return rng.sample(values, rng.randrange(most + 1))


def request(service):
    host = f"https://{ACCOUNT}.{service}.core.windows.net"
    path = "/" + "/".join(urllib.parse.quote(word(), safe=rng.choice(["", "~+()"])) for _ in range(rng.randrange(4)))
    query = {"comp": rng.choice(["list", "metadata", "block"])} if rng.random() < 0.5 else {}
    for name in some(["restype", "prefix", "maxresults", "timeout", "blockid", "marker", "delimiter"], 4):
        query[name] = urllib.parse.quote(word(), safe="")
    if service == "table":
        query = {name: value for name, value in query.items() if name == "comp" or rng.random() < 0.5}
    text = "&".join(f"{name}={value}" for name, value in query.items())
    made = HttpRequest(rng.choice(["GET", "PUT", "POST", "DELETE", "HEAD"]), f"{host}{path}" + (f"?{text}" if text else ""))
    headers = {"x-ms-date": "Wed, 14 Feb 2018 23:34:04 GMT", "x-ms-version": "2021-08-06", "Host": "h", "User-Agent": "u"}
    optional = {
        "Content-Type": "application/xml", "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==", "Content-Encoding": "gzip", "Content-Language": "de",
        "If-Match": '"0x8D"', "If-None-Match": "*", "If-Modified-Since": "Wed, 14 Feb 2018 23:34:04 GMT", "x-ms-blob-type": "BlockBlob",
        "x-ms-meta-a": "1", "x-ms-meta-a-b": "2", "x-ms-meta-ab": "3", "x-ms-blob-content-type": "text/plain", "x-ms-client-request-id": "7",
        "x-ms-copy-source": "https://b.test/x?sig=abc&se=1", "Content-Length": rng.choice(["0", "11"]),
    }
    for name in some(list(optional), 9):
        headers[name] = optional[name]
    names = list(headers)
    rng.shuffle(names)
    for name in names:
        made.headers[name] = headers[name]
    return made


class Recorded:
    text = ""


def sign(made, service):
    piped = PipelineRequest(made, PipelineContext(None))
    policy = TablePolicy(AzureNamedKeyCredential(ACCOUNT, KEY)) if service == "table" else SharedKeyCredentialPolicy(ACCOUNT, KEY)
    add = policy._add_authorization_header
    policy._add_authorization_header = lambda request, text: (setattr(Recorded, "text", text), add(request, text))
    policy.on_request(piped)
    split = urllib.parse.urlsplit(made.url)
    return {
        "kind": "shared-key", "account": ACCOUNT, "key": KEY, "method": made.method, "url": f"{split.scheme}://{split.netloc}{split.path}",
        "query": split.query or None, "headers": list(made.headers.items()), "text": Recorded.text,
    }


def moment():
    return f"20{rng.randrange(25, 35)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}T0{rng.randrange(10)}:00:00Z"


def text_of(helper):
    return helper


def sas():
    service = rng.choice(["blob", "container", "queue", "table", "file", "account", "user"])
    shared = {"permission": rng.choice(["r", "rl", "rw", "rwdl"]), "expiry": moment()}
    for name, value in [("start", moment()), ("ip", rng.choice(["1.2.3.4", "1.2.3.4-1.2.3.9"])), ("protocol", "https")]:
        if rng.random() < 0.4:
            shared[name] = value
    if rng.random() < 0.3 and service not in ("account", "user"):
        shared["policy_id"] = "policy one"
    answered = {}
    for name in some(["cache_control", "content_disposition", "content_encoding", "content_language", "content_type"], 3):
        answered[name] = rng.choice(["no-cache", 'attachment; filename="ä b.txt"', "gzip", "text/plain; charset=utf-8"])
    box, item = "box", "/".join(word() for _ in range(rng.randrange(1, 3)))
    quoted = urllib.parse.quote(item)
    host = lambda kind: f"https://{ACCOUNT}.{kind}.core.windows.net"
    key, extra = KEY, {}
    if service == "blob":
        if rng.random() < 0.3:
            extra["snapshot"] = "2020-01-01T00:00:00.0000000Z"
        if rng.random() < 0.3:
            extra["encryption_scope"] = "scope1"
        made = blob_sas.BlobSharedAccessSignature(ACCOUNT, KEY).generate_blob(box, item, **shared, **answered, **extra)
        url = f"{host('blob')}/{box}/{quoted}"
    elif service == "container":
        made = blob_sas.BlobSharedAccessSignature(ACCOUNT, KEY).generate_container(box, **shared, **answered)
        url = f"{host('blob')}/{box}/{quoted}"
    elif service == "user":
        user = UserDelegationKey()
        user.signed_oid, user.signed_tid, user.signed_start, user.signed_expiry = "oid", "tid", moment(), moment()
        user.signed_service, user.signed_version, user.value = "b", "2021-08-06", KEY
        user.signed_delegated_user_tid = None
        hns = {"preauthorized_agent_object_id": "p"} if rng.random() < 0.3 else {}
        made = blob_sas.BlobSharedAccessSignature(ACCOUNT, user_delegation_key=user).generate_blob(box, item, **shared, **answered, **hns)
        url = f"{host('blob')}/{box}/{quoted}"
    elif service == "queue":
        made = queue_sas.QueueSharedAccessSignature(ACCOUNT, KEY).generate_queue("jobs", **shared)
        url = f"{host('queue')}/jobs/messages"
    elif service == "file":
        made = file_sas.FileSharedAccessSignature(ACCOUNT, KEY).generate_file("share", None, "note.txt", **shared, **answered)
        url = f"{host('file')}/share/note.txt"
    elif service == "table":
        from azure.core.credentials import AzureNamedKeyCredential as Named
        keys = {"start_pk": "a", "start_rk": "1", "end_pk": "b"} if rng.random() < 0.5 else {}
        named = {"ip_address_or_range" if name == "ip" else name: value for name, value in shared.items()}
        made = table_sas.generate_table_sas(Named(ACCOUNT, KEY), "People", **named, **keys)
        url = f"{host('table')}/People(PartitionKey='a',RowKey='1')"
    else:
        scope = {"encryption_scope": "s"} if rng.random() < 0.3 else {}
        made = blob_sas.generate_account_sas(ACCOUNT, KEY, "sco", services="bq", **shared, **scope)
        url = f"{host('blob')}/{box}"
    query = made + (f"&snapshot={extra['snapshot']}" if "snapshot" in extra else "")
    return {"kind": "sas", "account": ACCOUNT, "key": key, "method": "GET", "url": url, "query": query, "headers": []}


for index in range(count):
    if index % 2:
        print(json.dumps(sas()))
    else:
        service = rng.choice(["blob", "queue", "file", "table"])
        print(json.dumps(sign(request(service), service)))
