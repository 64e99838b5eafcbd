"""Real PostgreSQL and NATS from their wheels, the services as processes, and the example cities."""
