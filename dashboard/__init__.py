"""Inkluderingskartan: the dashboard that reads the warehouse."""
