"""Runs beside a hospital's systems: takes what they say, keeps it on disk, and sends it to a city's Yima."""
