"""Sets what Ray reads once in a process, when it is imported: files of tests that follow each other share one."""

import os
import secrets

from index.cluster.ray_session import LOOPBACK, SETTINGS

for _name, _value in {**SETTINGS, **LOOPBACK, "RAY_AUTH_TOKEN": secrets.token_hex(32)}.items():
    os.environ.setdefault(_name, _value)
