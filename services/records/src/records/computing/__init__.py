"""A run of a query, in a process of its own: resources come in, and what may be said of groups of people goes out."""
