"""分派: a todo of one's body is handed to a named officer of the same body (议题 §7).

The todo stays the body's: everyone of the body may still act, the officer is named beside it and finds it under 分给我的.
Heads and deputy heads hand out; whoever else holds the office may only take a todo upon himself (认领).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from shuangcha.access import scope
from shuangcha.access.places import clue_of, matter_of
from shuangcha.access.refusals import Invalid
from shuangcha.audit.models import Step
from shuangcha.casefile import models as cf
from shuangcha.courts.models import Person, Post, PostRole
from shuangcha.courts.people import PostView, Viewer, titled, valid_on, viewer_of
from shuangcha.plan.moves import MOVES
from shuangcha.plan.words import OFFICES, SIGNING_ROLES

from .act import Act, checks, handles
from .contents import handing as content

KEY = "register.assign_todo"
KINDS = tuple(OFFICES[key].body_kind for key in MOVES[KEY].offices)


def posts_handing(viewer: Viewer) -> list[PostView]:
    """The person's posts in bodies whose todos are handed out."""
    return [post for post in viewer.posts if post.body_kind in KINDS]


def hands_out(viewer: Viewer, body_id: int) -> bool:
    """Head or deputy head of this body."""
    return any(post.body_id == body_id and post.role in SIGNING_ROLES for post in posts_handing(viewer))


def todos_on(subject: cf.Subject, viewer: Viewer) -> list[cf.Todo]:
    """What is awaited on the subject from the person's own bodies. One statement."""
    bodies = {post.body_id for post in posts_handing(viewer)}
    rows = cf.Todo.rows.filter(subject_kind=subject.KIND, subject_id=subject.pk, body_id__in=bodies)
    return list(rows.select_related("body").order_by("id"))


def colleagues(viewer: Viewer, on: object, without: Collection[int] = ()) -> list[tuple[str, str]]:
    """(uid, name with post) of those to whom the person may hand: officers of the bodies that he heads,
    and himself. One statement."""
    rank = {role: place for place, role in enumerate(PostRole.values)}
    mine = {post.body_id for post in posts_handing(viewer)}
    posts = Post.objects.filter(valid_on(on), valid_on(on, "body__"), body_id__in=mine, person__is_active=True)  # type: ignore[arg-type]
    found: dict[int, tuple[str, str]] = {}
    for post in sorted(posts.select_related("person", "body"), key=lambda one: (one.body_id, rank[one.role], one.pk)):
        if post.person_id in without or not (post.person_id == viewer.id or hands_out(viewer, post.body_id)):
            continue
        body, title = post.body.local_name, post.title
        label = f"{post.person.name}（{titled(body, title)}）"
        found.setdefault(post.person_id, (str(post.person.uid), label))
    return list(found.values())


@checks(KEY)
def check_assign(act: Act, c: content.AssignTodo) -> None:
    act.memo["handed"] = _handed(act, c)


def _handed(act: Act, c: content.AssignTodo) -> tuple[cf.Todo, Person]:
    """The todo and the officer, of one and the same body; else what to mend."""
    assert act.subject is not None
    todos = [one for one in todos_on(act.subject, act.viewer) if one.kind == c.todo]
    if not todos:
        raise Invalid("这项待办已经办结，或不在本机构，请刷新后查看。", field="todo")
    person = Person.objects.filter(uid=c.person).first()
    officer = viewer_of(person.pk, act.on) if person is not None else None
    posts = officer.posts if officer is not None else ()
    todo = next((one for one in todos if any(_holds(post, one) for post in posts)), None)
    if person is None or officer is None or todo is None:
        raise Invalid("请选择本机构现任的人员作为承办人。", field="person")
    if person.pk != act.viewer.id and not hands_out(act.viewer, todo.body_id or 0):
        raise Invalid("由机构负责人、副职分派给他人；您可以选择自己，即认领。", field="person")
    if not scope.sees(officer, act.subject):
        raise Invalid("该人员不能办理本件，请另选承办人。", field="person")
    return todo, person


def _holds(post: PostView, todo: cf.Todo) -> bool:
    return post.body_id == todo.body_id and post.role in OFFICES[todo.office].roles


@handles(KEY)
def assign_todo(act: Act, c: content.AssignTodo) -> None:
    """Name the officer beside the todo; who had it before stands in the earlier step."""
    todo, person = act.memo["handed"]
    subject = act.subject
    assert subject is not None
    matter = matter_of(subject)
    key = {"subject_kind": subject.KIND, "subject_id": subject.pk, "move": todo.kind, "body_id": todo.body_id}
    cf.Handling.rows.update_or_create(
        **key,
        defaults={
            "person": person,
            "by_id": act.viewer.id,
            "on": act.on,
            "matter": matter,
            "clue": None if matter is not None else clue_of(subject),
        },
    )
    act.recorded["handling"] = {**key, "person_id": person.pk}


def differences() -> Iterator[dict[str, str]]:
    """Where the officers named are not those of the last steps (for `rebuild --check`)."""
    told: dict[tuple[str, int, str, int], int] = {}
    for text in Step.objects.filter(edge__move=KEY).order_by("id").values_list("facts", flat=True):
        one = json.loads(text)["handling"]
        told[one["subject_kind"], one["subject_id"], one["move"], one["body_id"]] = one["person_id"]
    stands = {
        (kind, pk, move, body): person
        for kind, pk, move, body, person in cf.Handling.rows.values_list(
            "subject_kind", "subject_id", "move", "body_id", "person_id"
        )
    }
    for key in {*told, *stands}:
        if told.get(key) != stands.get(key):
            yield {"place": f"{key[0]} {key[1]} 的承办人", "steps": str(told.get(key)), "stands": str(stands.get(key))}
