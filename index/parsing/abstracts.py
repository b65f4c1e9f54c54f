"""Abstracts: labelled sections, cut into sentences."""

from lxml import etree

from index.parsing.inline_markup import line, passage
from index.records.article import OtherAbstract, Section
from index.records.sentence_splitter import sentence_starts


def sections(abstract: etree._Element | None, language: str | None = "eng") -> tuple[Section, ...]:
    """Read the sections of `Abstract` or `OtherAbstract`.

    Args:
        abstract: The element, or None.
        language: NLM's code. PubMed's main abstracts are English whatever the article's language.

    Returns:
        Each section that has a text or a label; some have only a label ("LEVEL OF EVIDENCE: 4").
    """
    if abstract is None:
        return ()
    result = []
    for element in abstract.iterchildren("AbstractText"):
        text, label, category = passage(element) or "", element.get("Label"), element.get("NlmCategory")
        if text or label:
            result.append(Section(label, category, text, sentence_starts(text, language)))
    return tuple(result)


def copyright_line(abstract: etree._Element | None) -> str | None:
    """Read the copyright statement of an abstract."""
    return None if abstract is None else line(next(abstract.iterchildren("CopyrightInformation"), None))


def other_abstracts(citation: etree._Element) -> tuple[OtherAbstract, ...]:
    """Read the abstracts in addition to the main one: other languages, plain language, other agencies'."""
    return tuple(
        OtherAbstract(
            element.get("Type"),
            element.get("Language"),
            sections(element, element.get("Language")),
            copyright_line(element),
        )
        for element in citation.iterchildren("OtherAbstract")
    )
