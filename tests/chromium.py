"""The browser of the page tests: found on the machine, or installed from Debian's packages.

Run before the tests: ``python -m tests.chromium``. Without a browser the page tests say so and
are skipped, except in CI, where they fail.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-cjk")


def find_chromium() -> str | None:
    """Return the path of a Chromium, or None."""
    chosen = os.environ.get("LINLI_CHROMIUM")
    return chosen or next((path for name in NAMES if (path := shutil.which(name))), None)


def install_chromium() -> None:
    """Install Chromium and a Chinese font where this user may do so."""
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-yq", *PACKAGES]):
        subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=False)


def main() -> None:
    """Make sure that there is a browser, or say that there is none."""
    may_install = shutil.which("apt-get") is not None and os.geteuid() == 0
    if find_chromium() is None and may_install:
        print("Installing Chromium for the page tests", flush=True)
        install_chromium()
    if find_chromium() is None:
        print("No Chromium: the page tests will be skipped", file=sys.stderr)


if __name__ == "__main__":
    main()
