from django.urls import path

from lianfang.web.units.views import changing, contacts, gaps, importing, tree

app_name = "units"

urlpatterns = [
    path("", tree.tree, name="tree"),
    path("import/", importing.choose, name="import"),
    path("import/template/", importing.template, name="template"),
    path("import/<uuid:pk>/", importing.check, name="import_check"),
    path("import/<uuid:pk>/apply/", importing.apply, name="import_apply"),
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/export/", gaps.gaps_export, name="gaps_export"),
    path("gaps/areas/<int:pk>/", gaps.gap_areas, name="gap_areas"),
    path("<int:pk>/", tree.unit, name="unit"),
    path("<int:pk>/below/", tree.below, name="below"),
    path("<int:pk>/contacts/", contacts.contacts, name="contacts"),
    path("<int:pk>/contacts/export/", contacts.export, name="contacts_export"),
    path("<int:pk>/edit/", changing.edit, name="edit"),
    path("<int:pk>/add/", changing.add, name="add"),
    path("<int:pk>/move/", changing.move, name="move"),
    path("<int:pk>/close/", changing.close, name="close"),
    path("<int:pk>/sponsor/", changing.sponsor, name="sponsor"),
    path("<int:pk>/sponsor/<int:line>/end/", changing.end_sponsor, name="end_sponsor"),
    path("<int:pk>/import/", importing.choose, name="import_below"),
]
