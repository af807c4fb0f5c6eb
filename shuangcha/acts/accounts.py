"""Accounts: one-time codes, passwords, tokens, closing an account, the first administrators.

An administrator never learns a password: an account opens, and a forgotten password is replaced, by a one-time code
that is shown once. Only digests of codes and tokens are stored.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any

from axes.utils import reset as unlock
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import UserAttributeSimilarityValidator, get_default_password_validators
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from shuangcha.courts.models import Body, BodyKind, Court, OneTimeCode, Person, Post, PostRole, Token
from shuangcha.courts.people import valid_on

CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: a code is read from paper and typed
CODE_LENGTH = 20  # of 32 letters: 100 bits
CODE_LIFE = timedelta(hours=24)
TOKEN_PREFIX = "sc_"  # noqa: S105  # marks a token in a text; not a secret
MAX_TOKENS = 10
DEMO_PASSWORD = "shuangcha-demo-2020"  # noqa: S105  # shown on the sign-in page of a demo, which holds no real data

_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None, "　": None})
# Words anybody would try first in a court (ASVS 6.1.2); refused where nothing but digits and signs is added to them.
_COURT_WORDS = re.compile(
    "(?:yian|一案)?(?:shuangcha|双查)|(?:luoyang|henan|洛阳|河南)?(?:shi|sheng|市|省)?"
    "(?:fayuan|zhongyuan|gaoyuan|court|法院|中院|高院|luoyang|henan|洛阳|河南)|(?:zhixing|jiancha|执行|监察)(?:ju|shi|局|室)?"
)
# Django's own sentences are not all translated.
_BROKEN = {
    "password_too_short": "密码太短，至少12个字符，例如一句只有自己知道的话。",
    "password_too_common": "该密码太常见，容易被猜中，请换一个。",
    "password_too_similar": "密码与姓名或用户名太相似，请换一个。",
    "password_entirely_numeric": "密码不能全是数字。",
}
_SIMILAR = UserAttributeSimilarityValidator(user_attributes=("login", "name"))

Record = Callable[[str, Court | None, dict[str, Any]], Any]


class AccountError(ValueError):
    """What cannot be done with an account; each of `sentences` is one Chinese sentence for the screen."""

    def __init__(self, *sentences: str) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class CodeRefused(AccountError):
    """The one answer to an unknown login, a closed account, and a code that is wrong, expired or used."""

    def __init__(self) -> None:
        super().__init__("用户名或一次性码不正确，或一次性码已过期、已使用；请向本院系统管理员重新领取。")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- One-time codes and passwords ---


def issue_code(person: Person, now: datetime) -> str:
    """A new one-time code of the person, in groups of five letters; earlier ones no longer work. To be shown once."""
    if not person.login or not person.is_active:
        raise AccountError("该人员没有可用的账号，不能发放一次性码。")
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    with transaction.atomic():
        OneTimeCode.objects.filter(person=person, used_at__isnull=True).update(used_at=now)
        OneTimeCode.objects.create(person=person, digest=_digest(code), expires_at=now + CODE_LIFE)
    return "-".join(code[place : place + 5] for place in range(0, CODE_LENGTH, 5))


def check_password_rules(password: str, person: Person) -> None:
    """Raises AccountError with one sentence for every rule that the new password breaks."""
    wrong: list[str] = []
    for validator in [*get_default_password_validators(), _SIMILAR]:
        try:
            validator.validate(password, person)
        except ValidationError as broken:
            for error in broken.error_list:
                said = _BROKEN.get(error.code or "") or " ".join(error.messages)
                wrong += [said] if said not in wrong else []
    if password.isdigit():
        wrong.append(_BROKEN["password_entirely_numeric"])
    if _COURT_WORDS.fullmatch(re.sub(r"[\W\d_]+", "", password.lower())):
        wrong.append("密码不能只是法院常用词加数字或符号，请改用较长且他人想不到的词句。")
    if len(password) > 200:
        wrong.append("密码最长200个字符。")
    if wrong:
        raise AccountError(*wrong)


def set_password(person: Person, password: str) -> None:
    """Store a new password after checking it against the rules; sessions opened with the old one end by themselves."""
    check_password_rules(password, person)
    person.set_password(password)
    person.save(update_fields=["password"])


def reset_password(login: str, code: str, password: str, now: datetime) -> Person:
    """Set a password by one-time code. The code is used up only when the password is accepted.

    Raises CodeRefused, or AccountError with what is wrong with the password. All tokens end: whoever resets may have
    lost them too.
    """
    clean = code.upper().translate(_MISREAD)
    found = (
        OneTimeCode.objects.select_related("person")
        .filter(digest=_digest(clean), used_at__isnull=True, expires_at__gt=now, person__is_active=True)
        .first()
    )
    if found is None or found.person.login != login.strip().lower():
        raise CodeRefused
    person = found.person
    check_password_rules(password, person)
    with transaction.atomic():
        # Two who come with the same code at the same moment: one row is changed once.
        if not OneTimeCode.objects.filter(pk=found.pk, used_at__isnull=True, expires_at__gt=now).update(used_at=now):
            raise CodeRefused
        Token.objects.filter(person=person, revoked_at__isnull=True).update(revoked_at=now)
        person.set_password(password)
        person.save(update_fields=["password"])
        unlock(username=person.login)
    return person


# --- Closing an account ---


def disable(person: Person, now: datetime) -> None:
    """Close an account: sessions and tokens end at once and stay ended when the account is opened again."""
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(is_active=False)
        end_access([person], now)
    person.is_active = False


def enable(person: Person) -> None:
    """Open a closed account again; it is entered by a new one-time code."""
    Person.objects.filter(pk=person.pk).update(is_active=True)
    person.is_active = True


def release(person: Person) -> bool:
    """Forget the wrong passwords of this name, so that the person may try again at once;
    False where there were none."""
    return bool(person.login) and bool(unlock(username=person.login))


def end_access(persons: Iterable[Person], now: datetime | None = None) -> None:
    """Void password, codes and tokens of the persons. A session holds a digest of the password, so it dies with it."""
    keys = [person.pk for person in persons]
    if not keys:
        return
    at = now or timezone.now()
    Person.objects.filter(pk__in=keys).update(password=make_password(None))
    OneTimeCode.objects.filter(person__in=keys, used_at__isnull=True).update(used_at=at)
    Token.objects.filter(person__in=keys, revoked_at__isnull=True).update(revoked_at=at)


# --- Tokens for the interface ---


def create_token(person: Person, label: str, now: datetime) -> str:
    """A new token of the person for the interface, to be shown once. It acts with the person's posts of each day."""
    label = label.strip()
    if not label:
        raise AccountError("请填写用途，例如：对接执行指挥平台。")
    if len(label) > 60 or any(ord(letter) < 32 for letter in label):
        raise AccountError("用途最多60个字，且不能换行。")
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        if Token.objects.filter(person=person, revoked_at__isnull=True).count() >= MAX_TOKENS:
            raise AccountError(f"最多同时有{MAX_TOKENS}个令牌，请先停用不再使用的。")
        text = TOKEN_PREFIX + secrets.token_urlsafe(32)
        Token.objects.create(person=person, label=label, digest=_digest(text), created_at=now)
    return text


def person_for_token(text: str) -> Person | None:
    """The person whose token this is; None for an unknown or revoked token or a closed account. One statement."""
    if not text.startswith(TOKEN_PREFIX) or len(text) > 100:
        return None
    found = (
        Token.objects.select_related("person")
        .filter(digest=_digest(text), revoked_at__isnull=True, person__is_active=True)
        .first()
    )
    return found.person if found else None


def tokens_of(person: Person) -> list[Token]:
    """The person's tokens that still work, newest first."""
    return list(Token.objects.filter(person=person, revoked_at__isnull=True).order_by("-created_at", "-id"))


def revoke_token(person: Person, token_id: int, now: datetime) -> bool:
    """Stop one of the person's own tokens; False where there is no such token of this person."""
    return bool(Token.objects.filter(pk=token_id, person=person, revoked_at__isnull=True).update(revoked_at=now))


# --- The first administrators, and the demo ---


def create_admin(
    login: str, name: str, court_code: str, now: datetime, *, reset: bool = False, record: Record | None = None
) -> tuple[str, str]:
    """Make a person who holds a system administrator's post in a court. Returns (sentence, one-time code or "").

    Called again for the same person it changes nothing and says so; a code is issued while no password was set, and
    with `reset`. Raises AccountError for an unknown court, an unfit login or name, a login of another name.
    """
    login, name, today = login.strip().lower(), name.strip(), timezone.localdate(now)
    if not re.fullmatch(r"[a-z][a-z0-9._-]{1,39}", login):
        raise AccountError("用户名应以小写字母开头，只含小写字母、数字、点、横线，2至40个字符，例如：chen.yu。")
    if not 2 <= len(name) <= 40 or any(ord(letter) < 32 or letter in "<>" for letter in name):
        raise AccountError("姓名应为2至40个字，不含换行和尖括号。")
    court = Court.objects.filter(code=court_code).first()
    if court is None:
        raise AccountError(f"法院代字“{court_code}”不在法院表中，请核对，或先载入法院表。")
    with transaction.atomic():
        person = Person.objects.filter(login=login).first()
        if person is not None and person.name != name:
            raise AccountError(f"用户名“{login}”已属于“{person.name}”，请另选用户名。")
        if person is not None and not person.is_active:
            raise AccountError(f"“{name}”的账号已停用，请先恢复再设为系统管理员。")
        new = person is None
        if person is None:
            person = Person.objects.create(login=login, name=name, password=make_password(None))
        body = Body.objects.filter(valid_on(today), court=court, kind=BodyKind.ADMINISTRATION).first()
        if body is None:
            body = Body.objects.create(
                court=court, kind=BodyKind.ADMINISTRATION, local_name="系统管理", valid_from=today
            )
        appointed = not Post.objects.filter(valid_on(today), person=person, body=body).exists()
        others = Post.objects.filter(valid_on(today), person=person).exclude(body__kind=BodyKind.ADMINISTRATION)
        if appointed and others.exists():
            raise AccountError(f"“{name}”现任其他职务；系统管理、审计与办案职务不得由同一人担任，请另选人员。")
        if appointed:
            Post.objects.create(person=person, body=body, role=PostRole.MEMBER, title="系统管理员", valid_from=today)
        if record is not None and (new or appointed):
            content = {"person": str(person.uid), "body": body.local_name, "from": today.isoformat()}
            record("register.account", court, content)
        code = issue_code(person, now) if reset or not person.has_usable_password() else ""
    if new:
        said = f"已建立{court.name}系统管理员“{name}”（用户名 {login}）。"
    elif appointed:
        said = f"“{name}”（用户名 {login}）已任{court.name}系统管理员。"
    else:
        said = f"“{name}”（用户名 {login}）已是{court.name}系统管理员，未作改动。"
    if not code:
        said += "如忘记密码，请加 --reset 重新发放一次性码。"
    return said, code


def set_demo_passwords() -> int:
    """Give every person with an account and without a password the shared demo password; returns how many.

    Refused outside demo and training. One hash for all: the password is printed on the sign-in page anyway.
    """
    if settings.SHUANGCHA_MODE not in ("demo", "training"):
        raise AccountError("只有演示、培训环境可以使用共用的演示密码。")
    hashed = make_password(DEMO_PASSWORD)
    return Person.objects.filter(login__isnull=False, is_active=True, password__startswith="!").update(  # noqa: S106
        password=hashed
    )
