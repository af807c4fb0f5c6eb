"""Addresses of sign-in and of a person's own account."""

from __future__ import annotations

from django.urls import path

from shuangcha.desk import accounts

urlpatterns = [
    path("signin", accounts.signin, name="signin"),
    path("signout", accounts.signout, name="signout"),
    path("reset", accounts.reset, name="reset"),
    path("account", accounts.account, name="account"),
]
