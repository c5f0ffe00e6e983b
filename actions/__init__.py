"""What the bot does: one module per skill, and the ticket domain."""
