"""The nouns, and what every layer above shares: names, registries, errors, provenance, the ledger."""
