"""Importera: any list of operations, what would be loaded of it, corrections, and the lists already here."""

from dashboard.blocks import importer
from dashboard.layout import view

v = view("import_file")
if v.sel.fil:
    importer.review(v)
else:
    importer.choose_file(v)
    importer.lists(v)
