"""Partners: may this partner publish, sell, read data, be paid."""
