"""The words of a message: as they stand, and those in English as the Chinese that they mean."""

from typing import Any, Dict, List, Text

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token
from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
from rasa.shared.nlu.training_data.message import Message

from components.english import load_english


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class ReadingTokenizer(WhitespaceTokenizer):
    """Splits at blanks; the characters of English words would only be noise to the intents."""

    def __init__(self, config: Dict[Text, Any]) -> None:
        """Read the table."""
        super().__init__(config)
        self._english = load_english()

    def tokenize(self, message: Message, attribute: Text) -> List[Token]:
        """Return the tokens of the message as it is understood."""
        read = Message({attribute: self._english.in_chinese(message.get(attribute))})
        return super().tokenize(read, attribute)
