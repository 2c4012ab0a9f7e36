"""Voice of patients: an anonymous form of three questions by link and QR code; only counts are stored."""
