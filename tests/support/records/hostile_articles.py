"""Articles made to break a format: every text may hold what RIS, NBIB, BibTeX, CSV or a terminal takes for its own."""

from hypothesis import strategies as st

from index.records.article import (
    Article,
    Author,
    Identifier,
    Journal,
    Keyword,
    Link,
    MeshHeading,
    PublicationDate,
    Qualifier,
    Section,
)

FRAGMENTS = (
    "\nTY  - JOUR\n", "ER  - ", "\n\nPMID- 1\n", "      ", "\r\nAB  - ", "{", "}", "\\", "\\}", "%", '"', "@article{x,",
    "\n@", " and ", ",", ", Jr, ", "~", "--", "$x_1^2$", "#", "&", "=cmd|' /C calc'!A0", "'=1", "+1", "-1",
    "@SUM(1)", "\t=1",
    ";", "/", "*", "\u2028", "\x85", "\x00", "\x1c", "\xa0", "\u202e", "β", "e\u0301", "\U0001f41d", "<b>", "\ufeff",
    "a b", "Hepatitis B", "word " * 30, "x" * 120,
)  # fmt: skip
text = st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=12), min_size=1, max_size=6).map("".join)
maybe = st.none() | text
authors = st.builds(Author, text, text, text, maybe, orcid=st.none() | st.just("0000-0002-1825-0097")) | st.builds(
    Author, collective_name=text, affiliations=st.lists(text, max_size=2).map(tuple)
)
DATES = (
    PublicationDate(),
    PublicationDate(year="2020", first="2020-01-01", last="2020-12-31"),
    PublicationDate(year="2020", month="Mar", first="2020-03-01", last="2020-03-31"),
    PublicationDate(year="2020", month="03", day="05", first="2020-03-05", last="2020-03-05"),
    PublicationDate(year="2020", month="Feb", day="30", first="2020-02-01", last="2020-02-29"),
    PublicationDate(year="2020", season="Spring", first="2020-01-01", last="2020-12-31"),
    PublicationDate(medline_date="1998 Dec-1999 Jan", first="1998-12-01", last="1999-01-31"),
    PublicationDate(medline_date="undated\nTY  - JOUR"),
)
KINDS = ("RetractionIn", "RetractionOf", "ExpressionOfConcernIn", "PartialRetractionIn", "CommentIn", "Cites")


def tuples(elements: st.SearchStrategy, max_size: int = 3) -> st.SearchStrategy:
    return st.lists(elements, max_size=max_size).map(tuple)


def articles() -> st.SearchStrategy[Article]:
    """Any article that the records allow, as hostile as its texts can be."""
    return st.builds(
        Article,
        st.integers(1, 99_999_999),
        title=maybe,
        vernacular_title=maybe,
        sections=tuples(st.builds(Section, maybe, st.none(), text)),
        authors=tuples(authors),
        journal=st.builds(Journal, *[maybe] * 10),
        published=st.sampled_from(DATES),
        entrez=st.sampled_from([None, "2021-03-02"]),
        ids=tuples(st.builds(Identifier, st.sampled_from(["doi", "pmc", "pii", "mid", "NASA"]), text)),
        languages=tuples(st.sampled_from(["eng", "spa"])),
        types=tuples(st.sampled_from(["Journal Article", "Retracted Publication"]) | text),
        mesh=tuples(st.builds(MeshHeading, st.none(), text, st.booleans(), tuples(st.builds(Qualifier, maybe, text)))),
        keywords=tuples(st.builds(Keyword, text, st.booleans())),
        links=tuples(st.builds(Link, st.sampled_from(KINDS), maybe, st.none() | st.integers(1, 9999))),
    )
