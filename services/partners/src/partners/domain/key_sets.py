"""The public keys of a partner's systems, as a JSON Web Key Set (RFC 7517)."""

import warnings
from typing import Any

from chassis import untrusted_json
from chassis.refusals import Invalid
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

KEYS_MAX = 5
KID_LENGTH_MAX = 128
RSA_BITS_MIN, RSA_BITS_MAX = 2048, 8192
CURVES = ("P-256", "P-384", "Ed25519")
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


def checked(text: str, field: str) -> dict[str, Any]:
    """The key set in a text, with what is needed of each key and nothing else. Refused where a private key is in it: it
    would have left its system."""
    try:
        said = untrusted_json.loads(text)
    except untrusted_json.Unreadable as unfit:
        raise Invalid(f"{field}.{unfit.path}" if unfit.path else field, unfit.reason) from None
    keys = said.get("keys") if isinstance(said, dict) else None
    if not isinstance(keys, list) or not 1 <= len(keys) <= KEYS_MAX:
        raise Invalid(field, f"must be a JSON Web Key Set with 1 to {KEYS_MAX} keys")
    known: dict[str, dict[str, Any]] = {}
    for index, key in enumerate(keys):
        made = public_key(key, f"{field}.keys[{index}]")
        if made["kid"] in known:
            raise Invalid(f"{field}.keys[{index}].kid", "is another key's, too")
        known[made["kid"]] = made
    return {"keys": list(known.values())}


def public_key(said: object, field: str) -> dict[str, Any]:
    """A public key that a system may sign with."""
    if not isinstance(said, dict):
        raise Invalid(field, "must be a JSON Web Key")
    if not PRIVATE.isdisjoint(said):
        raise Invalid(field, "must be a public key; make another pair, since this private key has left its system")
    kid = said.get("kid")
    if not isinstance(kid, str) or not 1 <= len(kid) <= KID_LENGTH_MAX:
        raise Invalid(f"{field}.kid", f"is needed: 1 to {KID_LENGTH_MAX} characters that name the key")
    if said.get("use", "sig") != "sig":
        raise Invalid(f"{field}.use", "must be sig")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SecurityWarning)  # of what is refused just below
            (key,) = KeySet.import_key_set({"keys": [said]}).keys
        check_strength(key, field)
        return dict(key.as_dict(private=False)) | {"kid": kid}
    except (JoseError, ValueError, TypeError, KeyError):
        raise Invalid(field, f"must be an RSA key, or one of {', '.join(CURVES)}") from None


def check_strength(key: Key, field: str) -> None:
    match key:
        case RSAKey():
            if not RSA_BITS_MIN <= key.public_key.key_size <= RSA_BITS_MAX:
                raise Invalid(field, f"must have {RSA_BITS_MIN} to {RSA_BITS_MAX} bits")
        case ECKey() | OKPKey():
            if key.curve_name not in CURVES:
                raise Invalid(f"{field}.crv", f"must be one of {', '.join(CURVES)}")
        case _:
            raise Invalid(f"{field}.kty", "must be RSA, EC or OKP")
