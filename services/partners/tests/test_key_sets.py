"""A partner's system may have public keys in the place of a secret."""

import base64
import json
from typing import Any

import orjson
import pytest
from chassis.refusals import Invalid
from joserfc.jwk import ECKey, OKPKey, RSAKey
from partners.domain import key_sets

EC = ECKey.generate_key("P-384", {"kid": "ec", "use": "sig"}, private=True)
WEAK = {"kty": "RSA", "kid": "weak", "e": "AQAB", "n": base64.urlsafe_b64encode(b"\xff" * 128).rstrip(b"=").decode()}
PUBLIC = EC.as_dict(private=False) | {"kid": "ec"}


def test_public_keys_are_kept_as_they_are_and_nothing_else() -> None:
    keys = [
        PUBLIC | {"x5u": "http://169.254.169.254/"},
        RSAKey.generate_key(2048).as_dict(private=False) | {"kid": "rsa"},
        OKPKey.generate_key("Ed25519").as_dict(private=False) | {"kid": "ed"},
    ]
    kept = key_sets.checked(json.dumps({"keys": keys}), "key_set")["keys"]
    assert [key["kid"] for key in kept] == ["ec", "rsa", "ed"]
    assert kept[0]["x"] == PUBLIC["x"]
    assert key_sets.checked(orjson.dumps({"keys": kept}).decode(), "key_set") == {"keys": kept}


@pytest.mark.parametrize(
    ("keys", "field"),
    [
        ([], "key_set"),
        ([PUBLIC] * 6, "key_set"),
        ([PUBLIC, PUBLIC], "key_set.keys[1].kid"),
        ([EC.as_dict(private=True) | {"kid": "ec"}], "key_set.keys[0]"),
        ([{"kty": "oct", "k": "c2VjcmV0", "kid": "s"}], "key_set.keys[0]"),
        ([{name: value for name, value in PUBLIC.items() if name != "kid"}], "key_set.keys[0].kid"),
        ([PUBLIC | {"kid": ""}], "key_set.keys[0].kid"),
        ([PUBLIC | {"kid": 7}], "key_set.keys[0].kid"),
        ([PUBLIC | {"use": "enc"}], "key_set.keys[0].use"),
        ([PUBLIC | {"x": "AAAA"}], "key_set.keys[0]"),
        ([PUBLIC | {"crv": "P-000"}], "key_set.keys[0]"),
        ([WEAK], "key_set.keys[0]"),
        ([ECKey.generate_key("P-521").as_dict(private=False) | {"kid": "curve"}], "key_set.keys[0].crv"),
        (["key"], "key_set.keys[0]"),
        ({"a": 1}, "key_set"),
    ],
)
def test_what_is_no_set_of_strong_public_keys_is_refused_by_its_field(keys: Any, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        key_sets.checked(json.dumps({"keys": keys}), "key_set")
    assert refused.value.field == field


def test_what_is_no_json_is_refused() -> None:
    for text in ("", "{", "[]", '{"keys":[{}],"keys":[{}]}', "[" * 90):
        with pytest.raises(Invalid):
            key_sets.checked(text, "key_set")
