"""What changes in ordering, one function a change. None commits. (Placing is written in batches: see `placing.py`.)"""
