"""Measure what trained models and maps do."""
