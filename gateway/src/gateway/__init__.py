"""The gateway: one GraphQL schema over all services.

It authenticates, limits, batches and composes; it decides nothing.
"""
