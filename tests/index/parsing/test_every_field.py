"""Every field of a record, each compared with what was written into it by hand."""

import pytest
from lxml import etree

from index.parsing.article_parser import parse_article
from index.records.article import (
    Article,
    Author,
    Book,
    Chemical,
    DataBank,
    Grant,
    Identifier,
    Journal,
    Keyword,
    Link,
    MeshHeading,
    PublicationDate,
    Qualifier,
    Reference,
    Section,
    SupplementaryConcept,
)

RECORD = """
<PubmedArticle>
  <MedlineCitation Status="MEDLINE" Owner="NLM">
    <PMID Version="2">900000001</PMID>
    <DateCompleted><Year>2021</Year><Month>08</Month><Day>09</Day></DateCompleted>
    <DateRevised><Year>2021</Year><Month>09</Month><Day>10</Day></DateRevised>
    <Article PubModel="Print-Electronic">
      <Journal><ISSN IssnType="Print">0000-0019</ISSN>
        <JournalIssue CitedMedium="Print"><Volume>7</Volume><Issue>2 Pt 1</Issue>
          <PubDate><Year>2021</Year><Month>Mar</Month><Day>04</Day></PubDate></JournalIssue>
        <Title>Journal of sample records</Title><ISOAbbreviation>J Sample Rec</ISOAbbreviation></Journal>
      <ArticleTitle>[Sleep in the Andes].</ArticleTitle>
      <Pagination><StartPage>S11</StartPage><EndPage>S19</EndPage><MedlinePgn>S11-9</MedlinePgn></Pagination>
      <ELocationID EIdType="doi" ValidYN="N">10.0000/wrong</ELocationID>
      <ELocationID EIdType="doi" ValidYN="Y">10.0000/right</ELocationID>
      <ELocationID EIdType="pii" ValidYN="Y">e77</ELocationID>
      <Abstract><AbstractText Label="AIM" NlmCategory="OBJECTIVE">To sleep.</AbstractText>
        <CopyrightInformation>© The authors</CopyrightInformation></Abstract>
      <AuthorList CompleteYN="N">
        <Author ValidYN="N"><LastName>Okaforr</LastName></Author>
        <Author ValidYN="Y"><LastName>Okafor</LastName><ForeName>Ngozi B</ForeName><Initials>NB</Initials>
          <Suffix>Jr</Suffix><Identifier Source="ISNI">1</Identifier>
          <Identifier Source="ORCID">http://orcid.org/000000018765432X</Identifier>
          <AffiliationInfo><Affiliation>Sleep Lab, <i>Quito</i>.</Affiliation></AffiliationInfo>
          <AffiliationInfo><Affiliation>Dream Lab, Lima.</Affiliation></AffiliationInfo></Author>
        <Author ValidYN="Y"><LastName>Lindqvist</LastName><Affiliation>Lund.</Affiliation></Author>
        <Author ValidYN="Y"><CollectiveName>Sleep Group</CollectiveName></Author></AuthorList>
      <Language>spa</Language><Language>eng</Language>
      <DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName>
        <AccessionNumberList><AccessionNumber>NCT00000000</AccessionNumber></AccessionNumberList></DataBank></DataBankList>
      <GrantList><Grant><GrantID>S-1</GrantID><Acronym>SL</Acronym><Agency>Sleep Fund</Agency>
        <Country>Peru</Country></Grant><Grant><Agency>Dream Fund</Agency></Grant></GrantList>
      <PublicationTypeList><PublicationType UI="D016428">Journal Article</PublicationType>
        <PublicationType UI="D016454">Review</PublicationType></PublicationTypeList>
      <VernacularTitle>El sueño en los Andes.</VernacularTitle>
      <ArticleDate DateType="Electronic"><Year>2021</Year><Month>02</Month><Day>03</Day></ArticleDate>
    </Article>
    <MedlineJournalInfo><Country>Peru</Country><MedlineTA>J Sample Rec</MedlineTA><NlmUniqueID>0000001</NlmUniqueID>
      <ISSNLinking>0000-0020</ISSNLinking></MedlineJournalInfo>
    <ChemicalList><Chemical><RegistryNumber>JL5DK93RCL</RegistryNumber>
      <NameOfSubstance UI="D008550">Melatonin</NameOfSubstance></Chemical></ChemicalList>
    <SupplMeshList><SupplMeshName Type="Disease" UI="C000001">Sleepiness, sample type</SupplMeshName></SupplMeshList>
    <CitationSubset>IM</CitationSubset><CitationSubset>S</CitationSubset>
    <CommentsCorrectionsList><CommentsCorrections RefType="CommentIn"><RefSource>J Sample Rec. 2022</RefSource>
      </CommentsCorrections></CommentsCorrectionsList>
    <GeneSymbolList><GeneSymbol>clk</GeneSymbol></GeneSymbolList>
    <MeshHeadingList><MeshHeading><DescriptorName UI="D012890" MajorTopicYN="N">Sleep</DescriptorName>
      <QualifierName UI="Q000187" MajorTopicYN="Y">drug effects</QualifierName>
      <QualifierName UI="Q000235" MajorTopicYN="N">genetics</QualifierName></MeshHeading>
      <MeshHeading><DescriptorName UI="D010568" MajorTopicYN="Y" Type="Geographic">Peru</DescriptorName></MeshHeading>
    </MeshHeadingList>
    <PersonalNameSubjectList><PersonalNameSubject><LastName>Sand</LastName><ForeName>Man</ForeName>
      </PersonalNameSubject></PersonalNameSubjectList>
    <OtherID Source="NASA">00000001</OtherID>
    <KeywordList Owner="NOTNLM"><Keyword MajorTopicYN="Y">
        <i>dreams</i> at night
      </Keyword><Keyword MajorTopicYN="N"> </Keyword></KeywordList>
    <KeywordList Owner="NASA"><Keyword MajorTopicYN="N">space sleep</Keyword></KeywordList>
    <CoiStatement>None.\n\nTruly.</CoiStatement>
    <InvestigatorList><Investigator ValidYN="Y"><LastName>Nap</LastName><Initials>N</Initials></Investigator>
    </InvestigatorList>
  </MedlineCitation>
  <PubmedData>
    <History><PubMedPubDate PubStatus="received"><Year>2020</Year><Month>1</Month><Day>1</Day></PubMedPubDate>
      <PubMedPubDate PubStatus="entrez"><Year>2021</Year><Month>3</Month><Day>2</Day><Hour>6</Hour><Minute>0</Minute>
      </PubMedPubDate><PubMedPubDate PubStatus="pubmed"><Year>2021</Year><Month>3</Month><Day>3</Day></PubMedPubDate>
      <PubMedPubDate PubStatus="medline"><Year>2021</Year><Month>5</Month><Day>4</Day></PubMedPubDate></History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList><ArticleId IdType="pubmed">900000001</ArticleId><ArticleId IdType="doi">10.0000/right</ArticleId>
      <ArticleId IdType="pmc">PMC0000001</ArticleId></ArticleIdList>
    <ReferenceList><Title>References</Title>
      <Reference><Citation>Sand M. <i>Naps</i>. 1999.</Citation><ArticleIdList>
        <ArticleId IdType="doi">10.0000/nap</ArticleId><ArticleId IdType="pubmed">900000009</ArticleId></ArticleIdList>
      </Reference>
      <Reference><Citation/></Reference>
      <ReferenceList><Reference><Citation>Nested.</Citation><ArticleIdList>
        <ArticleId IdType="pubmed">unknown</ArticleId></ArticleIdList></Reference></ReferenceList>
    </ReferenceList>
  </PubmedData>
</PubmedArticle>
"""

EXPECTED = Article(
    pmid=900000001,
    version=2,
    status="MEDLINE",
    owner="NLM",
    title="[Sleep in the Andes].",
    vernacular_title="El sueño en los Andes.",
    sections=(Section("AIM", "OBJECTIVE", "To sleep.", (0,)),),
    copyright="© The authors",
    authors=(
        Author("Okafor", "Ngozi B", "NB", "Jr", None, "0000-0001-8765-432X", ("Sleep Lab, Quito.", "Dream Lab, Lima.")),
        Author("Lindqvist", affiliations=("Lund.",)),
        Author(collective_name="Sleep Group"),
    ),
    authors_complete=False,
    journal=Journal(
        title="Journal of sample records",
        iso_abbreviation="J Sample Rec",
        medline_ta="J Sample Rec",
        issn="0000-0019",
        issn_linking="0000-0020",
        nlm_id="0000001",
        country="Peru",
        volume="7",
        issue="2 Pt 1",
        pages="S11-9",
        last_page="S19",
    ),
    published=PublicationDate("2021", "Mar", "04", first="2021-03-04", last="2021-03-04"),
    electronic="2021-02-03",
    entrez="2021-03-02",
    entered="2021-03-03",
    indexed="2021-05-04",
    completed="2021-08-09",
    revised="2021-09-10",
    publication_status="ppublish",
    ids=(
        Identifier("doi", "10.0000/right"),
        Identifier("pmc", "PMC0000001"),
        Identifier("pii", "e77"),
        Identifier("NASA", "00000001"),
    ),
    languages=("spa", "eng"),
    types=("Journal Article", "Review"),
    mesh=(
        MeshHeading(
            "D012890",
            "Sleep",
            False,
            (Qualifier("Q000187", "drug effects", True), Qualifier("Q000235", "genetics", False)),
        ),
        MeshHeading("D010568", "Peru", True),
    ),
    supplementary=(SupplementaryConcept("C000001", "Sleepiness, sample type", "Disease"),),
    chemicals=(Chemical("D008550", "Melatonin", "JL5DK93RCL"),),
    keywords=(Keyword("dreams at night", True, "NOTNLM"), Keyword("space sleep", False, "NASA")),
    genes=("clk",),
    grants=(Grant("S-1", "SL", "Sleep Fund", "Peru"), Grant(agency="Dream Fund")),
    references=(
        Reference("Sand M. Naps. 1999.", 900000009, (Identifier("doi", "10.0000/nap"),)),
        Reference("Nested.", None, (Identifier("pubmed", "unknown"),)),
    ),
    links=(Link("CommentIn", "J Sample Rec. 2022"),),
    conflict_of_interest="None.\n\nTruly.",
    data_banks=(DataBank("ClinicalTrials.gov", ("NCT00000000",)),),
    investigators=(Author("Nap", initials="N"),),
    named_persons=(Author("Sand", "Man"),),
    subsets=("IM", "S"),
)

CHAPTER = """
<PubmedBookArticle>
  <BookDocument>
    <PMID Version="1">900000002</PMID>
    <ArticleIdList><ArticleId IdType="bookaccession">NBK0</ArticleId></ArticleIdList>
    <Book><Publisher><PublisherName>Sample Press</PublisherName><PublisherLocation>Lima</PublisherLocation></Publisher>
      <BookTitle book="sleep">SleepReviews<sup>®</sup></BookTitle>
      <PubDate><Year>1993</Year></PubDate>
      <BeginningDate><Year>1993</Year></BeginningDate><EndingDate><Year>2026</Year></EndingDate>
      <AuthorList Type="editors" CompleteYN="Y"><Author><LastName>Adams</LastName></Author></AuthorList>
      <Volume>3</Volume><VolumeTitle>Naps</VolumeTitle><Edition>2nd</Edition>
      <CollectionTitle>Sleep Series</CollectionTitle><Isbn>0000000000</Isbn><Isbn>0000000001</Isbn>
      <ELocationID EIdType="doi">10.0000/book</ELocationID><Medium>Internet</Medium>
      <ReportNumber>R7</ReportNumber></Book>
    <ArticleTitle book="sleep" part="nap">The Nap</ArticleTitle>
    <VernacularTitle>La siesta</VernacularTitle>
    <Pagination><StartPage>5</StartPage><EndPage>8</EndPage></Pagination>
    <Language>eng</Language>
    <AuthorList Type="authors" CompleteYN="Y"><Author><LastName>Nap</LastName></Author></AuthorList>
    <PublicationType UI="D016454">Review</PublicationType>
    <Abstract><AbstractText Label="SUMMARY"><i>Naps</i> are short. They help.</AbstractText>
      <CopyrightInformation>© Press</CopyrightInformation></Abstract>
    <Sections><Section><SectionTitle>Diagnosis</SectionTitle>
      <Section><SectionTitle>Yawning</SectionTitle></Section></Section></Sections>
    <KeywordList Owner="NLM"><Keyword>siesta</Keyword></KeywordList>
    <ContributionDate><Year>2006</Year><Month>2</Month><Day>2</Day></ContributionDate>
    <DateRevised><Year>2020</Year><Month>9</Month><Day>17</Day></DateRevised>
    <GrantList><Grant><Agency>Sleep Fund</Agency></Grant></GrantList>
    <ItemList ListType="Synonyms"><Item>Siesta</Item><Item>Forty winks</Item></ItemList>
    <ReferenceList><Reference><Citation>Sand M. 1999.</Citation></Reference></ReferenceList>
  </BookDocument>
  <PubmedBookData>
    <History><PubMedPubDate PubStatus="entrez"><Year>2006</Year><Month>2</Month><Day>3</Day></PubMedPubDate></History>
    <PublicationStatus>ppublish</PublicationStatus>
    <ArticleIdList><ArticleId IdType="pubmed">900000002</ArticleId></ArticleIdList>
  </PubmedBookData>
</PubmedBookArticle>
"""

EXPECTED_CHAPTER = Article(
    pmid=900000002,
    title="The Nap",
    vernacular_title="La siesta",
    sections=(Section("SUMMARY", None, "Naps are short. They help.", (0, 16)),),
    copyright="© Press",
    authors=(Author("Nap"),),
    journal=Journal(pages="5-8"),
    published=PublicationDate("1993", first="1993-01-01", last="1993-12-31"),
    entrez="2006-02-03",
    revised="2020-09-17",
    publication_status="ppublish",
    ids=(Identifier("bookaccession", "NBK0"), Identifier("doi", "10.0000/book")),
    languages=("eng",),
    types=("Review",),
    keywords=(Keyword("siesta", False, "NLM"),),
    grants=(Grant(agency="Sleep Fund"),),
    references=(Reference("Sand M. 1999."),),
    book=Book(
        title="SleepReviews®",
        publisher="Sample Press",
        location="Lima",
        edition="2nd",
        volume="3 Naps",
        collection="Sleep Series",
        medium="Internet",
        report_number="R7",
        isbn=("0000000000", "0000000001"),
        editors=(Author("Adams"),),
        begun=PublicationDate("1993", first="1993-01-01", last="1993-12-31"),
        ended=PublicationDate("2026", first="2026-01-01", last="2026-12-31"),
        contributed=PublicationDate("2006", "2", "2", first="2006-02-02", last="2006-02-02"),
        section_titles=("Diagnosis", "Yawning"),
        synonyms=("Siesta", "Forty winks"),
    ),
)


def parse(xml: str) -> Article:
    return parse_article(etree.fromstring(xml))


def test_every_field_of_an_article_is_what_its_xml_says() -> None:
    assert parse(RECORD) == EXPECTED


@pytest.mark.fault("R14")
def test_every_field_of_a_book_chapter_is_what_its_xml_says() -> None:
    assert parse(CHAPTER) == EXPECTED_CHAPTER


@pytest.mark.fault("R14")
def test_a_whole_book_takes_its_title_and_authors_from_the_book() -> None:
    whole = CHAPTER.replace('<ArticleTitle book="sleep" part="nap">The Nap</ArticleTitle>', "")
    whole = whole.replace(
        '<AuthorList Type="authors" CompleteYN="Y"><Author><LastName>Nap</LastName></Author></AuthorList>', ""
    )
    whole = whole.replace(
        "<Volume>3", '<AuthorList Type="authors"><Author><LastName>Pillow</LastName></Author></AuthorList><Volume>3'
    )
    article = parse(whole)
    assert (article.title, article.authors) == ("SleepReviews®", (Author("Pillow"),))


@pytest.mark.fault("R14")
def test_a_book_without_anything_but_its_pmid_is_kept() -> None:
    bare = "<PubmedBookArticle><BookDocument><PMID>900000003</PMID></BookDocument></PubmedBookArticle>"
    assert parse(bare) == Article(pmid=900000003, book=Book())


def test_an_article_without_anything_but_its_pmid_is_kept() -> None:
    bare = "<PubmedArticle><MedlineCitation><PMID>900000003</PMID></MedlineCitation></PubmedArticle>"
    assert parse(bare) == Article(pmid=900000003)


def test_the_hand_written_records_fill_every_field_that_there_is() -> None:
    for field in Article.__dataclass_fields__:
        empty = getattr(Article(pmid=1), field)
        filled = field in ("book", "other_abstracts") or getattr(EXPECTED, field) != empty
        assert filled, f"RECORD leaves {field} empty"
    for field in Book.__dataclass_fields__:
        assert getattr(EXPECTED_CHAPTER.book, field) != getattr(Book(), field), f"CHAPTER leaves {field} empty"


def test_pages_are_joined_where_pubmed_gives_only_their_ends() -> None:
    ends = RECORD.replace("<MedlinePgn>S11-9</MedlinePgn>", "")
    assert parse(ends).journal.pages == "S11-S19"
    assert parse(ends.replace("<EndPage>S19</EndPage>", "")).journal.pages == "S11"
