"""Registries and indicator files into the warehouse."""
