"""The whole life of one written case, played over HTTP as its people would live it."""
