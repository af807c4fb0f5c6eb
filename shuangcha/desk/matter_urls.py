"""Addresses of the pages below a matter's own, and of the plan's text to which every cited article leads."""

from __future__ import annotations

from django.urls import path

from . import joint_page, plan_page, record_form, rounds_page, steps_page

urlpatterns = [
    path("matters/<str:uid>/steps/", steps_page.steps, name="matter_steps"),
    path("matters/<str:uid>/joint/", joint_page.joint, name="matter_joint"),
    path("matters/<str:uid>/rounds/", rounds_page.rounds, name="matter_rounds"),
    path("matters/<str:uid>/compare/", rounds_page.compare, name="matter_compare"),
    path("records/<str:uid>/print/", record_form.sheet, name="record_sheet"),
    path("rounds/<str:uid>/blank/<slug:method>/", record_form.blank, name="record_blank"),
    path("plan/", plan_page.plan, name="plan"),
]
