"""PubMed's publication types, by the letters of their names.

Source: PubMed Help, "Publication types", https://pubmed.ncbi.nlm.nih.gov/help/#publication-types
"""

from index.records.publication_types import RENAMED
from search.query.terms.reading import letters_of

_TYPES = """
Adaptive Clinical Trial|Address|Autobiography|Bibliography|Biography|Case Reports|Classical Article|Clinical Conference|
Clinical Study|Clinical Trial|Clinical Trial Protocol|Clinical Trial, Phase I|Clinical Trial, Phase II|
Clinical Trial, Phase III|Clinical Trial, Phase IV|Clinical Trial, Veterinary|Collected Work|Comment|Comparative Study|
Congress|Consensus Development Conference|Consensus Development Conference, NIH|Controlled Clinical Trial|
Corrected and Republished Article|Dataset|Dictionary|Directory|Duplicate Publication|Editorial|Electronic Supplementary
 Materials|English Abstract|Equivalence Trial|Evaluation Study|Expression of Concern|Festschrift|Government Publication|
Guideline|Historical Article|Interactive Tutorial|Interview|Introductory Journal Article|Journal Article|Lecture|
Legal Case|Legislation|Letter|Meta-Analysis|Multicenter Study|Network Meta-Analysis|News|Newspaper Article|
Observational Study|Observational Study, Veterinary|Overall|Patient Education Handout|Periodical Index|
Personal Narrative|Portrait|Practice Guideline|Pragmatic Clinical Trial|Preprint|Published Erratum|
Randomized Controlled Trial|Randomized Controlled Trial, Veterinary|Research Support, American Recovery and Reinvestment
 Act|Research Support, N.I.H., Extramural|Research Support, N.I.H., Intramural|Research Support, Non-U.S. Gov't|
Research Support, U.S. Gov't, Non-P.H.S.|Research Support, U.S. Gov't, P.H.S.|Research Support, U.S. Gov't|
Retracted Publication|Retraction Notice|Review|Scientific Integrity Review|Scoping Review|Systematic Review|
Technical Report|Twin Study|Validation Study|Video-Audio Media|Webcast
""".replace("\n", "")
MEANT = {
    "guidelines": "Guideline", "preprints": "Preprint", "reviews": "Review", "systematicreviews": "Systematic Review",
    "clinicaltrials": "Clinical Trial", "randomizedcontrolledtrials": "Randomized Controlled Trial",
    "randomisedcontrolledtrial": "Randomized Controlled Trial", "rct": "Randomized Controlled Trial",
    "casereport": "Case Reports", "metaanalyses": "Meta-Analysis", "letters": "Letter", "editorials": "Editorial",
}  # fmt: skip
"""What is written for a type that has another name."""

TYPES_BY_LETTERS = {letters_of(name): name for name in (*_TYPES.split("|"), *RENAMED)}
