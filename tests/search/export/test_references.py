"""Formatted references, each worked by hand from the manuals of the four styles."""

from dataclasses import replace

import pytest

from index.records.article import Article, Author, Journal, PublicationDate
from tests.search.export.example_articles import CHAPTER, STUDY, written

MANY = replace(
    STUDY,
    title="Does it end?",
    types=(),
    links=(),
    ids=(),
    authors=tuple(Author(f"Name{letter}", "Ada-Maria B", "AB") for letter in "ABCDEFG"),
    journal=replace(STUDY.journal, issue=None, pages="e1234"),
    published=PublicationDate("2021", "Jan-Feb", first="2021-01-01", last="2021-02-28"),
)
CHAPTER_OF_TWO = replace(
    CHAPTER,
    journal=Journal(pages="S125-30"),
    book=replace(CHAPTER.book, edition="2nd ed.", editors=(*CHAPTER.book.editors, Author("Lindqvist", "Sara", "S"))),
)
GROUP = replace(MANY, authors=(Author(collective_name="Bees and Trees Group"),))
SIX = ", ".join(f"Name{letter} AB" for letter in "ABCDEF")
APA_NAMES = ", ".join(f"Name{letter}, A.-M. B." for letter in "ABCDEF")
STUDY_NAMES = "Okafor NB Jr, van der Berg J, Bees and Trees Group"
TITLE = "RETRACTED: Metformin & 50% fewer colorectal cancers"
ISSUE = "J Sample Rec. 2021 Mar;7(2):113-25. doi: 10.0000/s_1."

EXPECTED = {
    "nlm": [
        (STUDY, f"{STUDY_NAMES}. {TITLE}. {ISSUE} PMID: 900000001; PMCID: PMC1."),
        (MANY, f"{SIX}, NameG AB. Does it end? J Sample Rec. 2021 Jan-Feb;7:e1234. PMID: 900000001."),
        (CHAPTER_OF_TWO, "Rossi. Bees. In: Adeyemi T, Lindqvist S, editors. All animals. 2nd ed. Lund: "
         "Sample Press; 2019. p. S125-30. PMID: 900000002."),
        (Article(900000003), "[No title; PMID 900000003]. date unknown. PMID: 900000003."),
    ],
    "vancouver": [
        (STUDY, f"{STUDY_NAMES}. {TITLE}. {ISSUE}"),
        (MANY, f"{SIX}, et al. Does it end? J Sample Rec. 2021 Jan-Feb;7:e1234."),
        (CHAPTER, "Rossi. Bees. In: Adeyemi T, editor. All animals. Lund: Sample Press; 2019."),
    ],
    "ama": [
        (STUDY, f"{STUDY_NAMES}. {TITLE}. J Sample Rec. 2021;7(2):113-125. doi:10.0000/s_1"),
        (MANY, "NameA AB, NameB AB, NameC AB, et al. Does it end? J Sample Rec. 2021;7:e1234."),
        (CHAPTER_OF_TWO, "Rossi. Bees. In: Adeyemi T, Lindqvist S, eds. All animals. 2nd ed. Sample "
         "Press; 2019:S125-S130."),
    ],
    "apa": [
        (STUDY, f"Okafor, N. B., Jr., van der Berg, J., & Bees and Trees Group. (2021). {TITLE}. Journal of sample "
         "records, 7(2), 113–125. https://doi.org/10.0000/s_1"),
        (MANY, f"{APA_NAMES}, & NameG, A.-M. B. (2021). Does it end? Journal of sample records, 7, Article e1234."),
        (GROUP, "Bees and Trees Group. (2021). Does it end? Journal of sample records, 7, Article e1234."),
        (replace(MANY, authors=(), title="No name."), "No name. (2021). Journal of sample records, 7, Article e1234."),
        (CHAPTER_OF_TWO, "Rossi. (2019). Bees. In T. Adeyemi & S. Lindqvist (Eds.), All animals (2nd ed., "
         "pp. S125–S130). Sample Press."),
    ],
}  # fmt: skip
CASES = [(style, *case) for style, cases in EXPECTED.items() for case in cases]


@pytest.mark.fault("O7")
@pytest.mark.parametrize(("style", "article", "line"), CASES)
def test_a_reference_is_exactly_this(style, article, line):
    assert written(style, article) == line + "\n"


def test_markup_and_quotes_of_a_title_are_printed_as_they_are():
    title = 'What "x" <i>is</i> -- & isn\'t'
    assert f". {title}. J Sample Rec" in written("nlm", replace(STUDY, title=title, types=(), links=()))
