"""What a loader of the Python world makes of env files. Argument: the loader's slug.

Standard input names one folder a line, then the variables to ask for; the folder's `.env` is loaded over the variables of
FOLDER.preset. One JSON object a line is the answer: {"values": {NAME: hex of the value}, "error": text or null}.
"""

import json
import os
import sys


def python_dotenv(file, names):
    from dotenv import load_dotenv
    load_dotenv(file)


def asked(names, ask):
    """What a program is told that asks for each name; a name whose answer is an error is left out."""
    values = {}
    for name in names:
        try:
            values[name] = ask(name)
        except Exception:
            pass
    return values


def django_environ(file, names):
    import environ
    environ.Env.read_env(file)


def django_environ_str(file, names):
    import environ
    environ.Env.read_env(file)
    env = environ.Env()
    return asked(names, lambda name: env.str(name, default=None))


def environs(file, names, **options):
    from environs import Env
    env = Env(**options)
    env.read_env(file, recurse=False)
    return asked(names, lambda name: env.str(name, None))


def pydantic_settings(file, names):
    from pydantic import Field, create_model
    from pydantic_settings import BaseSettings, SettingsConfigDict

    class Base(BaseSettings):
        model_config = SettingsConfigDict(env_file=file, extra="ignore")

    fields = {f"field{i}": (str | None, Field(default=None, validation_alias=name)) for i, name in enumerate(names)}
    settings = create_model("Settings", __base__=Base, **fields)()
    return {name: getattr(settings, f"field{i}") for i, name in enumerate(names)}


def decouple(file, names):
    from decouple import Config, RepositoryEnv
    config = Config(RepositoryEnv(file))
    return {name: config(name, default=None) for name in names}


def starlette(file, names):
    from starlette.config import Config
    config = Config(file)
    return {name: config(name, default=None) for name in names}


def compose_env_file(file, names):
    from compose.config.environment import env_vars_from_file
    # A name alone has the process's value.
    return {name: os.environ.get(name) if value is None else value for name, value in env_vars_from_file(file).items()}


def compose_dotenv(file, names):
    """What `${NAME}` in the YAML becomes, for names that may stand there."""
    import re
    from compose.config.environment import Environment
    from compose.config.interpolation import Interpolator, TemplateWithDefaults
    seen = Environment.from_env_file(os.path.dirname(file))
    text = Interpolator(TemplateWithDefaults, seen)
    values = {name: text.interpolate("${%s-@@unset@@}" % name) for name in names if re.fullmatch("[_a-zA-Z][_a-zA-Z0-9]*", name)}
    return {name: value for name, value in values.items() if value != "@@unset@@"}


def dynaconf(file, names):
    from dynaconf import Dynaconf
    settings = Dynaconf(load_dotenv=True, envvar_prefix=False, dotenv_path=file)
    return {name: settings.get(name) for name in names}


def systemd(file, names):
    """load_env_file() of libsystemd-shared, which reads EnvironmentFile=, then what PID 1 drops."""
    import ctypes
    import glob
    library = ctypes.CDLL(sorted(glob.glob("/usr/lib/*/systemd/libsystemd-shared-*.so"))[-1])
    strings = ctypes.POINTER(ctypes.c_char_p)
    library.load_env_file.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(strings)]
    clean = library.strv_env_clean_with_callback
    clean.argtypes, clean.restype = [strings, ctypes.c_void_p, ctypes.c_void_p], strings
    out = strings()
    status = library.load_env_file(None, file.encode(), ctypes.byref(out))
    if status < 0:
        raise OSError(-status, os.strerror(-status))
    out, values, at = clean(out, None, None) if out else out, dict(os.environ), 0
    while out and out[at] is not None:
        name, _, value = out[at].partition(b"=")
        values[name.decode("utf-8", "surrogateescape")] = value
        at += 1
    return values


LOADERS = {
    "python-dotenv": python_dotenv,
    "django-environ": django_environ,
    "django-environ-str": django_environ_str,
    "environs": environs,
    "environs-expand": lambda file, names: environs(file, names, expand_vars=True),
    "pydantic-settings": pydantic_settings,
    "decouple": decouple,
    "starlette": starlette,
    "compose1-env_file": compose_env_file,
    "compose1-dotenv": compose_dotenv,
    "dynaconf": dynaconf,
    "systemd": systemd,
}


def hexadecimal(value):
    if not isinstance(value, bytes):
        # A setting that is no text is held as Python writes it.
        value = (value if isinstance(value, str) else repr(value)).encode("utf-8", "surrogateescape")
    return value.hex()


def main():
    load = LOADERS[sys.argv[1]]
    before = dict(os.environ)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    for line in sys.stdin:
        folder, *names = line.split()
        os.environ.clear()
        os.environ.update(before)
        if os.path.exists(folder + ".preset"):
            os.environ.update(json.load(open(folder + ".preset")))
        try:
            seen = load(folder + "/.env", names)
            if seen is None:
                seen = {name: value for name, value in os.environ.items() if before.get(name) != value}
            answer = {"values": {name: hexadecimal(value) for name, value in seen.items() if value is not None}, "error": None}
        except (Exception, SystemExit) as error:
            answer = {"values": {}, "error": f"{type(error).__name__}: {error}"[:300]}
        print(json.dumps(answer), file=out, flush=True)


main()
