"""How an answer is told: sentence, disclosure, drawing, what the data allows."""
