"""Who comes: what an order's consent lets its partner know of the person."""

from chassis.refusals import Forbidden


class ContactDenied(Forbidden):
    code = "contact-denied"
    title = "No consent in force lets the caller know who this is and how they are reached."
