"""What changes in identity, one function a change.

A command is given the caller's transaction and does not commit it. Those in `passwords` open short transactions of
their own: nobody holds a connection while a password is hashed.
"""
