"""A piece of a message that means something by itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One thing found in a message, and where it stands in the words as they were written."""

    entity: str
    value: str
    start: int
    end: int

    def as_dict(self) -> dict[str, str | int]:
        """Return the entity as JSON shows it."""
        return {
            "entity": self.entity,
            "value": self.value,
            "start": self.start,
            "end": self.end,
        }
