"""Serve the page over the library in memory: `serve_memory_app.py PORT`."""

import sys
from pathlib import Path

from tests.ui.support.memory_library import opener
from ui.web.app_server import serve

serve(port=int(sys.argv[1]), browser=False, script=Path(__file__).with_name("memory_app.py"), opener=opener)
