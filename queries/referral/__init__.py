"""What the question about referral paths is made of."""
