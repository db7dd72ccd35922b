"""What tests of several packages make: small runs, recordings, broken files, uploads."""
