"""`yima`: the command line for residents, practitioners, partners and operators; with `ops`, for who runs a system."""
