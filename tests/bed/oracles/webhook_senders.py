"""Messages signed and verified by the senders' own libraries, healthy ones and ones with a planted fault that those libraries
refuse; one JSON object a line.

    webhook_senders.py SEED COUNT
"""

import base64
import datetime
import hashlib
import hmac
import json
import random
import sys
import urllib.parse

import stripe
from gidgethub import ValidationFailure
from gidgethub.sansio import validate_event
from slack_sdk.signature import Clock, SignatureVerifier
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from twilio.request_validator import RequestValidator

seed, count = int(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
NOW = 1_700_000_000


def noise(length):
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(length))


def value(depth=0):
    kinds = ["text", "number", "word"] + (["list", "map"] if depth < 3 else [])
    match rng.choice(kinds):
        case "text":
            return rng.choice(["plain", "Grüße", "a/b", "<b> & co", 'quote " and \\', "日本", "tab\there", "", "🙂"])
        case "number":
            return rng.choice([0, -1, 1.5, 1e21, 12345678901234567890])
        case "word":
            return rng.choice([True, False, None])
        case "list":
            return [value(depth + 1) for _ in range(rng.randrange(4))]
        case _:
            return {noise(3): value(depth + 1) for _ in range(rng.randrange(4))}


def event():
    return {"id": noise(8), "zeta": value(), "alpha": value(), "text": rng.choice(["Grüße/1", "plain"]), "list": [1, 2]}


def written(data):
    """The body as the sender writes it."""
    return rng.choice([
        lambda: json.dumps(data, separators=(",", ":"), ensure_ascii=False),
        lambda: json.dumps(data, separators=(",", ":")),
        lambda: json.dumps(data, indent=2, ensure_ascii=False),
        lambda: json.dumps(data),
    ])()


def rewritten(body):
    """The body as a framework that parsed it writes it anew; another text than before."""
    data = json.loads(body)
    forms = [
        json.dumps(data, separators=(",", ":"), ensure_ascii=False),
        json.dumps(data, indent=2, ensure_ascii=False),
        json.dumps(data, indent=4, ensure_ascii=False),
        json.dumps(data, ensure_ascii=False),
        json.dumps(data),
        body + "\n",
        body.replace("\n", "\r\n"),
        body.encode().decode("latin-1"),
        base64.b64encode(body.encode()).decode(),
    ]
    return rng.choice([form for form in forms if form != body])


class Stopped(Clock):
    def now(self):
        return NOW


def stripe_verifies(of, secret):
    try:
        stripe.WebhookSignature.verify_header(of["body"], header(of, "Stripe-Signature"), secret, tolerance=None)
        return True
    except stripe.SignatureVerificationError:
        return False


def slack_verifies(of, secret):
    return SignatureVerifier(secret or " x", Stopped()).is_valid_request(of["body"], dict(of["headers"]))


def github_verifies(of, secret):
    try:
        validate_event(of["body"].encode(), signature=header(of, "X-Hub-Signature-256"), secret=secret)
        return True
    except ValidationFailure:
        return False


def standard_verifies(of, secret):
    from standardwebhooks import webhooks

    class Then(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(NOW, tz)

    webhooks.datetime = Then
    try:
        Webhook(secret).verify(of["body"], dict(of["headers"]), json_parse=False)
        return True
    except Exception:
        return False


def twilio_verifies(of, secret):
    url = of["url"] + (f"?{of['query']}" if of["query"] else "")
    params = of["body"] if of["body"].startswith("{") else dict(urllib.parse.parse_qsl(of["body"], keep_blank_values=True))
    algorithm = "HMAC_SHA256" if any(name == "X-Twilio-Webhooks-Signature-Settings" for name, _ in of["headers"]) else None
    return RequestValidator(secret).validate(url, params, header(of, "X-Twilio-Signature"), algorithm)


def header(of, name):
    return next(value for own, value in of["headers"] if own == name)


def message(kind):
    body, secret, query = written(event()), noise(32), None
    headers = []
    url = "https://api.acme.example/hooks"
    if kind == "stripe":
        secret = "whsec_" + secret
        headers.append(["Stripe-Signature", stripe.WebhookSignature.generate_signature_header(body, secret, NOW)])
        if rng.random() < 0.3:
            headers[0][1] += ",v0=" + "0" * 64
    elif kind == "slack":
        signature = SignatureVerifier(secret).generate_signature(timestamp=str(NOW), body=body)
        headers += [["X-Slack-Request-Timestamp", str(NOW)], ["X-Slack-Signature", signature]]
    elif kind == "github":
        signature = hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()
        headers += [["X-Hub-Signature-256", "sha256=" + signature], ["X-GitHub-Event", "push"]]
    elif kind == "standard":
        secret = "whsec_" + base64.b64encode(bytes(rng.randrange(256) for _ in range(24))).decode()
        when = datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc)
        signature = Webhook(secret).sign("msg_1", when, body)
        headers += [["webhook-id", "msg_1"], ["webhook-timestamp", str(NOW)], ["webhook-signature", f"v1a,zz {signature}"]]
    else:
        shared = kind == "twilio-shared"
        if rng.random() < 0.4:
            query = "bodySHA256=" + hashlib.sha256(body.encode()).hexdigest()
            params = {}
        else:
            params = {"From": "+4930123", "To": "+1", "Body": rng.choice(["Grüße & so", "a+b", ""]), "NumMedia": "0", "AccountSid": noise(6)}
            body = urllib.parse.urlencode(params)
        whole = url + (f"?{query}" if query else "")
        signature = RequestValidator(secret).compute_signature(whole, params, "HMAC_SHA256" if shared else None)
        headers.append(["X-Twilio-Signature", signature])
        if shared:
            headers.append(["X-Twilio-Webhooks-Signature-Settings", "key=k1,algorithm=HMAC_SHA256"])
    return {"kind": kind, "method": "POST", "url": url, "query": query, "headers": headers, "body": body, "secret": secret, "fault": None, "expect": None}


VERIFY = {"stripe": stripe_verifies, "slack": slack_verifies, "github": github_verifies, "standard": standard_verifies, "twilio": twilio_verifies, "twilio-shared": twilio_verifies}
CAUSE = "signature/webhook-secret"


def faulty(of):
    """One thing is wrong."""
    kind = of["kind"]
    twilio = kind.startswith("twilio")
    faults = ["other secret", "line break at the secret", "quotes round the secret", "header lost", "header cut"]
    if not twilio:
        faults += ["rewritten"] * 4 + ["blank"]
    if twilio:
        faults += ["http", "port", "slash"]
        if of["query"]:
            faults += ["rewritten"] * 4
    if kind == "stripe":
        faults += ["prefix off", "only v0"]
    if kind == "slack":
        faults += ["time lost"]
    fault = rng.choice(faults)
    of = {**of, "headers": [list(pair) for pair in of["headers"]], "fault": fault, "expect": CAUSE, "proven": True}
    signature = next(pair for pair in of["headers"] if "ignature" in pair[0] and "Settings" not in pair[0])
    match fault:
        case "other secret":
            of["secret"] = "whsec_" + base64.b64encode(noise(24).encode()).decode() if "whsec_" in of["secret"] else noise(32)
            of["proven"] = False
        case "line break at the secret":
            of["secret"] += "\n"
            of["expect"] = "key/whitespace"
        case "quotes round the secret":
            of["secret"] = f'"{of["secret"]}"'
            of["expect"] = "key/quoted"
        case "prefix off":
            of["secret"] = of["secret"].removeprefix("whsec_")
            of["expect"] = "key/malformed"
        case "header lost":
            of["headers"].remove(signature)
            of["expect"] = "header/missing"
        case "header cut":
            signature[1] = signature[1][:-9]
            of["proven"] = False
        case "only v0":
            signature[1] = signature[1].split(",")[0] + ",v0=" + "0" * 64
            of["expect"] = "header/missing"
        case "time lost":
            of["headers"] = [pair for pair in of["headers"] if pair[0] != "X-Slack-Request-Timestamp"]
            of["expect"] = "header/missing"
        case "rewritten":
            of["body"] = rewritten(of["body"])
        case "blank":
            of["body"] += " "
        case "http":
            of["url"] = of["url"].replace("https:", "http:")
        case "port":
            of["url"] = of["url"].replace("https://api.acme.example", "http://api.acme.example:8080")
        case "slash":
            of["url"] += "/"
    return of


def refuses(of):
    if of["fault"] in ("header lost", "time lost"):
        return True
    secret = of["secret"]
    return not VERIFY[of["kind"]](of, secret)


made = 0
while made < count:
    of = message(rng.choice(list(VERIFY)))
    assert VERIFY[of["kind"]](of, of["secret"]), of
    if made % 2:
        of = faulty(of)
        # What the library takes all the same is no fault: quotes and line breaks round base64, some of them.
        if not refuses(of):
            continue
    print(json.dumps(of))
    made += 1
