"""`pubmed-search recall`: what it prints, exits with and refuses."""

import json

import pytest

from search.cli.main import main
from tests.search.review.test_recall import ARTICLES, BOTH, GONE, RATS, STRATEGY
from tests.support.fakes.fake_index import article, stand_in


@pytest.fixture
def known(monkeypatch, tmp_path):
    stand_in(monkeypatch, [*ARTICLES, article(900000050, title="Metformin \x1b[31m only")])
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))
    path = tmp_path / "known.txt"
    path.write_text(f"{BOTH}\n{RATS}\n{GONE}\n900000050\n")
    return str(path)


def test_people_read_what_is_missing_and_why(known, capsys):
    assert main(["recall", STRATEGY, "--pmids", known]) == 0
    output, errors = capsys.readouterr()
    assert errors == "known       known.txt: 4 PMIDs in 4 records (list)\n"
    assert "1 of 4 known articles found (25 %), among 2; 3 missing, 1 of them" in output
    assert f"PMID {RATS}  Metformin and cancer in rats\n    It has what NOT excludes: rats in title\n" in output
    assert f"PMID {GONE}\n    This library does not hold it.\n" in output
    assert "     3  metformin in title\n" in output
    assert "\x1b" not in output


def test_programs_read_one_json_object_and_a_refusal_as_json_too(known, capsys):
    assert main(["recall", STRATEGY, "--pmids", known, "--years", "2020", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["found"], answer["filters"]) == ([BOTH], {"years": [2020, 2020]})
    assert main(["recall", "(metformin[ti]", "--pmids", known, "--json"]) == 1
    assert "bracket" in json.loads(capsys.readouterr().out)["refused"]


def test_a_question_that_starts_with_recall_is_told_to_quote_itself(known, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["recall", "bias", "in", "trials"])
    assert stopped.value.code == 2
    assert "--pmids FILE; quote a question that starts with recall" in capsys.readouterr().err
