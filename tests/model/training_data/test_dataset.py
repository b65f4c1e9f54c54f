import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.core.errors import LibraryError
from index.core.progress import Progress
from index.records.article import Article, Keyword, MeshHeading, PublicationDate, Section
from model.training_data.dataset import DatasetResult, write_dataset
from model.training_data.dataset_card import Provenance, SourceFile
from model.training_data.dataset_rows import SeenTexts, split_of

FIRST = 900_000_001
SOURCE = Provenance("2026-11-22T10-04-31-3f9c", (SourceFile("pubmed26n0001.xml.gz", "ab" * 32),))


def article(number: int, **fields: Any) -> Article:
    defaults = {"title": f"Sample title {number}", "sections": (Section(None, None, f"Sample abstract {number}."),)}
    return Article(pmid=FIRST + number, **{**defaults, **fields})


FULL = article(
    0,
    title="Lemons in winter",
    sections=(Section("AIM", "OBJECTIVE", "To see β-lemons."), Section("END", None, "We saw 😀.")),
    published=PublicationDate(year="2021", first="2021-01-01", last="2021-12-31"),
    mesh=(MeshHeading("D900003", "Lemon", major=True), MeshHeading(None, "Winter")),
    keywords=(Keyword("citrus"), Keyword("cold", owner="NLM")),
)


def export(articles: list[Article], output: Path, validation: float = 0.5) -> DatasetResult:
    with Progress().bar("dataset", None, "article") as bar:
        return write_dataset(articles, output, validation=validation, provenance=SOURCE, bar=bar)


def rows(output: Path) -> dict[str, list[dict[str, Any]]]:
    from datasets import load_from_disk

    return {split: list(part) for split, part in load_from_disk(str(output)).items()}


def test_a_row_holds_the_article_as_PubMed_gives_it(tmp_path: Path) -> None:
    export([FULL], tmp_path / "out", validation=0)
    assert rows(tmp_path / "out") == {
        "train": [
            {
                "pmid": FIRST,
                "title": "Lemons in winter",
                "abstract": "To see β-lemons. We saw 😀.",
                "sections": [{"label": "AIM", "text": "To see β-lemons."}, {"label": "END", "text": "We saw 😀."}],
                "year": 2021,
                "mesh": ["Lemon", "Winter"],
                "keywords": ["citrus", "cold"],
            }
        ]
    }


def test_an_article_without_anything_but_a_vernacular_title_is_a_row(tmp_path: Path) -> None:
    export([article(0, title=None, vernacular_title="Zitronen", sections=())], tmp_path / "out", validation=0)
    [row] = rows(tmp_path / "out")["train"]
    assert row == {
        "pmid": FIRST,
        "title": "Zitronen",
        "abstract": "",
        "sections": [],
        "year": None,
        "mesh": [],
        "keywords": [],
    }


def test_the_account_adds_up_and_of_two_equal_texts_the_first_is_kept(tmp_path: Path) -> None:
    articles = [article(n) for n in range(50)]
    articles += [Article(pmid=FIRST + 60, title="Sample title 7", sections=articles[7].sections)]
    articles += [article(61, title=None, sections=()), article(62, sections=())]
    result = export(articles, tmp_path / "out")
    assert (result.read, result.duplicates, result.empty, result.with_abstract) == (53, 1, 1, 50)
    assert result.read == result.train + result.validation + result.duplicates + result.empty
    pmids = {split: [row["pmid"] for row in part] for split, part in rows(tmp_path / "out").items()}
    assert (len(pmids["train"]), len(pmids["validation"])) == (result.train, result.validation)
    assert sorted(pmids["train"] + pmids["validation"]) == [*range(FIRST, FIRST + 50), FIRST + 62]
    assert result.size == sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_the_split_goes_by_the_PMID_alone(tmp_path: Path) -> None:
    export([article(n) for n in range(40)], tmp_path / "many")
    export([article(n, title="Another title") for n in range(0, 40, 3)], tmp_path / "few")
    many, few = rows(tmp_path / "many"), rows(tmp_path / "few")
    for split in ("train", "validation"):
        assert few[split]
        assert {row["pmid"] for row in few[split]} <= {row["pmid"] for row in many[split]}


def test_the_split_has_about_the_share_asked_for_and_growing_it_moves_nobody_back() -> None:
    pmids = range(FIRST, FIRST + 20_000)
    one_percent, five_percent = (
        {pmid for pmid in pmids if split_of(pmid, share) == "validation"} for share in (0.01, 0.05)
    )
    assert 150 <= len(one_percent) <= 250
    assert 900 <= len(five_percent) <= 1100
    assert one_percent < five_percent
    assert not {pmid for pmid in pmids if split_of(pmid, 0.0) == "validation"}


def test_the_same_articles_make_the_same_rows_and_the_same_card(tmp_path: Path) -> None:
    for name in ("first", "second"):
        export([article(n) for n in range(30)], tmp_path / name)
    assert rows(tmp_path / "first") == rows(tmp_path / "second")
    for name in ("README.md", "train/data-00000-of-00001.arrow"):
        first, second = (hashlib.sha256((tmp_path / run / name).read_bytes()).digest() for run in ("first", "second"))
        assert first == second


def test_the_card_has_the_counts_and_where_the_rows_come_from(tmp_path: Path) -> None:
    result = export([article(n) for n in range(50)] + [article(60, title=None, sections=())], tmp_path / "out")
    text = (tmp_path / "out" / "README.md").read_text()
    assert f"| train | {result.train} |" in text
    assert f"| validation | {result.validation} |" in text
    assert "51 articles read: 50 rows, 0 with the text of an article of a lower PMID, 1 without title" in text
    assert "50 rows have an abstract" in text
    assert "2026-11-22T10-04-31-3f9c" in text
    assert f"| pubmed26n0001.xml.gz | `{'ab' * 32}` |" in text
    assert str(tmp_path) not in text


def test_an_output_that_is_there_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("keep")
    with pytest.raises(ValueError, match=r"out already exists: name another folder, or remove it first"):
        export([FULL], tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


@pytest.mark.parametrize("validation", [-0.1, 1, 1.5, float("nan")])
def test_a_share_out_of_range_is_a_slip(tmp_path: Path, validation: float) -> None:
    with pytest.raises(ValueError, match="expected 0 or more and less than 1"):
        export([FULL], tmp_path / "out", validation)


@pytest.mark.fault("B2")
def test_a_failure_in_the_middle_leaves_nothing_behind(tmp_path: Path) -> None:
    def broken() -> Iterator[Article]:
        yield from (article(n) for n in range(1500))
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"), Progress().bar("dataset", None, "article") as bar:
        write_dataset(broken(), tmp_path / "out", validation=0.5, provenance=SOURCE, bar=bar)
    assert not list(tmp_path.iterdir())


@pytest.mark.fault("F4")
@pytest.mark.parametrize("articles", [[], [article(0, title=None, sections=())]])
def test_no_text_at_all_is_an_error_and_no_dataset(tmp_path: Path, articles: list[Article]) -> None:
    with pytest.raises(LibraryError, match="no article with a title or an abstract"):
        export(articles, tmp_path / "out")
    assert not list(tmp_path.iterdir())


@pytest.mark.fault("B1")
def test_what_a_killed_run_left_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / ".out.partial").mkdir()
    (tmp_path / ".out.partial" / "seen.sqlite").write_bytes(b"half")
    assert export([FULL], tmp_path / "out", validation=0).train == 1
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_more_rows_than_one_batch_arrive_in_order(tmp_path: Path) -> None:
    export([article(n) for n in range(2500)], tmp_path / "out", validation=0)
    assert [row["pmid"] for row in rows(tmp_path / "out")["train"]] == list(range(FIRST, FIRST + 2500))


def test_texts_are_remembered_by_content(tmp_path: Path) -> None:
    with SeenTexts.at(tmp_path / "seen.sqlite") as seen:
        assert [seen.add(article(n)) for n in (1, 2, 1, 3, 2)] == [True, True, False, True, False]
