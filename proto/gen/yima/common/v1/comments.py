"""Generated from the contract; do not edit."""

COMMENTS = {
    'Route': "One method's place in HTTP. Fields of the request named in the path are taken from it; for GET the rest come from the query, otherwise from the body. A route must name its roles or say `public`.",
    'Route.key_required': 'The Idempotency-Key header is accepted on every mutating route; here it is demanded.',
    'Route.scope': 'Which API keys of partners may call this, beside their staff.',
    'Route.standing': "What a partner's staff, practitioners and systems need beside their role. Asked by services that know how partners stand; reading never needs it.",
    'Role': 'Who a caller is.',
    'Scope': "What a partner's API key may do.",
    'StandingNeeded': 'How the partner that a caller is of must stand, for a route that changes something.',
    'StandingNeeded.UNSPECIFIED': 'Good: active, with certificates in all five aspects that are in force. Whoever is suspended, has lapsed, was rejected or has not got so far is refused.',
    'StandingNeeded.NONE': 'Any: it answers the operator, or protects residents or the partner itself; docs/adr/0301 says which and why.',
    'Money': "An amount in a currency's minor units (fen for CNY, whole yen for JPY, fils for KWD).",
    'LocalizedText': 'The same text in several languages: BCP 47 tag to text. Every text shown to people is one of these.',
    'Interval': 'A half-open span of time, [start, end), in UTC.',
    'PageRequest': 'Which page of a listing is wanted: the first `first` items after the cursor `after`.',
    'PageInfo': "Where a page stands: one opaque cursor an item, in the items' order.",
}
