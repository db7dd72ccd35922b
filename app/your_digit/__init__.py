"""The parts of the page Your digit."""
