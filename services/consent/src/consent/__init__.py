"""Consent: may this party read or compute on this data, for this purpose, now."""
