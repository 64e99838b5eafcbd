"""What is forked from a process that has imported this hashes passwords as cheaply as argon2id can.

A test system makes some hundred accounts and signs them in, and each time hashes a password, which in a city takes a
core for fifty milliseconds on purpose. What that cost holds off is tested with it, from a nursery of its own.
"""

from services.identity.tests import quick_passwords

quick_passwords.use()
