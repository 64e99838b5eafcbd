"""A city's pack: what differs from city to city, as one file that every process reads when it starts."""
