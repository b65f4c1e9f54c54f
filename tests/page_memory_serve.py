"""Serve the page over the library in memory: `page_memory_serve.py PORT`."""

import sys
from pathlib import Path

from tests.page_memory import opener
from ui.server import serve

serve(port=int(sys.argv[1]), browser=False, script=Path(__file__).with_name("page_memory_script.py"), opener=opener)
