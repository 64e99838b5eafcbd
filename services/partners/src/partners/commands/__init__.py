"""What changes in partners, one function a change. None commits."""
