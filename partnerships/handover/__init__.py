"""Hand-over: another broker takes a case over, after declaring interests; all parties are told."""
