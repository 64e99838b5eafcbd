"""The bank, by ISO 20022: credit transfers we send (`credit_transfer`), statements we read (`bank_statement`)."""
