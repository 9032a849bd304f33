"""Registries of packages and images: Verdaccio with its own tokens, and docker-registry that trusts a token server."""

import base64
import hashlib
import json
import time
import urllib.request
from pathlib import Path

import bed
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

HERE = Path.cwd()
PASSWORD = "fake-pass-word-4-npm"


def put(url, body, token=None):
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    with urllib.request.urlopen(urllib.request.Request(url, json.dumps(body).encode(), headers, method="PUT"), timeout=30) as answer:
        return json.load(answer)


def verdaccio():
    port = bed.free_port()
    Path("verdaccio.yaml").write_text(
        f"""
storage: {HERE}/packages
auth: {{htpasswd: {{file: {HERE}/users, max_users: 10}}}}
uplinks: {{}}
packages:
  '@private/*': {{access: deploy, publish: deploy}}
  '**': {{access: $authenticated, publish: deploy, unpublish: deploy}}
log: {{type: stdout, format: pretty, level: warn}}
"""
    )
    url = f"http://127.0.0.1:{port}"
    bed.start(bed.NODE, bed.MODULES / "verdaccio/bin/verdaccio", "-c", "verdaccio.yaml", "-l", f"127.0.0.1:{port}", port=port, ask=f"{url}/-/ping")
    told = {}
    for user in ("deploy", "reader"):
        told[user] = put(f"{url}/-/user/org.couchdb.user:{user}", {"name": user, "password": PASSWORD})["token"]
    for name in ("left", "@private%2fright"):
        package = name.replace("%2f", "/")
        data = base64.b64encode(b"no archive").decode()
        version = {"name": package, "version": "1.0.0", "dist": {"tarball": f"{url}/{package}/-/x-1.0.0.tgz", "shasum": hashlib.sha1(b"no archive").hexdigest()}}
        body = {"_id": package, "name": package, "dist-tags": {"latest": "1.0.0"}, "versions": {"1.0.0": version}}
        put(f"{url}/{name}", {**body, "_attachments": {"x-1.0.0.tgz": {"data": data, "length": 10}}}, told["deploy"])
    return {"npm": url, **{f"npm_{user}": token for user, token in told.items()}}


def docker():
    certificate, key = (Path(name).read_text() for name in bed.certificate())
    port = bed.free_port()
    Path("docker.yaml").write_text(
        f"""
version: 0.1
log: {{level: error}}
storage: {{filesystem: {{rootdirectory: {HERE}/images}}}}
http: {{addr: "127.0.0.1:{port}"}}
auth: {{token: {{realm: "https://login.acme.example/token", service: registry.acme.example, issuer: login.acme.example, rootcertbundle: {HERE}/self.pem}}}}
"""
    )
    bed.start("docker-registry", "serve", "docker.yaml", port=port)
    now = int(time.time())
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    chain = ["".join(certificate.splitlines()[1:-1])]

    def token(by=key, **claims):
        pull = [{"type": "repository", "name": "team/app", "actions": ["pull"]}]
        good = {"iss": "login.acme.example", "sub": "deploy", "aud": "registry.acme.example", "iat": now - 60, "nbf": now - 60, "exp": now + 86400, "jti": "1"}
        return jwt.encode({**good, "access": pull, **claims}, by, algorithm="RS256", headers={"x5c": chain})

    pem = stranger.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "docker": f"http://127.0.0.1:{port}",
        "docker_good": token(),
        "docker_expired": token(exp=now - 3600, nbf=now - 7200),
        "docker_future": token(nbf=now + 80000),
        "docker_audience": token(aud="registry.staging.acme.example"),
        "docker_issuer": token(iss="login.staging.acme.example"),
        "docker_no_access": token(access=[]),
        "docker_forged": token(by=pem),
    }


bed.serve(**verdaccio(), **docker(), password=PASSWORD, basic=bed.basic("deploy", PASSWORD))
