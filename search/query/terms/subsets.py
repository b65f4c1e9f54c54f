"""What [sb] and [filter] keep: PubMed's named subsets and filters, in their old and new spellings."""

from index.core.text_normalization import folded_value
from index.engine.filter_expression import AnyOf, Everything, FilterExpression, Value, Without
from index.records.publication_types import RENAMED, current_type
from search.filters.filters import YES
from search.filters.vocabulary import LANGUAGES
from search.query.clauses import Clause
from search.query.field_tags import Tag
from search.query.terms.headings import narrower_types
from search.query.terms.reading import Reading, Unanswerable, letters_of

LONGEST = 4
"""Words of a subset's name."""


def _mesh(*names: str) -> Value:
    return Value("mesh", frozenset(names))


def _feature(name: str) -> Value:
    return Value("feature", frozenset({name}))


_FREE = Value("free_full_text", YES)
_ABSTRACT = Value("has_abstract", YES)
_PREPRINT = Value("type", frozenset({"Preprint"}))
_ANIMALS, _HUMANS = _mesh("Animals"), _mesh("Humans")
_INFANTS = ("Infant, Newborn", "Infant")
_CHILDREN = (*_INFANTS, "Child, Preschool", "Child", "Adolescent")
_AGED = ("Aged", "Aged, 80 and over", "Frail Elderly")
_ADULTS = ("Young Adult", "Adult", "Middle Aged", *_AGED)

_NAMED: tuple[tuple[str, str, FilterExpression], ...] = (
    ("all", "every article", Everything()),
    ("hasabstract abstract abstracts fha", "has an abstract", _ABSTRACT),
    ("freefulltext loattrfreefulltext ffrft freefull freearticle free", "has free full text", _FREE),
    ("pubmedpmc pmc pubmedpmcall", "is in PubMed Central", _FREE),
    ("medline pubmedmedline", "status MEDLINE", Value("status", frozenset({"MEDLINE"}))),
    ("oldmedline", "status OLDMEDLINE", Value("status", frozenset({"OLDMEDLINE"}))),
    ("inprocess premedline", "status In-Process", Value("status", frozenset({"In-Process", "In-Data-Review"}))),
    ("indatareview", "status In-Data-Review", Value("status", frozenset({"In-Data-Review"}))),
    ("publisher", "status Publisher", Value("status", frozenset({"Publisher"}))),
    ("pubmednotmedline", "status PubMed-not-MEDLINE", Value("status", frozenset({"PubMed-not-MEDLINE"}))),
    ("pubmedbooks pmcbook book books booksdocs booksanddocuments", "book or chapter", _feature("book")),
    ("data associateddata", "has associated data", _feature("hasassocdata")),
    ("humans human", "about humans", _HUMANS),
    ("animals animal otheranimals otheranimal", "about animals", _ANIMALS),
    ("female", "about female", _mesh("Female")),
    ("male", "about male", _mesh("Male")),
    ("allinfant", "about infants of up to 23 months", _mesh(*_INFANTS)),
    ("newborn", "about newborns", _mesh("Infant, Newborn")),
    ("infant", "about infants", _mesh("Infant")),
    ("allchild", "about children of up to 18 years", _mesh(*_CHILDREN)),
    ("preschoolchild preschool", "about children of 2 to 5 years", _mesh("Child, Preschool")),
    ("child", "about children of 6 to 12 years", _mesh("Child")),
    ("adolescent", "about adolescents", _mesh("Adolescent")),
    ("alladult", "about adults", _mesh(*_ADULTS)),
    ("youngadult", "about young adults", _mesh("Young Adult")),
    ("adult", "about adults of 19 to 44 years", _mesh("Adult")),
    ("middleagedaged", "about people of 45 years or more", _mesh("Middle Aged", *_AGED)),
    ("middleaged", "about people of 45 to 64 years", _mesh("Middle Aged")),
    ("aged", "about people of 65 years or more", _mesh(*_AGED)),
    ("80andover", "about people of 80 years or more", _mesh("Aged, 80 and over")),
    ("excludepreprints", "no preprint", Without(_PREPRINT)),
)
_BY_KEY = {key: (description, found) for keys, description, found in _NAMED for key in keys.split()}

_FEATURES = """
structuredabstract references coi associateddataset associatedpublication commentin commenton correctedandrepublishedin
correctedandrepublishedfrom erratumin erratumfor expressionofconcernin expressionofconcernfor originalreportin
patientsummaryin reprintin reprintof republishedin republishedfrom retractedandrepublishedin retractedandrepublishedfrom
retractionin retractionof summaryforpatientsin updatein updateof
"""
_FEATURE_KEYS = {f"has{name}": f"has{name}" for name in _FEATURES.split()} | {
    "hascorrectedrepublishedin": "hascorrectedandrepublishedin",
    "hascorrectedrepublishedof": "hascorrectedandrepublishedfrom",
    "hasrepublishedof": "hasrepublishedfrom",
    "hascorrectedandrepublishedof": "hascorrectedandrepublishedfrom",
}
_FEATURE_NAMES = {"hasstructuredabstract": "has a structured abstract", "hasassocdata": "has associated data"}
_BOOKS = "pmcbook"
_STATUS = "pubstatus"
_JOURNALS = "jsubset"
_CORE = "aim"
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
_TYPE_KEYS = {letters_of(name): name for name in (*_TYPES.split("|"), *RENAMED)} | {
    "guidelines": "Guideline", "preprints": "Preprint", "reviews": "Review", "systematicreviews": "Systematic Review",
    "clinicaltrials": "Clinical Trial", "randomizedcontrolledtrials": "Randomized Controlled Trial",
}  # fmt: skip
_LANGUAGE_KEYS = {letters_of(name): code for name, code in LANGUAGES.items()}
_SYSTEMATIC = {"systematic", "systematicsb"}


def subset_clause(text: str, _tag: Tag, reading: Reading) -> Clause:
    """Require a subset.

    Raises:
        Unanswerable: This program does not know it.
    """
    key = letters_of(text)
    if key in _BY_KEY:
        description, found = _BY_KEY[key]
        return Clause(description, found)
    if key in _SYSTEMATIC:
        reading.warnings.append(
            f"{text!r} is read as the publication type Systematic Review. PubMed's own filter also finds some "
            "reviews that do not have that type, by words of their titles."
        )
        return Clause("publication type Systematic Review", Value("type", frozenset({"Systematic Review"})))
    if key in _LANGUAGE_KEYS:
        return Clause(f"language {text}", Value("language", frozenset({_LANGUAGE_KEYS[key]})))
    if key in _TYPE_KEYS:
        names, is_wider = narrower_types(_TYPE_KEYS[key], reading.mesh)
        return Clause(
            f"publication type {current_type(_TYPE_KEYS[key])}{' and narrower' if is_wider else ''}",
            Value("type", names),
        )
    if feature := has_feature(key):
        return feature
    raise Unanswerable(f"The records do not say what belongs to the subset {text!r}.")


def has_feature(key: str) -> Clause | None:
    """Return what a word such as "hascommenton" or "jsubsetn" keeps, or None for other words."""
    if key in _FEATURE_KEYS:
        return Clause(_FEATURE_NAMES.get(key, f"has {key[3:]}"), _feature(_FEATURE_KEYS[key]))
    if key == _BOOKS:
        return Clause(*_BY_KEY[key])
    if key.startswith(_STATUS) and key != _STATUS:
        return Clause(f"publication status {key[len(_STATUS) :]}", _feature(key))
    if key.startswith(_JOURNALS) and key != _JOURNALS:
        return Clause(f"journal subset {key[len(_JOURNALS) :].upper()}", _journals(key[len(_JOURNALS) :]))
    return None


def is_feature_word(word: str) -> bool:
    """Return whether a word by itself is PubMed's name of a property of records."""
    return word.isalpha() and (word.lower() == "hasabstract" or has_feature(word.lower()) is not None)


def subset_words(words: list[str]) -> int:
    """Count the words next to a tag that name a subset: the most that do, else all."""
    known = {*_BY_KEY, *_FEATURE_KEYS, *_SYSTEMATIC, *_LANGUAGE_KEYS, *_TYPE_KEYS}
    counts = range(min(len(words), 2 * LONGEST), 0, -1)
    return next((count for count in counts if letters_of("".join(words[-count:])) in known), len(words))


def _journals(name: str) -> FilterExpression:
    values = {name, name.upper()} | ({"aim"} if folded_value(name) == _CORE else set())
    return AnyOf((Value("journal_subset", frozenset(values)),))
