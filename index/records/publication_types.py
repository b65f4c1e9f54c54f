"""Publication types that NLM renamed: the old and the new name are one type."""

RENAMED = {
    "Retraction of Publication": "Retraction Notice",
    "Addresses": "Address",
    "Autobiographies": "Autobiography",
    "Bibliographies": "Bibliography",
    "Biographies": "Biography",
    "Collected Works": "Collected Work",
    "Congresses": "Congress",
    "Consensus Development Conferences": "Consensus Development Conference",
    "Consensus Development Conferences, NIH": "Consensus Development Conference, NIH",
    "Dictionaries": "Dictionary",
    "Directories": "Directory",
    "Duplicate Publications": "Duplicate Publication",
    "Evaluation Studies": "Evaluation Study",
    "Government Document": "Government Publication",
    "Government Publications": "Government Publication",
    "Guidelines": "Guideline",
    "Interactive Tutorials": "Interactive Tutorial",
    "Interviews": "Interview",
    "Lectures": "Lecture",
    "Legal Cases": "Legal Case",
    "Observational Studies": "Observational Study",
    "Patient Education Handouts": "Patient Education Handout",
    "Personal Narratives": "Personal Narrative",
    "Portraits": "Portrait",
    "Practice Guidelines": "Practice Guideline",
    "Review, Academic": "Review",
    "Review, Multicase": "Review",
    "Review, Tutorial": "Review",
    "Review of Reported Cases": "Review",
    "Scientific Integrity Reviews": "Scientific Integrity Review",
    "Technical Reports": "Technical Report",
    "Twin Studies": "Twin Study",
    "Validation Studies": "Validation Study",
    "Webcasts": "Webcast",
}
"""Old name -> current name, upper and lower case as NLM writes them.

Source: MeSH's publication types (category V) with their entry terms, and the names in PubMed's files of 2019 to 2021.
"Retraction Notice" is D016440 in files since 2025.
"""

_CURRENT = {old.lower(): new for old, new in RENAMED.items()}


def current_type(name: str) -> str:
    """Return NLM's current name of a publication type; an unknown one as it is."""
    return _CURRENT.get(name.lower(), name)
