"""A document and its clauses, however it was written."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One clause, paragraph, list or table row, with the headings above it."""

    text: str
    label: str = ""  # 第十三条, or the number of the heading
    context: str = ""  # the headings, outermost first
    question: str = ""  # the question a 问答 text asks here
    service: int = 0  # the number of the service item in its table, from 1; 0 for other texts
    facet: str = ""  # what of that item this tells; empty for its name


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that has been read."""

    file: str
    title: str
    sections: tuple[Section, ...]
    number: str = ""  # 国发〔2015〕52号
    issuer: str = ""
    issued: str = ""  # ISO date where the text states one
    is_recognised: bool = False  # read from pictures, so that every word wants checking
    cautions: tuple[tuple[str, str], ...] = ()  # what was not read: its kind, how much or which
    digest: str = ""
