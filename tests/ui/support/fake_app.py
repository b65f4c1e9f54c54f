"""The page over the made-up library, as a script that the page's own server can serve.

While the file that `PAGE_HOLD` names exists, the library does not open: tests look at the page meanwhile.
"""

import os
import time
from pathlib import Path

from tests.ui.support.fake_searcher import FakeSearcher, corpus
from ui.app import show


def opener() -> FakeSearcher:
    while Path(os.environ["PAGE_HOLD"]).exists():
        time.sleep(0.02)
    return FakeSearcher(corpus())


show(opener)
