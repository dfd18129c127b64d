"""What ``mkdocs`` calls before it builds: the sources of the site are put together first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parent.parent


def on_config(config: Any) -> Any:  # noqa: ANN401 - mkdocs is an extra
    """Build from the staged sources instead of ``docs/``."""
    # mkdocs loads this file by its path, wherever it was started.
    sys.path.insert(0, str(_ROOT))
    from mkdocs.exceptions import PluginError

    from documentation.staging import stage

    try:
        config["docs_dir"] = str(stage(_ROOT / "build" / "site-sources"))
    except ValueError as error:
        raise PluginError(str(error)) from error
    return config
