"""Tokens that PyJWT makes with each of its algorithms, each with the key that verifies it; and keys in the forms of OpenSSL."""

import datetime
import time

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from bed import serve

now = int(time.time())
claims = {"iss": "https://login.acme.example", "aud": "https://api.acme.example", "sub": "u", "iat": now - 60, "exp": now + 86400}
shared = "plainly-fake-shared-secret-of-the-bed-that-is-long-enough-for-all-of-them"
curves = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1(), "ES256K": ec.SECP256K1()}
pem, traditional, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.PrivateFormat.PKCS8
told = {"shared": shared}


def one_line(data):
    return data.decode().strip().replace("\n", "\\n")


def public(key):
    return one_line(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))


def private(key, form):
    return one_line(key.private_bytes(pem, form, serialization.NoEncryption()))


wide = rsa.generate_private_key(65537, 2048)
for name in ["HS256", "HS384", "HS512"]:
    told[name] = jwt.encode(claims, shared, algorithm=name)
for name in ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]:
    told[name], told[f"{name}_key"] = jwt.encode(claims, wide, algorithm=name), public(wide)
for name, curve in curves.items():
    key = ec.generate_private_key(curve)
    told[name], told[f"{name}_key"] = jwt.encode(claims, key, algorithm=name), public(key)
    told[f"{name}_private"] = private(key, traditional)
edwards = ed25519.Ed25519PrivateKey.generate()
told["EdDSA"], told["EdDSA_key"], told["EdDSA_private"] = jwt.encode(claims, edwards, algorithm="EdDSA"), public(edwards), private(edwards, pkcs8)
told["pkcs1"] = private(wide, traditional)
told["pkcs8"] = private(wide, pkcs8)
told["pkcs1_public"] = one_line(wide.public_key().public_bytes(pem, serialization.PublicFormat.PKCS1))
told["encrypted"] = one_line(wide.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"fake")))
told["openssh"] = one_line(edwards.private_bytes(pem, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()))
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "login.acme.example")])
today = datetime.datetime.now(datetime.timezone.utc)
certificate = x509.CertificateBuilder(name, name, wide.public_key(), 1, today, today + datetime.timedelta(1)).sign(wide, hashes.SHA256())
told["certificate"] = one_line(certificate.public_bytes(pem))
narrow = rsa.generate_private_key(65537, 1024)
told["narrow"], told["narrow_key"] = jwt.encode(claims, narrow, algorithm="RS256"), public(narrow)
app = {"iat": now - 60, "exp": now + 3600, "iss": "12345"}
told["app_long"], told["app"] = jwt.encode(app, wide, algorithm="RS256"), jwt.encode({**app, "exp": now + 300}, wide, algorithm="RS256")
serve(**told)
