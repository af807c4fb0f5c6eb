"""法院与人员: courts, their bodies, persons, posts, the rest-day calendar and settings, each valid from a day to a day.

Written by `acts` only (see house rules: one writer); a person's password,
sessions and one-time codes are the exemption.
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q


class Level(models.TextChoices):
    """The four court levels; the plan speaks only of 上级 and 下级,
    so any two neighbours can play assigner and assignee."""

    SUPREME = "supreme", "最高人民法院"
    HIGH = "high", "高级人民法院"
    INTERMEDIATE = "intermediate", "中级人民法院"
    BASIC = "basic", "基层人民法院"


class BodyKind(models.TextChoices):
    """Kinds of bodies. 监察机构 is a role bound to a department, never a fixed department name (dossier §1.4)."""

    ENFORCEMENT = "enforcement", "执行机构"
    SUPERVISION = "supervision", "监察机构"
    LEADING_GROUP = "leading_group", "领导小组"
    GROUP_OFFICE = "group_office", "领导小组办公室"
    PRESIDENCY = "presidency", "院领导"
    INSPECTION = "inspection", "巡查督察组"
    DEPARTMENT = "department", "其他部门"
    ADMINISTRATION = "administration", "系统管理"
    AUDIT = "audit", "审计"


class PostRole(models.TextChoices):
    HEAD = "head", "负责人"
    DEPUTY = "deputy", "副职"
    MEMBER = "member", "工作人员"


class Court(models.Model):
    """A court. `code` is its 法院代字 (豫0304); city and province are columns because special and merged courts break
    prefixes."""

    code = models.CharField("法院代字", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60)
    short = models.CharField("发文代字", max_length=20, blank=True, help_text="内部字号用字,如 洛中法")
    level = models.CharField("层级", max_length=12, choices=Level.choices)
    superior = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="subordinates")
    city = models.CharField("市", max_length=20, blank=True)
    province = models.CharField("省", max_length=20, blank=True)
    valid_from = models.DateField("起", null=True, blank=True)
    valid_to = models.DateField("止", null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")
    mark = models.CharField("来源标记", max_length=2, default="M", help_text="S V V~ L M D,见资料来源")

    class Meta:
        ordering: ClassVar = ["code"]
        indexes: ClassVar = [models.Index(fields=["superior", "code"], name="court_superior")]

    def __str__(self) -> str:
        return self.name


class Body(models.Model):
    """A body of a court; `local_name` is what that court calls it (执行局、监察室、督察室 …)."""

    court = models.ForeignKey(Court, models.PROTECT, related_name="bodies")
    kind = models.CharField("机构类别", max_length=16, choices=BodyKind.choices)
    local_name = models.CharField("本院名称", max_length=40)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["court", "local_name"], name="body_court_name"),
            models.UniqueConstraint(
                fields=["court", "kind"],
                condition=~Q(kind__in=["department", "inspection"]) & Q(valid_to__isnull=True),
                name="body_one_of_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return self.local_name


class PersonManager(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(login=username)


class Person(AbstractBaseUser):
    """A person. Recusal follows the person, not the account or the post. `login` empty: no account."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("姓名", max_length=40)
    login = models.CharField("用户名", max_length=40, unique=True, null=True, blank=True)
    is_active = models.BooleanField("可登录", default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[PersonManager] = PersonManager()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name"], name="person_name")]

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A person's post in a body, from a day to a day (both inclusive; open end: in office)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    body = models.ForeignKey(Body, models.PROTECT, related_name="posts")
    role = models.CharField("职务", max_length=8, choices=PostRole.choices)
    title = models.CharField("职务名称", max_length=40, blank=True)
    valid_from = models.DateField("任职起")
    valid_to = models.DateField("任职止", null=True, blank=True)
    deputy_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="deputies")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "body", "valid_from"], name="post_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="post_days_in_order"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["body", "role"], name="post_body_role")]


class RestDay(models.Model):
    """A day that differs from the plain week: kind `rest` or `work` (调休上班).
    `source` names the notice (dossier §7.3)."""

    day = models.DateField(primary_key=True)
    kind = models.CharField(max_length=4, choices=[("rest", "休息"), ("work", "上班")])
    source = models.CharField(max_length=120)
    mark = models.CharField(max_length=2, default="V")


class PublishedYear(models.Model):
    """A year whose holiday notice is published; results that touch another year are 暂定."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    source = models.CharField(max_length=120)


class Setting(models.Model):
    """A parameter that the plan leaves open, with the mark of its source (S V L M D). `court` empty: for all courts."""

    court = models.ForeignKey(Court, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    source = models.CharField(max_length=200)
    mark = models.CharField(max_length=2)
    valid_from = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["court", "key", "valid_from"], name="setting_once"),
            models.UniqueConstraint(
                fields=["key", "valid_from"], condition=Q(court__isnull=True), name="setting_once_for_all"
            ),
        ]


class OneTimeCode(models.Model):
    """A single-use code for the first sign-in or a reset; only its digest is stored."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)


class Token(models.Model):
    """A person's key for the HTTP interface; only its digest is stored."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
