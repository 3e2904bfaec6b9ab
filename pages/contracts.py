"""Utfallskontrakt: a payout simulator, the reference case, a social investment, the contracts, the concepts."""

from dashboard.blocks import contracts, investing, payouts, reference_case
from dashboard.exhibit import draw
from dashboard.layout import view

v = view("contracts")
contracts.heading(v)
contracts.ways(v)
contracts.place("simulator")
payouts.simulator(v)
contracts.place("case")
draw(v, reference_case.figure(v), is_open=True)
contracts.place("investment")
investing.section(v)
contracts.place("list")
contracts.listed(v)
contracts.place("concepts")
contracts.concepts(v)
