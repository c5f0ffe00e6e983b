"""What one message says: place, time, contact, category and the like, without any model."""
