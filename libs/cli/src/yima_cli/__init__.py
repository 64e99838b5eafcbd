"""`yima`: the command line for partners, operators and developers."""
