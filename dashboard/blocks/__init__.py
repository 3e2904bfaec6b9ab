"""Sections of pages: selection -> questions -> layout."""
