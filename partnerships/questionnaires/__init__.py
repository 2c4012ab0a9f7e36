"""Questions with one choice for each item: limits, trust and expectations, in sealed rounds."""
