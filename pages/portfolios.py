"""Portföljer: two to four portfolios side by side; the rows behind one of their figures."""

from dashboard import exhibit
from dashboard.blocks import (
    portfolio_choice,
    portfolio_cost,
    portfolio_need,
    portfolio_owners,
    portfolio_rows,
    portfolio_size,
)
from dashboard.blocks.portfolio import draw_linked
from dashboard.layout import view

v = view("portfolios")
if v.sel.rader:
    portfolio_rows.section(v)
else:
    portfolio_choice.choose(v)
    exhibit.draw(v, portfolio_size.size(v))
    for at in range(4):
        exhibit.draw(v, portfolio_size.amounts(v, at))
    exhibit.draw(v, portfolio_owners.concentration(v))
    exhibit.draw(v, portfolio_owners.overlap(v))
    draw_linked(v, portfolio_owners.shared(v), portfolio_owners.shared_links(v), level=3)
    portfolio_choice.which(v)
    portfolio_need.draw_matrix(v)
    draw_linked(v, portfolio_need.spots(v), level=3)
    for at in range(4):
        exhibit.draw(v, portfolio_cost.cost(v, at))
    for at in range(4):
        exhibit.draw(v, portfolio_size.time(v, at))
