"""One record: every field is read, nothing is lost, and only a record without a PMID is refused."""

import gzip
import time
from pathlib import Path

import pytest
from lxml import etree

from index.core.errors import RecordError
from index.parsing.article_parser import deleted_pmids, parse_article
from index.records.article import Article, Author, PublicationDate, Section
from tests.support.records.pubmed_xml import FIRST_PMID, article_xml, deletion_xml

HUGE = etree.XMLParser(huge_tree=True)


def parse(xml: str) -> Article:
    return parse_article(etree.fromstring(xml.encode(), HUGE))


def without(xml: str, *names: str) -> str:
    """The record with every element of these names cut out."""
    element = etree.fromstring(xml)
    for name in names:
        for match in list(element.iter(name)):
            match.getparent().remove(match)
    return etree.tostring(element, encoding="unicode")


@pytest.mark.fault("R4")
def test_a_record_without_abstract_is_kept_by_its_title() -> None:
    article = parse(article_xml(FIRST_PMID, title="A title alone", abstract=None))
    assert (article.title, article.sections, article.abstract) == ("A title alone", (), "")


@pytest.mark.fault("R5")
def test_a_translated_title_keeps_its_brackets_beside_the_title_in_its_own_language() -> None:
    vernacular = "<VernacularTitle>Über den <i>Schlaf</i>.</VernacularTitle><PublicationTypeList>"
    xml = article_xml(FIRST_PMID, title="[On sleep].", language="ger").replace("<PublicationTypeList>", vernacular)
    article = parse(xml)
    assert (article.title, article.vernacular_title, article.languages) == ("[On sleep].", "Über den Schlaf.", ("ger",))


@pytest.mark.fault("R5")
@pytest.mark.parametrize("title", ["", "  \n ", "<i/>", None])
def test_an_empty_title_is_none_and_the_record_is_kept(title: str | None) -> None:
    article = parse(article_xml(FIRST_PMID, title=title))
    assert (article.pmid, article.title) == (FIRST_PMID, None)


@pytest.mark.fault("R6")
@pytest.mark.parametrize("tag", ["i", "sup", "sub", "b", "u"])
def test_a_section_that_begins_with_an_inline_element_is_whole(tag: str) -> None:
    text = f"<{tag}>Listeria</{tag}> was grown. It lived."
    article = parse(article_xml(FIRST_PMID, abstract=[("AIM", text), ("RESULTS", "None.")]))
    assert article.sections == (
        Section("AIM", None, "Listeria was grown. It lived.", (0, 20)),
        Section("RESULTS", None, "None.", (0,)),
    )


def test_a_label_without_text_is_kept_and_adds_nothing_to_the_abstract() -> None:
    article = parse(
        article_xml(FIRST_PMID, abstract=[("AIM", "Sleep."), ("LEVEL OF EVIDENCE: 4", ""), ("END", "Done.")])
    )
    assert article.sections[1] == Section("LEVEL OF EVIDENCE: 4", None, "", ())
    assert list(article.sections[1].sentences()) == []
    assert article.abstract == "Sleep. Done."


def test_an_abstract_without_text_is_not_kept() -> None:
    assert parse(article_xml(FIRST_PMID, abstract=" ")).sections == ()


@pytest.mark.fault("R7")
def test_sub_and_superscripts_in_a_title_keep_their_place() -> None:
    assert parse(article_xml(FIRST_PMID, title="CO<sub>2</sub> and β<sup>+</sup> decay")).title == "CO2 and β+ decay"


@pytest.mark.fault("R8")
@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("<Year>2021</Year>", PublicationDate(year="2021", first="2021-01-01", last="2021-12-31")),
        (
            "<Year>2021</Year><Season>Winter</Season>",
            PublicationDate(year="2021", season="Winter", first="2021-01-01", last="2021-12-31"),
        ),
        (
            "<MedlineDate>1998 Dec-1999 Jan</MedlineDate>",
            PublicationDate(medline_date="1998 Dec-1999 Jan", first="1998-12-01", last="1999-01-31"),
        ),
        ("", PublicationDate()),
    ],
)
def test_the_date_of_the_record_is_the_date_given(inner: str, expected: PublicationDate) -> None:
    assert parse(article_xml(FIRST_PMID, published=inner)).published == expected


@pytest.mark.fault("R8")
def test_a_record_without_any_date_has_none() -> None:
    article = parse(article_xml(FIRST_PMID, published="", entrez=None, revised=None))
    dates = (article.electronic, article.entrez, article.completed, article.revised, article.year)
    assert dates == (None, None, None, None, None)


@pytest.mark.fault("R9")
def test_groups_persons_of_one_name_and_nobody() -> None:
    article = parse(article_xml(FIRST_PMID, authors=["The <Sleep> Group", "Madonna, ", "Okafor, Ngozi B"]))
    group, one_name, person = article.authors
    assert group == Author(collective_name="The <Sleep> Group")
    assert one_name == Author(last_name="Madonna")
    assert str(person) == "Okafor NB"
    assert parse(article_xml(FIRST_PMID, authors=())).authors == ()
    assert parse(without(article_xml(FIRST_PMID), "AuthorList")).authors == ()


@pytest.mark.fault("R10")
@pytest.mark.parametrize(
    ("links", "types", "expected"),
    [
        ("RetractionIn", (), "retracted"),
        (None, ("Retracted Publication",), "retracted"),
        ("RetractedandRepublishedIn", (), "retracted"),
        ("PartialRetractionIn", (), "partially retracted"),
        ("RetractionOf", (), "retraction notice"),
        ("PartialRetractionOf", (), "retraction notice"),
        (None, ("Retraction of Publication",), "retraction notice"),
        (None, ("Retraction Notice",), "retraction notice"),
        ("ExpressionOfConcernIn", (), "expression of concern"),
        ("CorrectedandRepublishedIn", (), "corrected and republished"),
        ("CommentIn", ("Journal Article",), None),
    ],
)
def test_what_happened_to_an_article_is_read_from_its_links_and_types(
    links: str | None, types: tuple[str, ...], expected: str | None
) -> None:
    link = (
        f'<CommentsCorrections RefType="{links}"><RefSource>J Sample Rec. 2022;8:1</RefSource>'
        f'<PMID Version="1">{FIRST_PMID + 1}</PMID><Note>in part</Note></CommentsCorrections>'
    )
    article = parse(article_xml(FIRST_PMID, links=link if links else "", types=types))
    assert article.retraction == expected
    if links:
        (read,) = article.links
        assert (read.kind, read.source, read.pmid, read.note) == (
            links,
            "J Sample Rec. 2022;8:1",
            FIRST_PMID + 1,
            "in part",
        )


@pytest.mark.fault("R11")
def test_abstracts_in_other_languages_are_kept_apart_with_their_own_sentences() -> None:
    other = (
        '<OtherAbstract Type="Publisher" Language="spa"><AbstractText Label="OBJETIVO">Dormir. Soñar.</AbstractText>'
        "<CopyrightInformation>© Ella</CopyrightInformation></OtherAbstract>"
        '<OtherAbstract Type="plain-language-summary" Language="eng"><AbstractText>Sleep well.</AbstractText>'
        "</OtherAbstract>"
    )
    article = parse(article_xml(FIRST_PMID, abstract="We slept.", extra=other))
    spanish, plain = article.other_abstracts
    assert article.abstract == "We slept."
    assert (spanish.kind, spanish.language, spanish.copyright) == ("Publisher", "spa", "© Ella")
    assert spanish.sections == (Section("OBJETIVO", None, "Dormir. Soñar.", (0, 8)),)
    assert (plain.kind, plain.sections[0].text, plain.copyright) == ("plain-language-summary", "Sleep well.", None)


@pytest.mark.fault("R13")
@pytest.mark.parametrize(
    ("pmid_xml", "reason"),
    [
        ("", "no <PMID>"),
        ("<PMID/>", "PMID must be a positive whole number, not None"),
        ('<PMID Version="1">abc</PMID>', "must be a positive whole number, not 'abc'"),
        ('<PMID Version="1">0</PMID>', "must be a positive whole number, not '0'"),
        ('<PMID Version="1">-5</PMID>', "must be a positive whole number, not '-5'"),
        ('<PMID Version="1">٣٤</PMID>', "must be a positive whole number"),
        ('<PMID Version="1">' + "9" * 5000 + "</PMID>", "must be a positive whole number"),
        (
            f'<PMID Version="x">{FIRST_PMID}</PMID>',
            f"PMID {FIRST_PMID}: version must be a positive whole number, not 'x'",
        ),
    ],
)
def test_a_record_without_a_usable_pmid_is_refused_with_the_reason(pmid_xml: str, reason: str) -> None:
    xml = article_xml(FIRST_PMID).replace(f'<PMID Version="1">{FIRST_PMID}</PMID>', pmid_xml, 1)
    with pytest.raises(RecordError, match=reason) as error:
        parse(xml)
    assert len(str(error.value)) < 100


@pytest.mark.fault("R13")
@pytest.mark.parametrize("xml", ["<PubmedArticle/>", "<PubmedBookArticle/>", "<Html/>"])
def test_an_element_that_is_not_a_record_is_refused(xml: str) -> None:
    with pytest.raises(RecordError):
        parse(xml)


@pytest.mark.fault("R13")
@pytest.mark.parametrize(
    "missing",
    [
        "DateRevised", "Journal", "JournalIssue", "PubDate", "Article", "MedlineJournalInfo", "PubmedData", "History",
        "ArticleIdList", "PublicationTypeList", "Language", "Pagination", "Abstract", "PublicationStatus",
    ],
)  # fmt: skip
def test_whatever_else_is_missing_the_record_is_kept(missing: str) -> None:
    xml = article_xml(FIRST_PMID, doi="10.0000/x")
    whole, article = parse(xml), parse(without(xml, missing))
    assert article.pmid == FIRST_PMID
    assert article != whole
    assert article.title == (None if missing == "Article" else whole.title)


@pytest.mark.fault("R13")
def test_a_pmid_without_a_version_is_version_1() -> None:
    assert parse(article_xml(FIRST_PMID).replace(' Version="1"', "", 1)).version == 1
    assert parse(article_xml(FIRST_PMID, version=3)).version == 3


@pytest.mark.fault("R15")
def test_single_letters_are_not_cleaned_away() -> None:
    text = "Hepatitis B C D viruses; blood group A B O; vitamin A B C D."
    article = parse(article_xml(FIRST_PMID, title=text, abstract=text))
    assert article.title == article.abstract == text


@pytest.mark.fault("F10")
def test_a_10_megabyte_abstract_and_5000_authors_are_read_whole_and_fast() -> None:
    abstract = "We slept quite well. " * 500_000
    authors = [f"Okafor{number}, Ngozi" for number in range(5000)]
    element = etree.fromstring(article_xml(FIRST_PMID, abstract=abstract, authors=authors).encode(), HUGE)
    started = time.monotonic()
    article = parse_article(element)
    assert time.monotonic() - started < 30  # it takes about one
    assert article.abstract == abstract.strip()
    assert len(article.sections[0].starts) == 500_000
    assert (len(article.authors), article.authors[-1].last_name) == (5000, "Okafor4999")


@pytest.mark.fault("F10")
def test_markup_nested_1000_deep_is_read() -> None:
    deep = "<b>a" * 1000 + "</b>" * 1000
    assert parse(article_xml(FIRST_PMID, title=deep, abstract=deep)).title == "a" * 1000


@pytest.mark.fault("F11")
def test_any_script_emoji_and_formula_is_read() -> None:
    formula = (
        '<m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msup><m:mi>R</m:mi><m:mn>2</m:mn></m:msup></m:math>'
    )
    article = parse(article_xml(FIRST_PMID, title="שינה 🧬 睡眠 سلام", abstract=f"{formula} was .9. 🧬."))
    assert article.title == "שינה 🧬 睡眠 سلام"
    assert article.abstract == "R2 was .9. 🧬."


def test_deleted_pmids_are_listed_in_order() -> None:
    assert deleted_pmids(etree.fromstring(deletion_xml([FIRST_PMID + 1, FIRST_PMID]))) == (FIRST_PMID + 1, FIRST_PMID)
    assert deleted_pmids(etree.fromstring("<DeleteDocument/>")) == ()


def test_a_deletion_that_is_not_a_number_is_refused() -> None:
    with pytest.raises(RecordError, match="'x'"):
        deleted_pmids(etree.fromstring("<DeleteCitation><PMID>x</PMID></DeleteCitation>"))


def test_comments_and_processing_instructions_between_the_elements_change_nothing() -> None:
    xml = article_xml(FIRST_PMID, references=[FIRST_PMID + 1], keywords=["sleep"], mesh=[("D012890", "Sleep")])
    noisy = xml.replace("><", "><!-- a --><?b c?><")
    assert parse(noisy) == parse(xml)


def test_the_shared_slice_of_1047_real_records_loses_none(shared_data: Path) -> None:
    with gzip.open(shared_data / "xml" / "pubmed21n1298_slice.xml.gz") as file:
        elements = etree.iterparse(file, tag=("PubmedArticle", "DeleteCitation"))
        read = [parse_article(e) if e.tag == "PubmedArticle" else deleted_pmids(e) for _, e in elements]
    articles = [item for item in read if isinstance(item, Article)]
    assert len(articles) == 1047
    assert [len(item) for item in read if isinstance(item, tuple)] == [20]
    assert sorted(article.version for article in articles)[-1] > 1


@pytest.mark.fault("R16")
@pytest.mark.parametrize("prefix", ["https://doi.org/", "http://dx.doi.org/", "doi:", "DOI: "])
def test_a_doi_delivered_with_a_prefix_is_read_bare(prefix: str) -> None:
    assert parse(article_xml(FIRST_PMID, doi=f"{prefix}10.5555/Sample.1")).doi == "10.5555/Sample.1"
    assert parse(article_xml(FIRST_PMID, doi="10.5555/Sample.1")).doi == "10.5555/Sample.1"
