"""Example searches, each tried on the library before it is offered."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from index.core.errors import QueryError
from search import Page, Searcher
from ui.state.result_cache import counts
from ui.state.url_state import Address

OFFERED = 4
TRIED_TITLES = 3
FEWEST_REVIEWS = 3

# Subjects that biomedical libraries are likely to have, the likeliest and most different first.
QUESTIONS = (
    "risk factors for severe COVID-19",
    "what changes the gut microbiome?",
    "does exercise lower mortality in heart patients?",
    "deep learning for medical image reconstruction",
    "does metformin lower the risk of cancer?",
    "treatment of depression in adolescents",
    "antibiotic resistance in hospitals",
    "air pollution and asthma in children",
    "quality of life after stroke",
    "screening for colorectal cancer",
    "blood pressure and dementia",
    "smoking cessation in pregnancy",
    "malaria in pregnancy",
    "hypertension in the elderly",
    "gastric ulcer and Helicobacter pylori",
    "insulin and glucose metabolism",
)


@dataclass(frozen=True, slots=True)
class Examples:
    """Searches that find something in one library.

    Attributes:
        questions: In plain words.
        syntax: In PubMed's language, or None.
        known: A citation in a few words, or None.
    """

    questions: tuple[str, ...]
    syntax: str | None
    known: str | None


def examples(searcher: Searcher) -> Examples:
    """Return example searches; they are chosen once a build, which takes some ten searches."""
    return _examples(searcher, searcher.corpus().build)


@lru_cache(4)
def _examples(searcher: Searcher, build: str) -> Examples:  # noqa: ARG001 - part of the key
    subjects = [count.label for count in counts(searcher, Address(), ("keyword",))["keyword"]]
    tried = ((question, searcher.search(question, limit=3)) for question in QUESTIONS)
    answered = list(islice(((question, page) for question, page in tried if is_answered(page)), OFFERED))
    questions = [question for question, _ in answered] or subjects[:OFFERED]
    citations = (text for _, page in answered if (text := _citation(page)))
    known = next((text for text in citations if _finds_known(searcher, text)), None)
    return Examples(tuple(questions), _reviews(searcher, subjects), known)


def is_answered(page: Page) -> bool:
    """Return whether the best article has all words of the question, and the next two all but one."""
    words = len(page.query.read_as.words)
    matched = [len(hit.why.matched) for hit in page.hits]
    return len(matched) == TRIED_TITLES and matched[0] >= words and min(matched) >= words - 1


def _reviews(searcher: Searcher, subjects: list[str]) -> str | None:
    texts = (f"{subject.lower()}[ti] AND review[pt]" for subject in subjects[:10] if subject.replace("-", "").isalnum())
    return next((text for text in texts if searcher.total(text) >= FEWEST_REVIEWS), None)


def _citation(page: Page) -> str | None:
    article = page.hits[0].article
    first = next((author.last_name for author in article.authors if author.last_name), None)
    words = (article.title or "").split()[:3]
    return f"{first} {article.year} {' '.join(words)}" if first and article.year and words else None


def _finds_known(searcher: Searcher, text: str) -> bool:
    try:
        return searcher.search(text, limit=1).query.read_as.known is not None
    except QueryError:
        return False
