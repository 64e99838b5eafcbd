"""Records: what is known of a resident's health; nothing is released without a consent decision."""
