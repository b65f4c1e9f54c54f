"""The page over the made-up library, as a script that the page's own server can serve."""

from tests.page_fakes import FakeSearcher, corpus
from ui.app import show

show(lambda: FakeSearcher(corpus()))
