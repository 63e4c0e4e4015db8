"""Stack traces as Python prints them, for the programs that are not ours."""

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

    def text(self) -> str:
        """The frame's lines."""
        code = "".join(f"\n    {part}" for part in self.code.split("\n"))
        return f'  File "{self.file}", line {self.line}, in {self.function}{code}'


def python_traceback(frames: Sequence[Frame], qualified_type: str, message: str) -> str:
    """One exception with its frames, outermost call first, as `traceback.format_exception` writes it."""
    body = "\n".join(frame.text() for frame in frames)
    last = f"{qualified_type}: {message}" if message else qualified_type
    return f"Traceback (most recent call last):\n{body}\n{last}"
