"""NLM's folder listings: names, dates and sizes."""

from datetime import date

from index.sources.directory_listing import read_listing

FIRST = "pubmed26n0001.xml.gz"


def test_a_listing_gives_number_time_and_a_size_never_too_small() -> None:
    page = """<pre>Name Last modified Size <hr><a href="/pubmed/">Parent Directory</a>            -
<a href="README.txt">README.txt</a>                 2025-12-12 11:27  4.5K
<a href="pubmed26n0001.xml.gz">pubmed26n0001.xml.gz</a>       2025-12-12 10:16   19M
<a href="pubmed26n0001.xml.gz.md5">pubmed26n0001.xml.gz.md5</a>   2025-12-12 10:16   60
<a href="pubmed26n1300.xml.gz">pubmed26n1300.xml.gz</a>       2026-02-03 14:05  1.2M
<a href="pubmed26n1301.xml.gz">pubmed26n1301.xml.gz</a>       -  -
</pre>"""
    first, second, third = read_listing(page)
    assert (first.name, first.number, first.size) == (FIRST, 1, int(19.5 * 2**20))
    assert first.modified is not None
    assert first.modified.isoformat() == "2025-12-12T10:16:00+00:00"
    assert (second.number, second.size) == (1300, int(1.25 * 2**20))
    assert (third.number, third.modified, third.size) == (1301, None, 0)
    assert third.is_since(date(2026, 1, 1))


def test_a_listing_that_links_each_file_twice_is_read_once_with_its_date() -> None:
    row = '<tr><td><a href="{0}"><img></a></td><td><a href="{0}">{0}</a></td><td>2026-01-02 03:04</td><td>7M</td></tr>'
    [file] = read_listing(row.format(FIRST))
    assert file.modified is not None
    assert file.size == int(7.5 * 2**20)
