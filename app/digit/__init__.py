"""The page "Your digit": what is given, what every model makes of it, and where it lands."""
