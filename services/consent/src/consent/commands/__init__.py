"""What changes about consent, one function a change. None commits."""
