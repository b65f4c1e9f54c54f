"""Text that was escaped twice reads as what it plainly is, and other text stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.core.readable_text import readable, readable_text


@pytest.mark.fault("R18")
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("A &lt;i&gt;QUUX&lt;/i&gt; variant &amp; marmots.", "A QUUX variant & marmots."),
        ("An <i>E. coli</i> and <B>bold</B> finding", "An E. coli and bold finding"),
        ("Risk fell (p &lt; 0.05)", "Risk fell (p < 0.05)"),
        ("&amp;lt;sub&amp;gt;2&amp;lt;/sub&amp;gt;", "2"),
        ("10&lt;sup&gt;6&lt;/sup&gt; cells, m&lt;sup&gt;2&lt;/sup&gt;", "10^6 cells, m2"),
        ("&#x3b2;-blockers at 5 &#176;C", "β-blockers at 5 °C"),
        ("a < b and c > d, AT&T, R&D; x<y", "a < b and c > d, AT&T, R&D; x<y"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("plain", "plain"),
    ],
)
def test_escaped_markup_is_left_out(text: str, shown: str):
    assert readable(text) == shown


@given(st.text(alphabet="a<>/&;isupbltgm 16", max_size=40))
def test_offsets_lead_to_where_the_text_was_written(text: str):
    plain = readable_text(text)
    origins = [plain.origin(offset) for offset in range(len(plain.text) + 1)]
    assert origins == sorted(origins)
    assert all(plain.place(origin) <= offset for offset, origin in enumerate(origins))
    assert plain.place(len(text)) == len(plain.text)
