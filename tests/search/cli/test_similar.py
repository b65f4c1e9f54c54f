"""`pubmed-search similar`: what it prints, exits with and refuses."""

import json

import pytest

from search import Searcher
from search.cli.main import main
from search.cli.screen import Terminal
from search.cli.similar_terminal import similar_page_text
from tests.search.explore.test_more_like_this import ARTICLES, GIVEN, NEAR, RIVAL
from tests.support.fakes.fake_index import article, stand_in


@pytest.fixture(autouse=True)
def library(monkeypatch, tmp_path):
    stand_in(monkeypatch, ARTICLES)
    monkeypatch.setenv("PUBMED_LIBRARY", str(tmp_path))


def test_people_get_what_is_shared_and_the_sentence(capsys):
    assert main(["similar", str(GIVEN), "--limit", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Similar to: PMID {GIVEN}"
    assert lines[2].startswith(" 1  Varroa treatment of honey bees")
    assert "    Treated honey bees lost fewer to varroa mites." in lines
    assert any(line.startswith("    Shares: Mites, Bees, Colony Loss, ") for line in lines)
    assert lines[-1].startswith("1-1 of 35 articles, ranked")


def test_explained_the_given_sentence_stands_beside_it(capsys):
    assert main(["similar", f"PMID:{GIVEN}", "--unlike", str(RIVAL), "--limit", "1", "--explain"]) == 0
    output = capsys.readouterr().out
    assert output.startswith(f"Similar to: PMID {GIVEN}; unlike PMID {RIVAL}\n")
    assert f"    Beside PMID {GIVEN}: Varroa mites killed the honey bees.\n    Why: score 1.000 · meaning 0." in output


def test_json_and_exports_are_the_answer_and_nothing_else(capfd):
    assert main(["similar", str(GIVEN), str(RIVAL), "--limit", "2", "--years", "2020", "--json"]) == 0
    answer = json.loads(capfd.readouterr().out)
    assert (answer["similar_to"], len(answer["hits"]), answer["filters"]) == (
        [GIVEN, RIVAL],
        2,
        {"years": [2020, 2020]},
    )
    assert main(["similar", str(GIVEN), "--limit", "1", "--nbib"]) == 0
    assert f"PMID- {NEAR}" in capfd.readouterr().out


def test_an_unknown_pmid_is_a_stated_error(capsys):
    assert main(["similar", "12345"]) == 1
    assert capsys.readouterr() == ("", "pubmed-search: The library does not hold PMID 12345.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["similar"], "required: PMID"),
        (
            ["similar", "bees"],
            "is not a PMID: give a number such as 33990091; quote a question that starts with similar",
        ),
        (["similar", "1", "--limit", "0"], "expected a whole number from 1"),
        (["similar", "1", "--json", "--ris"], "not allowed with"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(capsys, arguments, message):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert message in capsys.readouterr().err


def test_no_control_character_of_a_record_reaches_the_terminal(monkeypatch):
    evil = article(900000099, title="Varroa \x1b[31m bees", abstract="Varroa mites \x1b]0;owned\x07 killed honey bees.")
    stand_in(monkeypatch, [*ARTICLES, evil])
    with Searcher.open() as pubmed:
        output = similar_page_text(pubmed.similar([evil.pmid, GIVEN]), Terminal(80), explained=True)
    assert "\x1b" not in output
    assert "\x07" not in output
