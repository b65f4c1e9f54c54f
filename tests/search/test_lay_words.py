"""Plain questions in the words of people who are no doctors, on real articles with the real model."""

import pytest

from index.library.layout import Library
from search.searcher import Searcher

FOUND_WITHIN = 3
# A question, and what a right article says in its title or abstract. Each has from 1 to 45 of 3,000 articles.
QUESTIONS = {
    "what to do after a heart attack?": ("myocardial infarction",),
    "low blood sugar": ("hypoglycemi", "hypoglycaemi"),
    "is Tylenol safe?": ("acetaminophen", "paracetamol"),
    "Keytruda": ("pembrolizumab",),
    "side effects of Keytruda in lung cancer": ("pembrolizumab",),
    "high blood pressure treatment": ("hypertensi",),
    "kidney stones": ("nephrolithiasis", "urolithiasis", "kidney stone", "renal calcul"),
    "broken hip in old people": ("hip fracture",),
    "nosebleed": ("epistaxis",),
    "flu shots": ("influenza vacc",),
    "Humira for bowel disease": ("adalimumab",),
    "Prozac in children": ("fluoxetine",),
    "underactive thyroid": ("hypothyroid",),
    "fainting": ("syncop",),
    "itchy skin": ("prurit",),
    "Lou Gehrig's disease": ("amyotrophic lateral",),
}


def rank(pubmed: Searcher, question: str, right: tuple[str, ...]) -> int | None:
    hits = pubmed.search(question, limit=50).hits
    texts = (f"{hit.article.title} {hit.article.abstract}".lower() for hit in hits)
    return next((place for place, text in enumerate(texts, 1) if any(word in text for word in right)), None)


@pytest.mark.timeout(1200)
def test_a_right_article_is_among_the_first(demo_library: Library):
    with Searcher.open(demo_library.path) as pubmed:
        ranks = {question: rank(pubmed, question, right) for question, right in QUESTIONS.items()}
    assert {question: found for question, found in ranks.items() if not found or found > FOUND_WITHIN} == {}
