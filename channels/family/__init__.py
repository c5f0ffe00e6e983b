"""Family (家人): relatives whom an elderly person let in, and what they are told."""
