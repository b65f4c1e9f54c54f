"""The page over the library in memory, as a script that the page's own server can serve."""

from tests.ui.support.memory_library import opener
from ui.app import show

show(opener)
