"""Catalog: what is on sale, on which terms, asking which data."""
