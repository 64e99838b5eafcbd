"""What changes in records, one function a change. None commits."""
