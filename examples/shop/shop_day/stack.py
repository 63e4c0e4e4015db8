"""Stack traces as Python and Rust print them."""

from collections.abc import Sequence
from dataclasses import dataclass

DIRECT_CAUSE = "\n\nThe above exception was the direct cause of the following exception:\n\n"
DURING_HANDLING = "\n\nDuring handling of the above exception, another exception occurred:\n\n"


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a Python traceback; `code` is the source line, with Python's marker line below it, if any."""

    file: str
    line: int
    function: str
    code: str

    def text(self, shift: int) -> str:
        """The frame's lines; `shift` is added to the line number of the shop's own code, as an edit above it would."""
        line = self.line if "site-packages" in self.file or "/lib/python" in self.file else self.line + shift
        code = "".join(f"\n    {part}" for part in self.code.split("\n"))
        return f'  File "{self.file}", line {line}, in {self.function}{code}'


def python_traceback(frames: Sequence[Frame], qualified_type: str, message: str, shift: int = 0) -> str:
    """One exception with its frames, outermost call first, as `traceback.format_exception` writes it."""
    body = "\n".join(frame.text(shift) for frame in frames)
    last = f"{qualified_type}: {message}" if message else qualified_type
    return f"Traceback (most recent call last):\n{body}\n{last}"


def rust_backtrace(frames: Sequence[tuple[str, str]]) -> str:
    """A Rust backtrace, innermost call first; each frame is (function path, "file:line:column")."""
    lines = []
    for number, (function, place) in enumerate(frames):
        lines += [f"{number:4}: {function}", f"             at {place}"]
    return "\n".join(lines)
