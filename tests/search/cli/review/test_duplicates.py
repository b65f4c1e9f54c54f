"""`pubmed-search duplicates`: what it prints, writes, exits with and refuses."""

import json

import pytest

from search.cli.main import main
from tests.search.review.test_duplicates import ARTICLES, RIS
from tests.support.fakes.fake_index import stand_in


@pytest.fixture
def refs(monkeypatch, tmp_path):
    stand_in(monkeypatch, ARTICLES)
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))
    path = tmp_path / "refs.ris"
    path.write_text(RIS.replace("Shift work [", "Shift \x1b[31mwork ["))
    return path


def test_people_get_the_counts_and_a_line_for_each_record(refs, capsys):
    rest = refs.with_name("rest.ris")
    assert main(["duplicates", str(refs), "--rest", str(rest)]) == 0
    output, errors = capsys.readouterr()
    assert output.startswith("refs.ris: 7 records (RIS): 4 in the library, 1 twice in the file, 1 to check")
    assert "\n   2  Naps and memory\n      in the library: PMID 900000001, by DOI\n" in output
    assert "\x1b" not in output
    assert errors.startswith("rest        2 records in ")
    assert rest.read_text().count("TY  - ") == 2
    assert main(["duplicates", str(refs), "--rest", str(rest)]) == 1
    assert "already exists" in capsys.readouterr().err


def test_programs_get_one_json_object(refs, capsys):
    assert main(["duplicates", str(refs), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"] == {"held": 4, "repeated": 1, "similar": 1, "new": 1}


def test_several_files_are_wrong_usage_and_a_missing_one_a_stated_error(refs, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["duplicates", "in", "trials"])
    assert stopped.value.code == 2
    assert "quote a question that starts with duplicates" in capsys.readouterr().err
    assert main(["duplicates", "none.ris"]) == 1
    assert "none.ris cannot be read" in capsys.readouterr().err
