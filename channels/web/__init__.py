"""The web chat: one page, its modules and styles, and what the other pages share with it."""
