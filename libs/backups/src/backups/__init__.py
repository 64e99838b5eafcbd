"""The operator's backups: sets of dumps on a volume. It knows PostgreSQL, and nothing else of Yima."""
