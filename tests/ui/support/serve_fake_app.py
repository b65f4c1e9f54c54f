"""Serve the page over the made-up library, as `pubmed-ui` serves the real one: `serve_fake_app.py PORT`."""

import sys
from pathlib import Path

from ui.web.app_server import serve

serve(port=int(sys.argv[1]), browser=False, script=Path(__file__).with_name("fake_app.py"))
