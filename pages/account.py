"""Konto: who one is here, what one may, and the way in and out."""

from dashboard.blocks import account
from dashboard.layout import view

account.page(view("account"))
