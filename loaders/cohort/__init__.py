"""Cohorts with known truth, to test every answer about combinations against."""
