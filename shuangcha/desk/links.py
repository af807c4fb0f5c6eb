"""Addresses of the desk, so that one place knows them."""

from __future__ import annotations

import re

from django.urls import reverse
from django.utils.http import urlencode

from shuangcha.casefile import models as cf

from . import files


def subject_url(kind: str, uid: object) -> str:
    """The page of a subject."""
    return reverse(kind, args=[str(uid)])


def of(subject: cf.Subject) -> str:
    return subject_url(subject.KIND, subject.uid)


def move_url(move_key: str, kind: str = "", uid: object = "") -> str:
    """The form of a move on a subject; of a move without parent, without one."""
    address = reverse("move", args=[move_key])
    return f"{address}?{urlencode({'kind': kind, 'uid': str(uid)})}" if kind else address


def sign_url(proposal_uid: object) -> str:
    return reverse("sign", args=[proposal_uid])


def withdraw_url(proposal_uid: object) -> str:
    """Where a proposal is taken back (POST)."""
    return reverse("withdraw", args=[proposal_uid])


def material_url(pk: int) -> str:
    """The download of an attachment, under a key that tells nothing."""
    return files.link(cf.Material(pk=pk))


def paper_url(paper: str, kind: str, uid: object) -> str:
    """A paper that prints from the page."""
    return reverse("paper", args=[paper, kind, uid])


def opinion_act_url(opinion: cf.Opinion, move_key: str) -> str:
    """Where the approval screen sends 同意、修改后同意 or 退回 (POST)."""
    return reverse("opinion_act", args=[str(opinion.uid), move_key])


PAGE = re.compile(r"第?\s*([0-9]{1,4})\s*(?:页|$|[-—–至到、,，])")
"""The first page in 第35页, 35, 第3-5页, 第一册第35页."""


def evidence_url(pk: int, name: str, page: str) -> str:
    """An attachment that a browser shows by itself is opened, a PDF at its page; any other is downloaded."""
    if not files.opens(name):
        return material_url(pk)
    found = PAGE.search(page)
    at = f"#page={found[1]}" if found and name.lower().endswith(".pdf") else ""
    return reverse("material_view", kwargs={"key": files.key_of(pk)}) + at
