"""API keys and signing keys."""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import orjson
from chassis.api import Call
from chassis.ids import parse_id
from chassis.refusals import Invalid, NotFound
from chassis.wire import moment, timestamp
from yima.common.v1.route_pb2 import Scope as ScopeMessage
from yima.common.v1.types_pb2 import LocalizedText
from yima.partners.v1 import api_pb2 as pb

from partners.api.served import Resources, api
from partners.commands import keys
from partners.domain import apps
from partners.domain.keys import (
    DEFAULT_SCOPES,
    Scope,
)
from partners.store.keys import api_keys, good_app, good_keys_among, key_set_of, use_api_key
from partners.tables import ApiKeyRow

KEYS_MAX = 200  # that are asked about at once


@api.serves
async def create_api_key(request: pb.CreateApiKeyRequest, call: Call[Resources]) -> pb.ApiKey:
    key, secret = await keys.create_api_key(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        label=request.label,
        scopes=scopes_of(request.scopes) if request.scopes else list(DEFAULT_SCOPES),
        expires_at=moment(request.expires_at) if request.HasField("expires_at") else None,
        now=call.now,
        key_set=request.key_set,
        app=registration(request, call.resources.city.locales) if request.HasField("app") else None,
    )
    return api_key_message(key, secret)


def registration(request: pb.CreateApiKeyRequest, locales: Sequence[str]) -> apps.Registration:
    """What an app is registered with. It reads records, and nothing else."""
    if any(scope != ScopeMessage.SCOPE_RECORDS for scope in request.scopes):
        raise Invalid("scopes", "leave them out: an app reads what residents let it read")
    app = request.app
    return apps.checked(app.name.text, app.redirect_uris, app.scope, locales, "app")


@api.serves
async def rotate_api_key(request: pb.RotateApiKeyRequest, call: Call[Resources]) -> pb.ApiKey:
    key, secret = await keys.rotate_api_key(
        call.session,
        api_key_id=parse_id(request.api_key_id, "api_key_id"),
        partner_id=UUID(call.principal.partner_id),
        old_until=moment(request.old_until) if request.HasField("old_until") else None,
        expires_at=moment(request.expires_at) if request.HasField("expires_at") else None,
        now=call.now,
        key_set=request.key_set,
    )
    return api_key_message(key, secret)


@api.serves
async def list_api_keys(request: pb.ListApiKeysRequest, call: Call[Resources]) -> pb.ApiKeys:
    rows = await api_keys(call.session, UUID(call.principal.partner_id))
    return pb.ApiKeys(api_keys=[api_key_message(row) for row in rows])


@api.serves
async def check_api_key(request: pb.CheckApiKeyRequest, call: Call[Resources]) -> pb.ApiKeyHolder:
    proven_id = parse_id(request.api_key_id, "api_key_id") if request.api_key_id else None
    key = await use_api_key(call.session, request.secret_sha256, proven_id, call.now)
    if key is None:
        raise NotFound("there is no such key, or it is not good now", "secret_sha256")
    return pb.ApiKeyHolder(
        api_key_id=str(key.id),
        partner_id=str(key.partner_id),
        scopes=scope_messages(key.scopes),
        expires_at=timestamp(key.expires_at),
    )


@api.serves
async def get_key_set(request: pb.GetKeySetRequest, call: Call[Resources]) -> pb.KeySet:
    key_set = await key_set_of(call.session, parse_id(request.api_key_id, "api_key_id"), call.now)
    if key_set is None:
        raise NotFound("there is no such key with public keys, or it is not good now", "api_key_id")
    return pb.KeySet(key_set=orjson.dumps(key_set).decode())


@api.serves
async def get_app(request: pb.GetAppRequest, call: Call[Resources]) -> pb.App:
    row = await good_app(call.session, parse_id(request.api_key_id, "api_key_id"), call.now)
    if row is None:
        raise NotFound("there is no such app, or it is not good now", "api_key_id")
    key, manifest = row
    return pb.App(
        api_key_id=str(key.id),
        partner_id=str(key.partner_id),
        registration=app_message(key.app),
        expires_at=timestamp(key.expires_at),
        partner_name=pb.PartnerManifest.FromString(manifest).name,
    )


def app_message(app: Mapping[str, Any] | None) -> pb.AppRegistration | None:
    if app is None:
        return None
    name = LocalizedText(text=app["name"])
    return pb.AppRegistration(name=name, redirect_uris=app["redirect_uris"], scope=app["scope"])


@api.serves
async def check_api_keys(request: pb.CheckApiKeysRequest, call: Call[Resources]) -> pb.GoodApiKeys:
    if len(request.api_key_ids) > KEYS_MAX:
        raise Invalid("api_key_ids", f"at most {KEYS_MAX}")
    ids = [parse_id(text, "api_key_ids") for text in request.api_key_ids]
    good = await good_keys_among(call.session, ids, call.now)
    return pb.GoodApiKeys(api_key_ids=[str(key_id) for key_id in good])


def scopes_of(numbers: Sequence[int]) -> list[Scope]:
    """The scopes a key is made with. `STANDING` goes with any key, and need not be named."""
    named = dict.fromkeys(number for number in numbers if number != ScopeMessage.SCOPE_STANDING)
    try:
        return [Scope(ScopeMessage.Name(cast(ScopeMessage, number)).removeprefix("SCOPE_").lower()) for number in named]
    except ValueError:
        known = ", ".join(scope.upper() for scope in Scope)
        raise Invalid("scopes", f"must be some of {known}") from None


def scope_messages(names: Sequence[str]) -> list[ScopeMessage]:
    """A key's scopes as the contract has them."""
    scopes = [cast(ScopeMessage, ScopeMessage.Value(f"SCOPE_{name.upper()}")) for name in names]
    return [*scopes, ScopeMessage.SCOPE_STANDING]


@api.serves
async def put_signing_key(request: pb.PutSigningKeyRequest, call: Call[Resources]) -> pb.SigningKey:
    key = await keys.put_signing_key(
        call.session,
        partner_id=UUID(call.principal.partner_id),
        public_key=request.public_key,
        compromised=request.compromised,
        now=call.now,
    )
    return pb.SigningKey(
        partner_id=str(key.partner_id),
        public_key=key.public_key,
        registered_at=timestamp(key.registered_at),
        version=key.version,
    )


@api.serves
async def revoke_api_key(request: pb.RevokeApiKeyRequest, call: Call[Resources]) -> pb.ApiKey:
    key = await keys.revoke_api_key(
        call.session,
        api_key_id=parse_id(request.api_key_id, "api_key_id"),
        partner_id=UUID(call.principal.partner_id),
        now=call.now,
    )
    return api_key_message(key)


def api_key_message(key: ApiKeyRow, secret: str = "") -> pb.ApiKey:
    return pb.ApiKey(
        id=str(key.id),
        label=key.label,
        secret=secret,
        expires_at=timestamp(key.expires_at),
        revoked_at=timestamp(key.revoked_at),
        scopes=scope_messages(key.scopes),
        created_at=timestamp(key.created_at),
        last_used_at=timestamp(key.last_used_at),
        key_set=orjson.dumps(key.key_set).decode() if key.key_set else "",
        app=app_message(key.app),
    )
