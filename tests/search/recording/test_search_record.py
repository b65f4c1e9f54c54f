"""The search record: what the two files say, that one reads back, and what is refused."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from index.core.errors import ReplayError
from search.recording.prisma_markdown import record_markdown
from search.recording.record_files import read_record, write_record
from search.recording.replay import Replay
from search.recording.search_record import ListedArticles, Request, SearchedLibrary, SearchRecord, digest

PMIDS = tuple(range(900000012, 900000000, -1))
RECORD = SearchRecord(
    at="2026-11-24T13:26:20+00:00",
    request=Request("metformin `x` AND cancer[ti]", {"years": [2015, 2021]}, "relevance", 12),
    read_as={"says": "metformin; by meaning and words", "words": ["metformin"]},
    ranking={"fusion": "min-max mean", "candidates": 1000},
    searched=SearchedLibrary(
        "PubMed", "library", 20783, "2021-06-07", 2, "pubmed21n1298.xml.gz", "2026-11-22T10-04-31-3f9c", "c0ffee",
        "small", "f00d", "PubMed Semantic Search", "0.1.0",
    ),
    listed=ListedArticles(2143, "exact", PMIDS, digest(PMIDS)),
)  # fmt: skip

MARKDOWN = """\
# Search record

| | |
|---|---|
| Date | `2026-11-24T13:26:20+00:00` |
| Program | `PubMed Semantic Search 0.1.0` |
| Build | `2026-11-22T10-04-31-3f9c` |
| Content | `c0ffee` |
| Model | `small` |
| Model fingerprint | `f00d` |

## PRISMA-S

**1. Database name.** PubMed, in the local library `library`: 20,783 articles, the newest of 2021-06-07; 2 source \
files applied, the last of them `pubmed21n1298.xml.gz`. Platform: PubMed Semantic Search 0.1.0.

**2. Multi-database searching.** Not applicable: one database was searched.

**3. Study registries.** Not part of this search.

**4. Online resources and browsing.** Not part of this search: it ran on a local copy, without a network.

**5. Citation searching.** Not part of this search.

**6. Contacts.** Not part of this search.

**7. Other methods.** Not part of this search.

**8. Full search strategies.** As typed:

```
metformin `x` AND cancer[ti]
```

As read:

```
metformin; by meaning and words
```

As read, in full:

```
{
  "says": "metformin; by meaning and words",
  "words": [
    "metformin"
  ]
}
```

Order: relevance. Ranked with:

```
{
  "fusion": "min-max mean",
  "candidates": 1000
}
```

**9. Limits and restrictions.** The first 12 articles are listed. Filters:

```
{
  "years": [
    2015,
    2021
  ]
}
```

**10. Search filters.** No published search filter was added. One that was typed is part of the strategy above.

**11. Prior work.** Not known to the program: state here whose strategy was adapted, if any.

**12. Updates.** `pubmed-search --replay bees.json` repeats it and names what was added and removed.

**13. Dates of searches.** `2026-11-24T13:26:20+00:00`

**14. Peer review.** Not known to the program: state here who reviewed the strategy, if anybody.

**15. Total records.** 2,143 articles pass the query and its filters (an exact count); words that only rank leave no \
article out. 12 are listed below, in order.

**16. Deduplication.** Every PMID stands once, in its newest version; articles that NLM deleted are left out. Nothing \
else was compared: one study reported in two articles is two records.

## Articles

SHA-256 of the PMIDs, one a line: `DIGEST`

```
900000012 900000011 900000010 900000009 900000008 900000007 900000006 900000005 900000004 900000003
900000002 900000001
```
"""


def listing(*pmids: int, **fields) -> SearchRecord:
    return replace(RECORD, listed=ListedArticles(2143, "exact", pmids, digest(pmids)), **fields)


def test_the_record_for_people_is_exactly_this():
    assert record_markdown(RECORD, replay="bees.json") == MARKDOWN.replace("DIGEST", RECORD.listed.digest)


def test_the_digest_is_that_of_a_file_with_one_pmid_a_line():
    # printf '1\n22\n' | sha256sum
    assert digest((1, 22)) == "b779e8f248c5a6ba9dea44fae25e1cf6ce42b0045246bb6eef443c75cc652b0c"
    assert digest(()) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_query_cannot_close_its_fence_or_write_to_a_terminal():
    evil = "```\n# Not a heading\n````\x1b]0;owned\x07\u202e"
    text = record_markdown(
        replace(RECORD, request=replace(RECORD.request, text=evil, filters={})), replay="`x|\x1b`.json"
    )
    assert "\n`````\n```\n# Not a heading\n```` ]0;owned  \n`````\n" in text
    assert "\x1b" not in text
    assert "**9. Limits and restrictions.** No filter; the first 12 articles are listed." in text


def test_a_record_of_the_whole_result_says_so():
    assert "the whole result is listed" in record_markdown(
        replace(RECORD, request=Request("bees", {})), replay="bees.json"
    )


@pytest.mark.parametrize("name", ["bees", "bees.md", "bees.json"])
def test_two_files_are_written_and_the_one_for_replay_reads_back_equal(tmp_path, name):
    markdown_path, json_path = write_record(RECORD, tmp_path / name)
    assert (markdown_path, json_path) == (tmp_path / "bees.md", tmp_path / "bees.json")
    assert markdown_path.read_text() == MARKDOWN.replace("DIGEST", RECORD.listed.digest)
    assert read_record(json_path) == RECORD
    assert list(json.loads(json_path.read_text()))[:3] == ["kind", "format", "at"], "what it is stands first"
    assert sorted(tmp_path.iterdir()) == [json_path, markdown_path]


def test_a_suffix_that_belongs_to_the_name_stays(tmp_path):
    assert write_record(RECORD, tmp_path / "search v1.2")[1] == tmp_path / "search v1.2.json"


def test_a_record_is_never_overwritten(tmp_path):
    write_record(RECORD, tmp_path / "bees")
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ReplayError, match=r"bees.md already exists.*Give another name"):
        write_record(listing(1), tmp_path / "bees")
    (tmp_path / "bees.md").unlink()
    with pytest.raises(ReplayError, match=r"bees.json already exists"):
        write_record(listing(1), tmp_path / "bees")
    assert (tmp_path / "bees.json").read_bytes() == before[tmp_path / "bees.json"]


def test_a_record_that_cannot_be_written_says_why(tmp_path):
    with pytest.raises(ReplayError, match="cannot be written: No such file or directory"):
        write_record(RECORD, tmp_path / "nowhere" / "bees")
    with pytest.raises(ReplayError, match="is a folder"):
        write_record(RECORD, Path())


def changed(**fields) -> str:
    return json.dumps(RECORD.to_json() | fields)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read: No such file"),
        ("", "is not a search record: it holds no JSON"),
        ("# Search record", "is not a search record: it holds no JSON"),
        ("[" * 100_000, "is not a search record"),
        ("[]", "is not a search record. One is written by:\n  pubmed-search QUERY --record FILE"),
        ('{"hits": []}', "is not a search record"),
        ("\x00\xff", "is not a search record"),
        (changed(format=2), r"format 2, this one reads 1. Replay it with that version \(0.1.0\), or record"),
        (changed(format="x", searched=None), "format 'x', this one reads 1. Replay it with that version, or"),
        (changed(listed={}), "is damaged: Object missing required field `total`"),
        (changed(at=5), "is damaged: Expected `str`, got `int`"),
        (changed(listed=RECORD.to_json()["listed"] | {"pmids": [1]}), "was changed: its PMIDs and their digest"),
    ],
)
def test_what_is_no_record_is_refused_with_the_reason(tmp_path, content, message):
    path = tmp_path / "bees.json"
    if content is not None:
        path.write_text(content, encoding="latin-1")
    with pytest.raises(ReplayError, match=message) as raised:
        read_record(path)
    assert str(path) in str(raised.value)


def test_the_file_for_people_points_to_the_one_for_replay(tmp_path):
    markdown_path, _ = write_record(RECORD, tmp_path / "bees")
    with pytest.raises(ReplayError, match=r"Replay the file beside it that ends in .json"):
        read_record(markdown_path)


def test_a_folder_is_no_record(tmp_path):
    with pytest.raises(ReplayError, match="cannot be read: Is a directory"):
        read_record(tmp_path)


@pytest.mark.parametrize(
    ("now", "verdict", "added", "removed"),
    [
        ((3, 2, 1), "same", (), ()),
        ((1, 2, 3), "reordered", (), ()),
        ((3, 2), "different", (), (1,)),
        ((5, 3, 4, 2, 1), "different", (5, 4), ()),
        ((), "different", (), (3, 2, 1)),
        ((9, 3), "different", (9,), (2, 1)),
    ],
)
def test_a_replay_says_whether_the_list_is_the_same_and_what_came_and_went(now, verdict, added, removed):
    replay = Replay(listing(3, 2, 1), listing(*now))
    assert (replay.verdict, replay.added, replay.removed) == (verdict, added, removed)
    assert replay.to_json()["verdict"] == verdict
    assert replay.changes == ()


def test_a_replay_for_people_is_exactly_this():
    searched = replace(RECORD.searched, build="2026-12-01T00-00-00-aaaa", version="0.2.0")
    now = listing(*PMIDS[:-1], 1, *range(10, 34), at="2026-12-01T08:00:00+00:00", searched=searched)
    assert str(Replay(RECORD, now)) == (
        "query       metformin `x` AND cancer[ti]\n"
        "recorded    2026-11-24T13:26:20+00:00, 12 of 2,143 articles\n"
        "repeated    2026-12-01T08:00:00+00:00, 36 of 2,143 articles\n"
        "list        other articles\n"
        "added       25: 1, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28 and 5 more\n"
        "removed     1: 900000001\n"
        "build       2026-11-22T10-04-31-3f9c then, 2026-12-01T00-00-00-aaaa now\n"
        "program     PubMed Semantic Search 0.1.0 then, PubMed Semantic Search 0.2.0 now\n"
    )


def test_a_replay_cannot_write_to_a_terminal():
    evil = replace(RECORD, request=replace(RECORD.request, text="bees\x1b]0;owned\x07\nlist        the same"))
    assert str(Replay(evil, evil)).splitlines()[0] == "query       bees ]0;owned  list        the same"


def test_a_replay_names_every_kind_of_change_even_when_the_list_is_the_same():
    now = SearchRecord(
        "2027",
        RECORD.request,
        {"says": "other"},
        {"fusion": "ranks"},
        SearchedLibrary("PubMed", "moved", 1, None, 3, None, "b", "c", "m", "f", "p", "v"),
        replace(RECORD.listed, total=7),
    )
    replay = Replay(RECORD, now)
    assert replay.verdict == "same"
    assert [change.what for change in replay.changes] == [
        "build", "content", "model", "fingerprint", "program", "articles", "total", "read as", "ranking",
    ]  # fmt: skip
    assert "fusion min-max mean, candidates 1000 then, fusion ranks now" in str(replay)
    assert replay.to_json()["changes"][0] == {"what": "build", "then": "2026-11-22T10-04-31-3f9c", "now": "b"}
