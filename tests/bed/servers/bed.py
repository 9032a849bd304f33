"""What every start script of the test bed does.

A start script runs in an empty folder of its own. It prints what a story needs to know, one `NAME=VALUE` a line, then `ready`,
and serves until its standard input ends: so it never outlives the test that started it, however that test ends. What it started
itself it ends by process group.
"""

import atexit
import base64
import fcntl
import hashlib
import hmac
import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

BED = Path(os.environ["WHY401_BED"])
HERE = Path(__file__).resolve().parent
MODULES = BED / "npm/node_modules"
NODE = BED / "bin/node"
PATIENCE = 120  # seconds

started = []
starting = threading.Lock()


def free_port():
    """A port below those that the system gives to outgoing connections, and one that nobody else was given lately: a program
    that is started in a moment must find it free."""
    with open(BED / "ports", "a+") as last:
        fcntl.flock(last, fcntl.LOCK_EX)
        last.seek(0)
        port = int(last.read() or 0)
        while True:
            port = port + 1 if 20000 <= port < 31000 else 20000
            with socket.socket() as listener:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    listener.bind(("127.0.0.1", port))
                except OSError:
                    continue
            last.truncate(0)
            last.write(str(port))
            return port


def start(*command, port=None, ask=None, **options):
    """Starts a program; where `port` is given, waits until it listens there, and with `ask` until that URL is answered well."""
    log = open(f"{len(started)}.log", "wb")
    environment = {**os.environ, "PATH": os.environ["PATH"] + ":/usr/sbin:/sbin", **options.pop("env", {})}
    files = {"stdin": subprocess.DEVNULL, "stdout": log, "stderr": subprocess.STDOUT}
    with starting:
        process = subprocess.Popen([str(word) for word in command], start_new_session=True, env=environment, **files, **options)
        started.append(process)
    end = time.monotonic() + PATIENCE
    while port and not listens(port, ask):
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"{command[0]} is not there: {Path(log.name).read_text(errors='replace')[-2000:]}")
        time.sleep(0.02)
    return process


def listens(port, ask=None):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        if ask:
            urllib.request.urlopen(ask, timeout=5).close()
        return True
    except OSError:
        return False


def stop():
    with starting:
        for sign in (signal.SIGTERM, signal.SIGKILL):
            for process in started:
                try:
                    os.killpg(process.pid, sign)
                except ProcessLookupError:
                    pass
            for process in started:
                try:
                    process.wait(3)
                except subprocess.TimeoutExpired:
                    pass


def serve(**told):
    """Tells what the stories need; what was started serves until standard input ends."""
    for name, value in told.items():
        print(f"{name}={value}")
    print("ready", flush=True)
    threading.Event().wait()


def watch():
    """Ends all when standard input ends, however far the start has come."""
    while os.read(0, 64):
        pass
    stop()
    os._exit(0)


def listening(handler, tls=None, address="127.0.0.1", port=0):
    """Serves a request handler in a thread; gives back its port."""
    import http.server

    class Server(http.server.ThreadingHTTPServer):
        request_queue_size = 64
        daemon_threads = True

        def handle_error(self, *_):
            """A client that hangs up is no news."""

    server = Server((address, port), handler)
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_address[1]


def certificate():
    """Files of a certificate that nobody trusts, and of its key."""
    if not Path("self.pem").exists():
        subprocess.run(
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout self.key -out self.pem -days 2 -subj /CN=127.0.0.1".split()
            + ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
            check=True,
            capture_output=True,
        )
    return "self.pem", "self.key"


def basic(user, password):
    return base64.b64encode(f"{user}:{password}".encode()).decode()


def segment(data):
    data = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def jwt(secret, head=None, **claims):
    """A token signed with HMAC-SHA256; a claim that is None is left out."""
    now = int(time.time())
    claims = {"sub": "u", "iat": now - 60, "exp": now + 86400, **claims}
    text = segment({"alg": "HS256", "typ": "JWT", **(head or {})}) + "." + segment({k: v for k, v in claims.items() if v is not None})
    return text + "." + segment(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest())


def tokens(secret, **claims):
    """Tokens as they go wrong: each is good but for one thing."""
    now = int(time.time())
    good = jwt(secret, **claims)
    head, body, mac = good.split(".")
    return {
        "good": good,
        "expired": jwt(secret, **{**claims, "iat": now - 7200, "nbf": None, "exp": now - 3600}),
        "future": jwt(secret, **{**claims, "nbf": now + 86000}),
        "forged": jwt("another-secret-of-another-machine", **claims),
        "unsigned": segment({"alg": "none", "typ": "JWT"}) + "." + body + ".",
        "cut": good[:-9],
    }


atexit.register(stop)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
threading.Thread(target=watch, daemon=True).start()
