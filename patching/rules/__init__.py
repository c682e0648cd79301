"""Pure rules of patching: versions, CSAF documents, product names, matching, priority and due dates."""
