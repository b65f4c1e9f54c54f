"""The file of a library's abbreviations: written while articles stream past, read where a form is looked up."""

import random
from pathlib import Path

import pytest

from index.core.errors import LibraryError
from index.lexical.abbreviations import FILE, MOST_READ, Abbreviations, AbbreviationWriter, Definition, short_key

TEXTS = (
    "Lemon juice test (LJT). The lemon juice test (LJT) was done twice.",
    "Lemon juice tests (LJTs), and the lime jam treatment (LJT)",
    "The Lemon-Juice test (LJT)",
    "Nothing is defined here.",
)


def written(folder: Path, *texts: str) -> Abbreviations:
    writer = AbbreviationWriter(folder)
    for text in texts:
        writer.add(text)
    writer.finish()
    known = Abbreviations.open(folder)
    assert known
    return known


def test_each_pair_stands_in_the_file_by_both_forms_with_the_articles_that_define_it(tmp_path):
    written(tmp_path, *TEXTS)
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert (tmp_path / FILE).read_text(encoding="utf-8") == (
        "lemon juice test\tLJT\tLemon juice test\t2\n"
        "lemon juice tests\tLJTs\tLemon juice tests\t1\n"
        "lime jam treatment\tLJT\tlime jam treatment\t1\n"
        "ljt\tLJT\tLemon juice test\t2\n"
        "ljt\tLJTs\tLemon juice tests\t1\n"
        "ljt\tLJT\tlime jam treatment\t1\n"
    )


def test_a_form_is_looked_up_by_its_folded_words_and_what_most_define_comes_first(tmp_path):
    known = written(tmp_path, *TEXTS)
    lemon = Definition("LJT", "Lemon juice test", 2)
    assert known.pairs("lemon juice test") == (lemon,)
    assert known.long_forms("ljt")[0] == lemon
    assert known.long_forms("lemon juice test") == ()
    assert known.pairs("lemon") == known.pairs("zzz") == known.pairs("") == ()


def test_the_same_articles_write_the_same_bytes(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    written(tmp_path / "a", *TEXTS)
    written(tmp_path / "b", *TEXTS)
    assert (tmp_path / "a" / FILE).read_bytes() == (tmp_path / "b" / FILE).read_bytes()


def test_every_form_of_a_large_file_is_found_and_no_other(tmp_path):
    draw = random.Random(5)  # noqa: S311 - a draw, no secret
    forms = sorted({"".join(draw.choices("abc ", k=draw.randint(1, 6))).strip() or "a" for _ in range(600)})
    lines = "".join(f"{form}\t{form.upper()}\tlong of {form}\t{number}\n" for number, form in enumerate(forms, 1))
    (tmp_path / FILE).write_text(lines, encoding="utf-8")
    known = Abbreviations.open(tmp_path)
    assert known
    for number, form in enumerate(forms, 1):
        assert known.pairs(form) == (Definition(form.upper(), f"long of {form}", number),)
    assert known.pairs("bbbbbbbb") == ()


def test_an_index_from_before_and_one_without_any_have_none(tmp_path):
    assert Abbreviations.open(tmp_path) is None
    assert written(tmp_path).pairs("ljt") == ()


def test_a_form_with_very_many_meanings_is_read_to_a_bound(tmp_path):
    lines = "".join(f"pc\tPC\tmeaning {number:04}\t1\n" for number in range(MOST_READ + 50))
    (tmp_path / FILE).write_text(lines, encoding="utf-8")
    known = Abbreviations.open(tmp_path)
    assert known
    assert len(known.pairs("pc")) == MOST_READ


@pytest.mark.parametrize("line", ["ljt\tLJT\n", "ljt\tLJT\tlemon juice test\tmany\n", "ljt\t\udcff\tx\n"])
def test_a_damaged_line_is_named_with_the_command_that_mends_it(tmp_path, line):
    (tmp_path / FILE).write_text(line, encoding="utf-8", errors="surrogateescape")
    known = Abbreviations.open(tmp_path)
    assert known
    with pytest.raises(LibraryError, match=r"(?s)abbreviations\.tsv is damaged.*rebuild-index"):
        known.pairs("ljt")


def test_a_plural_s_is_no_part_of_an_abbreviation():
    assert (short_key("ICUs"), short_key("IL-6s"), short_key("AIDS"), short_key("gas")) == (
        "icu",
        "il 6",
        "aids",
        "gas",
    )
