"""Proxies and web servers before the judge, with the settings that lose, change or demand a header: `boxes.py NAME`.

Each setting has a port of its own; what stands before `_url` is the setting. `plain` is always the one that loses nothing.
"""

import os
import pwd
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import bed
import judge

HERE = Path.cwd()
ROOT = os.geteuid() == 0
UPSTREAM = bed.listening(judge.Api)
PASS_ON = f"proxy_pass http://127.0.0.1:{UPSTREAM};"
BASIC = bed.basic(judge.USER, judge.PASSWORD)


def open_folder():
    """Workers of some boxes run as another user: they may read the folder and write into it."""
    HERE.chmod(0o777)
    shutil.copy(bed.HERE / "judge.py", HERE / "judge.py")
    program = HERE / "judge.cgi"
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    program.write_text(f"#!{python}\nimport sys\nsys.dont_write_bytecode = True\nsys.path.insert(0, {str(HERE)!r})\nimport judge\njudge.gateway()\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    digest = subprocess.run(["openssl", "passwd", "-apr1", judge.PASSWORD], check=True, capture_output=True, text=True).stdout.strip()
    (HERE / "users").write_text(f"{judge.USER}:{digest}\n")
    return program


def fastcgi():
    program = open_folder()
    socket = HERE / "fastcgi.sock"
    bed.start("fcgiwrap", "-s", f"unix:{socket}")
    while not socket.exists():
        if bed.started[-1].poll() is not None:
            sys.exit("fcgiwrap is not there")
    socket.chmod(0o777)
    return program, socket


def told(ports):
    return {f"{name}_url": f"http://127.0.0.1:{port}" for name, port in ports.items()}


def nginx():
    program, socket = fastcgi()
    cgi = f"fastcgi_pass unix:{socket}; fastcgi_param SCRIPT_FILENAME {program}; fastcgi_param PATH_INFO $uri; fastcgi_param REQUEST_METHOD $request_method;"
    settings = {
        "plain": f"location / {{ {PASS_ON} }}",
        "underscores": f"underscores_in_headers on; location / {{ {PASS_ON} }}",
        "emptied": f'location / {{ proxy_set_header Authorization ""; {PASS_ON} }}',
        "nothing": f"location / {{ proxy_pass_request_headers off; {PASS_ON} }}",
        "own": f'location / {{ auth_basic staging; auth_basic_user_file {HERE}/users; {PASS_ON} }}',
        "replaced": f'location / {{ proxy_set_header Authorization "Basic {BASIC}"; {PASS_ON} }}',
        "fastcgi": f"location / {{ {cgi} }}",
    }
    ports = {name: bed.free_port() for name in settings}
    servers = "".join(f"server {{ listen 127.0.0.1:{ports[name]}; {text} }}\n" for name, text in settings.items())
    folders = "".join(f"{kind}_temp_path {HERE}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    user = "user root;" if ROOT else ""
    Path("nginx.conf").write_text(f"daemon off; {user} pid {HERE}/pid; error_log {HERE}/error; events {{}}\nhttp {{ access_log off;\n{folders}{servers}}}\n")
    bed.start("nginx", "-c", HERE / "nginx.conf", "-e", HERE / "error", port=ports["plain"])
    return told(ports)


def apache():
    program, socket = fastcgi()
    wsgi = HERE / "judge.wsgi"
    wsgi.write_text(f"import sys\nsys.dont_write_bytecode = True\nsys.path.insert(0, {str(HERE)!r})\nfrom judge import application\n")
    folder = f"<Directory {HERE}>\nOptions +ExecCGI\nRequire all granted\n%s</Directory>\n"
    cgi = f"ScriptAlias / {program}/\n" + folder
    fast = (
        f"<Location />\nRequire all granted\n%s</Location>\nProxyFCGIBackendType GENERIC\nProxyFCGISetEnvIf true SCRIPT_FILENAME {program}\n"
        f'ProxyPassMatch ^(/.*)$ "unix:{socket}|fcgi://localhost/"\nProxyFCGISetEnvIf true PATH_INFO "%%{{reqenv:REQUEST_URI}}"\n'
    )
    python = f"WSGIScriptAlias / {wsgi}\n" + folder % ""
    passed = f"ProxyPass / http://127.0.0.1:{UPSTREAM}/\n"
    login = f"<Location />\nAuthType Basic\nAuthName staging\nAuthUserFile {HERE}/users\nRequire valid-user\n</Location>\n"
    settings = {
        "plain": passed,
        "cgi": cgi % "",
        "cgi_passed": cgi % "CGIPassAuth On\n",
        "fastcgi": fast % "",
        "fastcgi_passed": fast % "CGIPassAuth On\n",
        "wsgi": python,
        "wsgi_passed": python + "WSGIPassAuthorization On\n",
        "unset": "RequestHeader unset Authorization\n" + passed,
        "own": login + passed,
    }
    ports = {name: bed.free_port() for name in settings}
    modules = "mpm_event authn_core authn_file authz_core authz_user auth_basic proxy proxy_http proxy_fcgi headers alias cgid wsgi".split()
    lines = [f"ServerRoot {HERE}", "ServerName localhost", f"PidFile {HERE}/pid", f"ErrorLog {HERE}/error", f"Mutex file:{HERE}", f"ScriptSock {HERE}/cgi.sock"]
    lines += ["User www-data", "Group www-data"] if ROOT else []
    lines += [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules]
    for name, text in settings.items():
        lines += [f"Listen 127.0.0.1:{ports[name]}", f"<VirtualHost 127.0.0.1:{ports[name]}>", text, "</VirtualHost>"]
    Path("apache.conf").write_text("\n".join(lines) + "\n")
    bed.start("apache2", "-DFOREGROUND", "-f", HERE / "apache.conf", port=ports["plain"], env={"PATH": "/usr/bin:/bin:/usr/sbin"})
    return told(ports)


def haproxy():
    ports = {name: bed.free_port() for name in ("plain", "deleted", "own", "denied")}
    rules = {
        "plain": "",
        "deleted": "http-request del-header Authorization",
        "own": "http-request auth realm staging unless { http_auth(people) }",
        "denied": "http-request deny deny_status 403 unless { src 10.0.0.0/8 }",
    }
    fronts = "".join(f"frontend {name}\n  bind 127.0.0.1:{port}\n  {rules[name]}\n  default_backend judge\n" for name, port in ports.items())
    Path("haproxy.cfg").write_text(
        "global\n  maxconn 100\ndefaults\n  mode http\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s\n"
        f"userlist people\n  user {judge.USER} insecure-password {judge.PASSWORD}\nbackend judge\n  server one 127.0.0.1:{UPSTREAM}\n{fronts}"
    )
    bed.start("haproxy", "-db", "-f", "haproxy.cfg", port=ports["plain"])
    return told(ports)


def caddy():
    ports = {name: bed.free_port() for name in ("plain", "deleted", "own")}
    digest = subprocess.run(["caddy", "hash-password", "--plaintext", judge.PASSWORD], check=True, capture_output=True, text=True).stdout.strip()
    to = f"reverse_proxy 127.0.0.1:{UPSTREAM}"
    sites = {"plain": to, "deleted": to + " {\n header_up -Authorization\n }", "own": f"basicauth {{\n {judge.USER} {digest}\n }}\n {to}"}
    text = "{\n admin off\n auto_https off\n default_bind 127.0.0.1\n}\n"
    Path("Caddyfile").write_text(text + "".join(f"http://:{ports[name]} {{\n {site}\n}}\n" for name, site in sites.items()))
    home = {name: str(HERE) for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    bed.start("caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile", port=ports["plain"], env=home)
    return told(ports)


def squid():
    open_folder()
    helper = next((path for path in ("/usr/lib/squid/basic_ncsa_auth", "/usr/lib64/squid/basic_ncsa_auth") if Path(path).exists()), "basic_ncsa_auth")
    peer = f"cache_peer 127.0.0.1 parent {UPSTREAM} 0 no-query originserver name=judge"
    rules = {
        "plain": ("accel defaultsite=acme.example", peer + " login=PASS\nhttp_access allow all"),
        "accelerator": ("accel defaultsite=acme.example", peer + "\nhttp_access allow all"),
        "forward": ("", "http_access allow all"),
        "stripping": ("", "request_header_access Authorization deny all\nhttp_access allow all"),
        "login": ("", f"auth_param basic program {helper} {HERE}/users\nauth_param basic realm proxy\nacl known proxy_auth REQUIRED\nhttp_access allow known\nhttp_access deny all"),
    }
    ports = {name: bed.free_port() for name in rules}
    for name, (mode, text) in rules.items():
        lines = [f"http_port 127.0.0.1:{ports[name]} {mode}", text, "pid_filename none", f"cache_log {HERE}/{name}.cache", "access_log none", "cache_store_log none"]
        lines += [f"coredump_dir {HERE}", "cache_mem 8 MB", "cache deny all", "shutdown_lifetime 0 seconds", "visible_hostname squid", "icp_port 0", "pinger_enable off", "netdb_filename none"]
        lines += ["cache_effective_user proxy"] if ROOT and "proxy" in [entry.pw_name for entry in pwd.getpwall()] else []
        Path(f"{name}.conf").write_text("\n".join(lines) + "\n")
        # The service name must be new each time: what it keeps in shared memory goes by it.
        bed.start("squid", "-N", "-n", f"bed{ports[name]}", "-f", f"{name}.conf", port=ports[name])
    return {**told(ports), "login_with_user": f"http://{judge.USER}:{judge.PASSWORD}@127.0.0.1:{ports['login']}"}


def lighttpd():
    program = open_folder()
    ports = {name: bed.free_port() for name in ("plain", "deleted", "own", "cgi")}
    to = f'proxy.server = ("" => (("host" => "127.0.0.1", "port" => {UPSTREAM})))'
    rules = {
        "plain": to,
        "deleted": f'setenv.set-request-header = ("Authorization" => "")\n{to}',
        "own": f'auth.backend = "htpasswd"\nauth.backend.htpasswd.userfile = "{HERE}/users"\nauth.require = ("" => ("method" => "basic", "realm" => "staging", "require" => "valid-user"))\n{to}',
        "cgi": f'alias.url = ("/" => "{program}/")\ncgi.assign = (".cgi" => "")',
    }
    sockets = "".join(f'$SERVER["socket"] == "127.0.0.1:{ports[name]}" {{\n{rules[name]}\n}}\n' for name in list(rules)[1:])
    Path("lighttpd.conf").write_text(
        f'server.document-root = "{HERE}"\nserver.bind = "127.0.0.1"\nserver.port = {ports["plain"]}\nserver.errorlog = "{HERE}/error"\nserver.upload-dirs = ("{HERE}")\n'
        f'server.modules = ("mod_setenv", "mod_auth", "mod_authn_file", "mod_alias", "mod_proxy", "mod_cgi")\n{sockets}$SERVER["socket"] == "127.0.0.1:{ports["plain"]}" {{\n{to}\n}}\n'
    )
    bed.start("lighttpd", "-D", "-f", "lighttpd.conf", port=ports["plain"])
    return told(ports)


def tinyproxy():
    ports = {name: bed.free_port() for name in ("plain", "login", "closed")}
    rules = {"plain": "", "login": f"BasicAuth {judge.USER} {judge.PASSWORD}", "closed": 'FilterDefaultDeny Yes\nFilter "nothing"'}
    Path("nothing").write_text("^allowed\\.example$\n")
    for name, port in ports.items():
        Path(f"{name}.conf").write_text(f'Port {port}\nListen 127.0.0.1\nTimeout 30\nLogFile "{HERE}/{name}.log"\nMaxClients 30\nAllow 127.0.0.1\n{rules[name]}\n')
        bed.start("tinyproxy", "-d", "-c", f"{name}.conf", port=port)
    return {**told(ports), "login_with_user": f"http://{judge.USER}:{judge.PASSWORD}@127.0.0.1:{ports['login']}"}


boxes = {name: globals()[name] for name in ("nginx", "apache", "haproxy", "caddy", "squid", "lighttpd", "tinyproxy")}
known = boxes[sys.argv[1]]()
bed.serve(**known, upstream=f"http://127.0.0.1:{UPSTREAM}", live=judge.LIVE, user=judge.USER, password=judge.PASSWORD, basic=BASIC)
