"""The refusals that Python's frameworks write themselves: Django REST framework, FastAPI, Flask's extensions."""

import threading
import time

import bed

SECRET = "bed-secret-of-32-bytes-and-no-less"
# Plainly fake, and built from parts.
TOKEN = "fake" * 9 + "1234"
GONE = "fade" * 9 + "4321"
USER, PASSWORD = "deploy", "fake-pass-word-4-web"


def django():
    import django
    from django.conf import settings

    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "django.sqlite"}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "rest_framework", "rest_framework.authtoken"],
        MIDDLEWARE=[],
        ROOT_URLCONF=__name__,
        SECRET_KEY=SECRET,
        SIMPLE_JWT={"AUDIENCE": "https://api.acme.example", "ISSUER": "https://login.acme.example"},
        USE_TZ=True,
    )
    django.setup()
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application
    from django.urls import path
    from rest_framework.authentication import BasicAuthentication, TokenAuthentication
    from rest_framework.authtoken.models import Token
    from rest_framework.permissions import IsAdminUser, IsAuthenticated
    from rest_framework.response import Response
    from rest_framework.views import APIView
    from rest_framework_simplejwt.authentication import JWTAuthentication

    call_command("migrate", verbosity=0)
    user = User.objects.create_user(USER, password=PASSWORD)
    Token.objects.create(user=user, key=TOKEN)
    Token.objects.create(user=User.objects.create_user("gone", is_active=False), key=GONE)

    def view(authentication, permission=IsAuthenticated):
        def get(self, request):
            return Response({"ok": True})

        return type("View", (APIView,), {"authentication_classes": [authentication], "permission_classes": [permission], "get": get}).as_view()

    global urlpatterns
    urlpatterns = [
        path("token/", view(TokenAuthentication)),
        path("admin/", view(TokenAuthentication, IsAdminUser)),
        path("jwt/", view(JWTAuthentication)),
        path("basic/", view(BasicAuthentication)),
    ]
    return get_wsgi_application()


def flask():
    from flask import Flask
    from flask_httpauth import HTTPBasicAuth, HTTPTokenAuth
    from flask_jwt_extended import JWTManager, jwt_required

    app = Flask(__name__)
    app.config.update(JWT_SECRET_KEY=SECRET, JWT_DECODE_AUDIENCE="https://api.acme.example", JWT_DECODE_ISSUER="https://login.acme.example")
    JWTManager(app)
    bearer, key, basic = HTTPTokenAuth("Bearer"), HTTPTokenAuth("ApiKey", header="X-Api-Key"), HTTPBasicAuth()
    bearer.verify_token(lambda given: given == TOKEN and "u")
    key.verify_token(lambda given: given == TOKEN and "u")
    basic.verify_password(lambda user, password: (user, password) == (USER, PASSWORD) and user)
    basic.get_user_roles(lambda user: ["reader"])

    def answer():
        return {"ok": True}

    guards = {
        "jwt": jwt_required(),
        "fresh": jwt_required(fresh=True),
        "bearer": bearer.login_required,
        "key": key.login_required,
        "basic": basic.login_required,
        "admin": basic.login_required(role="admin"),
    }
    for name, guard in guards.items():
        app.add_url_rule(f"/{name}", name, guard(answer))
    return app


def fastapi():
    from fastapi import FastAPI
    from fastapi.security import APIKeyHeader, APIKeyQuery, HTTPBasic, HTTPBearer, OAuth2PasswordBearer

    app = FastAPI()
    guards = {
        "bearer": (HTTPBearer(), lambda given: given.credentials == TOKEN),
        "oauth2": (OAuth2PasswordBearer(tokenUrl="token"), lambda given: given == TOKEN),
        "header": (APIKeyHeader(name="X-API-Key"), lambda given: given == TOKEN),
        "query": (APIKeyQuery(name="api_key"), lambda given: given == TOKEN),
        "basic": (HTTPBasic(), lambda given: (given.username, given.password) == (USER, PASSWORD)),
    }
    for name, (guard, right) in guards.items():
        app.get(f"/{name}")(checked(guard, right))
    return app


def checked(guard, right):
    """A view that answers who passes the guard and is right."""
    from fastapi import Depends, HTTPException

    def answer(given=Depends(guard)):
        if not right(given):
            raise HTTPException(401, "Invalid authentication credentials", {"WWW-Authenticate": "Bearer"})
        return {"ok": True}

    return answer


def threaded(application):
    from werkzeug.serving import WSGIRequestHandler, make_server

    WSGIRequestHandler.log = lambda *_: None
    server = make_server("127.0.0.1", 0, application, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server.server_port


def uvicorn(application):
    import uvicorn

    port = bed.free_port()
    server = uvicorn.Server(uvicorn.Config(application, host="127.0.0.1", port=port, log_level="critical"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    return port


claims = {"aud": "https://api.acme.example", "iss": "https://login.acme.example"}
extended = {"jti": "1", "type": "access", "fresh": False, **claims}
simple = {"jti": "1", "token_type": "access", "user_id": "1", **claims}
told = {f"flask_{name}": value for name, value in bed.tokens(SECRET, **extended).items()}
told |= {f"simple_{name}": value for name, value in bed.tokens(SECRET, **simple).items()}
for name, good in (("flask", extended), ("simple", simple)):
    told[f"{name}_audience"] = bed.jwt(SECRET, **{**good, "aud": "https://other.acme.example"})
    told[f"{name}_issuer"] = bed.jwt(SECRET, **{**good, "iss": "https://login.staging.acme.example"})
bed.serve(
    django=f"http://127.0.0.1:{threaded(django())}",
    flask=f"http://127.0.0.1:{threaded(flask())}",
    fastapi=f"http://127.0.0.1:{uvicorn(fastapi())}",
    token=TOKEN,
    gone=GONE,
    user=USER,
    password=PASSWORD,
    basic=bed.basic(USER, PASSWORD),
    echoed=bed.basic(USER, PASSWORD + "\n"),
    flask_refresh=bed.jwt(SECRET, **{**extended, "type": "refresh"}),
    simple_refresh=bed.jwt(SECRET, **{**simple, "token_type": "refresh"}),
    simple_nobody=bed.jwt(SECRET, **{**simple, "user_id": "99"}),
    **told,
)
