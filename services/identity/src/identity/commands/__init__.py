"""What changes in identity, one function a change. None commits."""
