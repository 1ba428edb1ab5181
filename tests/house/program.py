"""How the tests of the house read the program: its files as git sees them, and their syntax."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


@cache
def files() -> tuple[str, ...]:
    """Every file that is or would be committed, as a path from the root."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for path in sorted(set(listed.split("\0"))) if (ROOT / path).is_file())


def modules(*folders: str) -> list[str]:
    """The Python files under these folders."""
    return [path for path in files() if path.endswith(".py") and path.startswith(folders)]


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def syntax(path: str) -> ast.Module:
    return ast.parse(text(path))


def functions(path: str) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method in a file."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(syntax(path)) if isinstance(node, kinds)]
