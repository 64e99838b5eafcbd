"""Documents that institutions keep: a report as PDF."""
