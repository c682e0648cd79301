"""The machinery of registers: lists, records, forms, files, REST, history. It knows no subject of the CSMS."""
