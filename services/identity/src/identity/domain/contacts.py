"""Codes that are sent to an address or a telephone, and what else is sent there."""

import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

from chassis.refusals import Refusal

from identity.domain.access import TryLimit

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES_MAX = 5
CONTACTS_MAX = 5
MINUTE_SECONDS = 60.0
# How often codes may be asked for. Each brings five guesses at six digits: from strangers two hundred a day at a login.
# Where the account was used before it has an allowance of its own, so that nobody elsewhere can use it up.
RESETS_AT_LOGIN = TryLimit("reset", 5, 36 * MINUTE_SECONDS, 0.0)
RESETS_AT_LOGIN_FROM_KNOWN_ADDRESS = TryLimit("reset-known", 5, 36 * MINUTE_SECONDS, 0.0)
RESETS_FROM_ADDRESS = TryLimit("reset-address", 20, 6 * MINUTE_SECONDS, 0.0)
CONTACT_CODES_OF_ACCOUNT = TryLimit("contact", 10, 30 * MINUTE_SECONDS, 0.0)
CONTACT_CODES_TO_ADDRESS = TryLimit("contact-to", 5, 36 * MINUTE_SECONDS, 0.0)
WORDS_TO_ADDRESS = TryLimit("word-to", 5, 36 * MINUTE_SECONDS, 0.0)  # whichever desks have them sent
TITLE_SHOWN = 60  # characters of what is ordered, in a text message


class Purpose(StrEnum):
    """What a code is for; one that was sent for the one does nothing of the other."""

    RESET = "reset"
    CONFIRM = "confirm"
    REGISTER = "register"
    WORD = "word"  # for an order that a desk placed


class MessageKind(StrEnum):
    """What a message is about."""

    RESET_CODE = "reset-code"
    CONFIRM_CODE = "confirm-code"
    REGISTER_CODE = "register-code"
    ALREADY_REGISTERED = "already-registered"
    PASSWORD_CHANGED = "password-changed"  # noqa: S105 no password
    CONTACT_ADDED = "contact-added"
    SESSION_REUSED = "session-reused"
    FACTOR_ADDED = "factor-added"
    FACTOR_REMOVED = "factor-removed"
    RECOVERY_CODE_USED = "recovery-code-used"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    PASSKEY_COPIED = "passkey-copied"
    GUARDIANSHIP_PROPOSED = "guardianship-proposed"
    GUARDIANSHIP_BEGAN = "guardianship-began"
    GUARDIANSHIP_REFUSED = "guardianship-refused"
    GUARDIANSHIP_ENDED = "guardianship-ended"
    PROVIDER_LINKED = "provider-linked"
    PROVIDER_UNLINKED = "provider-unlinked"
    ORDER_WORD = "order-word"


class CodeWrong(Refusal):
    code = "code-wrong"
    title = "This is not the code that was sent, or it is good no longer."


class TooManyContacts(Refusal):
    code = "too-many-contacts"
    title = "An account may have only so many addresses and numbers."


class NoTelephone(Refusal):
    code = "no-telephone"
    title = "No text message reaches them."


class MessagesNotSetUp(Refusal):
    code = "messages-not-set-up"
    title = "This system sends no messages; ask its operator."


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What a text message says of an order: what is ordered and where, by language, and what it costs. `others` are the
    other things that are ordered with it."""

    title: Mapping[str, str]
    others: int
    institution: Mapping[str, str]
    total: str

    @classmethod
    def loads(cls, kept: Mapping[str, Any]) -> Self:
        return cls(**kept)

    def dumps(self) -> Mapping[str, Any]:
        return asdict(self)

    def values(self, locale: str) -> Mapping[str, str]:
        """What a text in this language fills in."""
        what = in_language(self.title, locale)
        shown = what if len(what) <= TITLE_SHOWN else f"{what[: TITLE_SHOWN - 1]}…"
        also = f" (+{self.others})" if self.others else ""
        return {"what": shown + also, "where": in_language(self.institution, locale), "total": self.total}


def in_language(texts: Mapping[str, str], locale: str) -> str:
    """A text in this language, or in the first that there is."""
    return texts.get(locale) or next(iter(texts.values()), "")


def new_code() -> str:
    return f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"


def code_mac(code: str, code_id: str, key: bytes) -> bytes:
    """What is kept of a code: whoever reads the database alone cannot try a million of them."""
    return hmac.digest(key, f"{code_id} {code}".encode(), "sha256")


def is_code(text: str, code_id: str, mac: bytes, keys: Iterable[bytes]) -> bool:
    """Is this the code? Blanks do not matter, since people group digits."""
    code = "".join(text.split())
    return any(hmac.compare_digest(mac, code_mac(code, code_id, key)) for key in keys)


TEXTS: Mapping[MessageKind, Mapping[str, str]] = {
    MessageKind.ORDER_WORD: {
        "zh-CN": "{where}的前台为您下单：{what}，费用 {total}。您若同意，请把验证码 {code} 告诉前台，10 分钟内有效；"
        "若不同意，切勿告诉任何人。",
        "en": "A desk at {where} ordered for you: {what}. It costs {total}. If you want it, tell the desk {code}, "
        "which is good for 10 minutes. If you do not, tell it to nobody.",
        "ar": "طلب مكتب الاستقبال في {where} من أجلك: {what}. التكلفة {total}. إن كنت تريد ذلك فقل للمكتب الرمز "
        "{code}، وهو صالح لمدة 10 دقائق. وإن كنت لا تريد فلا تقله لأحد.",
    },
    MessageKind.RESET_CODE: {
        "zh-CN": "您的重置密码验证码是 {code}，10 分钟内有效。如非本人操作，请忽略本消息，切勿告诉他人。",
        "en": "{code} is your code to choose another password. It is good for 10 minutes. If you did not ask for it, "
        "do nothing, and give it to nobody.",
    },
    MessageKind.CONFIRM_CODE: {
        "zh-CN": "您的联系方式验证码是 {code}，10 分钟内有效。如非本人操作，请忽略本消息。",
        "en": "{code} is your code to confirm that messages reach you here. It is good for 10 minutes. If you did not "
        "ask for it, do nothing.",
    },
    MessageKind.REGISTER_CODE: {
        "zh-CN": "您的注册验证码是 {code}，10 分钟内有效。如非本人操作，请忽略本消息。",
        "en": "{code} is your code to finish registering. It is good for 10 minutes. If you did not ask for it, do "
        "nothing.",
    },
    MessageKind.ALREADY_REGISTERED: {
        "zh-CN": "有人用此地址注册，但您已有账户。如是您本人，请直接登录或重置密码；否则无需处理。",
        "en": "Somebody registered with this address, and you have an account. If it was you, sign in, or reset your "
        "password. Else do nothing.",
    },
    MessageKind.PASSWORD_CHANGED: {
        "zh-CN": "您的密码已更改，所有登录均已退出。如非本人操作，请立即重置密码。",
        "en": "Your password was changed, and everybody was signed out. If it was not you, choose another one now.",
    },
    MessageKind.CONTACT_ADDED: {
        "zh-CN": "您的账户添加了新的联系方式。如非本人操作，请立即更改密码。",
        "en": "Another address or number was added to your account. If it was not you, change your password now.",
    },
    MessageKind.FACTOR_ADDED: {
        "zh-CN": "您的账户已启用两步验证。如非本人操作，请立即更改密码并联系运营方。",
        "en": "Your account asks for a second factor from now on. If it was not you, change your password and tell the "
        "operator.",
    },
    MessageKind.FACTOR_REMOVED: {
        "zh-CN": "您的账户已停用两步验证。如非本人操作，请立即更改密码。",
        "en": "Your account asks for no second factor any more. If it was not you, change your password now.",
    },
    MessageKind.RECOVERY_CODE_USED: {
        "zh-CN": "有人使用您的恢复码登录。如非本人操作，请立即更改密码。",
        "en": "One of your recovery codes was used. If it was not you, change your password now.",
    },
    MessageKind.PASSKEY_ADDED: {
        "zh-CN": "您的账户添加了通行密钥。如非本人操作，请立即更改密码并联系运营方。",
        "en": "A passkey was added to your account. If it was not you, change your password and tell the operator.",
    },
    MessageKind.PASSKEY_REMOVED: {
        "zh-CN": "您的账户移除了一个通行密钥。如非本人操作，请立即更改密码。",
        "en": "A passkey of your account was removed. If it was not you, change your password now.",
    },
    MessageKind.PASSKEY_COPIED: {
        "zh-CN": "您的一个通行密钥可能被复制，本次登录已被拒绝。请移除该通行密钥。",
        "en": "Somebody may have copied a passkey of yours, so a sign-in with it was refused. Remove that passkey.",
    },
    MessageKind.GUARDIANSHIP_PROPOSED: {
        "zh-CN": "有人申请建立涉及您的监护关系。请登录查看；如有疑问，请联系运营方。",
        "en": "Somebody proposed a guardianship that concerns you. Sign in and look at it. If it is wrong, decline it "
        "or tell the operator.",
    },
    MessageKind.GUARDIANSHIP_BEGAN: {
        "zh-CN": "涉及您的监护关系已建立。如非您所知，请立即登录查看并联系运营方。",
        "en": "A guardianship that concerns you began. If you know nothing of it, sign in, look at it, and tell the "
        "operator.",
    },
    MessageKind.GUARDIANSHIP_REFUSED: {
        "zh-CN": "您的监护关系申请未获同意。请登录查看原因。",
        "en": "A guardianship you proposed was declined. Sign in to read why.",
    },
    MessageKind.GUARDIANSHIP_ENDED: {
        "zh-CN": "涉及您的监护关系已终止。请登录查看。",
        "en": "A guardianship that concerns you ended. Sign in to see it.",
    },
    MessageKind.PROVIDER_LINKED: {
        "zh-CN": "您的账户已关联统一身份认证，可由其登录。如非本人操作，请立即更改密码并联系运营方。",
        "en": "Your account is signed in to by another provider's account from now on. If it was not you, change your "
        "password and tell the operator.",
    },
    MessageKind.PROVIDER_UNLINKED: {
        "zh-CN": "您的账户已取消统一身份认证关联。如非本人操作，请立即更改密码。",
        "en": "Your account is no longer signed in to by another provider's account. If it was not you, change your "
        "password now.",
    },
    MessageKind.SESSION_REUSED: {
        "zh-CN": "您的一次登录可能被他人复制，我们已将其退出。如非本人操作，请更改密码。",
        "en": "Somebody may have copied one of your sessions, so we ended it. If it was not you, change your password.",
    },
}


def text_of(kind: MessageKind, locales: Sequence[str], code: str = "", order: OrderFacts | None = None) -> str:
    """A message in each of the city's languages that we have it in; in English where that is none."""
    texts = TEXTS[kind]
    known = [locale for locale in locales if locale in texts] or ["en"]
    return "\n".join(
        texts[locale].format(code=code, **(order.values(locale) if order is not None else {})) for locale in known
    )
