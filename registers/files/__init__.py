"""Files that go in and out: exports that no spreadsheet can misread, imports that change all or nothing."""
