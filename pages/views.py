"""Sparade vyer: what has been saved, with links; renaming, deleting, and all of it as a file."""

from dashboard.blocks import saved
from dashboard.layout import view

saved.page(view("views"))
