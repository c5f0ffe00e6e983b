"""Our parts of Rasa: the only Python that runs in Rasa's environment (3.10)."""
