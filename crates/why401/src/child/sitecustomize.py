"""why401 run: leads HTTP connections of libraries that ignore the environment through the capture proxy, lets contexts with
a list of authorities of their own believe it, and steps aside for another sitecustomize."""


def _why401():
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    address = os.environ.get("WHY401_RUN", "")
    credential, _, door = address[len("http://") :].rpartition("@")
    port = door.rpartition(":")[2]
    if sys.version_info < (3, 6) or not credential or not port.isdigit():
        return
    port = int(port)
    try:
        with open(os.path.join(here, os.pardir, "ca.pem")) as file:
            authority = file.read()
    except (IOError, OSError):
        return

    def is_ours(host, at):
        return at == port and host in ("127.0.0.1", "localhost")

    def is_host(host):
        return bool(host) and all(c.isalnum() or c in "._:-[]" for c in host)

    def lead(host, at, timeout=None):
        """A socket of the capture proxy that leads to the host."""
        import socket

        own = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        own.connect(("127.0.0.1", port))
        own.sendall("why401 {} {} {}\n".format(credential, host.strip("[]"), at).encode("ascii"))
        own.settimeout(timeout)
        return own

    def where(sock):
        """The port of the host that a socket leads to, where nothing was said on it yet; None otherwise."""
        import socket
        import struct

        try:
            peer = sock.getpeername()
            if not isinstance(peer, tuple) or is_ours(peer[0], peer[1]):
                return None
            info = sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, "TCP_INFO", 11), 192)
        except (OSError, AttributeError, ValueError):
            return None
        # What came already: the answer of a proxy, or the greeting of a mail server (struct tcp_info, tcpi_bytes_received).
        is_silent = struct.unpack_from("=Q", info, 128)[0] == 0 if len(info) >= 136 else peer[1] == 443
        return peer[1] if is_silent else None

    def http_client(module):
        import socket

        own = module.HTTPConnection
        usual = own.connect

        def connect(self):
            create = getattr(self, "_create_connection", None)
            aside = getattr(self, "_tunnel_host", None) or is_ours(self.host, self.port) or not is_host(self.host)
            if aside or create is not socket.create_connection:
                return usual(self)

            def created(pair, timeout=None, *_rest, **_named):
                return lead(pair[0], pair[1], timeout if isinstance(timeout, (int, float)) else socket.getdefaulttimeout())

            self._create_connection = created
            try:
                return usual(self)
            finally:
                self._create_connection = create

        own.connect = connect

    def ssl(module):
        own = module.SSLContext
        load, wrap = own.load_verify_locations, own.wrap_socket

        def load_verify_locations(self, *args, **named):
            load(self, *args, **named)
            load(self, cadata=authority)

        def wrap_socket(self, sock, server_side=False, *rest, **named):
            host = named.get("server_hostname") or (rest[2] if len(rest) > 2 else None)
            at = where(sock) if host and not server_side and is_host(host) else None
            if at is not None:
                other = lead(host, at, sock.gettimeout())
                os.dup2(other.fileno(), sock.fileno(), False)
                other.close()
            return wrap(self, sock, server_side, *rest, **named)

        own.load_verify_locations, own.wrap_socket = load_verify_locations, wrap_socket

    def base_events(module):
        own = module.BaseEventLoop
        usual = own.create_connection

        async def create_connection(self, protocol_factory, host=None, port=None, **named):
            sock, name = named.get("sock"), named.get("server_hostname") or host
            made = getattr(protocol_factory, "func", protocol_factory)
            if sock is not None and not named.get("ssl") and str(getattr(made, "__module__", "")).startswith("aiohttp"):
                name = sock.getpeername()[0]
            elif not named.get("ssl"):
                name = None
            at = (where(sock) if sock is not None else port) if name and is_host(name) else None
            if at is not None and not is_ours(name, at):
                for word in ("family", "proto", "flags", "local_addr", "happy_eyeballs_delay", "interleave", "all_errors"):
                    named.pop(word, None)
                other = lead(name, at, 0)
                if sock is not None:
                    sock.close()
                if named.get("ssl"):
                    named["server_hostname"] = name
                named["sock"] = other
                host = port = None
            return await usual(self, protocol_factory, host, port, **named)

        own.create_connection = create_connection

    changes = {"http.client": http_client, "ssl": ssl, "asyncio.base_events": base_events}

    class Finder(object):
        """Changes a module when it is imported, so that programs that never do pay nothing."""

        def find_spec(self, name, path=None, target=None):
            change = changes.pop(name, None)
            if change is None:
                return None
            for finder in sys.meta_path:
                find = getattr(finder, "find_spec", None)
                spec = find(name, path, target) if find is not None and finder is not self else None
                if spec is None:
                    continue
                load = getattr(spec.loader, "exec_module", None)
                if load is None or isinstance(spec.loader, type):
                    return spec

                def exec_module(module):
                    load(module)
                    try:
                        change(module)
                    except AttributeError:
                        pass

                spec.loader.exec_module = exec_module
                return spec
            return None

    for name in list(changes):
        if name in sys.modules:
            changes.pop(name)(sys.modules[name])
    sys.meta_path.insert(0, Finder())


def _next():
    import os
    import sys

    here = os.path.dirname(os.path.abspath(__file__))
    own = sys.modules.pop("sitecustomize", None)
    sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry or os.curdir) != here]
    try:
        import sitecustomize  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", "sitecustomize") != "sitecustomize":
            raise
    finally:
        if own is not None:
            sys.modules.setdefault("sitecustomize", own)


try:
    _why401()
except Exception:  # noqa: BLE001
    # The program comes first: what cannot be led there is not captured.
    pass
_next()
