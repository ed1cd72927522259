"""Why a file is not read, and the limits that keep any file within memory and time."""

from __future__ import annotations

MEGABYTE = 1 << 20

MAX_FILE_BYTES = 64 * MEGABYTE
MAX_ENTRIES = 10_000
MAX_PART_BYTES = 256 * MEGABYTE
MAX_TOTAL_BYTES = 320 * MEGABYTE
MAX_SMALL_PART_BYTES = 32 * MEGABYTE

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_SHEETS = 1_000
# A cell with a value costs up to some 130 bytes on its way through the libraries, an empty one inside the
# used rectangle some 50; together these keep a book within 1 GiB.
MAX_VALUES = 2_000_000
MAX_AREA = 8_000_000
MAX_TEXT_BYTES = 256 * MEGABYTE
# A cell holds 32,767 characters; one text of this size was made to hurt.
MAX_STRING_BYTES = 16 * MEGABYTE
MAX_MERGES = 1 << 17
# Cells with an error, a formula without value or too many digits, each kind.
MAX_REMARKABLE = 1 << 18
# What the parser gets through within some seconds, and what a byte pattern and the value reader do.
MAX_PARSED_TAGS = 4 * MAX_VALUES
MAX_TAGS = 12 * MAX_VALUES


class Refused(Exception):  # noqa: N818 - a verdict on the file, not a fault of the program
    """The file cannot be read: the code of the one finding that says so, and the words that fill it."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def refuse_damaged(why: str) -> Refused:
    """Make the refusal of a file whose content is broken; `why` is a short Chinese clause."""
    return Refused("BOOK-DAMAGED", why=why)


def refuse_unsafe(why: str) -> Refused:
    """Make the refusal of a file built to hurt, or by a program gone wrong; `why` as above."""
    return Refused("BOOK-UNSAFE", why=why)
