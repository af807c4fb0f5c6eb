"""Addresses of 系统检查."""

from __future__ import annotations

from django.urls import path

from . import flow_check_page, flow_clue, flow_health, flow_officers, flow_runs, flow_signs

urlpatterns = [
    path("system-check/", flow_runs.flow_runs, name="flow_runs"),
    path("system-check/start/", flow_runs.start, name="flow_start"),
    path("system-check/runs/<str:uid>/", flow_runs.flow_run, name="flow_run"),
    path("system-check/runs/<str:uid>/state/", flow_runs.state, name="flow_run_state"),
    path("system-check/runs/<str:uid>/cancel/", flow_runs.cancel, name="flow_cancel"),
    path("system-check/runs/<str:uid>/signs/", flow_signs.flow_signs, name="flow_signs"),
    path("system-check/runs/<str:uid>/clue/", flow_clue.flow_clue, name="flow_clue"),
    path("system-check/runs/<str:uid>/courts/<str:code>/", flow_health.flow_health, name="flow_health"),
    path("system-check/runs/<str:uid>/courts/<str:code>/pdf/", flow_health.flow_health_pdf, name="flow_health_pdf"),
    path("system-check/runs/<str:uid>/officers/", flow_officers.flow_officers, name="flow_officers"),
    path(
        "system-check/runs/<str:uid>/officers/export/", flow_officers.flow_officers_export, name="flow_officers_export"
    ),
    path("rounds/<str:uid>/flow/officers/", flow_officers.round_officers, name="round_officers"),
    path("rounds/<str:uid>/flow/", flow_check_page.round_flow, name="round_flow"),
    path("flow-checks/<str:uid>/", flow_check_page.flow_check, name="flow_check"),
]
