"""What the questions about outcomes share: whose cases, which masks, which words."""
