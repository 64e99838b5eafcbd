"""What changes in the catalog, one function a change. None commits."""
