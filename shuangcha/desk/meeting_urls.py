"""Addresses of the meeting's screen; the page itself stands in urls.py."""

from __future__ import annotations

from django.urls import path

from . import meeting_acts, meeting_page

urlpatterns = [
    path("meetings/<str:uid>/pulse/", meeting_page.pulse, name="meeting_pulse"),
    path("meetings/<str:uid>/list/", meeting_acts.list_item, name="meeting_list_item"),
    path("meetings/<str:uid>/order/", meeting_acts.order, name="meeting_order"),
    path("meetings/<str:uid>/declare/", meeting_acts.declare_all, name="meeting_declare"),
    path("meetings/<str:uid>/minutes/", meeting_acts.minutes, name="meeting_minutes"),
    path("meetings/<str:uid>/do/<str:move_key>/", meeting_acts.meeting_act, name="meeting_act"),
    path("meetings/<str:uid>/items/<str:item_uid>/do/<str:move_key>/", meeting_acts.item_act, name="meeting_item_act"),
    path("meetings/<str:uid>/sign/<uuid:proposal_uid>/", meeting_acts.sign, name="meeting_sign"),
    path("meetings/<str:uid>/withdraw/<uuid:proposal_uid>/", meeting_acts.withdraw, name="meeting_withdraw"),
]
