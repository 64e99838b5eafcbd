"""Identity: who is this; is this code genuine, fresh and unused."""
