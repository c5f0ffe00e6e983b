"""The operators' console: tickets, dead deliveries, and the inbox of those who want a person."""
