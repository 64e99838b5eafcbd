"""A webhook is taken for genuine where whoever has the secret signed it now, and nowhere else."""

import base64
import json
import os
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook
from yima_client import webhooks
from yima_client.webhooks import NotGenuine, verify

BODY = json.dumps(
    {"id": "evt_1", "type": "order.confirmed", "subject": "ord_1", "sequence": 3, "data": {"orderId": "ord_1"}}
).encode()


def secret() -> str:
    return f"whsec_{base64.b64encode(os.urandom(24)).decode()}"


def signed(*secrets: str, body: bytes = BODY, at: datetime | None = None) -> dict[str, str]:
    """The headers that the library of Standard Webhooks itself makes."""
    at = at or datetime.now(UTC)
    signatures = [Webhook(each).sign("evt_1", at, body.decode()) for each in secrets]
    return {
        "Webhook-Id": "evt_1",
        "Webhook-Timestamp": str(int(at.timestamp())),
        "Webhook-Signature": " ".join(signatures),
    }


def test_what_standard_webhooks_signed_is_genuine_and_says_what_happened() -> None:
    ours = secret()
    event = verify(ours, signed(ours), BODY)
    assert (event.id, event.type, event.subject, event.sequence) == ("evt_1", "order.confirmed", "ord_1", 3)
    assert event.data == {"orderId": "ord_1"}


def test_while_a_secret_is_rotated_either_verifies() -> None:
    old, new = secret(), secret()
    both = signed(old, new)
    assert verify(old, both, BODY) == verify(new, both, BODY) == verify([new, old], signed(old), BODY)


def test_ed25519_is_verified_with_the_public_key_alone() -> None:
    key = Ed25519PrivateKey.generate()
    public = f"whpk_{base64.b64encode(key.public_key().public_bytes_raw()).decode()}"
    headers = signed(secret())
    signature = key.sign(f"evt_1.{headers['Webhook-Timestamp']}.".encode() + BODY)
    headers["Webhook-Signature"] += f" v1a,{base64.b64encode(signature).decode()}"
    assert verify(public, headers, BODY).id == "evt_1"
    with pytest.raises(NotGenuine):
        verify(public, headers, BODY + b" ")


def test_another_secret_body_id_or_moment_is_not_genuine() -> None:
    ours = secret()
    headers = signed(ours)
    with pytest.raises(NotGenuine, match="no signature"):
        verify(secret(), headers, BODY)
    with pytest.raises(NotGenuine, match="no signature"):
        verify(ours, headers, BODY.replace(b"ord_1", b"ord_2"))
    with pytest.raises(NotGenuine, match="no signature"):
        verify(ours, headers | {"Webhook-Id": "evt_2"}, BODY)
    late = float(headers["Webhook-Timestamp"]) + webhooks.TOLERANCE_SECONDS + 1
    with pytest.raises(NotGenuine, match="seconds ago"):
        verify(ours, headers, BODY, now=late)
    with pytest.raises(NotGenuine, match="seconds ago"):
        verify(ours, headers, BODY, now=late - 2 * webhooks.TOLERANCE_SECONDS - 2)
    for name in headers:
        with pytest.raises(NotGenuine, match=f"no header {name.lower()}"):
            verify(ours, {each: value for each, value in headers.items() if each != name}, BODY)


@given(
    st.fixed_dictionaries(
        {
            "webhook-id": st.text(),
            "webhook-timestamp": st.text(),
            "webhook-signature": st.text() | st.just("v1,AAAA v1a,"),
        }
    ),
    st.binary(),
    st.sampled_from(["whsec_", "whpk_", "whpk_AAAA", "whsec_?", secret()]),
)
def test_whatever_comes_is_refused_as_not_genuine(headers: dict[str, str], body: bytes, known: str) -> None:
    with pytest.raises(NotGenuine):
        verify(known, headers, body)


def test_what_is_signed_but_no_object_is_refused() -> None:
    ours = secret()
    for body in (b"[]", b"no JSON", b"1"):
        with pytest.raises(NotGenuine, match="no JSON object"):
            verify(ours, signed(ours, body=body), body)
