"""Which courts an administrator administers, an auditor audits, and which persons stand there. Never a file or a clue.

An administrator's courts are the own one and all below it. Where no court above has an administrator, the administrator
of the highest level also keeps what nobody else keeps: courts without one above them, the calendar, the common
settings. Nobody administers the own person (三员分立): posts, rights and account of an administrator are another's to
change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from shuangcha.courts.models import Body, BodyKind, Court, Level, Person, Post
from shuangcha.courts.people import PostView, Viewer, valid_on

from .refusals import NotFound

RANK = {level: place for place, level in enumerate(Level.values)}
DEEPEST = len(RANK)
KINDS = (BodyKind.ADMINISTRATION, BodyKind.AUDIT)


@dataclass(frozen=True, slots=True)
class Domain:
    """What the person keeps or looks over. `codes`: 法院代字 → row id; `whole`: also what belongs to all courts."""

    viewer: Viewer
    post: PostView
    on: dt.date
    whole: bool
    codes: dict[str, int]
    superiors: dict[str, str] = field(repr=False, compare=False)

    @property
    def ids(self) -> list[int]:
        return list(self.codes.values())

    @property
    def streams(self) -> list[str]:
        """The chains of these courts; that of what belongs to all courts only for who keeps the whole."""
        return [f"court:{pk}" for pk in self.ids] + (["court:0"] if self.whole else [])


def domain_of(viewer: Viewer, on: dt.date, kind: str) -> Domain | None:
    """The person's domain as administrator or auditor; None for everybody else. Two statements."""
    own = next((post for post in viewer.posts if post.body_kind == kind), None)
    if own is None:
        return None
    mine = {post.court_code for post in viewer.posts if post.body_kind == kind}
    rows = list(Court.objects.values_list("code", "pk", "level", "superior__code"))
    above = {code: superior or "" for code, _, _, superior in rows}
    levels = {code: level for code, _, level, _ in rows}
    held = set(
        Post.objects.filter(
            valid_on(on), valid_on(on, "body__"), valid_on(on, "body__court__"), body__kind=kind, person__is_active=True
        ).values_list("body__court__code", flat=True)
    )
    highest = min(RANK[levels[code]] for code in held | mine)
    whole = any(RANK[levels[code]] == highest for code in mine)
    codes = {}
    for code, pk, _, _ in rows:
        line = set(_upwards(code, above))
        if line & mine or (whole and not line & held):
            codes[code] = pk
    return Domain(viewer, own, on, whole, codes, above)


def _upwards(code: str, above: dict[str, str]) -> list[str]:
    line: list[str] = []
    while code and code not in line and len(line) <= DEEPEST:
        line.append(code)
        code = above.get(code, "")
    return line


def below(code: str, superior: str, domain: Domain, made: dict[str, str]) -> bool:
    """A court not yet there belongs to the domain when the court above it does; `made` are those of the same file."""
    line = _upwards(superior, {**domain.superiors, **made})
    return domain.whole or any(one in domain.codes for one in line) or code in domain.codes


# --- what stands in the domain ----------------------------------------------------------------------------------------
def courts(domain: Domain) -> QuerySet[Court]:
    return Court.objects.filter(pk__in=domain.ids)


def bodies(domain: Domain) -> QuerySet[Body]:
    return Body.objects.filter(court__in=domain.ids)


def posts(domain: Domain) -> QuerySet[Post]:
    return Post.objects.filter(body__court__in=domain.ids)


def persons(domain: Domain) -> QuerySet[Person]:
    """Who holds or held a post in these courts, and who holds none anywhere. Not the system itself,
    which has no account."""
    held = Post.objects.filter(person=OuterRef("pk"))
    here = Exists(held.filter(body__court__in=domain.ids))
    return Person.objects.filter(here | ~Exists(held)).exclude(login__isnull=True, is_active=False)


def elsewhere(domain: Domain) -> Q:
    """Condition on persons: holds, or is to hold, a post outside the domain."""
    held = Post.objects.filter(person=OuterRef("pk")).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=domain.on))
    return Q(Exists(held.exclude(body__court__in=domain.ids)))


def kept(domain: Domain) -> QuerySet[Person]:
    """Persons whose account and name the administrator may change: not the own,
    and of no other administrator's courts."""
    return persons(domain).exclude(elsewhere(domain)).exclude(pk=domain.viewer.id)


def court(domain: Domain, code: str) -> Court:
    found = courts(domain).filter(code=code).select_related("superior", "successor").first()
    if found is None:
        raise NotFound
    return found


def body(domain: Domain, key: int) -> Body:
    found = bodies(domain).filter(pk=key).select_related("court").first()
    if found is None:
        raise NotFound
    return found


def post(domain: Domain, key: int) -> Post:
    rows = posts(domain).select_related("person", "body__court", "deputy_of__person")
    found = rows.filter(pk=key).first()
    if found is None:
        raise NotFound
    return found


def person(domain: Domain, uid: UUID | str) -> Person:
    """A person of the domain; NotFound for an unknown one and for what is no uid."""
    try:
        key = uid if isinstance(uid, UUID) else UUID(uid)
    except ValueError:
        raise NotFound from None
    found = persons(domain).filter(uid=key).first()
    if found is None:
        raise NotFound
    return found


def may_keep(domain: Domain, keys: Iterable[int]) -> set[int]:
    """Of these persons, those whose account is this administrator's to change. One statement."""
    return set(kept(domain).filter(pk__in=list(keys)).values_list("pk", flat=True))
