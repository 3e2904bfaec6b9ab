"""Charts: data in, a ready Vega-Lite specification out; one module a kind of chart."""
