"""The reference of the exercise's tasks, and what tells a program that has a usual mistake."""
