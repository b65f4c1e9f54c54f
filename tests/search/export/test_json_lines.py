"""JSON Lines: one record worked by hand."""

import json

from tests.search.export.example_articles import STUDY, written


def test_a_line_of_json_holds_the_whole_record_and_what_follows_from_it():
    [line] = written("jsonl", STUDY).splitlines()
    record = json.loads(line)
    assert line.isascii()
    assert (record["pmid"], record["doi"], record["pmcid"], record["year"]) == (900000001, "10.0000/s_1", "PMC1", 2021)
    assert record["retraction"] == "retracted"
    assert record["abstract"].endswith("didn't. H_2 {O}.")
    assert record["authors"][0]["affiliations"] == ["Lab A, Lagos.", "Lab B."]
    assert record["links"][0]["kind"] == "RetractionIn"
