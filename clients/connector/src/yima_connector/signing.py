"""How the connector signs in: SMART on FHIR's backend services, with a key that never leaves the hospital."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from yima_connector.errors import SettingsWrong

ASSERTION_SECONDS = 240  # five minutes are the most that the city takes
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
SCOPE = "system/*.cu"
ALGORITHMS = {"P-256": "ES256", "P-384": "ES384"}


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key, and what it signs with."""

    key: ECKey | RSAKey | OKPKey
    algorithm: str

    @staticmethod
    def read(path: Path) -> "SigningKey":
        """The key in a file: a JSON Web Key, or PEM. Raises `SettingsWrong`."""
        try:
            text = path.read_bytes()
        except OSError as error:
            raise SettingsWrong(f"{path}: {error.strerror}; `yima-connector key` makes a key") from None
        try:
            key = import_key(json.loads(text)) if text.lstrip().startswith(b"{") else from_pem(text)
        except (JoseError, ValueError, TypeError, KeyError):
            raise SettingsWrong(f"{path}: is no private key; it must be a JSON Web Key or PEM") from None
        if not isinstance(key, ECKey | RSAKey | OKPKey) or not key.is_private:
            raise SettingsWrong(f"{path}: has no private key that signs")
        return SigningKey(key, algorithm_of(key, path))

    def assertion(self, client_id: str, audience: str) -> str:
        """What says to the token endpoint who asks; good once."""
        header = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid}
        now = int(time.time())
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": audience,
            "jti": uuid4().hex,
            "iat": now,
            "exp": now + ASSERTION_SECONDS,
        }
        return jwt.encode(header, claims, self.key, algorithms=[self.algorithm])

    @property
    def kid(self) -> str:
        return self.key.kid or self.key.thumbprint()

    def public(self) -> dict[str, Any]:
        """The set of keys that is registered with the city: the public part alone."""
        return {"keys": [self.key.as_dict(private=False) | {"kid": self.kid, "alg": self.algorithm, "use": "sig"}]}


def from_pem(text: bytes) -> Any:
    for kind in (ECKey, RSAKey, OKPKey):
        try:
            return kind.import_key(text)
        except (JoseError, ValueError, TypeError):
            continue
    raise ValueError("no PEM")


def algorithm_of(key: ECKey | RSAKey | OKPKey, path: Path) -> str:
    if isinstance(key, RSAKey):
        return "RS384"
    if isinstance(key, OKPKey):
        return "EdDSA"
    curve = key.as_dict(private=False).get("crv")
    if curve not in ALGORITHMS:
        raise SettingsWrong(f"{path}: must be on P-256 or P-384, RSA or Ed25519")
    return ALGORITHMS[str(curve)]


def make(path: Path) -> SigningKey:
    """A new key in a file that its owner alone can read. Raises `SettingsWrong` where there is a file."""
    key = ECKey.generate_key("P-384", private=True)
    named = {**key.as_dict(private=True), "kid": f"connector-{key.thumbprint()[:12]}"}
    try:
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            json.dump(named, file)
    except FileExistsError:
        raise SettingsWrong(f"{path}: is there already; it is not replaced") from None
    except OSError as error:
        raise SettingsWrong(f"{path}: {error.strerror}") from None
    return SigningKey.read(path)
