"""The ticket domain (工单): from a resident's words to a settled case; knows nothing of Rasa."""
