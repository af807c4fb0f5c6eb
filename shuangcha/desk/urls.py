"""Addresses of the staff pages. A subject's page is named by its kind,
so that whoever has kind and uid can link to it."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from . import (
    approval_page,
    clue_page,
    due_page,
    figure_pages,
    flow,
    help_pages,
    inquiry_page,
    lists,
    matter_page,
    meeting_page,
    notices,
    outcome_page,
    register_page,
    shell,
    training,
)
from .worklist import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("clues/", lists.clues, name="clues"),
    path("clues/case-number/", register_page.case_number, name="case-number"),
    path("clues/repeats/", register_page.repeated, name="clue-repeats"),
    path("clues/<str:uid>/", clue_page.clue, name="clue"),
    path("matters/", lists.matters, name="matters"),
    path("matters/<str:uid>/", matter_page.matter, name="matter"),
    path("matters/<str:uid>/files/", matter_page.matter_files, name="matter_files"),
    path("meetings/", lists.meetings, name="meetings"),
    path("meetings/<str:uid>/", meeting_page.meeting, name="meeting"),
    path("items/", lists.items, name="items"),
    path("items/<str:uid>/", meeting_page.item, name="item"),
    path("duties/", lists.duties, name="duties"),
    path("duties/<str:uid>/", outcome_page.duty, name="duty"),
    path("assignments/<str:uid>/", inquiry_page.assignment, name="assignment"),
    path("rounds/<str:uid>/", inquiry_page.round_, name="round"),
    path("records/<str:uid>/", inquiry_page.record, name="record"),
    path("reports/<str:uid>/", inquiry_page.report, name="report"),
    path("opinions/<str:uid>/", approval_page.opinion, name="opinion"),
    path("opinions/<str:uid>/do/<str:move_key>/", approval_page.decide, name="opinion_act"),
    path("due/", due_page.due, name="due"),
    path("figures/", figure_pages.figures, name="figures"),
    path("figures/list/", figure_pages.figure_list, name="figure_list"),
    path("notices/", notices.notices, name="notices"),
    path("notices/mark/", notices.mark, name="notices_mark"),
    path("help/", help_pages.help_start, name="help"),
    path("help/first-day/", training.first_day, name="first_day"),
    path("help/<slug:role>/", help_pages.help_role, name="help_role"),
    path("flow/", flow.flow, name="flow"),
    path("search/", lists.search, name="search"),
    path("admin/", include("shuangcha.desk.admin.urls")),
    path("demo/date/", shell.move_demo_date, name="demo_date"),
    path("", include("shuangcha.desk.account_urls")),
]
for room in (
    "shuangcha.desk.matter_urls",
    "shuangcha.desk.move_urls",
    "shuangcha.desk.paper_urls",
    "shuangcha.desk.meeting_urls",
    "shuangcha.desk.list_urls",
    "shuangcha.desk.flow_urls",
):
    if find_spec(room):
        urlpatterns.append(path("", include(room)))
