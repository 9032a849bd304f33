"""Requests to trading platforms, signed by the clients of krakenex and python-binance, and for Coinbase Exchange as its page says;
healthy ones and ones with a planted slip; one JSON object a line.

    market_signers.py SEED COUNT
"""

import base64
import hashlib
import hmac
import json
import random
import sys
import urllib.parse

import krakenex
from binance.client import Client

seed, count = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
NOW = 1_700_000_000_000


def noise(length):
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(length))


def kraken(slip):
    secret = base64.b64encode(bytes(rng.randrange(256) for _ in range(64))).decode()
    path = "/0/private/" + rng.choice(["Balance", "AddOrder"])
    data = {"nonce": str(NOW + rng.randrange(1000)), "pair": "XBT/EUR", "volume": "1.25"}
    api = krakenex.API(noise(56), secret)
    signed, signed_path = dict(data), path
    match slip:
        case "nonce made twice":
            signed["nonce"] = str(int(data["nonce"]) - 1)
            # The hash has the other nonce before the body that is sent.
            text = signed["nonce"] + urllib.parse.urlencode(data)
            message = path.encode() + hashlib.sha256(text.encode()).digest()
            signature = base64.b64encode(hmac.new(base64.b64decode(secret), message, hashlib.sha512).digest()).decode()
        case "path without its version":
            signed_path = path.removeprefix("/0")
        case "secret not decoded":
            text = data["nonce"] + urllib.parse.urlencode(data)
            message = path.encode() + hashlib.sha256(text.encode()).digest()
            signature = base64.b64encode(hmac.new(secret.encode(), message, hashlib.sha512).digest()).decode()
        case "hexadecimal":
            signature = base64.b64decode(api._sign(signed, path)).hex()
    if slip not in ("nonce made twice", "secret not decoded", "hexadecimal"):
        signature = api._sign(signed, signed_path)
    headers = [["API-Key", api.key], ["API-Sign", signature], ["Content-Type", "application/x-www-form-urlencoded"]]
    return {"kind": "kraken", "method": "POST", "url": "https://api.kraken.com" + path, "query": None, "headers": headers, "body": urllib.parse.urlencode(data), "secret": secret}


def binance(slip):
    secret = noise(64)
    client = Client.__new__(Client)
    client.API_SECRET, client.PRIVATE_KEY, client.session = secret, None, None
    data = {"symbol": "BTCUSDT", "side": "BUY", "quantity": "1", "recvWindow": "5000", "timestamp": str(NOW)}
    signature = client._generate_signature(data)
    query = "&".join(f"{name}={value}" for name, value in client._order_params(data))
    body, method = "", "GET"
    headers = [["X-MBX-APIKEY", noise(64)]]
    match slip:
        case "parameter added after signing":
            query += "&newClientOrderId=x1"
        case "parameters in another order":
            query = "&".join(reversed(query.split("&")))
        case "time in seconds":
            data["timestamp"] = str(NOW // 1000)
            signature = client._generate_signature(data)
            query = "&".join(f"{name}={value}" for name, value in client._order_params(data))
        case "base64":
            signature = urllib.parse.quote(base64.b64encode(bytes.fromhex(signature)).decode(), safe="")
        case "question mark signed":
            signature = client._hmac_signature("?" + query)
        case "key lost":
            headers = [["X-MBX-APIKEY", ""]]
        case "signature lost":
            signature = ""
    query += f"&signature={signature}"
    if rng.random() < 0.3 and slip is None:
        method, body, query = "POST", query, None
        headers.append(["Content-Type", "application/x-www-form-urlencoded"])
    return {"kind": "binance", "method": method, "url": "https://api.binance.com/api/v3/order", "query": query, "headers": headers, "body": body, "secret": secret}


def coinbase(slip):
    secret = base64.b64encode(bytes(rng.randrange(256) for _ in range(64))).decode()
    path, query, method, body = "/orders", rng.choice([None, "limit=5&before=2"]), "POST", json.dumps({"size": "0.1", "side": "buy"})
    if slip == "query left out":
        query = "limit=5&before=2"
    time = "1700000000"
    whole = path + (f"?{query}" if query and slip != "query left out" else "")
    text = time + (method.lower() if slip == "method" else method) + whole + ("" if slip == "body left out" else body)
    key = secret.encode() if slip == "secret not decoded" else base64.b64decode(secret)
    signature = base64.b64encode(hmac.new(key, text.encode(), hashlib.sha256).digest()).decode()
    headers = [["CB-ACCESS-KEY", noise(32)], ["CB-ACCESS-SIGN", signature], ["CB-ACCESS-TIMESTAMP", time], ["CB-ACCESS-PASSPHRASE", noise(10)], ["Content-Type", "application/json"]]
    if slip == "passphrase lost":
        headers.pop(3)
    if slip == "body written anew":
        body = json.dumps(json.loads(body), separators=(",", ":"))
    return {"kind": "coinbase-exchange", "method": method, "url": "https://api.exchange.coinbase.com" + path, "query": query, "headers": headers, "body": body, "secret": secret}


CANONICAL, SECRET = "signature/canonical", "signature/secret"
KINDS = {
    kraken: {"nonce made twice": CANONICAL, "path without its version": CANONICAL, "secret not decoded": SECRET, "hexadecimal": CANONICAL},
    binance: {
        "parameter added after signing": CANONICAL, "parameters in another order": CANONICAL, "time in seconds": "clock/skew", "base64": CANONICAL,
        "question mark signed": CANONICAL, "signature lost": "header/missing",
    },
    coinbase: {"query left out": CANONICAL, "method": CANONICAL, "body left out": CANONICAL, "secret not decoded": SECRET, "passphrase lost": "header/companion-missing", "body written anew": CANONICAL},
}
for index in range(count):
    kind = rng.choice(list(KINDS))
    slips = KINDS[kind]
    slip = rng.choice([*slips, "other secret", "line break at the secret"]) if index % 2 else None
    of = kind(slip)
    of |= {"fault": slip, "expect": slips.get(slip), "proven": True}
    if slip == "other secret":
        other = kind(None)["secret"]
        of |= {"secret": other, "expect": SECRET, "proven": False}
    if slip == "line break at the secret":
        of |= {"secret": of["secret"] + "\n", "expect": "key/whitespace"}
    print(json.dumps(of))
