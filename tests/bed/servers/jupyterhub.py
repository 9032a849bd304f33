"""JupyterHub: tokens of services with roles of their own, and a user's token that has expired."""

import json
import time
import urllib.error
import urllib.request
from pathlib import Path

import bed

HERE = Path.cwd()
# Plainly fake, and built from parts.
ADMIN, READER = "fake-" * 5 + "admin-0123456789", "fake-" * 5 + "reader-0123456789"

hub, inside, proxy = (bed.free_port() for _ in range(3))
Path("hub.py").write_text(
    f"""
c.JupyterHub.bind_url = "http://127.0.0.1:{hub}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{inside}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy}"
c.ConfigurableHTTPProxy.command = ["{bed.NODE}", "{bed.MODULES}/configurable-http-proxy/bin/configurable-http-proxy", "--ip", "127.0.0.1"]
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.db_url = "sqlite:///{HERE}/hub.sqlite"
c.JupyterHub.cookie_secret_file = "{HERE}/cookie"
c.JupyterHub.log_level = 30
c.Authenticator.allow_all = True
c.JupyterHub.services = [dict(name="admin", api_token="{ADMIN}"), dict(name="reader", api_token="{READER}")]
c.JupyterHub.load_roles = [
    dict(name="for-admin", services=["admin"], scopes=["admin:users", "tokens"]),
    dict(name="for-reader", services=["reader"], scopes=["read:users:name"]),
]
"""
)
base = f"http://127.0.0.1:{hub}/hub/api"
bed.start(bed.BED / "jupyterhub/bin/jupyterhub", "-f", "hub.py", port=hub, ask=f"{base}/")


def post(path, **body):
    request = urllib.request.Request(base + path, json.dumps(body).encode(), {"Authorization": f"token {ADMIN}"}, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def refused(token):
    try:
        urllib.request.urlopen(urllib.request.Request(f"{base}/user", headers={"Authorization": f"token {token}"}), timeout=30).close()
        return False
    except urllib.error.HTTPError:
        return True


post("/users/deploy")
user = post("/users/deploy/tokens", note="lasting")["token"]
expired = post("/users/deploy/tokens", note="short", expires_in=1)["token"]
while not refused(expired):
    time.sleep(0.2)
bed.serve(url=base, admin=ADMIN, reader=READER, user=user, expired=expired)
