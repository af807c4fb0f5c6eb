"""Addresses of the pages of administrators and auditors."""

from __future__ import annotations

from django.urls import path

from . import accounts, files, flow, flow_withdraw, looking, people, posts, rules, signins, structure

urlpatterns = [
    path("courts/", structure.courts, name="admin_courts"),
    path("courts/new/", structure.court_new, name="admin_court_new"),
    path("courts/<str:code>/", structure.court, name="admin_court"),
    path("courts/<str:code>/bodies/new/", structure.body_new, name="admin_body_new"),
    path("bodies/", structure.bodies, name="admin_bodies"),
    path("bodies/<int:key>/", structure.body, name="admin_body"),
    path("persons/", people.persons, name="admin_persons"),
    path("persons/new/", people.person_new, name="admin_person_new"),
    path("persons/<str:uid>/", people.person, name="admin_person"),
    path("persons/<str:uid>/account/", accounts.account, name="admin_account"),
    path("posts/", posts.posts, name="admin_posts"),
    path("posts/new/", posts.post_new, name="admin_post_new"),
    path("posts/<int:key>/", posts.post, name="admin_post"),
    path("posts/<int:key>/deputy/", posts.deputy_new, name="admin_deputy_new"),
    path("deputies/", posts.deputies, name="admin_deputies"),
    path("accounts/", accounts.accounts, name="admin_accounts"),
    path("calendar/", rules.calendar, name="admin_calendar"),
    path("settings/", rules.settings, name="admin_settings"),
    path("settings/<str:key>/", rules.setting, name="admin_setting"),
    path("files/", files.files, name="admin_files"),
    path("files/<str:kind>/", files.file, name="admin_file"),
    path("files/<str:kind>/download/", files.download, name="admin_download"),
    path("flow/", flow.flow_sets, name="admin_flow"),
    path("flow/sets/<str:uid>/withdraw/", flow_withdraw.flow_withdraw, name="admin_flow_withdraw"),
    path("flow/<str:key>/", flow.flow_try, name="admin_flow_try"),
    path("flow/<str:key>/state/", flow.flow_reading_state, name="admin_flow_state"),
    path("ledger/", looking.ledger, name="audit_ledger"),
    path("ledger/verify/", looking.verify_now, name="audit_verify"),
    path("steps/", looking.steps, name="audit_steps"),
    path("steps/<str:uid>/", looking.step, name="audit_step"),
    path("signins/", signins.signins, name="audit_signins"),
]
