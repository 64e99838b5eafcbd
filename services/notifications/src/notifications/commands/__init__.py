"""What changes notifications, a function a change. None commits."""
