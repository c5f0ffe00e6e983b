"""The ways people reach Linli: web, elderly page, Telegram, console, terminal."""
