"""A small OpenID Connect provider on this machine: discovery, authorize, token, keys. For tests only."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "latam-rag", "client-secret"


class Provider:
    """Signs in whoever is chosen from ``people``: claims by the name on the button."""

    def __init__(self, people: Mapping[str, Mapping[str, Any]]) -> None:
        self.people = people
        self.key = RSAKey.generate_key(2048, parameters={"kid": "1", "alg": "RS256", "use": "sig"})
        self.codes: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.issuer = f"http://127.0.0.1:{self.server.server_port}"

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
        }

    def page(self, asked: Mapping[str, str]) -> str:
        links = (
            f'<li><a href="/as?{urlencode({**asked, "person": person})}">{person}</a></li>' for person in self.people
        )
        return f"<!doctype html><title>Cuentas</title><ul>{''.join(links)}</ul>"

    def code(self, asked: Mapping[str, str]) -> str:
        """Where the browser goes back to."""
        code = secrets.token_hex(8)
        self.codes[code] = dict(asked)
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, sent: Mapping[str, str], authorization: str) -> dict[str, Any] | None:
        """None for a client, a code or a verifier that isn't right."""
        asked = self.codes.pop(sent.get("code", ""), None)
        said = base64.b64decode(authorization.removeprefix("Basic ") or "").decode()
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        if asked is None or said != f"{CLIENT}:{SECRET}":
            return None
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return None
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 600, "nonce": asked["nonce"],
            **self.people[asked["person"]],
        }  # fmt: skip
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)
        return {"access_token": "x", "token_type": "Bearer", "expires_in": 600, "id_token": signed}


@contextmanager
def provider(people: Mapping[str, Mapping[str, Any]]) -> Iterator[Provider]:
    made = Provider(people)
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join()


def _handler(made: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            at = urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(at.query).items()}
            if at.path == "/.well-known/openid-configuration":
                self.answer(json.dumps(made.metadata()))
            elif at.path == "/jwks":
                self.answer(json.dumps({"keys": [made.key.as_dict(private=False)]}))
            elif at.path == "/authorize":
                self.answer(made.page(asked), "text/html; charset=utf-8")
            elif at.path == "/as":
                self.send_response(302)
                self.send_header("Location", made.code(asked))
                self.end_headers()
            else:
                self.send_error(404)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            sent = {name: values[0] for name, values in parse_qs(body).items()}
            given = made.token(sent, self.headers.get("Authorization", ""))
            self.answer(json.dumps(given or {"error": "invalid_grant"}), status=200 if given else 400)

        def answer(self, text: str, kind: str = "application/json", status: int = 200) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler
