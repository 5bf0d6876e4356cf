"""The questions, and how they are asked."""
