"""A reader that takes more memory than any file may."""

from registers.files.sandbox import MEMORY, confine

confine()
bytearray(MEMORY)
